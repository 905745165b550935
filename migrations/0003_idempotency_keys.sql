-- Idempotency keys: which creates were asked for, and what came of them. Keys and bodies are kept as
-- hashes, results sealed. Valid on SQLite and PostgreSQL.
CREATE TABLE idempotency_keys (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    -- method and path, path parameters included
    route TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    -- running, done or unknown
    state TEXT NOT NULL,
    -- after this time a running row belongs to a process that died
    lease_until BIGINT NOT NULL,
    result_sealed TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (tenant, owner, route, key_hash)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_by_state ON idempotency_keys (state);
