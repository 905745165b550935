//! Seals anew what older vault keys have sealed, a few rows at a time, while everybody goes on working.
//!
//! A row is changed only if it still holds the text that was read (compare and set), so nothing that a
//! refresh or a login writes meanwhile is lost. The generation stays: to everybody else nothing happened.

use std::collections::HashSet;

use sqlx::AssertSqlSafe;

use super::Store;
use super::error::StoreError;
use super::pool::{Pool, in_transaction, on_reader};
use super::registry::{LivingProcess, ONE_AT_A_TIME, READ_PROCESSES};
use super::row::row;
use super::sealed_columns::{SECRETS, SealedColumn};
use super::statement::is_locked_by_others;
use super::vault::{AssociatedData, VaultError, prefix};

/// The most rows that are read at once.
const ROWS_AT_ONCE: i64 = 50;
/// Who waits for a lock on a table holds up everybody who comes later.
const LOCK_PATIENCE: &str = "SET LOCAL lock_timeout = '300ms'";

row! {
    struct SealedRow {
        id: String,
        tenant: String,
        owner: String,
        generation: i64,
        sealed: String,
    }
}

/// A text under the newest key in the place of the one that was read.
struct Replacement {
    id: String,
    before: String,
    after: String,
}

/// A row that does not open: its key is not in the ring, or somebody has changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Table and column.
    pub place: String,
    /// The row's id.
    pub id: String,
    /// Why it does not open.
    pub problem: VaultError,
}

/// The result of a step.
#[derive(Debug, Default)]
pub struct RotationStep {
    /// How many rows were sealed anew.
    pub resealed: u64,
    /// Those that could not be.
    pub unreadable: Vec<Unreadable>,
    /// The row to go on behind; none: there are no more.
    pub next: Option<String>,
}

/// How an attempt to end a rotation went.
#[derive(Debug)]
pub enum RotationOutcome {
    /// No text of an old key is left, and nobody makes one any more: the old keys' proofs are gone.
    Done,
    /// There is such a text.
    RowsLeft,
    /// These processes still seal with another key.
    Waiting(Vec<LivingProcess>),
    /// A statement that may bring such a text has begun, and waits for a lock in the database.
    Writing,
}

/// Lets nobody write to a table with a sealed column until the transaction ends.
fn lock_out_writers() -> String {
    let mut tables: Vec<&str> = SECRETS.iter().map(|column| column.table()).collect();
    tables.dedup();
    format!("LOCK TABLE {} IN SHARE MODE", tables.join(", "))
}

impl Store {
    /// The columns that are sealed anew, one after the other.
    pub fn secrets() -> [&'static SealedColumn; 5] {
        SECRETS
    }

    /// The newest key, by its name, and as others know it.
    pub(crate) fn newest_key(&self) -> (&str, String) {
        let mark = self.vault.marks().into_iter().next().unwrap_or_default();
        (self.vault.key_id(0), mark)
    }

    /// Whether this process seals with the newest key.
    pub(crate) fn seals_with_newest(&self) -> bool {
        self.vault.sealing_index() == 0
    }

    /// The keys that have left a proof, without the newest: what they sealed may still be there.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn older_keys(&self) -> Result<Vec<String>, StoreError> {
        let ids = self.vault_checks().await?.into_iter().map(|(id, _)| id);
        Ok(ids.filter(|id| id != self.vault.key_id(0)).collect())
    }

    /// How many texts are sealed with an older key.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn left_to_reseal(&self) -> Result<i64, StoreError> {
        let mut left = 0;
        for column in SECRETS {
            let (count,): (i64,) = on_reader!(self, |db| {
                sqlx::query_as(AssertSqlSafe(column.count_others()))
                    .bind(self.newest_prefix())
                    .fetch_one(db)
                    .await?
            });
            left += count;
        }
        Ok(left)
    }

    /// Seals some rows of a column anew, behind the row `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reseal(
        &self,
        column: &'static SealedColumn,
        after: &str,
    ) -> Result<RotationStep, StoreError> {
        let rows: Vec<SealedRow> = on_reader!(self, |db| {
            sqlx::query_as(AssertSqlSafe(column.select_others()))
                .bind(after)
                .bind(self.newest_prefix())
                .bind(ROWS_AT_ONCE)
                .fetch_all(db)
                .await?
        });
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= ROWS_AT_ONCE);
        let mut step = RotationStep {
            next: rows.last().filter(|_| is_full).map(|row| row.id.clone()),
            ..RotationStep::default()
        };
        let mut replacements = Vec::new();
        for row in rows {
            match self.sealed_anew(column, &row) {
                Ok(after) => replacements.push(Replacement {
                    id: row.id,
                    before: row.sealed,
                    after,
                }),
                Err(VaultError::NoRandomness) => return Err(VaultError::NoRandomness.into()),
                Err(problem) => step.unreadable.push(Unreadable {
                    place: format!("{}.{}", column.table(), column.column()),
                    id: row.id,
                    problem,
                }),
            }
        }
        // One row for each commit on PostgreSQL: who locks several rows in an order of its own can meet
        // a login that does the same (a deadlock). SQLite has one writer, and a commit costs it most.
        let at_once = match &self.pool {
            Pool::Postgres(..) => 1,
            Pool::Sqlite { .. } => replacements.len().max(1),
        };
        for some in replacements.chunks(at_once) {
            step.resealed += self.replace(column, some).await?;
        }
        Ok(step)
    }

    /// Ends a rotation, if there is no text of an older key left and every living process seals with the
    /// newest. In this order no such text can come into being unseen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_rotation(&self) -> Result<RotationOutcome, StoreError> {
        let gone = self.gone().await?;
        Box::pin(self.try_to_end(&gone)).await
    }

    async fn try_to_end(&self, gone: &HashSet<i64>) -> Result<RotationOutcome, StoreError> {
        let (newest, mark) = self.newest_key();
        in_transaction!(self, |tx| {
            sqlx::query(ONE_AT_A_TIME).execute(&mut *tx).await?;
            let rows = sqlx::query_as(READ_PROCESSES).fetch_all(&mut *tx).await?;
            let mut others = self.living(rows, gone);
            others.retain(|other| other.sealing != mark);
            if !others.is_empty() {
                return Ok(RotationOutcome::Waiting(others));
            }
            // A statement that its process gave up, or whose process died, may still wait in the server for
            // somebody's lock, and write afterwards. This lock comes behind all that have begun, and
            // keeps others out while the texts are counted
            // (<https://www.postgresql.org/docs/current/explicit-locking.html> §13.3.1).
            if matches!(self.pool, Pool::Postgres(..)) {
                sqlx::query(LOCK_PATIENCE).execute(&mut *tx).await?;
                let locked = sqlx::query(AssertSqlSafe(lock_out_writers()));
                if let Err(error) = locked.execute(&mut *tx).await {
                    return if is_locked_by_others(&error) {
                        Ok(RotationOutcome::Writing)
                    } else {
                        Err(error.into())
                    };
                }
            }
            for column in SECRETS {
                let (left,): (i64,) = sqlx::query_as(AssertSqlSafe(column.count_others()))
                    .bind(self.newest_prefix())
                    .fetch_one(&mut *tx)
                    .await?;
                if left > 0 {
                    return Ok(RotationOutcome::RowsLeft);
                }
            }
            sqlx::query("DELETE FROM vault_checks WHERE key_id <> $1")
                .bind(newest)
                .execute(&mut *tx)
                .await?;
            Ok(RotationOutcome::Done)
        })
    }

    fn newest_prefix(&self) -> String {
        prefix(self.vault.key_id(0))
    }

    fn sealed_anew(
        &self,
        column: &'static SealedColumn,
        row: &SealedRow,
    ) -> Result<String, VaultError> {
        let place = AssociatedData {
            column,
            tenant: &row.tenant,
            owner: &row.owner,
            row: &row.id,
            generation: row.generation,
        };
        let secret = self.vault.open(&place, &row.sealed)?;
        self.vault.seal_under(0, &place, &secret)
    }

    async fn replace(
        &self,
        column: &'static SealedColumn,
        replacements: &[Replacement],
    ) -> Result<u64, StoreError> {
        in_transaction!(self, |tx| {
            let mut replaced = 0;
            for one in replacements {
                replaced += sqlx::query(AssertSqlSafe(column.replace()))
                    .bind(&one.after)
                    .bind(&one.id)
                    .bind(&one.before)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
            }
            Ok(replaced)
        })
    }
}
