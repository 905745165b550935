-- How many entries of its list a sync could not read: one that is only told oddly is not gone, so nothing is removed then.
-- Valid on SQLite and PostgreSQL.
ALTER TABLE sync_runs ADD COLUMN unread BIGINT NOT NULL DEFAULT 0;
