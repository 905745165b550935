//! Stored projects and pages: what a caller puts there, and the lists, page by page along an index.

use super::Store;
use super::error::StoreError;
use super::pool::{in_transaction, on_reader};
use super::row::row;
use crate::model::ids::new_id;
use crate::model::scope::Scope;
use crate::model::stored::{PageEntry, ProjectEntry, StoredPage, StoredProject, site_of};

row! {
    struct ProjectRow {
        id: String,
        user_id: String,
        project_key: String,
        shown_key: String,
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
        shown_id: String,
        title: String,
        url: Option<String>,
    }
}

impl From<ProjectRow> for StoredProject {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: row.id,
            owner_id: row.user_id,
            key: row.shown_key,
            name: row.name,
            lead: row.lead,
            site: row.url.as_deref().and_then(site_of),
            url: row.url,
            place: row.project_key,
        }
    }
}

impl From<PageRow> for StoredPage {
    fn from(row: PageRow) -> Self {
        Self {
            id: row.id,
            owner_id: row.user_id,
            space_key: row.space_key,
            page_id: row.shown_id,
            title: row.title,
            site: row.url.as_deref().and_then(site_of),
            url: row.url,
        }
    }
}

impl Store {
    /// Stores a project for one of the owner's users, in place of the one with the same key, on whichever
    /// site. From now on it is a caller's row, which no sync changes or removes.
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
        in_transaction!(self, |tx| {
            for statement in [ADOPT_PROJECT, REMOVE_SYNCED_PROJECTS] {
                sqlx::query(statement)
                    .bind(scope.tenant().as_str())
                    .bind(scope.owner().as_str())
                    .bind(user_id)
                    .bind(&entry.key)
                    .execute(&mut *tx)
                    .await?;
            }
            let row: ProjectRow = sqlx::query_as(PUT_PROJECT)
                .bind(new_id(now))
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(user_id)
                .bind(&entry.key)
                .bind(&entry.name)
                .bind(&entry.lead)
                .bind(&entry.url)
                .bind(now.millis())
                .fetch_one(&mut *tx)
                .await?;
            Ok(row.into())
        })
    }

    /// Stores a page for one of the owner's users, in place of the same page of the same space, on whichever
    /// site; likewise a caller's row from now on.
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
        in_transaction!(self, |tx| {
            for statement in [ADOPT_PAGE, REMOVE_SYNCED_PAGES] {
                sqlx::query(statement)
                    .bind(scope.tenant().as_str())
                    .bind(scope.owner().as_str())
                    .bind(user_id)
                    .bind(&entry.space_key)
                    .bind(&entry.page_id)
                    .execute(&mut *tx)
                    .await?;
            }
            let row: PageRow = sqlx::query_as(PUT_PAGE)
                .bind(new_id(now))
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(user_id)
                .bind(&entry.space_key)
                .bind(&entry.page_id)
                .bind(&entry.title)
                .bind(&entry.url)
                .bind(now.millis())
                .fetch_one(&mut *tx)
                .await?;
            Ok(row.into())
        })
    }

    /// The projects stored for a user behind a place in their list, by key.
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

macro_rules! project_columns {
    () => {
        "id, user_id, project_key, COALESCE(key_at_site, project_key) AS shown_key, name, lead, url"
    };
}

macro_rules! page_columns {
    () => {
        "id, user_id, space_key, COALESCE(id_at_site, page_id) AS shown_id, title, url"
    };
}

/// A row that a sync wrote becomes the caller's, and keeps its id.
const ADOPT_PROJECT: &str = "UPDATE stored_projects SET project_key = $4, key_at_site = NULL
    WHERE id = (SELECT MIN(id) FROM stored_projects WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND key_at_site = $4)
      AND NOT EXISTS (SELECT 1 FROM stored_projects WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND project_key = $4)";

const REMOVE_SYNCED_PROJECTS: &str = "DELETE FROM stored_projects WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND key_at_site = $4";

const PUT_PROJECT: &str = concat!(
    "INSERT INTO stored_projects (id, tenant, owner, user_id, project_key, name, lead, url, origin, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'manual', $9, $9)
     ON CONFLICT (tenant, owner, user_id, project_key) DO UPDATE SET
       name = excluded.name, lead = excluded.lead, url = excluded.url, origin = excluded.origin,
       connection_id = NULL, cloud_id = NULL, run_id = NULL, updated_at = excluded.updated_at
     RETURNING ",
    project_columns!()
);

/// As [`ADOPT_PROJECT`].
const ADOPT_PAGE: &str = "UPDATE stored_pages SET page_id = $5, id_at_site = NULL
    WHERE id = (SELECT MIN(id) FROM stored_pages WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND space_key = $4 AND id_at_site = $5)
      AND NOT EXISTS (SELECT 1 FROM stored_pages WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND space_key = $4 AND page_id = $5)";

const REMOVE_SYNCED_PAGES: &str = "DELETE FROM stored_pages WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND space_key = $4 AND id_at_site = $5";

const PUT_PAGE: &str = concat!(
    "INSERT INTO stored_pages (id, tenant, owner, user_id, space_key, page_id, title, url, origin, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'manual', $9, $9)
     ON CONFLICT (tenant, owner, user_id, space_key, page_id) DO UPDATE SET
       title = excluded.title, url = excluded.url, origin = excluded.origin,
       connection_id = NULL, cloud_id = NULL, run_id = NULL, updated_at = excluded.updated_at
     RETURNING ",
    page_columns!()
);

/// A page of the projects stored for a user.
pub const PROJECTS_PAGE: &str = concat!(
    "SELECT ",
    project_columns!(),
    " FROM stored_projects
    WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND project_key > $4 ORDER BY project_key LIMIT $5 + 0"
);

/// A page of the pages stored for a user.
pub const PAGES_PAGE: &str = concat!(
    "SELECT ",
    page_columns!(),
    " FROM stored_pages
    WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND (title, id) > ($4, $5) ORDER BY title, id LIMIT $6 + 0"
);
