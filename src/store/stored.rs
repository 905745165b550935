//! Stored projects and pages: what a caller puts there, and the lists, page by page along an index.

use super::Store;
use super::error::StoreError;
use super::pool::{in_transaction, on_reader};
use crate::model::ids::new_id;
use crate::model::scope::Scope;
use crate::model::shared_text::SharedText;
use crate::model::stored::{PageEntry, ProjectEntry, Sites, StoredPage, StoredProject};

/// Id, key in lists, key at the site where that is another, name, lead and address. Lists are long: columns are read by
/// their place.
type ProjectRow = (
    String,
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
);

/// Id, space, id in lists, id at the site where that is another, title and address.
type PageRow = (
    String,
    String,
    String,
    Option<String>,
    String,
    Option<String>,
);

/// Makes rows of one user what is shown of them.
struct Shown {
    owner_id: SharedText,
    sites: Sites,
}

impl Shown {
    fn of(user_id: &str) -> Self {
        Self {
            owner_id: user_id.into(),
            sites: Sites::default(),
        }
    }

    fn project(&mut self, row: ProjectRow) -> StoredProject {
        let (id, key_in_lists, key_at_site, name, lead, url) = row;
        let (key, place) = match key_at_site {
            Some(key) => (key, Some(key_in_lists)),
            None => (key_in_lists, None),
        };
        StoredProject {
            id,
            owner_id: self.owner_id.clone(),
            key,
            name,
            lead,
            site: url.as_deref().and_then(|url| self.sites.of(url)),
            url,
            place,
        }
    }

    fn page(&mut self, row: PageRow) -> StoredPage {
        let (id, space_key, id_in_lists, id_at_site, title, url) = row;
        StoredPage {
            id,
            owner_id: self.owner_id.clone(),
            space_key,
            page_id: id_at_site.unwrap_or(id_in_lists),
            title,
            site: url.as_deref().and_then(|url| self.sites.of(url)),
            url,
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
            Ok(Shown::of(user_id).project(row))
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
            Ok(Shown::of(user_id).page(row))
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
        let mut shown = Shown::of(user_id);
        Ok(rows.into_iter().map(|row| shown.project(row)).collect())
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
        let mut shown = Shown::of(user_id);
        Ok(rows.into_iter().map(|row| shown.page(row)).collect())
    }
}

macro_rules! project_columns {
    () => {
        "id, project_key, key_at_site, name, lead, url"
    };
}

macro_rules! page_columns {
    () => {
        "id, space_key, page_id, id_at_site, title, url"
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
