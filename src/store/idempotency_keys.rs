//! Idempotency keys: claimed before anything is sent, settled afterwards, kept for a day
//! (draft-ietf-httpapi-idempotency-key-header).

use super::Store;
use super::error::StoreError;
use super::pool::{on_reader, on_writer};
use super::processes::Vitality;
use super::row::row;
use super::sealed_columns::KEY_RESULT;
use super::vault::AssociatedData;
use crate::model::ids::new_id;
use crate::model::lease::{LEASE, LeaseOn};
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// How often a claim is tried when the row it meets goes away under it, because it is released or
/// lapses. `ON CONFLICT DO NOTHING` also meets rows that a read does not see yet
/// (<https://www.postgresql.org/docs/current/transaction-iso.html> §13.2.1).
const TRIES: u32 = 4;

/// A claim to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewIdempotencyKey<'a> {
    /// Method and path.
    pub route: &'a str,
    /// The hash of the key.
    pub key_hash: &'a str,
    /// The hash of what was asked.
    pub body_hash: &'a str,
    /// When the key is forgotten.
    pub expires_at: Timestamp,
}

/// What became of the request that claimed a key first.
#[derive(Debug)]
pub enum KeyState {
    /// It is still at work.
    Running,
    /// Its process seems to be dead: ask again before long.
    Suspected,
    /// It succeeded with this result.
    Done(Secret),
    /// Nobody knows. A dead process may have sent its write: the key is not free again then.
    Unknown,
}

/// A claim's result.
#[derive(Debug)]
pub enum Claim {
    /// The key is ours now; the row's id.
    Ours(String),
    /// Somebody had it before.
    Taken {
        /// The hash of what they asked.
        body_hash: String,
        /// What became of it.
        state: KeyState,
    },
}

/// How the work under a key ended.
#[derive(Debug, Clone, Copy)]
pub enum KeyEnding<'a> {
    /// With this result.
    Done(&'a Secret),
    /// Nobody knows; it must not be tried again.
    Unknown,
    /// Nothing was done; the key can be claimed again.
    Released,
}

row! {
    struct IdempotencyKeyRow {
        id: String,
        body_hash: String,
        state: String,
        lease_owner: Option<String>,
        lease_until: i64,
        result_sealed: Option<String>,
        expires_at: i64,
    }
}

impl Store {
    /// Claims a key. Of all callers, on all processes, one gets [`Claim::Ours`].
    ///
    /// # Errors
    /// When the database fails, or other writers were first every time.
    pub async fn claim_key(
        &self,
        scope: &Scope,
        key: &NewIdempotencyKey<'_>,
    ) -> Result<Claim, StoreError> {
        for _ in 0..TRIES {
            let id = new_id(self.clock.now());
            if self.insert_key(scope, key, &id).await? {
                return Ok(Claim::Ours(id));
            }
            let Some(row) = self.key_row(scope, key).await? else {
                continue;
            };
            if row.expires_at <= self.clock.now().millis() {
                self.delete_expired_key(scope, &row.id).await?;
                continue;
            }
            let state = self.key_state(scope, &row).await?;
            return Ok(Claim::Taken {
                body_hash: row.body_hash,
                state,
            });
        }
        Err(StoreError::Contended)
    }

    /// Holds a claimed key for [`LEASE`] from now on, while the work under it goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_key(&self, scope: &Scope, id: &str) -> Result<(), StoreError> {
        let until = self.database_time().await?.plus(LEASE);
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE idempotency_keys SET lease_owner = $1, lease_until = $2
                 WHERE id = $3 AND tenant = $4 AND owner = $5 AND state = 'running'",
            )
            .bind(self.holder())
            .bind(until.millis())
            .bind(id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Writes down how the work under a claimed key ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_key(
        &self,
        scope: &Scope,
        id: &str,
        ending: KeyEnding<'_>,
    ) -> Result<(), StoreError> {
        // Until the row is written.
        let sealing = self.vault.sealing();
        let (state, result) = match ending {
            KeyEnding::Done(result) => (
                "done",
                Some(sealing.seal(&associated_data(scope, id), result)?),
            ),
            KeyEnding::Unknown => ("unknown", None),
            KeyEnding::Released => return self.release_key(scope, id).await,
        };
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE idempotency_keys SET state = $1, result_sealed = $2
                 WHERE id = $3 AND tenant = $4 AND owner = $5",
            )
            .bind(state)
            .bind(result)
            .bind(id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Gives up what dead processes left running; only for a process that is alone on the database.
    pub(super) async fn give_up_running_keys(&self) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("UPDATE idempotency_keys SET state = 'unknown' WHERE state = 'running'")
                .execute(db)
                .await?;
        });
        Ok(())
    }

    async fn insert_key(
        &self,
        scope: &Scope,
        key: &NewIdempotencyKey<'_>,
        id: &str,
    ) -> Result<bool, StoreError> {
        let until = self.database_time().await?.plus(LEASE);
        let inserted = on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO idempotency_keys
                   (id, tenant, owner, route, key_hash, body_hash, state, lease_until, created_at, expires_at, lease_owner)
                 VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $8, $9, $10)
                 ON CONFLICT (tenant, owner, route, key_hash) DO NOTHING",
            )
            .bind(id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(key.route)
            .bind(key.key_hash)
            .bind(key.body_hash)
            .bind(until.millis())
            .bind(self.clock.now().millis())
            .bind(key.expires_at.millis())
            .bind(self.holder())
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(inserted == 1)
    }

    async fn key_row(
        &self,
        scope: &Scope,
        key: &NewIdempotencyKey<'_>,
    ) -> Result<Option<IdempotencyKeyRow>, StoreError> {
        Ok(on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, body_hash, state, lease_owner, lease_until, result_sealed, expires_at FROM idempotency_keys
                 WHERE tenant = $1 AND owner = $2 AND route = $3 AND key_hash = $4",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(key.route)
            .bind(key.key_hash)
            .fetch_optional(db)
            .await?
        }))
    }

    async fn delete_expired_key(&self, scope: &Scope, id: &str) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "DELETE FROM idempotency_keys WHERE id = $1 AND tenant = $2 AND owner = $3 AND expires_at <= $4",
            )
            .bind(id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(self.clock.now().millis())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    async fn release_key(&self, scope: &Scope, id: &str) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "DELETE FROM idempotency_keys WHERE id = $1 AND tenant = $2 AND owner = $3",
            )
            .bind(id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    async fn key_state(
        &self,
        scope: &Scope,
        row: &IdempotencyKeyRow,
    ) -> Result<KeyState, StoreError> {
        match (row.state.as_str(), &row.result_sealed) {
            ("running", None) => self.running_state(row).await,
            ("done", Some(sealed)) => Ok(KeyState::Done(
                self.vault.open(&associated_data(scope, &row.id), sealed)?,
            )),
            ("unknown", None) => Ok(KeyState::Unknown),
            _ => Err(StoreError::Corrupt("idempotency_keys.state")),
        }
    }

    /// Whether the work under a key still goes on. The row stays as it is: a process that was only
    /// stopped for a while may yet write down how its work ended.
    async fn running_state(&self, row: &IdempotencyKeyRow) -> Result<KeyState, StoreError> {
        let until = Timestamp::from_millis(row.lease_until);
        let now = self.database_time().await?;
        if LeaseOn::Key.left(until, now).is_none() {
            return Ok(KeyState::Unknown);
        }
        let vitality = match &row.lease_owner {
            Some(holder) => self.vitality(holder).await?,
            None => Vitality::Living,
        };
        Ok(match vitality {
            Vitality::Living => KeyState::Running,
            Vitality::Missing => KeyState::Suspected,
            Vitality::Dead => KeyState::Unknown,
        })
    }
}

fn associated_data<'a>(scope: &'a Scope, id: &'a str) -> AssociatedData<'a> {
    AssociatedData {
        column: &KEY_RESULT,
        tenant: scope.tenant().as_str(),
        owner: scope.owner().as_str(),
        row: id,
        generation: 0,
    }
}
