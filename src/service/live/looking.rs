//! Looking for what other processes on the same database have changed.

use std::collections::HashMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Live, Notice, OwnerKey};
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// How often the database is asked for other processes' changes, while there is a subscriber.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How far back that question goes: over the longest round and the clocks' difference.
const WINDOW: Duration = Duration::from_secs(30);
/// How often subscribers look for themselves, and at their own credential.
const LOOK_AGAIN_EVERY: Duration = Duration::from_secs(15);

/// What the last looks found.
#[derive(Debug, Default)]
pub(super) struct Looked {
    newest: HashMap<OwnerKey, i64>,
    again_at: Option<Timestamp>,
}

impl Live {
    /// Looks for other processes' changes every two seconds, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => self.look().await,
            }
        }
    }

    /// Looks once: tells subscribers what other processes have written, and now and then to look for
    /// themselves. Does nothing without subscribers.
    pub async fn look(&self) {
        if lock(&self.0.subscriptions).is_empty() {
            *lock(&self.0.looked) = Looked::default();
            return;
        }
        let now = self.0.clock.now();
        match self
            .0
            .store
            .newest_events_everywhere(now.minus(WINDOW))
            .await
        {
            Ok(newest) => {
                let newest: HashMap<OwnerKey, i64> = newest
                    .into_iter()
                    .map(|event| {
                        let (tenant, owner) = (event.tenant, event.owner);
                        (OwnerKey { tenant, owner }, event.seq)
                    })
                    .collect();
                let before = std::mem::replace(&mut lock(&self.0.looked).newest, newest.clone());
                for (owner, seq) in newest {
                    if before.get(&owner) != Some(&seq) {
                        self.tell(Notice::OwnerChanged(owner));
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "other processes' changes could not be read"),
        }
        let mut looked = lock(&self.0.looked);
        if looked.again_at.is_none_or(|at| at <= now) {
            looked.again_at = Some(now.plus(LOOK_AGAIN_EVERY));
            drop(looked);
            self.tell(Notice::LookAgain);
        }
    }
}
