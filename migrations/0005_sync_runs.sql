-- Runs that copy a connection's whole list into the stored rows, and when connections are due for one.
-- Valid on SQLite and PostgreSQL. One row per owner and product: the last run, or the one under way.
CREATE TABLE sync_runs (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    product TEXT NOT NULL,
    -- what the run was started for; it ends when one of them changes
    connection_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    cloud_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    -- where the next page begins, in Atlassian's words
    walked_to TEXT,
    is_walked BOOLEAN NOT NULL,
    fetched BIGINT NOT NULL,
    upserted BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    total BIGINT,
    error TEXT,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    -- when a run last succeeded
    synced_at BIGINT,
    -- from when on somebody may take the run: it waits, it pauses, or its holder's lease ends
    available_at BIGINT NOT NULL,
    lease_owner TEXT,
    fence BIGINT NOT NULL,
    UNIQUE (tenant, owner, product)
);
CREATE INDEX sync_runs_by_availability ON sync_runs (status, available_at);

ALTER TABLE connections ADD COLUMN sync_due_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX connections_by_sync_due_time ON connections (sync_due_at);
