//! Users: rows of an owner, one of which stands for the owner.

use super::Store;
use super::error::StoreError;
use super::pool::{on_reader, on_writer};
use super::row::row;
use crate::model::ids::new_id;
use crate::model::scope::Scope;
use crate::model::user_row::{NewUser, UserRow, email_key};

/// How often a row that loses against another of the same moment is written again.
const WRITE_ATTEMPTS: usize = 8;

row! {
    struct UserRecord {
        id: String,
        email: Option<String>,
        display_name: Option<String>,
        number: i64,
    }
}

impl From<UserRecord> for UserRow {
    fn from(row: UserRecord) -> Self {
        Self {
            id: row.id,
            email: row.email,
            display_name: row.display_name,
            number: row.number,
        }
    }
}

impl Store {
    /// Finds or makes the owner's user with this address. The owner's first one is their own row, and
    /// so is one that was made for them without an address.
    ///
    /// # Errors
    /// When the database fails, or other writers were first every time.
    pub async fn put_user(&self, scope: &Scope, new: &NewUser) -> Result<UserRow, StoreError> {
        for _ in 0..WRITE_ATTEMPTS {
            if let Some(user) = self.user_by_email(scope, &new.email_key()).await? {
                return Ok(user);
            }
            if let Some(user) = self.name_own_user(scope, new).await? {
                return Ok(user);
            }
            let (email, name) = (Some(new.email.as_str()), new.display_name.as_deref());
            if let Some(user) = self.insert_user(scope, email, name).await? {
                return Ok(user);
            }
        }
        Err(StoreError::Contended)
    }

    /// The owner's own row, made when there is none, with what is known of the person.
    ///
    /// # Errors
    /// When the database fails, or other writers were first every time.
    pub async fn own_user(&self, scope: &Scope) -> Result<UserRow, StoreError> {
        for _ in 0..WRITE_ATTEMPTS {
            if let Some(user) = self.find_own_user(scope).await? {
                return Ok(user);
            }
            let person = self.known_person(scope).await?;
            let (name, email) = person.unwrap_or_default();
            if let Some(user) = self
                .insert_user(scope, email.as_deref(), name.as_deref())
                .await?
            {
                return Ok(user);
            }
        }
        Err(StoreError::Contended)
    }

    /// One user of the owner's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, scope: &Scope, id: &str) -> Result<Option<UserRow>, StoreError> {
        let row: Option<UserRecord> = on_reader!(self, |db| {
            sqlx::query_as("SELECT id, email, display_name, number FROM user_rows WHERE id = $1 AND tenant = $2 AND owner = $3")
                .bind(id)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .fetch_optional(db)
                .await?
        });
        Ok(row.map(UserRow::from))
    }

    /// The owner's users below a number, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(
        &self,
        scope: &Scope,
        below: i64,
        limit: i64,
    ) -> Result<Vec<UserRow>, StoreError> {
        let rows: Vec<UserRecord> = on_reader!(self, |db| {
            sqlx::query_as(USERS_PAGE)
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .bind(below)
                .bind(limit)
                .fetch_all(db)
                .await?
        });
        Ok(rows.into_iter().map(UserRow::from).collect())
    }

    async fn user_by_email(
        &self,
        scope: &Scope,
        email_key: &str,
    ) -> Result<Option<UserRow>, StoreError> {
        let row: Option<UserRecord> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, email, display_name, number FROM user_rows WHERE tenant = $1 AND owner = $2 AND email_key = $3",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(email_key)
            .fetch_optional(db)
            .await?
        });
        Ok(row.map(UserRow::from))
    }

    /// The owner's own row, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_own_user(&self, scope: &Scope) -> Result<Option<UserRow>, StoreError> {
        let row: Option<UserRecord> = on_reader!(self, |db| {
            sqlx::query_as("SELECT id, email, display_name, number FROM user_rows WHERE tenant = $1 AND owner = $2 AND is_own")
                .bind(scope.tenant().as_str())
                .bind(scope.owner().as_str())
                .fetch_optional(db)
                .await?
        });
        Ok(row.map(UserRow::from))
    }

    /// Gives the owner's own row the address it lacks; none when it has one or does not exist.
    async fn name_own_user(
        &self,
        scope: &Scope,
        new: &NewUser,
    ) -> Result<Option<UserRow>, StoreError> {
        let row: Option<UserRecord> = on_writer!(self, |db| {
            sqlx::query_as(
                "UPDATE user_rows SET email = $1, email_key = $2, display_name = COALESCE($3, display_name)
                 WHERE tenant = $4 AND owner = $5 AND is_own AND email_key IS NULL
                 RETURNING id, email, display_name, number",
            )
            .bind(&new.email)
            .bind(new.email_key())
            .bind(&new.display_name)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .fetch_all(db)
            .await?
            .pop()
        });
        Ok(row.map(UserRow::from))
    }

    /// A new row; none when another one was made at the same moment.
    async fn insert_user(
        &self,
        scope: &Scope,
        email: Option<&str>,
        display_name: Option<&str>,
    ) -> Result<Option<UserRow>, StoreError> {
        let now = self.clock.now();
        let row: Option<UserRecord> = on_writer!(self, |db| {
            sqlx::query_as(
                "INSERT INTO user_rows (id, tenant, owner, number, email, email_key, display_name, is_own, created_at)
                 VALUES ($1, $2, $3,
                   (SELECT COALESCE(MAX(number), 0) + 1 FROM user_rows WHERE tenant = $2 AND owner = $3),
                   $4, $5, $6,
                   NOT EXISTS (SELECT 1 FROM user_rows WHERE tenant = $2 AND owner = $3 AND is_own), $7)
                 ON CONFLICT DO NOTHING RETURNING id, email, display_name, number",
            )
            .bind(new_id(now))
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(email)
            .bind(email.map(email_key))
            .bind(display_name)
            .bind(now.millis())
            .fetch_all(db)
            .await?
            .pop()
        });
        Ok(row.map(UserRow::from))
    }

    /// Name and address of the person who owns these rows; keys and open mode have none.
    async fn known_person(
        &self,
        scope: &Scope,
    ) -> Result<Option<(Option<String>, Option<String>)>, StoreError> {
        Ok(on_reader!(self, |db| {
            sqlx::query_as("SELECT display_name, email FROM people WHERE id = $1")
                .bind(scope.owner().as_str())
                .fetch_optional(db)
                .await?
        }))
    }
}

/// A page of an owner's users.
pub const USERS_PAGE: &str = "SELECT id, email, display_name, number FROM user_rows
    WHERE tenant = $1 AND owner = $2 AND number < $3 ORDER BY number DESC LIMIT $4 + 0";
