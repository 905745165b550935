-- Users, and the projects and pages stored for them. Valid on SQLite and PostgreSQL.
-- Users are rows of an owner, never principals; each owner has one of its own.
CREATE TABLE user_rows (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    -- counts the owner's rows: the order they were made in, whatever the clock says
    number BIGINT NOT NULL,
    email TEXT,
    -- the address in lower case: what makes two spellings the same
    email_key TEXT,
    display_name TEXT,
    is_own BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant, owner, number),
    UNIQUE (tenant, owner, email_key)
);
CREATE UNIQUE INDEX user_rows_own ON user_rows (tenant, owner) WHERE is_own;

-- `origin` is `manual` (a caller put the row here) or `sync` (a run did, for one connection on one site).
CREATE TABLE stored_projects (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_rows (id),
    project_key TEXT NOT NULL,
    name TEXT NOT NULL,
    lead TEXT,
    url TEXT,
    origin TEXT NOT NULL,
    connection_id TEXT,
    cloud_id TEXT,
    run_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant, owner, user_id, project_key)
);
CREATE INDEX stored_projects_by_connection ON stored_projects (connection_id, cloud_id, run_id);

CREATE TABLE stored_pages (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_rows (id),
    space_key TEXT NOT NULL,
    page_id TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    origin TEXT NOT NULL,
    connection_id TEXT,
    cloud_id TEXT,
    run_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant, owner, user_id, space_key, page_id)
);
CREATE INDEX stored_pages_by_title ON stored_pages (tenant, owner, user_id, title, id);
CREATE INDEX stored_pages_by_connection ON stored_pages (connection_id, cloud_id, run_id);
