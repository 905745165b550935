-- Logins, sessions, grants and connections. Valid on SQLite and PostgreSQL.
-- Times are milliseconds since the Unix epoch; sealed columns hold `v1.<key id>.<base64url>`.

-- The oldest schema epoch a program may know and still write here.
CREATE TABLE schema_info (
    id BIGINT PRIMARY KEY,
    oldest_epoch BIGINT NOT NULL
);
INSERT INTO schema_info (id, oldest_epoch) VALUES (1, 1);

-- One row per vault key that has sealed something: proof that a key is the right one.
CREATE TABLE vault_checks (
    key_id TEXT PRIMARY KEY,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Written by readiness probes: a database that can only be read is not ready.
CREATE TABLE write_probe (
    id BIGINT PRIMARY KEY,
    written_at BIGINT NOT NULL
);

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    account_id TEXT NOT NULL,
    display_name TEXT,
    email TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (issuer, account_id)
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    login_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    person_id TEXT REFERENCES people (id),
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_login ON sessions (login_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (used_at);

CREATE TABLE flows (
    id TEXT PRIMARY KEY,
    state_hash TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    tenant TEXT NOT NULL,
    owner TEXT,
    verifier_sealed TEXT,
    return_url TEXT,
    caller_state TEXT,
    site TEXT,
    ending TEXT NOT NULL,
    session_token_sealed TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX flows_by_expiry ON flows (expires_at);

CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    -- what makes two logins the same grant: client and account, or site and account
    identity TEXT NOT NULL,
    method TEXT NOT NULL,
    base TEXT NOT NULL,
    client_id TEXT,
    account_id TEXT NOT NULL,
    account_name TEXT,
    account_email TEXT,
    scopes TEXT NOT NULL,
    sites TEXT NOT NULL,
    generation BIGINT NOT NULL,
    status TEXT NOT NULL,
    access_token_sealed TEXT,
    refresh_token_sealed TEXT,
    expires_at BIGINT,
    lifetime BIGINT NOT NULL,
    refreshed_at BIGINT,
    used_at BIGINT NOT NULL,
    due_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT,
    fence BIGINT NOT NULL,
    refresh_started_at BIGINT,
    fail_count BIGINT NOT NULL,
    next_attempt_at BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant, owner, identity)
);
CREATE INDEX grants_by_due_time ON grants (status, due_at);

CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    product TEXT NOT NULL,
    grant_id TEXT NOT NULL REFERENCES grants (id),
    cloud_id TEXT,
    site_name TEXT,
    site_url TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant, owner, product)
);
CREATE INDEX connections_by_grant ON connections (grant_id);
