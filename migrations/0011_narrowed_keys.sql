-- What a key is narrowed to besides its scopes: words such as `product:jira allow:issue`; none for all there is.
-- Valid on SQLite and PostgreSQL.
ALTER TABLE api_keys ADD COLUMN limits TEXT;
