//! The lease of a refresh: who may call Atlassian, kept while the call runs, and waited for where
//! another process may still hold newer tokens in memory.

use std::collections::HashMap;
use std::time::Duration;

use super::RefreshEngine;
use crate::model::grant::Grant;
use crate::model::time::Timestamp;
use crate::service::locked::lock;
use crate::store::error::StoreError;

/// How long a lease holds unless it is renewed. Short, so that the refresh of a process that died is
/// soon taken over; renewed often, so that a slow answer is waited for as long as it takes.
pub(super) const LEASE: Duration = Duration::from_secs(15);
/// How often the holder renews it: two renewals may fail before it runs out.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// From here on an interrupted refresh is old: Atlassian tolerates the second use of a refresh token
/// for ten minutes after the first ("leeway"), and clocks may differ.
const OLD: Duration = Duration::from_mins(8);
/// How long the holder of tokens that are only in memory is waited for. Its commit is tried again
/// every five seconds at most (`commit`), so it comes first where it lives.
const WAIT_FOR_MEMORY: Duration = Duration::from_secs(15);

/// Old interrupted refreshes that were seen here: by grant, under which fence, and since when.
pub(super) type Interrupted = HashMap<String, (i64, Timestamp)>;

impl RefreshEngine {
    /// Takes the lease; gives the grant as its holder sees it. The statement has been committed when
    /// this returns: a lease that the database does not keep must not allow a call.
    pub(super) async fn lease(&self, current: Grant) -> Result<Result<Grant, Grant>, StoreError> {
        let until = self.clock.now().plus(LEASE);
        let fence = self.store.take_lease(&current, &self.holder, until).await?;
        Ok(match fence {
            Some(fence) => {
                lock(&self.interrupted).remove(&current.id);
                Ok(Grant {
                    fence,
                    lease_until: Some(until),
                    ..current
                })
            }
            None => Err(current),
        })
    }

    /// Whether the lease is still this process's, and the row unmoved: asked of the database before
    /// every try. The process may have been stopped since (SIGSTOP, a sleeping machine, a hung disk).
    pub(super) async fn still_holds(&self, grant: &Grant) -> Result<bool, StoreError> {
        let until = self.clock.now().plus(LEASE);
        self.store.renew_lease(grant, &self.holder, until).await
    }

    /// Waits for `call`, which has been sent and cannot be taken back, and renews the lease meanwhile.
    /// A renewal that fails ends nothing: the answer holds the only new tokens.
    pub(super) async fn holding<T>(&self, grant: &Grant, call: impl Future<Output = T>) -> T {
        let renewals = async {
            loop {
                tokio::time::sleep(RENEW_EVERY).await;
                match self.still_holds(grant).await {
                    Ok(true) => {}
                    Ok(false) => {
                        tracing::warn!(grant = %grant.id, "another process took over a refresh that is still under way");
                        std::future::pending::<()>().await;
                    }
                    Err(error) => {
                        tracing::warn!(grant = %grant.id, %error, "the lease of a refresh could not be renewed");
                    }
                }
            }
        };
        tokio::select! {
            answer = call => answer,
            never = renewals => never,
        }
    }

    /// How long to leave an interrupted refresh alone: none, where its refresh token may be presented
    /// once more. Long after the first use that would end the login, while the process that began it
    /// may hold the new tokens in memory and be about to commit them.
    pub(super) fn patience_with_interrupted(&self, current: &Grant) -> Option<Duration> {
        let now = self.clock.now();
        let started = current.refresh_started_at?;
        let is_abandoned = current.lease_until.is_some_and(|until| until <= now);
        if !is_abandoned || now.since(started) < OLD {
            return None;
        }
        let mut interrupted = lock(&self.interrupted);
        let (fence, since) = interrupted
            .entry(current.id.clone())
            .or_insert((current.fence, now));
        if *fence != current.fence {
            (*fence, *since) = (current.fence, now);
        }
        let waited = now.since(*since);
        (waited < WAIT_FOR_MEMORY).then(|| WAIT_FOR_MEMORY.saturating_sub(waited))
    }
}
