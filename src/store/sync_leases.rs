//! How a sync run is held while its process works, given back, and freed when that process is dead.

use std::time::Duration;

use super::Store;
use super::error::StoreError;
use super::pool::{on_reader, on_writer};
use super::processes::Vitality;
use crate::model::lease::{CLOCK_TOLERANCE, LEASE};
use crate::model::sync::SyncRun;
use crate::model::time::Timestamp;

/// What a look for runs without a living holder found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Orphans {
    /// How many can be taken now that could not before.
    pub freed: u64,
    /// Whether a holder may be dead: worth looking again before long.
    pub suspected: bool,
}

impl Store {
    /// Holds a run for [`LEASE`] from now on while its holder works, if nobody else has it by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_sync(&self, run: &SyncRun) -> Result<bool, StoreError> {
        let now = self.database_time().await?;
        let changed = on_writer!(self, |db| {
            sqlx::query(
                "UPDATE sync_runs SET lease_owner = $1, available_at = $2, noted_at = $3
                 WHERE id = $4 AND fence = $5 AND status = 'running' AND lease_owner IS NOT NULL",
            )
            .bind(self.holder())
            .bind(now.plus(LEASE).millis())
            .bind(now.millis())
            .bind(&run.id)
            .bind(run.fence)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Gives a run back, to be taken again after `rest`; `reason` is the sentence that says what it rests for.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn pause_sync(
        &self,
        run: &SyncRun,
        rest: Duration,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let now = self.database_time().await?;
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE sync_runs SET lease_owner = NULL, available_at = $1, noted_at = $2, error = $3
                 WHERE id = $4 AND fence = $5 AND status = 'running'",
            )
            .bind(now.plus(rest).millis())
            .bind(now.millis())
            .bind(reason)
            .bind(&run.id)
            .bind(run.fence)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Lets runs be taken at once that would wait for nobody: those whose holder is dead, and those whose
    /// times were written by a clock that was ahead.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn free_orphaned_syncs(&self) -> Result<Orphans, StoreError> {
        let now = self.database_time().await?;
        let ahead = now.plus(CLOCK_TOLERANCE).millis();
        let runs: Vec<(String, i64, Option<String>, Option<i64>)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT id, fence, lease_owner, noted_at FROM sync_runs
                 WHERE status = 'running' AND (lease_owner IS NOT NULL OR noted_at > $1)",
            )
            .bind(ahead)
            .fetch_all(db)
            .await?
        });
        let mut orphans = Orphans::default();
        for (id, fence, holder, noted_at) in runs {
            let vitality = match &holder {
                Some(holder) => self.vitality(holder).await?,
                None => Vitality::Living,
            };
            orphans.suspected |= vitality == Vitality::Missing;
            let is_from_ahead = noted_at.is_some_and(|at| at > ahead);
            if vitality == Vitality::Dead || is_from_ahead {
                orphans.freed += self.free_sync(&id, fence, now).await?;
            }
        }
        Ok(orphans)
    }

    async fn free_sync(&self, id: &str, fence: i64, now: Timestamp) -> Result<u64, StoreError> {
        Ok(on_writer!(self, |db| {
            sqlx::query(
                "UPDATE sync_runs SET lease_owner = NULL, available_at = $1, noted_at = $1
                 WHERE id = $2 AND fence = $3 AND status = 'running'",
            )
            .bind(now.millis())
            .bind(id)
            .bind(fence)
            .execute(db)
            .await?
            .rows_affected()
        }))
    }

    /// Lets runs be taken whose holders are known to be dead.
    pub(super) async fn free_sync_leases(&self) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE sync_runs SET lease_owner = NULL, available_at = $1 WHERE status = 'running' AND lease_owner IS NOT NULL",
            )
            .bind(self.clock.now().millis())
            .execute(db)
            .await?;
        });
        Ok(())
    }
}
