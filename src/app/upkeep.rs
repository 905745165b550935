//! What runs beside the requests for as long as the service serves.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::http::state::AppState;
use crate::work::meter::Meter;

/// How often lapsed sessions, flows and idempotency keys are removed.
const PRUNE_EVERY: Duration = Duration::from_mins(10);
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
pub(super) async fn prune(state: AppState, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PRUNE_EVERY) => {}
        }
        if let Err(error) = state.sessions.prune().await {
            tracing::warn!(%error, "lapsed sessions could not be removed");
        }
        if let Err(error) = state.idempotency.prune().await {
            tracing::warn!(%error, "old idempotency keys could not be removed");
        }
    }
}
