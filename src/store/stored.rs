//! Stored projects and pages: what a caller puts there, and the lists, page by page along an index.

use super::Store;
use super::error::StoreError;
use super::pool::{on_reader, on_writer};
use super::row::row;
use crate::model::ids::new_id;
use crate::model::scope::Scope;
use crate::model::stored::{PageEntry, ProjectEntry, StoredPage, StoredProject};

row! {
    struct ProjectRow {
        id: String,
        user_id: String,
        project_key: String,
        name: String,
        lead: Option<String>,
        url: Option<String>,
    }
}

row! {
    struct PageRow {
        id: String,
        user_id: String,
        space_key: String,
        page_id: String,
        title: String,
        url: Option<String>,
    }
}

impl From<ProjectRow> for StoredProject {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: row.id,
            owner_id: row.user_id,
            key: row.project_key,
            name: row.name,
            lead: row.lead,
            url: row.url,
        }
    }
}

impl From<PageRow> for StoredPage {
    fn from(row: PageRow) -> Self {
        Self {
            id: row.id,
            owner_id: row.user_id,
            space_key: row.space_key,
            page_id: row.page_id,
            title: row.title,
            url: row.url,
        }
    }
}

impl Store {
    /// Stores a project for one of the owner's users, in place of the one with the same key. From now
    /// on it is a caller's row, which no sync changes or removes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_project(
        &self,
        scope: &Scope,
        user_id: &str,
        entry: &ProjectEntry,
    ) -> Result<StoredProject, StoreError> {
        let now = self.clock.now();
        let row: ProjectRow = on_writer!(self, |db| {
            sqlx::query_as(
                "INSERT INTO stored_projects (id, tenant, owner, user_id, project_key, name, lead, url, origin, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'manual', $9, $9)
                 ON CONFLICT (tenant, owner, user_id, project_key) DO UPDATE SET
                   name = excluded.name, lead = excluded.lead, url = excluded.url, origin = excluded.origin,
                   connection_id = NULL, cloud_id = NULL, run_id = NULL, updated_at = excluded.updated_at
                 RETURNING id, user_id, project_key, name, lead, url",
            )
            .bind(new_id(now))
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(user_id)
            .bind(&entry.key)
            .bind(&entry.name)
            .bind(&entry.lead)
            .bind(&entry.url)
            .bind(now.millis())
            .fetch_all(db)
            .await?
            .pop()
            .ok_or(sqlx::Error::RowNotFound)?
        });
        Ok(row.into())
    }

    /// Stores a page for one of the owner's users, in place of the same page of the same space;
    /// likewise a caller's row from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_page(
        &self,
        scope: &Scope,
        user_id: &str,
        entry: &PageEntry,
    ) -> Result<StoredPage, StoreError> {
        let now = self.clock.now();
        let row: PageRow = on_writer!(self, |db| {
            sqlx::query_as(
                "INSERT INTO stored_pages (id, tenant, owner, user_id, space_key, page_id, title, url, origin, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'manual', $9, $9)
                 ON CONFLICT (tenant, owner, user_id, space_key, page_id) DO UPDATE SET
                   title = excluded.title, url = excluded.url, origin = excluded.origin,
                   connection_id = NULL, cloud_id = NULL, run_id = NULL, updated_at = excluded.updated_at
                 RETURNING id, user_id, space_key, page_id, title, url",
            )
            .bind(new_id(now))
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(user_id)
            .bind(&entry.space_key)
            .bind(&entry.page_id)
            .bind(&entry.title)
            .bind(&entry.url)
            .bind(now.millis())
            .fetch_all(db)
            .await?
            .pop()
            .ok_or(sqlx::Error::RowNotFound)?
        });
        Ok(row.into())
    }

    /// The projects stored for a user behind a key, by key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stored_projects(
        &self,
        scope: &Scope,
        user_id: &str,
        behind: &str,
        limit: i64,
    ) -> Result<Vec<StoredProject>, StoreError> {
        let rows: Vec<ProjectRow> = on_reader!(self, |db| {
            sqlx::query_as(PROJECTS_PAGE)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(user_id)
                .bind(behind)
                .bind(limit)
                .fetch_all(db)
                .await?
        });
        Ok(rows.into_iter().map(StoredProject::from).collect())
    }

    /// The pages stored for a user behind a title and id, by title.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stored_pages(
        &self,
        scope: &Scope,
        user_id: &str,
        (title, id): (&str, &str),
        limit: i64,
    ) -> Result<Vec<StoredPage>, StoreError> {
        let rows: Vec<PageRow> = on_reader!(self, |db| {
            sqlx::query_as(PAGES_PAGE)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(user_id)
                .bind(title)
                .bind(id)
                .bind(limit)
                .fetch_all(db)
                .await?
        });
        Ok(rows.into_iter().map(StoredPage::from).collect())
    }
}

/// A page of the projects stored for a user.
pub const PROJECTS_PAGE: &str = "SELECT id, user_id, project_key, name, lead, url FROM stored_projects
    WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND project_key > $4 ORDER BY project_key LIMIT $5 + 0";

/// A page of the pages stored for a user.
pub const PAGES_PAGE: &str = "SELECT id, user_id, space_key, page_id, title, url FROM stored_pages
    WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND (title, id) > ($4, $5) ORDER BY title, id LIMIT $6 + 0";
