-- What happened to grants and connections, for their owners to read; and how their refreshes went.
-- Valid on SQLite and PostgreSQL. Within one owner's namespace `seq` grows by one, in the order of
-- the commits, whichever process writes: a reader who knows the last one misses nothing.
CREATE TABLE grant_events (
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    seq BIGINT NOT NULL,
    grant_id TEXT,
    -- the product it concerns; none: both
    product TEXT,
    event_type TEXT NOT NULL,
    -- for refreshes, how they ended: succeeded or failed
    refresh TEXT,
    message TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, owner, seq)
);
CREATE INDEX grant_events_by_time ON grant_events (happened_at);

ALTER TABLE grants ADD COLUMN refreshes_attempted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN refreshes_succeeded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN refreshes_failed BIGINT NOT NULL DEFAULT 0;
