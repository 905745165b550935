-- Who holds an idempotency key, and when times were written down that somebody waits for: a clock that
-- was ahead and was set back must hold nobody up. Valid on SQLite and PostgreSQL.
ALTER TABLE idempotency_keys ADD COLUMN lease_owner TEXT;
-- when next_attempt_at was written
ALTER TABLE grants ADD COLUMN failed_at BIGINT;
-- when available_at was written
ALTER TABLE sync_runs ADD COLUMN noted_at BIGINT;
