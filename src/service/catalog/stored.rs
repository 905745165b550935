//! Users and the rows stored for them, as callers put them there and list them.

use super::Catalog;
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::stored::{PageEntry, ProjectEntry, StoredPage, StoredProject, ToStore};
use crate::model::time::Timestamp;
use crate::model::user_row::{NewUser, UserRow, is_row_id};
use crate::service::error::ServiceError;

/// Between title and id in the cursor of a list of pages; titles are one line.
const BETWEEN: char = '\n';

impl Catalog {
    /// Finds or makes a user.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn put_user(
        &self,
        scope: &Scope,
        user: &NewUser,
    ) -> Result<UserRow, ServiceError> {
        Ok(self.store.put_user(scope, user).await?)
    }

    /// The owner's users, newest first.
    ///
    /// # Errors
    /// `Validation` for a cursor of another list; when the store fails.
    pub(crate) async fn users(
        &self,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<UserRow>, ServiceError> {
        let below = match &page.cursor {
            None => i64::MAX,
            Some(text) => text.parse().map_err(|_| unknown_cursor())?,
        };
        let rows = self.store.users(scope, below, one_more(page)).await?;
        Ok(page_of(rows, page, |user| user.number.to_string()))
    }

    /// One user.
    ///
    /// # Errors
    /// `NotFound` when there is no such user; when the store fails.
    pub(crate) async fn user(&self, scope: &Scope, id: &str) -> Result<UserRow, ServiceError> {
        self.find_user(scope, id)
            .await?
            .ok_or_else(|| ServiceError::NotFound(String::from("there is no such user")))
    }

    /// Refuses a list of rows of a user that there is not. Rows hang on their user by a foreign key: where
    /// some were found, nobody has to be looked for.
    ///
    /// # Errors
    /// `NotFound` when there is no such user; when the store fails.
    pub(crate) async fn expect_user<T>(
        &self,
        scope: &Scope,
        id: &str,
        rows: &Page<T>,
    ) -> Result<(), ServiceError> {
        if rows.items.is_empty() {
            self.user(scope, id).await?;
        }
        Ok(())
    }

    /// Stores a project.
    ///
    /// # Errors
    /// `Validation` when it is for a user that there is not; when the store fails.
    pub(crate) async fn put_project(
        &self,
        scope: &Scope,
        ToStore { owner_id, entry }: ToStore<ProjectEntry>,
    ) -> Result<StoredProject, ServiceError> {
        let user_id = self.user_to_store_for(scope, owner_id).await?;
        Ok(self.store.put_project(scope, &user_id, &entry).await?)
    }

    /// Stores a page.
    ///
    /// # Errors
    /// `Validation` when it is for a user that there is not; when the store fails.
    pub(crate) async fn put_page(
        &self,
        scope: &Scope,
        ToStore { owner_id, entry }: ToStore<PageEntry>,
    ) -> Result<StoredPage, ServiceError> {
        let user_id = self.user_to_store_for(scope, owner_id).await?;
        Ok(self.store.put_page(scope, &user_id, &entry).await?)
    }

    /// The projects stored for a user, by key.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn projects(
        &self,
        scope: &Scope,
        user_id: &str,
        page: &PageRequest,
    ) -> Result<Page<StoredProject>, ServiceError> {
        if !is_row_id(user_id) {
            return Ok(Page::last(Vec::new()));
        }
        let behind = page.cursor.as_deref().unwrap_or_default();
        let rows = self
            .store
            .stored_projects(scope, user_id, behind, one_more(page))
            .await?;
        Ok(page_of(rows, page, |project| {
            project.place.as_ref().unwrap_or(&project.key).clone()
        }))
    }

    /// The pages stored for a user, by title.
    ///
    /// # Errors
    /// `Validation` for a cursor of another list; when the store fails.
    pub(crate) async fn pages(
        &self,
        scope: &Scope,
        user_id: &str,
        page: &PageRequest,
    ) -> Result<Page<StoredPage>, ServiceError> {
        let cursor = page.cursor.as_deref();
        let behind = cursor.map_or(Some(("", "")), |text| text.split_once(BETWEEN));
        let behind = behind.ok_or_else(unknown_cursor)?;
        if !is_row_id(user_id) {
            return Ok(Page::last(Vec::new()));
        }
        let rows = self
            .store
            .stored_pages(scope, user_id, behind, one_more(page))
            .await?;
        Ok(page_of(rows, page, |row| {
            format!("{}{BETWEEN}{}", row.title, row.id)
        }))
    }

    /// The user whose rows are meant by `asked`: without it, the owner's own row, empty when there is
    /// none yet. Nothing is made for somebody who only looks. And when a sync last filled these rows.
    /// Whether there is a user `asked` is for [`Catalog::expect_user`] to say.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn owner_of_rows(
        &self,
        scope: &Scope,
        product: Product,
        asked: Option<&str>,
    ) -> Result<(String, Option<Timestamp>), ServiceError> {
        let user_id = if let Some(asked) = asked {
            asked.to_owned()
        } else {
            let own = self.store.find_own_user(scope).await?;
            own.map(|user| user.id).unwrap_or_default()
        };
        let run = self.store.sync_run(scope, product).await?;
        let synced_at = run
            .filter(|run| run.user_id == user_id)
            .and_then(|run| run.synced_at);
        Ok((user_id, synced_at))
    }

    async fn user_to_store_for(
        &self,
        scope: &Scope,
        owner_id: Option<String>,
    ) -> Result<String, ServiceError> {
        match owner_id {
            None => Ok(self.store.own_user(scope).await?.id),
            Some(id) => self
                .find_user(scope, &id)
                .await?
                .map(|user| user.id)
                .ok_or_else(|| {
                    ServiceError::invalid("owner_id", "there is no user with this owner_id")
                }),
        }
    }

    async fn find_user(&self, scope: &Scope, id: &str) -> Result<Option<UserRow>, ServiceError> {
        if !is_row_id(id) {
            return Ok(None);
        }
        Ok(self.store.user(scope, id).await?)
    }
}

/// One row more than wanted tells whether there is another page.
fn one_more(page: &PageRequest) -> i64 {
    i64::from(page.limit) + 1
}

/// The rows that were wanted, and where they end if there are more.
fn page_of<T>(mut rows: Vec<T>, page: &PageRequest, position: impl Fn(&T) -> String) -> Page<T> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(position);
    Page { items: rows, next }
}

fn unknown_cursor() -> ServiceError {
    ServiceError::invalid("cursor", "this cursor does not belong to this list")
}
