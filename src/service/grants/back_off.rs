//! What a refresh that failed for no fault of its grant leaves behind: a reason, and when to try again.

use std::time::Duration;

use super::RefreshEngine;
use super::breaker::Admission;
use super::failure::RefreshFailure;
use crate::atlassian::error::TokenError;
use crate::model::grant::Grant;
use crate::model::secret::jitter;
use crate::work::measures::RefreshEnd;

/// The longest that somebody who waits is held back: an outage that has ended is noticed this soon.
const LONGEST_FOR_CALLERS: Duration = Duration::from_secs(30);
/// The same for grants that nobody waits for.
const LONGEST_IN_BACKGROUND: Duration = Duration::from_mins(5);
/// Two grants that fail one after another are the client's fault.
pub(super) const CLIENT_REJECTED: &str = "this service's own OAuth client is not accepted by Atlassian; its operator must check the client id and secret";
/// One alone may be.
const GRANT_REFUSED: &str = "Atlassian refuses to renew this login; if that goes on, log in again, and let this service's operator check the client id and secret";

/// How long to wait after so many failures in a row: doubled and spread, so that the grants of one
/// outage do not come back together.
fn doubled(failures: i64, longest: Duration) -> Duration {
    let exponent = u32::try_from(failures.clamp(0, 8)).unwrap_or(0);
    Duration::from_secs(2_u64.pow(exponent + 1))
        .mul_f64(0.7 + 0.6 * jitter())
        .min(longest)
}

/// When the background refresher tries a grant again that has failed so often before.
pub(super) fn in_background(grant: &Grant) -> Duration {
    doubled(grant.fail_count, LONGEST_IN_BACKGROUND)
}

impl RefreshEngine {
    /// Notes a failure that is not the grant's fault, and says when to try again.
    pub(super) async fn back_off(
        &self,
        grant: &Grant,
        admission: Admission<'_>,
        error: &TokenError,
        attempts: u32,
    ) -> RefreshFailure {
        let now = self.clock.now();
        let backoff = doubled(grant.fail_count, LONGEST_FOR_CALLERS);
        let (end, wait, reason) = match error {
            TokenError::Transient { retry_after, .. } => (
                RefreshEnd::Later,
                // What the server asks for is the least to wait, not the most (RFC 9110 §10.2.3).
                retry_after.unwrap_or_default().max(backoff),
                "Atlassian could not renew the token; it will be tried again",
            ),
            TokenError::Unanswered => (
                RefreshEnd::Later,
                backoff,
                "Atlassian did not answer in time; it will be tried again",
            ),
            TokenError::ClientRejected
            | TokenError::SecretMissing
            | TokenError::Malformed
            | TokenError::InvalidGrant => {
                let wait = admission.refused(grant, now);
                let client = grant.client_id.as_deref().unwrap_or_default();
                let reason = if self.breakers.is_open(client) {
                    CLIENT_REJECTED
                } else {
                    GRANT_REFUSED
                };
                (RefreshEnd::ClientRejected, wait, reason)
            }
        };
        tracing::warn!(grant = %grant.id, %error, wait_s = wait.as_secs(), "a refresh failed; the login is kept");
        // The operator's secret is no fault of this grant: this process's memory holds it back and
        // not the row, so that a corrected process goes on at once.
        let next_attempt_at = if end == RefreshEnd::Later {
            now.plus(wait)
        } else {
            now
        };
        let due_at = now.plus(wait.max(in_background(grant)));
        if let Err(error) = self
            .store
            .note_refresh_failure(grant, reason, next_attempt_at, due_at)
            .await
        {
            tracing::error!(%error, "a failed refresh could not be written down; its lease runs out by itself");
        }
        let client_is_at_fault = reason == CLIENT_REJECTED;
        self.history
            .failed(grant, end, client_is_at_fault, attempts, wait)
            .await;
        RefreshFailure::Later(wait)
    }
}
