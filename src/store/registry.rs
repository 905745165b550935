//! The registry of processes: which vault keys each has, and from when on a new one may seal.
//!
//! What one process seals the others must open. So a process seals with the first of its keys that every
//! living process knows, and goes over to a better one when the last that did not know it has ended. A
//! key that seals has its proof in the database before; a process that starts without it is refused.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Store;
use super::error::StoreError;
use super::moves::{MoveRow, READ_MOVES, refuse_moved};
use super::numbered_lock::NumberedLock;
use super::pool::{in_transaction, on_reader, on_writer};
use super::processes::{Vitality, host_and_id, is_seen_by_lock};
use super::row::row;
use crate::model::time::Timestamp;

/// How often a process looks whether it may seal with a better key.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often a process says that it lives.
const SAY_EVERY: Duration = Duration::from_secs(30);
/// A process without a lock that has said nothing for so long is dead.
const SILENCE: Duration = Duration::from_secs(90);

/// Lets one process at a time read the registry and write what follows from it: the row is locked until
/// the transaction ends (<https://www.postgresql.org/docs/current/explicit-locking.html> §13.3.2).
pub(super) const ONE_AT_A_TIME: &str = "UPDATE schema_info SET id = id WHERE id = 1";
pub(super) const READ_PROCESSES: &str = "SELECT number, holder, place, started_at, seen_at, ring, sealing FROM processes ORDER BY number";
const PUT_PROCESS: &str =
    "INSERT INTO processes (number, holder, place, started_at, seen_at, ring, sealing) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (number) DO UPDATE SET holder = excluded.holder, seen_at = excluded.seen_at, sealing = excluded.sealing";
const PUT_PROOF: &str = "INSERT INTO vault_checks (key_id, sealed, created_at) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING";

row! {
    pub(super) struct ProcessRow {
        number: i64,
        holder: String,
        place: String,
        started_at: i64,
        seen_at: i64,
        ring: String,
        sealing: String,
    }
}

/// Another process that lives, and its vault keys, each as `name:fingerprint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivingProcess {
    /// Its number in the registry.
    pub number: i64,
    /// Its process id and its host.
    pub place: String,
    /// When it started.
    pub started_at: Timestamp,
    /// Its keys in their order.
    pub ring: Vec<String>,
    /// The one it seals with.
    pub sealing: String,
}

impl From<ProcessRow> for LivingProcess {
    fn from(row: ProcessRow) -> Self {
        Self {
            number: row.number,
            place: row.place,
            started_at: Timestamp::from_millis(row.started_at),
            ring: row.ring.split(' ').map(str::to_owned).collect(),
            sealing: row.sealing,
        }
    }
}

impl Store {
    /// Shows this process to the others, once it is proved that it opens what they seal.
    ///
    /// # Errors
    /// When the database fails, or the ring lacks a key that is in use. Nothing is written then.
    pub(super) async fn join(&self, is_alone: bool) -> Result<(), StoreError> {
        let gone = if is_alone {
            self.others().await?
        } else {
            self.gone().await?
        };
        let index = Box::pin(self.settle(&gone, None)).await?;
        self.vault.seal_with(index).await;
        Ok(())
    }

    /// Says that this process lives, and seals with a better key from now on if every living process
    /// knows one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_up(&self) -> Result<(), StoreError> {
        let gone = self.gone().await?;
        let now = self.vault.sealing_index();
        let best = Box::pin(self.settle(&gone, Some(now))).await?;
        if best < now {
            self.vault.seal_with(best).await;
            // Only now: what was sealed with the key before is written.
            Box::pin(self.settle(&gone, Some(best))).await?;
            tracing::info!(
                key = self.vault.key_id(best),
                "every process knows this vault key; it seals from now on"
            );
        }
        Ok(())
    }

    /// Does so again and again until `stop`.
    pub(crate) async fn stay_registered(self, stop: CancellationToken) {
        let mut said = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if self.vault.sealing_index() == 0 && said.elapsed() < SAY_EVERY {
                continue;
            }
            said = Instant::now();
            if let Err(error) = self.keep_up().await {
                tracing::warn!(%error, "this process could not tell the others that it lives");
                tokio::time::sleep(LOOK_EVERY * 5).await;
            }
        }
    }

    /// Takes this process out of the registry.
    pub(super) async fn leave(&self) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("DELETE FROM processes WHERE number = $1")
                .bind(self.process.number())
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// The other processes that live.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn living_processes(&self) -> Result<Vec<LivingProcess>, StoreError> {
        let gone = self.gone().await?;
        let rows = self.process_rows().await?;
        Ok(self.living(rows, &gone))
    }

    /// Writes this process's row, and of the keys that every living process knows gives the first one's
    /// place in our ring, with its proof written. `sealing` is the key that seals meanwhile.
    async fn settle(
        &self,
        gone: &HashSet<i64>,
        sealing: Option<usize>,
    ) -> Result<usize, StoreError> {
        let now = self.database_time().await?;
        let marks = self.vault.marks();
        in_transaction!(self, |tx| {
            sqlx::query(ONE_AT_A_TIME).execute(&mut *tx).await?;
            for number in gone {
                sqlx::query("DELETE FROM processes WHERE number = $1")
                    .bind(number)
                    .execute(&mut *tx)
                    .await?;
            }
            let rows = sqlx::query_as(READ_PROCESSES).fetch_all(&mut *tx).await?;
            let checks = sqlx::query_as(super::health::READ_CHECKS)
                .fetch_all(&mut *tx)
                .await?;
            let moves: Vec<MoveRow> = sqlx::query_as(READ_MOVES).fetch_all(&mut *tx).await?;
            if !self.is_moving {
                refuse_moved(&moves)?;
            }
            self.refuse_wrong_ring(&checks)?;
            let best = first_known(&marks, &self.living(rows, gone));
            if let Some(proof) = self.proof(&checks, best)? {
                sqlx::query(PUT_PROOF)
                    .bind(self.vault.key_id(best))
                    .bind(proof)
                    .bind(now.millis())
                    .execute(&mut *tx)
                    .await?;
            }
            sqlx::query(PUT_PROCESS)
                .bind(self.process.number())
                .bind(self.holder())
                .bind(host_and_id())
                .bind(now.millis())
                .bind(now.millis())
                .bind(marks.join(" "))
                .bind(marks.get(sealing.unwrap_or(best)))
                .execute(&mut *tx)
                .await?;
            Ok(best)
        })
    }

    /// The others among `rows`, without those that are gone.
    pub(super) fn living(&self, rows: Vec<ProcessRow>, gone: &HashSet<i64>) -> Vec<LivingProcess> {
        rows.into_iter()
            .filter(|row| row.number != self.process.number() && !gone.contains(&row.number))
            .map(LivingProcess::from)
            .collect()
    }

    async fn process_rows(&self) -> Result<Vec<ProcessRow>, StoreError> {
        Ok(on_reader!(self, |db| {
            sqlx::query_as(READ_PROCESSES).fetch_all(db).await?
        }))
    }

    async fn others(&self) -> Result<HashSet<i64>, StoreError> {
        let rows = self.process_rows().await?;
        let numbers = rows.iter().map(|row| row.number);
        Ok(numbers
            .filter(|number| *number != self.process.number())
            .collect())
    }

    /// The numbers of the other processes that are dead.
    pub(super) async fn gone(&self) -> Result<HashSet<i64>, StoreError> {
        let now = self.database_time().await?;
        let mut gone = HashSet::new();
        for row in self.process_rows().await? {
            if row.number != self.process.number() && !self.lives(&row, now).await? {
                gone.insert(row.number);
            }
        }
        Ok(gone)
    }

    async fn lives(&self, row: &ProcessRow, now: Timestamp) -> Result<bool, StoreError> {
        let is_told_by_lock = is_seen_by_lock(&row.holder)
            && self
                .file
                .as_ref()
                .is_none_or(|file| NumberedLock::exists(file.path(), row.number));
        Ok(match self.vitality(&row.holder).await? {
            Vitality::Dead => false,
            Vitality::Missing => true,
            // Without a lock, only what it says tells.
            Vitality::Living => {
                is_told_by_lock || now.since(Timestamp::from_millis(row.seen_at)) < SILENCE
            }
        })
    }
}

/// The place in our ring of the first key that all the others know. Where there is none, the first: then
/// the others seal with keys that we know, and what we seal is a matter for later starts.
fn first_known(marks: &[String], others: &[LivingProcess]) -> usize {
    let is_known = |mark: &String| others.iter().all(|other| other.ring.contains(mark));
    marks.iter().position(is_known).unwrap_or(0)
}
