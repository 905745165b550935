-- Copies of this whole database to another one, or of another one to here. Valid on SQLite and PostgreSQL.
CREATE TABLE moves (
    id TEXT PRIMARY KEY,
    -- to: what is here was copied there; from: it was copied from there
    direction TEXT NOT NULL,
    -- the other database, without its password
    place TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT
);
