-- Rows that a sync wrote are told apart by their site: two sites may have a project of one key, or a page of one id.
-- Valid on SQLite and PostgreSQL. What identifies such a row (`project_key`, `page_id`) is now the key or id, a blank and
-- the site's cloud id, so that the version before, which knows the table's old key only, works beside this one.
-- The key or id as the site has it; none in rows that callers stored, where it identifies the row by itself.
ALTER TABLE stored_projects ADD COLUMN key_at_site TEXT;
ALTER TABLE stored_pages ADD COLUMN id_at_site TEXT;
UPDATE stored_projects SET key_at_site = project_key, project_key = project_key || ' ' || cloud_id
  WHERE origin = 'sync' AND cloud_id IS NOT NULL;
UPDATE stored_pages SET id_at_site = page_id, page_id = page_id || ' ' || cloud_id
  WHERE origin = 'sync' AND cloud_id IS NOT NULL;
CREATE INDEX stored_projects_by_key_at_site ON stored_projects (tenant, owner, user_id, key_at_site);
CREATE INDEX stored_pages_by_id_at_site ON stored_pages (tenant, owner, user_id, space_key, id_at_site);
