//! The lease of a refresh: who may call Atlassian, kept while the call runs, and waited for where
//! another process may still hold newer tokens in memory.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::Instant;

use super::RefreshEngine;
use super::failure::RefreshFailure;
use crate::model::grant::Grant;
use crate::model::lease::{CLOCK_TOLERANCE, LEASE};
use crate::model::time::Timestamp;
use crate::service::holding::holding;
use crate::store::error::StoreError;
use crate::store::refreshes::LeaseState;
use crate::work::kill_points::KillPoint;
use crate::work::locked::lock;

/// From here on an interrupted refresh is old: Atlassian tolerates the second use of a refresh token
/// for ten minutes after the first ("leeway"), and clocks may differ.
const OLD: Duration = Duration::from_mins(8);
/// How long the holder of tokens that are only in memory is waited for. Its commit is tried again
/// every five seconds at most (`commit`), so it comes first where it lives.
const WAIT_FOR_MEMORY: Duration = Duration::from_secs(15);
/// How soon it is worth asking again for a refresh of this process's own.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// Old interrupted refreshes that were seen here: by grant, under which fence, and since when.
pub(super) type Interrupted = HashMap<String, (i64, Timestamp)>;

/// Whose turn it is to refresh a grant.
pub(super) enum LeaseTurn {
    /// Ours: the grant as its holder sees it.
    Ours(Box<Grant>),
    /// Another process's, for so long unless it renews its lease.
    Theirs(Duration),
}

impl RefreshEngine {
    /// Takes the lease unless somebody holds it who may live. The statement has been committed when
    /// this returns: a lease that the database does not keep must not allow a call.
    ///
    /// # Errors
    /// `WrongClock`; `BeingRenewed` while a refresh that was interrupted must be left alone; when the store fails.
    pub(super) async fn take_turn(&self, current: Grant) -> Result<LeaseTurn, RefreshFailure> {
        let now = self.check_clock().await?;
        let state = self.store.lease_state(&current, now).await?;
        if let LeaseState::Held(left) = state {
            lock(&self.held_elsewhere).insert(current.id.clone(), Instant::now() + left);
            return Ok(LeaseTurn::Theirs(left));
        }
        if let Some(wait) = self.patience_with_interrupted(&current, now) {
            return Err(RefreshFailure::BeingRenewed(wait));
        }
        KillPoint::BeforeLease.pass();
        let Some(fence) = self.store.take_lease(&current, now, state).await? else {
            return Ok(LeaseTurn::Theirs(LEASE));
        };
        KillPoint::LeaseCommitted.pass();
        if state == LeaseState::Orphaned {
            tracing::info!(grant = %current.id, "the process that refreshed a grant is dead; taking over");
        }
        lock(&self.interrupted).remove(&current.id);
        lock(&self.held_elsewhere).remove(&current.id);
        Ok(LeaseTurn::Ours(Box::new(Grant { fence, ..current })))
    }

    /// The database's time. A machine whose clock is wrong does not know which tokens have expired, and
    /// would stamp the new ones with its own time.
    ///
    /// # Errors
    /// `WrongClock` when this machine's time and the database's are too far apart; when the store fails.
    pub(super) async fn check_clock(&self) -> Result<Timestamp, RefreshFailure> {
        let theirs = self.store.database_time().await?;
        let ours = self.clock.now();
        if ours.since(theirs) > CLOCK_TOLERANCE || theirs.since(ours) > CLOCK_TOLERANCE {
            return Err(RefreshFailure::WrongClock);
        }
        Ok(theirs)
    }

    /// How long a refresh under way may hold a caller up who has waited long enough: what is left of
    /// another process's lease; little, where it is our own.
    pub(super) fn lease_left(&self, grant: &str) -> Duration {
        let until = lock(&self.held_elsewhere).get(grant).copied();
        let left = until.map_or(ASK_AGAIN, |until| {
            until.saturating_duration_since(Instant::now())
        });
        left.max(Duration::from_secs(1))
    }

    /// Whether the lease is still this process's, and the row unmoved: asked of the database before
    /// every try. The process may have been stopped since (SIGSTOP, a sleeping machine, a hung disk).
    ///
    /// # Errors
    /// When the store fails: then nobody knows.
    pub(super) async fn still_holds(&self, grant: &Grant) -> Result<bool, StoreError> {
        self.store.renew_lease(grant).await
    }

    /// Waits for `call`, which has been sent and cannot be taken back, and renews the lease meanwhile.
    /// A renewal that fails ends nothing: the answer holds the only new tokens.
    pub(super) async fn holding<T>(&self, grant: &Grant, call: impl Future<Output = T>) -> T {
        holding(call, || async move {
            match self.still_holds(grant).await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!(grant = %grant.id, "another process took over a refresh that is still under way");
                    return ControlFlow::Break(());
                }
                Err(error) => {
                    tracing::warn!(grant = %grant.id, %error, "the lease of a refresh could not be renewed");
                }
            }
            ControlFlow::Continue(())
        })
        .await
    }

    /// How long to leave an interrupted refresh alone: none, where its refresh token may be presented
    /// once more. Long after the first use that would end the login, while the process that began it
    /// may hold the new tokens in memory and be about to commit them. Whoever began it need not be the
    /// one that held the lease last.
    fn patience_with_interrupted(&self, current: &Grant, now: Timestamp) -> Option<Duration> {
        let started = current.refresh_started_at?;
        let is_abandoned = current.lease_until.is_some();
        if !is_abandoned || now.since(started) < OLD {
            return None;
        }
        let mut interrupted = lock(&self.interrupted);
        let (fence, since) = interrupted
            .entry(current.id.clone())
            .or_insert((current.fence, now));
        // A clock that was set back must not make this longer.
        if *fence != current.fence || *since > now {
            (*fence, *since) = (current.fence, now);
        }
        let waited = now.since(*since);
        (waited < WAIT_FOR_MEMORY).then(|| WAIT_FOR_MEMORY.saturating_sub(waited))
    }
}
