//! The background refresher: keeps grants in use ahead of their expiry and idle ones alive. Nothing
//! depends on it; it only spares requests the wait and logins the 90 days.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Grants;
use super::back_off::in_background;
use super::due::{RECENTLY_USED, is_about_to_lapse, keep_alive};
use crate::model::grant::{Grant, Renewal};
use crate::model::secret::jitter;

/// How many grants are read at once.
const BATCH: i64 = 50;
/// How many are renewed at once. A burst at the token endpoint would be limited for everybody.
const AT_ONCE: usize = 8;
/// The least time that a process takes for one renewal on average, so that it makes 25 a second at most:
/// the 5,000 that come due in five minutes where 100,000 people are active in a day, and then some.
const PACE: Duration = Duration::from_millis(40);
const _: () = assert!(PACE.as_secs_f64() * 5000.0 < 5.0 * 60.0, "a round keeps up");
/// So many batches without one success are an outage or a rate limit, which more calls make no better.
const FRUITLESS: u32 = 2;
/// When a grant that cannot be renewed is looked at again.
const NEVER: Duration = Duration::from_hours(365 * 24);

/// How often new tokens came when they were asked for, and how often not.
#[derive(Debug, Default)]
struct RefreshTries {
    renewed: AtomicU32,
    failed: AtomicU32,
}

impl Grants {
    /// Looks for due grants every interval, until `stop`.
    pub(crate) async fn run_refresher(self, stop: CancellationToken) {
        self.warn_of_other_clients().await;
        loop {
            let pause = self.engine.settings.interval.mul_f64(0.8 + 0.4 * jitter());
            let pause = pause.max(Duration::from_secs(1));
            let next = self.engine.clock.now().plus(pause).millis();
            self.engine.next_round.store(next, Ordering::Relaxed);
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = self.refresh_due() => {}
            }
        }
    }

    /// Says at the start how many logins nobody can renew with these settings.
    async fn warn_of_other_clients(&self) {
        let counts = match self.engine.store.count_logins_by_client().await {
            Ok(counts) => counts,
            Err(error) => {
                tracing::warn!(%error, "the logins of other client ids could not be counted");
                return;
            }
        };
        for (client, count) in counts {
            if !self.engine.knows_client(&client) {
                tracing::warn!(
                    client,
                    count,
                    "logins belong to a client id that is not in the settings; they are kept, and not renewed until it is there again"
                );
            }
        }
    }

    /// Renews the grants that are due now, a few at a time. Gives how many were looked at.
    pub async fn refresh_due(&self) -> usize {
        if let Err(failure) = self.engine.check_clock().await {
            tracing::warn!(%failure, "due grants are left to others");
            return 0;
        }
        let (mut place, mut count, mut fruitless) = (None, 0, 0);
        loop {
            let began = Instant::now();
            let due = match self.engine.store.due_grants(place.as_ref(), BATCH).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(%error, "due grants could not be read");
                    return count;
                }
            };
            count += due.grants.len();
            let tried = RefreshTries::default();
            stream::iter(beginning_anywhere(due.grants))
                .for_each_concurrent(AT_ONCE, |grant| self.refresh_one(grant, &tried))
                .await;
            let (renewed, failed) = (tried.renewed.into_inner(), tried.failed.into_inner());
            fruitless = if renewed == 0 && failed > 0 {
                fruitless + 1
            } else {
                0
            };
            place = due.next;
            if place.is_none() {
                return count;
            }
            if fruitless >= FRUITLESS {
                tracing::warn!("Atlassian renews nothing just now; the next round goes on");
                return count;
            }
            tokio::time::sleep_until(began + PACE * (renewed + failed)).await;
        }
    }

    /// Does what is due for a grant, and counts in `tried` whether new tokens came.
    async fn refresh_one(&self, grant: Grant, tried: &RefreshTries) {
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
        match self.renewed(&grant).await {
            Ok(_) => tried.renewed.fetch_add(1, Ordering::Relaxed),
            Err(failure) => {
                tracing::warn!(grant = %grant.id, %failure, "a background refresh gave no new token");
                self.pass_over(&grant, &failure).await;
                tried.failed.fetch_add(1, Ordering::Relaxed)
            }
        };
    }

    /// Keeps a grant that cannot be renewed from being due again at once.
    async fn pass_over(&self, grant: &Grant, failure: &super::RefreshFailure) {
        let wait = match failure {
            super::RefreshFailure::Later(wait) => (*wait)
                .max(in_background(grant))
                .max(self.engine.settings.interval),
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

/// The same grants from some point on and around: the replicas read the same ones at the same time, and
/// each is renewed by whoever comes first.
fn beginning_anywhere(mut grants: Vec<Grant>) -> Vec<Grant> {
    let length = u32::try_from(grants.len()).unwrap_or(u32::MAX);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between nothing and the length"
    )]
    let first = (f64::from(length) * jitter()) as usize;
    grants.rotate_left(first);
    grants
}
