//! Which runs this process works on: those asked for here, those that others left behind, and those
//! that are due, at most two at once.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Catalog;
use crate::model::connection::{Connected, ConnectionStatus};
use crate::model::secret::jitter;
use crate::service::error::ServiceError;
use crate::store::error::StoreError;
use crate::store::sync_runs::TakenRun;

/// How often a process looks for runs that wait.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How long a run is ours after its last page. It outlives the slowest call with all its tries, so that
/// a run changes hands only when its holder is dead or hangs; and then the fence keeps the old holder
/// from writing.
pub(super) const LEASE: Duration = Duration::from_mins(3);

impl Catalog {
    /// Looks for work at once and then every few seconds, until `stop`.
    pub(crate) async fn run_syncs(self, stop: CancellationToken) {
        loop {
            self.look_for_work();
            // Spread, so that the replicas of one start do not look at the same moment for ever.
            let pause = LOOK_EVERY.mul_f64(0.8 + 0.4 * jitter());
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Lets every free slot look for a run that waits.
    pub fn look_for_work(&self) {
        while let Ok(slot) = self.work.slots.clone().try_acquire_owned() {
            let catalog = self.clone();
            self.work.tasks.spawn(async move {
                let _slot = slot;
                catalog.work_off().await;
            });
        }
    }

    /// Works on a run that has just been made, as soon as a slot is free.
    pub(super) fn work_soon(&self) {
        let catalog = self.clone();
        self.work.tasks.spawn(async move {
            let slot = catalog.work.slots.clone().acquire_owned();
            tokio::select! {
                () = catalog.work.stop.cancelled() => {}
                slot = slot => if let Ok(_slot) = slot {
                    catalog.work_off().await;
                }
            }
        });
    }

    async fn work_off(&self) {
        while !self.work.stop.is_cancelled() {
            match self.next_run().await {
                Ok(Some(taken)) => self.work_on(taken).await,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "runs that wait could not be read");
                    return;
                }
            }
        }
    }

    async fn next_run(&self) -> Result<Option<TakenRun>, StoreError> {
        loop {
            let until = self.clock.now().plus(LEASE);
            let waiting = self.store.take_sync_run(&self.work.holder, until).await?;
            if waiting.is_some() || !self.begin_due().await? {
                return Ok(waiting);
            }
        }
    }

    /// Makes a run for a connection that is due. `false`: none is.
    async fn begin_due(&self) -> Result<bool, StoreError> {
        let Some(interval) = self.work.interval else {
            return Ok(false);
        };
        loop {
            let next = self
                .clock
                .now()
                // Spread, so that connections of one day do not stay in step and meet the quota
                // together.
                .plus(interval.mul_f64(0.9 + 0.2 * jitter()));
            let Some(id) = self.store.take_due_connection(next).await? else {
                return Ok(false);
            };
            let begun = match self.store.connection_by_id(&id).await {
                Ok(Some(connected)) => self.begin_if_usable(&connected).await,
                Ok(None) => Ok(false),
                Err(error) => Err(error.into()),
            };
            match begun {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(connection = %id, %error, "a connection that is due could not be synced");
                }
            }
        }
    }

    async fn begin_if_usable(&self, connected: &Connected) -> Result<bool, ServiceError> {
        let status = connected.status(self.clock.now());
        let is_usable = matches!(status, ConnectionStatus::Active | ConnectionStatus::Error);
        if !is_usable {
            return Ok(false);
        }
        self.begin(&connected.grant.scope, connected).await
    }
}
