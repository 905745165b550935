//! What readiness and start-up ask of the database: can it be written, is its schema ours, is the
//! vault's key the right one, does its clock agree with ours.

use super::Store;
use super::error::StoreError;
use super::moves::CLOSED;
use super::pool::{Pool, known_migrations, on_reader, on_writer};
use super::sealed_columns::VAULT_CHECK;
use super::statement::Statement;
use super::vault::{AssociatedData, VaultError};
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// The schema epoch this program understands; a migration that older programs cannot live with
/// raises `schema_info.oldest_epoch`.
const EPOCH: i64 = 1;
pub(super) const READ_CHECKS: &str = "SELECT key_id, sealed FROM vault_checks ORDER BY key_id";
const CHECK_TEXT: &str = "the vault key is the right one";

/// Whether a statement failed because its table is not there: PostgreSQL has a code for that (`undefined_table`,
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>), SQLite words.
fn is_missing_table(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
    })
}

impl Store {
    pub(super) async fn refuse_newer_schema(&self) -> Result<(), StoreError> {
        let oldest: Result<Option<(i64,)>, sqlx::Error> = on_writer!(self, |db| {
            sqlx::query_as("SELECT oldest_epoch FROM schema_info WHERE id = 1")
                .fetch_all(db)
                .await
                .map(|mut rows| rows.pop())
        });
        match oldest {
            Ok(Some((epoch,))) if epoch % CLOSED > EPOCH => Err(StoreError::SchemaTooNew),
            // A database that was never migrated has no such table.
            Ok(_) => Ok(()),
            Err(error) if is_missing_table(&error) => self.refuse_anothers_schema().await,
            Err(error) => Err(error.into()),
        }
    }

    /// Refuses a database without our tables whose list of migrations has entries: they are another program's, which
    /// would not start any more if ours stood among them.
    async fn refuse_anothers_schema(&self) -> Result<(), StoreError> {
        let listed: Result<Option<(i64,)>, sqlx::Error> = on_writer!(self, |db| {
            sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations")
                .fetch_all(db)
                .await
                .map(|mut rows| rows.pop())
        });
        match listed {
            // Unless another process of ours has made its tables meanwhile: the first entry comes with them.
            Ok(Some((count,))) if count > 0 && !self.has_schema_info().await? => {
                Err(StoreError::AnotherPrograms)
            }
            Ok(_) => Ok(()),
            Err(error) if is_missing_table(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn has_schema_info(&self) -> Result<bool, StoreError> {
        let found: Result<Option<(i64,)>, sqlx::Error> = on_writer!(self, |db| {
            sqlx::query_as("SELECT COUNT(*) FROM schema_info")
                .fetch_all(db)
                .await
                .map(|mut rows| rows.pop())
        });
        match found {
            Ok(_) => Ok(true),
            Err(error) if is_missing_table(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Refuses a ring that does not open what was sealed before: every key in use has left its proof.
    pub(super) fn refuse_wrong_ring(&self, checks: &[(String, String)]) -> Result<(), StoreError> {
        let missing = checks.iter().filter(|(id, _)| !self.vault.has_key(id));
        let missing: Vec<&str> = missing.map(|(id, _)| id.as_str()).collect();
        if !missing.is_empty() {
            return Err(VaultError::KeyMissing(missing.join("\", \"")).into());
        }
        for (key_id, sealed) in checks {
            self.vault
                .open(&check_associated_data(key_id), sealed)
                .map_err(|_| VaultError::WrongKey(key_id.clone()))?;
        }
        Ok(())
    }

    /// The proof of the key at `index`, if it has left none yet.
    pub(super) fn proof(
        &self,
        checks: &[(String, String)],
        index: usize,
    ) -> Result<Option<String>, StoreError> {
        let key_id = self.vault.key_id(index);
        if checks.iter().any(|(known, _)| known == key_id) {
            return Ok(None);
        }
        let text = Secret::new(CHECK_TEXT);
        let sealed = self
            .vault
            .seal_under(index, &check_associated_data(key_id), &text)?;
        Ok(Some(sealed))
    }

    /// The proofs that earlier starts left: a key's name, and a text sealed with it.
    pub(super) async fn vault_checks(&self) -> Result<Vec<(String, String)>, StoreError> {
        Ok(on_reader!(self, |db| {
            sqlx::query_as(READ_CHECKS).fetch_all(db).await?
        }))
    }

    /// Whether the vault still opens its proofs in the database.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn vault_opens(&self) -> Result<bool, StoreError> {
        let checks = self.vault_checks().await?;
        Ok(checks.iter().all(|(key_id, sealed)| {
            self.vault
                .open(&check_associated_data(key_id), sealed)
                .is_ok()
        }))
    }

    /// Writes one row, to know that the database can be written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_probe(&self) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("INSERT INTO write_probe (id, written_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at")
                .bind(self.clock.now().millis())
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// Whether every migration this program knows has been applied.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        let (applied,): (i64,) = on_reader!(self, |db| {
            sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations WHERE success")
                .fetch_one(db)
                .await?
        });
        Ok(applied >= known_migrations())
    }

    /// The database server's time, now and not when the transaction began, as `now()` would say
    /// (<https://www.postgresql.org/docs/current/functions-datetime.html>). An embedded database has the
    /// machine's clock, which is ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn database_time(&self) -> Result<Timestamp, StoreError> {
        match &self.pool {
            Pool::Sqlite { .. } => Ok(self.clock.now()),
            Pool::Postgres(pool, silence) => {
                let statement = Statement::begin(&self.meter, "read");
                let asked = async {
                    let (millis,): (i64,) = sqlx::query_as(
                        "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT",
                    )
                    .fetch_one(pool)
                    .await?;
                    Ok(Timestamp::from_millis(millis))
                };
                statement.checked(statement.answered(silence, asked).await)
            }
        }
    }
}

fn check_associated_data(key_id: &str) -> AssociatedData<'_> {
    AssociatedData {
        column: &VAULT_CHECK,
        tenant: "",
        owner: "",
        row: key_id,
        generation: 0,
    }
}
