-- Why a connection's site turns all its calls away, in words that are safe to show; none while it answers.
-- Valid on SQLite and PostgreSQL.
ALTER TABLE connections ADD COLUMN trouble TEXT;
