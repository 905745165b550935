//! The background refresher: keeps grants in use ahead of their expiry and idle ones alive. Nothing
//! depends on it; it only spares requests the wait and logins the 90 days.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use super::Grants;
use super::due::{RECENTLY_USED, is_about_to_lapse, keep_alive};
use crate::model::grant::{Grant, Renewal};
use crate::model::secret::jitter;

/// How many grants one round looks at; the others are due in the next one.
const BATCH: i64 = 50;
/// How many are renewed at once. A burst at the token endpoint would be limited for everybody.
const AT_ONCE: usize = 4;
/// When a grant that cannot be renewed is looked at again.
const NEVER: Duration = Duration::from_hours(365 * 24);

impl Grants {
    /// Looks for due grants every interval, until `stop`.
    pub(crate) async fn run_refresher(self, stop: CancellationToken) {
        loop {
            let pause = self.engine.settings.interval.mul_f64(0.8 + 0.4 * jitter());
            let pause = pause.max(Duration::from_secs(1));
            let next = self.engine.clock.now().plus(pause).millis();
            self.engine.next_round.store(next, Ordering::Relaxed);
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            self.refresh_due().await;
        }
    }

    /// Renews the grants that are due now, a few at a time. Gives how many were looked at.
    pub async fn refresh_due(&self) -> usize {
        let due = match self.engine.store.due_grants(BATCH).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "due grants could not be read");
                return 0;
            }
        };
        let count = due.len();
        stream::iter(due)
            .for_each_concurrent(AT_ONCE, |grant| self.refresh_one(grant))
            .await;
        count
    }

    async fn refresh_one(&self, grant: Grant) {
        let now = self.engine.clock.now();
        let alive_until = keep_alive(&grant).unwrap_or(now);
        // Nobody waits for the token of an idle grant, and every refresh is a chance to lose one.
        if now.since(grant.used_at) > RECENTLY_USED && alive_until > now {
            if let Err(error) = self.engine.store.postpone(&grant, alive_until).await {
                tracing::warn!(%error, "an idle grant could not be postponed");
            }
            return;
        }
        if let (Renewal::Never, Some(end)) = (grant.renewal(), grant.expires_at) {
            if let Err(error) = self.engine.store.postpone(&grant, end.plus(NEVER)).await {
                tracing::warn!(%error, "a grant that cannot be renewed could not be postponed");
            }
            return;
        }
        if is_about_to_lapse(&grant, now) {
            tracing::warn!(grant = %grant.id, "a login is about to lapse: Atlassian forgets refresh tokens after 90 days without use");
            self.engine.history.about_to_lapse(&grant).await;
        }
        if let Err(failure) = self.renewed(&grant).await {
            tracing::warn!(grant = %grant.id, %failure, "a background refresh gave no new token");
            self.pass_over(&grant, &failure).await;
        }
    }

    /// Keeps a grant that cannot be renewed from being due again at once.
    async fn pass_over(&self, grant: &Grant, failure: &super::RefreshFailure) {
        let wait = match failure {
            super::RefreshFailure::Later(wait) => (*wait).max(self.engine.settings.interval),
            super::RefreshFailure::ForeignClient => {
                self.engine.history.foreign_client(grant).await;
                Duration::from_hours(1)
            }
            _ => return,
        };
        if let Err(error) = self
            .engine
            .store
            .postpone(grant, self.engine.clock.now().plus(wait))
            .await
        {
            tracing::warn!(%error, "a grant could not be postponed");
        }
    }
}
