//! The refresh protocol: lease, one token call, commit by compare-and-set, and only then the token.

use std::sync::Arc;
use std::time::Duration;

use super::RefreshEngine;
use super::failure::RefreshFailure;
use crate::atlassian::error::TokenError;
use crate::model::grant::{Grant, GrantStatus, TokenPair};
use crate::model::oauth_client::OAuthClient;
use crate::model::secret::jitter;
use crate::service::locked::lock;
use crate::store::error::StoreError;
use crate::work::measures::RefreshEnd;

/// After this time no further try begins; one that was sent is waited for all the same.
const ALL_TRIES: Duration = Duration::from_secs(30);
/// How long a process waits for another one's refresh: less than callers wait, so that they are told
/// why.
const WAIT_FOR_OTHERS: Duration = Duration::from_secs(22);
/// How long a client whose secret is refused is left in peace. Only its operator can mend it.
const CLIENT_PAUSE: Duration = Duration::from_mins(1);
const LONGEST_BACKOFF: Duration = Duration::from_mins(5);
const CLIENT_REJECTED: &str = "this service's own OAuth client is not accepted by Atlassian; its operator must check the client id and secret";
/// The pauses before a second and a third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1200)];

/// What came of the tries at the token endpoint.
enum Tried {
    Pair(TokenPair),
    Failed(TokenError),
    /// Another process holds the lease by now.
    LeaseLost,
}

impl RefreshEngine {
    /// Renews the grant that a caller saw, or finds it renewed already.
    pub(super) async fn refresh(self: Arc<Self>, seen: &Grant) -> Result<Grant, RefreshFailure> {
        let started = tokio::time::Instant::now();
        loop {
            let current = self
                .store
                .grant(&seen.scope, &seen.id)
                .await?
                .ok_or(RefreshFailure::Erased)?;
            if current.status == GrantStatus::ReauthRequired {
                return Err(RefreshFailure::ReauthRequired);
            }
            // Somebody was first since the caller read the row. Presenting the older refresh token
            // again would be a reuse (RFC 9700 §4.14.2).
            if current.generation > seen.generation {
                return Ok(current);
            }
            let client = self.client_of(&current)?;
            if let Err(later) = self.may_try(&current, &client) {
                // What another grant's failure has shown holds for this one as well.
                if current.last_error.is_none() && self.is_rejected(&client) {
                    self.note_problem(&current, Some(CLIENT_REJECTED), true)
                        .await;
                }
                return Err(later);
            }
            if let Some(wait) = self.patience_with_interrupted(&current) {
                return Err(RefreshFailure::Later(wait));
            }
            // The lease is taken on the generation just read, so its tokens are the newest.
            if let Ok(held) = self.lease(current).await? {
                if let Some(renewed) = self.clone().call(held, &client).await? {
                    return Ok(renewed);
                }
                tracing::warn!(grant = %seen.id, "a lease was lost between two tries");
            }
            if started.elapsed() > WAIT_FOR_OTHERS {
                return Err(RefreshFailure::Later(Duration::from_secs(5)));
            }
            tokio::time::sleep(Duration::from_millis(100).mul_f64(1.0 + 2.0 * jitter())).await;
        }
    }

    fn client_of(&self, grant: &Grant) -> Result<OAuthClient, RefreshFailure> {
        // A refresh token is bound to the client it was issued to (RFC 6749 §6). Presented by
        // another one it is refused, and a refusal must not end the login.
        let id = grant.client_id.as_deref();
        let client = self
            .settings
            .clients
            .iter()
            .find(|client| Some(client.id.as_str()) == id);
        client.cloned().ok_or(RefreshFailure::ForeignClient)
    }

    fn is_rejected(&self, client: &OAuthClient) -> bool {
        let paused = lock(&self.rejected_clients).get(&client.id).copied();
        paused.is_some_and(|until| until > self.clock.now())
    }

    /// Writes down what is wrong with a grant; a failure to do so changes nothing for anybody.
    pub(super) async fn note_problem(
        &self,
        grant: &Grant,
        reason: Option<&str>,
        renewal_fails: bool,
    ) {
        let noted = self.store.note_problem(grant, reason, renewal_fails).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "what is wrong with a grant could not be written down");
        }
        self.history.problem(grant);
    }

    /// Whether a token call may be made now, after what went wrong before.
    fn may_try(&self, grant: &Grant, client: &OAuthClient) -> Result<(), RefreshFailure> {
        let now = self.clock.now();
        if lock(&self.uncommitted).contains(&grant.id) {
            return Err(RefreshFailure::Later(Duration::from_secs(2)));
        }
        // A wrong secret fails for every grant alike: one try a minute finds out whether it was
        // mended.
        let paused = lock(&self.rejected_clients).get(&client.id).copied();
        let blocked_until = [grant.next_attempt_at, paused].into_iter().flatten().max();
        match blocked_until {
            Some(until) if until > now => Err(RefreshFailure::Later(until.since(now))),
            _ => Ok(()),
        }
    }

    /// Calls Atlassian under the lease. None: the lease was lost before a further try, so that what
    /// to do is read from the row again.
    async fn call(
        self: Arc<Self>,
        grant: Grant,
        client: &OAuthClient,
    ) -> Result<Option<Grant>, RefreshFailure> {
        let mut attempts = 0;
        let result = self
            .try_token_endpoint(&grant, client, &mut attempts)
            .await?;
        match result {
            Tried::Pair(pair) => {
                // Tokens came, so the secret is right.
                lock(&self.rejected_clients).remove(&client.id);
                self.commit(grant, pair, attempts).await.map(Some)
            }
            Tried::LeaseLost => Ok(None),
            Tried::Failed(TokenError::InvalidGrant) => {
                self.confirm_dead(&grant, attempts).await.map(Some)
            }
            Tried::Failed(error) => Err(self.back_off(&grant, client, &error, attempts).await),
        }
    }

    /// At most three tries, all with the same refresh token: inside Atlassian's ten minutes of
    /// leeway a repeated token is tolerated, and a lost answer heals
    /// (<https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens>).
    ///
    /// A call that was sent is waited for, never hung up on: it cannot be taken back, and its answer
    /// holds the only new tokens. It is repeated where no answer can come any more.
    async fn try_token_endpoint(
        &self,
        grant: &Grant,
        client: &OAuthClient,
        attempts: &mut u32,
    ) -> Result<Tried, StoreError> {
        let Some(refresh_token) = &grant.refresh_token else {
            return Ok(Tried::Failed(TokenError::InvalidGrant));
        };
        let started = tokio::time::Instant::now();
        loop {
            // A process that was stopped in between may have lost its lease long ago.
            if !self.still_holds(grant).await? {
                return Ok(Tried::LeaseLost);
            }
            *attempts += 1;
            let call = self.atlassian.refresh(client, refresh_token);
            let error = match self.holding(grant, call).await {
                Ok(pair) => return Ok(Tried::Pair(pair)),
                Err(error) => error,
            };
            let may_follow = matches!(
                error,
                TokenError::Transient {
                    retry_after: None,
                    ..
                }
            );
            let pause = PAUSES.get(usize::try_from(*attempts - 1).unwrap_or(usize::MAX));
            let Some(pause) = pause.filter(|_| may_follow && started.elapsed() < ALL_TRIES) else {
                return Ok(Tried::Failed(error));
            };
            tokio::time::sleep(pause.mul_f64(1.0 + jitter())).await;
        }
    }

    /// Atlassian says the refresh token is dead. That counts only if the row has not moved on: a token
    /// that a newer login replaced is refused in the very same words (RFC 6749 §5.2, `invalid_grant`).
    async fn confirm_dead(&self, grant: &Grant, attempts: u32) -> Result<Grant, RefreshFailure> {
        let reason = "Atlassian no longer accepts this login; log in again";
        if self.store.require_reauthorization(grant, reason).await? {
            self.history.ended(grant, attempts).await;
            tracing::warn!(grant = %grant.id, "Atlassian no longer accepts a refresh token; a new login is needed");
            return Err(RefreshFailure::ReauthRequired);
        }
        self.history.lost();
        match self.store.grant(&grant.scope, &grant.id).await? {
            Some(moved)
                if moved.status == GrantStatus::Active && moved.generation > grant.generation =>
            {
                Ok(moved)
            }
            Some(moved) if moved.status == GrantStatus::ReauthRequired => {
                Err(RefreshFailure::ReauthRequired)
            }
            Some(_) => Err(RefreshFailure::Later(Duration::from_secs(1))),
            None => Err(RefreshFailure::Erased),
        }
    }

    /// Notes a failure that is not the grant's fault, and says when to try again.
    async fn back_off(
        &self,
        grant: &Grant,
        client: &OAuthClient,
        error: &TokenError,
        attempts: u32,
    ) -> RefreshFailure {
        let now = self.clock.now();
        // Doubled and spread, so that the grants of one outage do not come back together.
        let exponent = u32::try_from(grant.fail_count.clamp(0, 6)).unwrap_or(0);
        let backoff = Duration::from_secs(2_u64.pow(exponent + 1))
            .mul_f64(0.7 + 0.6 * jitter())
            .min(LONGEST_BACKOFF);
        let (wait, reason) = match error {
            TokenError::Transient { retry_after, .. } => (
                // What the server asks for is the least to wait, not the most (RFC 9110 §10.2.3).
                retry_after.unwrap_or_default().max(backoff),
                "Atlassian could not renew the token; it will be tried again",
            ),
            TokenError::Unanswered => (
                backoff,
                "Atlassian did not answer in time; it will be tried again",
            ),
            TokenError::ClientRejected
            | TokenError::SecretMissing
            | TokenError::Malformed
            | TokenError::InvalidGrant => {
                lock(&self.rejected_clients).insert(client.id.clone(), now.plus(CLIENT_PAUSE));
                (CLIENT_PAUSE, CLIENT_REJECTED)
            }
        };
        tracing::warn!(grant = %grant.id, %error, wait_s = wait.as_secs(), "a refresh failed; the login is kept");
        let is_transient = matches!(error, TokenError::Transient { .. } | TokenError::Unanswered);
        let end = if is_transient {
            RefreshEnd::Later
        } else {
            RefreshEnd::ClientRejected
        };
        // The operator's secret is no fault of this grant: the pause of the client holds it back,
        // not the row.
        let next_attempt_at = if is_transient { now.plus(wait) } else { now };
        if let Err(error) = self
            .store
            .note_refresh_failure(grant, reason, next_attempt_at)
            .await
        {
            tracing::error!(%error, "a failed refresh could not be written down; its lease runs out by itself");
        }
        self.history.failed(grant, end, attempts, wait).await;
        RefreshFailure::Later(wait)
    }
}
