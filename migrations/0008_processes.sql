-- The processes on this database, and which vault keys each has: names and fingerprints, never keys.
-- Valid on SQLite and PostgreSQL.
CREATE TABLE processes (
    number BIGINT PRIMARY KEY,
    -- the name it takes leases under
    holder TEXT NOT NULL,
    -- its process id and its host
    place TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    -- when it last said that it lives
    seen_at BIGINT NOT NULL,
    -- its keys in their order, and the one it seals with
    ring TEXT NOT NULL,
    sealing TEXT NOT NULL
);
