//! What an owner keeps here of Jira and Confluence: users, the projects and pages stored for them, and
//! the syncs that fill those rows.

mod runs;
mod stored;
mod sync;
mod troubles;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connections::Connections;
use crate::model::clock::SharedClock;
use crate::model::sync::SyncChange;
use crate::store::Store;
use crate::work::meter::Meter;

pub(crate) use sync::SyncStatus;
use troubles::Troubles;

/// How many runs a process works on at once.
const RUNS_AT_ONCE: usize = 2;
/// How many changes a listener may lag behind before it misses some.
const CHANGES_KEPT: usize = 256;

/// An owner's users, stored rows and syncs; one per process, cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalog {
    store: Store,
    connections: Connections,
    clock: SharedClock,
    work: Arc<Work>,
}

/// What the syncs of this process share.
#[derive(Debug)]
struct Work {
    tasks: TaskTracker,
    stop: CancellationToken,
    interval: Option<Duration>,
    meter: Meter,
    slots: Arc<Semaphore>,
    changes: broadcast::Sender<SyncChange>,
    troubles: Troubles,
}

/// How the syncs run.
#[derive(Debug)]
pub(crate) struct Background {
    /// Where runs work, so that they are waited for at shutdown.
    pub tasks: TaskTracker,
    /// Ends every run at its next page; what is left is taken up again later.
    pub stop: CancellationToken,
    /// How often every connection is synced; none: only when somebody asks.
    pub interval: Option<Duration>,
    /// Counts the runs that end.
    pub meter: Meter,
}

impl Catalog {
    /// The rows in `store`, filled through `connections`.
    pub(crate) fn new(
        store: Store,
        connections: Connections,
        clock: SharedClock,
        background: Background,
    ) -> Self {
        let work = Work {
            tasks: background.tasks,
            stop: background.stop,
            interval: background.interval,
            meter: background.meter,
            slots: Arc::new(Semaphore::new(RUNS_AT_ONCE)),
            changes: broadcast::Sender::new(CHANGES_KEPT),
            troubles: Troubles::default(),
        };
        Self {
            store,
            connections,
            clock,
            work: Arc::new(work),
        }
    }
}
