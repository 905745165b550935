//! What runs beside the requests for as long as the service serves.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::history::History;
use crate::service::idempotency::Idempotency;
use crate::service::sessions::Sessions;
use crate::store::Store;
use crate::work::meter::Meter;

/// How often lapsed sessions, flows, idempotency keys and old events are removed.
const PRUNE_EVERY: Duration = Duration::from_mins(10);
/// How long after the start for the first time: a process that is restarted often does it, too.
const PRUNE_FIRST: Duration = Duration::from_secs(5);
/// How often noted durations are filed.
const FILE_EVERY: Duration = Duration::from_secs(5);

/// Keeps noted durations from piling up while nobody reads them.
pub(super) async fn file_metrics(meter: Meter, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(FILE_EVERY) => meter.file(),
        }
    }
}

/// Removes what has lapsed.
#[derive(Debug, Clone)]
pub struct Upkeep {
    sessions: Sessions,
    idempotency: Idempotency,
    history: History,
    store: Store,
}

impl Upkeep {
    /// The upkeep of what these keep.
    pub(super) fn new(
        store: &Store,
        sessions: &Sessions,
        idempotency: &Idempotency,
        history: &History,
    ) -> Self {
        Self {
            sessions: sessions.clone(),
            idempotency: idempotency.clone(),
            history: history.clone(),
            store: store.clone(),
        }
    }

    /// Removes it once: sessions, flows, idempotency keys, ended agents and old events; then the free pages of a SQLite
    /// file. What cannot be removed now goes the next time.
    pub async fn prune(&self) {
        if let Err(error) = self.sessions.prune().await {
            tracing::warn!(%error, "lapsed sessions could not be removed");
        }
        if let Err(error) = self.idempotency.prune().await {
            tracing::warn!(%error, "old idempotency keys could not be removed");
        }
        if let Err(error) = self.store.prune_agents().await {
            tracing::warn!(%error, "agents that have ended could not be removed");
        }
        self.history.prune().await;
        if let Err(error) = self.store.give_back_pages().await {
            tracing::warn!(%error, "free pages of the database could not be given back");
        }
    }

    /// Removes it again and again until `stop`.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut pause = PRUNE_FIRST;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => self.prune().await,
            }
            pause = PRUNE_EVERY;
        }
    }
}
