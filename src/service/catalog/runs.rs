//! Which runs this process works on: those asked for here, those that others left behind, and those
//! that are due, at most two at once.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Catalog;
use crate::model::connection::{Connected, ConnectionStatus};
use crate::model::secret::jitter;
use crate::model::sync::SyncRun;
use crate::service::error::ServiceError;
use crate::service::holding::holding;
use crate::store::error::StoreError;
use crate::store::sync_runs::TakenRun;
use crate::work::locked::lock;

/// How often a process looks for runs that wait.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How often a process looks for runs whose holder has died, and how soon again where one seems to have.
const LOOK_FOR_ORPHANS_EVERY: Duration = Duration::from_millis(750);
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// A run that has stored no page for so long is given away: it outlives the slowest call with all its
/// tries, so that a holder that makes no way hangs; and then the fence keeps it from writing.
const LONGEST_PAGE: Duration = Duration::from_mins(3);

/// When a run has last got on.
#[derive(Debug)]
pub(super) struct Progress(Mutex<Instant>);

impl Progress {
    pub(super) fn begins() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    /// The run has got on.
    pub(super) fn made(&self) {
        *lock(&self.0) = Instant::now();
    }

    fn is_made(&self) -> bool {
        lock(&self.0).elapsed() < LONGEST_PAGE
    }
}

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
                () = self.until_orphaned() => {}
            }
        }
    }

    /// Waits until runs can be taken whose holder has died.
    async fn until_orphaned(&self) {
        loop {
            let pause = match self.store.free_orphaned_syncs().await {
                Ok(orphans) if orphans.freed > 0 => {
                    tracing::info!(
                        runs = orphans.freed,
                        "the process that worked on syncs is dead; going on with them"
                    );
                    return;
                }
                Ok(orphans) if orphans.suspected => LOOK_AGAIN,
                Ok(_) => LOOK_FOR_ORPHANS_EVERY,
                // At the end the store is closed under whoever still looks.
                Err(_) if self.work.stop.is_cancelled() => LOOK_EVERY,
                Err(error) => {
                    tracing::warn!(%error, "runs without a living holder could not be looked for");
                    LOOK_EVERY
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Works on a run and holds it meanwhile, however long a page takes.
    pub(super) async fn holding<T>(
        &self,
        run: &SyncRun,
        progress: &Progress,
        work: impl Future<Output = T>,
    ) -> T {
        holding(work, || async move {
            if progress.is_made()
                && let Err(error) = self.store.renew_sync(run).await
            {
                tracing::warn!(run = %run.id, %error, "the lease of a sync could not be renewed");
            }
            ControlFlow::Continue(())
        })
        .await
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
                Err(_) if self.work.stop.is_cancelled() => return,
                Err(error) => {
                    tracing::warn!(%error, "runs that wait could not be read");
                    return;
                }
            }
        }
    }

    async fn next_run(&self) -> Result<Option<TakenRun>, StoreError> {
        loop {
            let waiting = self.store.take_sync_run().await?;
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
        if !is_usable && !self.connections.may_try_again(connected) {
            return Ok(false);
        }
        self.begin(&connected.grant.scope, connected).await
    }
}
