//! API keys, known by the hash of their text.

use std::time::Duration;

use super::Store;
use super::error::StoreError;
use super::pool::{on_reader, on_writer};
use super::row::row;
use crate::model::api_key::{ApiKey, KeyScope};
use crate::model::ids::TenantId;
use crate::model::key_limits::KeyLimits;
use crate::model::owner::{Owner, PersonId};
use crate::model::time::Timestamp;

/// A key's use is written down at most this often.
const USE_RESOLUTION: Duration = Duration::from_mins(5);

/// What stands under the hash of a text.
#[derive(Debug)]
pub(crate) enum FoundKey {
    /// Nothing.
    None,
    /// A key that is revoked or expired.
    Lapsed(ApiKey),
    /// A good key that nobody had used before.
    GoodForTheFirstTime(ApiKey),
    /// A good key.
    Good(ApiKey),
}

row! {
    struct ApiKeyRow {
        id: String,
        tenant: String,
        owner: String,
        scopes: String,
        limits: Option<String>,
        created_at: i64,
        expires_at: Option<i64>,
        used_at: Option<i64>,
        revoked_at: Option<i64>,
    }
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = StoreError;

    fn try_from(row: ApiKeyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            tenant: TenantId::parse(&row.tenant)
                .map_err(|_| StoreError::Corrupt("api_keys.tenant"))?,
            owner: Owner::from_text(row.owner),
            scopes: KeyScope::parse_list(&row.scopes)
                .map_err(|_| StoreError::Corrupt("api_keys.scopes"))?,
            limits: KeyLimits::of_row(row.limits.as_deref())
                .ok_or(StoreError::Corrupt("api_keys.limits"))?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: row.expires_at.map(Timestamp::from_millis),
            used_at: row.used_at.map(Timestamp::from_millis),
            revoked_at: row.revoked_at.map(Timestamp::from_millis),
        })
    }
}

impl Store {
    /// Stores a new key under the hash of its text.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn insert_api_key(
        &self,
        key: &ApiKey,
        key_hash: &str,
    ) -> Result<(), StoreError> {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO api_keys (id, key_hash, tenant, owner, scopes, created_at, expires_at, limits)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(&key.id)
            .bind(key_hash)
            .bind(key.tenant.as_str())
            .bind(key.owner.as_str())
            .bind(scopes.join(","))
            .bind(key.created_at.millis())
            .bind(key.expires_at.map(Timestamp::millis))
            .bind(key.limits.to_row())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// The key with this hash. Its use is written down if it is good.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub(crate) async fn api_key(&self, key_hash: &str) -> Result<FoundKey, StoreError> {
        let (recently, hash) = (&self.recently, key_hash.to_owned());
        let read = async |hash: &String| self.stored_key(hash).await;
        let found = recently.keys.or_read(&recently.writes, hash, read).await?;
        let now = self.clock.now();
        let key = match found {
            None => return Ok(FoundKey::None),
            Some(key) if !key.is_good(now) => return Ok(FoundKey::Lapsed(key)),
            Some(key) => key,
        };
        match key.used_at {
            None if self.forgiven(self.note_first_use(&key.id, now).await) => {
                return Ok(FoundKey::GoodForTheFirstTime(key));
            }
            Some(used_at) if now.since(used_at) >= USE_RESOLUTION => {
                self.forgiven(self.note_use_of_key(&key.id, now).await);
            }
            _ => {}
        }
        Ok(FoundKey::Good(key))
    }

    async fn stored_key(&self, key_hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let row: Option<ApiKeyRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, tenant, owner, scopes, limits, created_at, expires_at, used_at, revoked_at
                 FROM api_keys WHERE key_hash = $1",
            )
            .bind(key_hash)
            .fetch_optional(db)
            .await?
        });
        row.map(ApiKey::try_from).transpose()
    }

    async fn note_use_of_key(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("UPDATE api_keys SET used_at = $1 WHERE id = $2")
                .bind(now.millis())
                .bind(id)
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// `false` where another request of this moment was the first.
    async fn note_first_use(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let changed = on_writer!(self, |db| {
            sqlx::query("UPDATE api_keys SET used_at = $1 WHERE id = $2 AND used_at IS NULL")
                .bind(now.millis())
                .bind(id)
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(changed > 0)
    }

    /// Whether a key is still good. Being asked is no use of it.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub(crate) async fn is_good_key(&self, id: &str) -> Result<bool, StoreError> {
        let row: Option<ApiKeyRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, tenant, owner, scopes, limits, created_at, expires_at, used_at, revoked_at
                 FROM api_keys WHERE id = $1",
            )
            .bind(id)
            .fetch_optional(db)
            .await?
        });
        let key = row.map(ApiKey::try_from).transpose()?;
        Ok(key.is_some_and(|key| key.is_good(self.clock.now())))
    }

    /// Every key, newest first.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub(crate) async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let rows: Vec<ApiKeyRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, tenant, owner, scopes, limits, created_at, expires_at, used_at, revoked_at
                 FROM api_keys ORDER BY id DESC",
            )
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(ApiKey::try_from).collect()
    }

    /// Revokes a key; `false` when there is none with this id, or it was revoked before.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn revoke_api_key(&self, id: &str) -> Result<bool, StoreError> {
        let changed = on_writer!(self, |db| {
            sqlx::query("UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
                .bind(self.clock.now().millis())
                .bind(id)
                .execute(db)
                .await?
                .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Whether there is a person with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn person_exists(&self, id: &PersonId) -> Result<bool, StoreError> {
        let found: Option<(String,)> = on_reader!(self, |db| {
            sqlx::query_as("SELECT id FROM people WHERE id = $1")
                .bind(id.as_str())
                .fetch_optional(db)
                .await?
        });
        Ok(found.is_some())
    }
}
