-- Agents: clients that a person lets act for them at /mcp. Of codes, tokens and secrets only hashes are kept.
-- Valid on SQLite and PostgreSQL.

-- One row per consent that was turned into tokens; everything a client got by it goes with its row.
CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_name TEXT NOT NULL,
    redirect_host TEXT NOT NULL,
    scopes TEXT NOT NULL,
    -- that of the refresh tokens that are not replaced
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX agents_by_owner ON agents (tenant, owner);
CREATE INDEX agents_by_expiry ON agents (expires_at);
CREATE INDEX agents_by_client ON agents (client_id);

CREATE TABLE agent_codes (
    code_hash TEXT PRIMARY KEY,
    -- the id that the agent has, or will have
    agent_id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_name TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    redirect_host TEXT NOT NULL,
    challenge TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- when the tokens were made, and when they were handed out
    used_at BIGINT,
    answered_at BIGINT
);
CREATE INDEX agent_codes_by_expiry ON agent_codes (expires_at);
CREATE INDEX agent_codes_by_owner ON agent_codes (tenant, owner);
CREATE INDEX agent_codes_by_client ON agent_codes (client_id);

CREATE TABLE agent_access_tokens (
    token_hash TEXT PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX agent_access_tokens_by_agent ON agent_access_tokens (agent_id);
CREATE INDEX agent_access_tokens_by_expiry ON agent_access_tokens (expires_at);

CREATE TABLE agent_refresh_tokens (
    token_hash TEXT PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    -- a replaced token stays for a while, so that its return is noticed
    replaced_at BIGINT
);
CREATE INDEX agent_refresh_tokens_by_agent ON agent_refresh_tokens (agent_id);
CREATE INDEX agent_refresh_tokens_by_replacement ON agent_refresh_tokens (replaced_at);

-- Consents that are remembered: of clients whose address proves who they are.
CREATE TABLE agent_consents (
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_host TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, owner, client_id, redirect_host)
);

-- Clients that the operator entered.
CREATE TABLE agent_clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- separated by spaces
    redirect_uris TEXT NOT NULL,
    secret_hash TEXT,
    created_at BIGINT NOT NULL
);

-- Requests of clients that wait for somebody to log in.
CREATE TABLE agent_requests (
    id_hash TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX agent_requests_by_expiry ON agent_requests (expires_at);
