//! The refresh protocol: lease, one token call, commit by compare-and-set, and only then the token.

use std::sync::Arc;
use std::time::Duration;

use super::RefreshEngine;
use super::back_off::CLIENT_REJECTED;
use super::breaker::Admission;
use super::failure::RefreshFailure;
use super::lease::LeaseTurn;
use crate::atlassian::error::TokenError;
use crate::model::grant::{Grant, GrantStatus, TokenPair};
use crate::model::lease::LEASE;
use crate::model::oauth_client::OAuthClient;
use crate::model::secret::jitter;
use crate::store::error::StoreError;
use crate::work::kill_points::KillPoint;
use crate::work::locked::lock;

/// After this time no further try begins; one that was sent is waited for all the same.
const ALL_TRIES: Duration = Duration::from_secs(30);
/// How long a process waits for another one's refresh: less than callers wait, so that they are told
/// why.
const WAIT_FOR_OTHERS: Duration = Duration::from_secs(22);
/// The pauses before a second and a third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1200)];

/// The result of the tries at the token endpoint.
enum TokenTry {
    Pair(TokenPair),
    Failed(TokenError),
    /// Another process holds the lease by now.
    LeaseLost,
}

impl RefreshEngine {
    /// Renews the grant that a caller saw, or finds it renewed already.
    ///
    /// # Errors
    /// Why there is no newer token: see [`RefreshFailure`].
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
            let admission = self.admit(&current, &client).await?;
            // The lease is taken on the generation just read, so its tokens are the newest.
            let left = match self.take_turn(current).await? {
                LeaseTurn::Ours(held) => {
                    if let Some(renewed) = self.clone().call(*held, &client, admission).await? {
                        return Ok(renewed);
                    }
                    tracing::warn!(grant = %seen.id, "a lease was lost between two tries");
                    LEASE
                }
                LeaseTurn::Theirs(left) => left,
            };
            if started.elapsed() > WAIT_FOR_OTHERS {
                return Err(RefreshFailure::BeingRenewed(left));
            }
            tokio::time::sleep(Duration::from_millis(100).mul_f64(1.0 + 2.0 * jitter())).await;
        }
    }

    pub(super) fn knows_client(&self, id: &str) -> bool {
        self.settings.clients.iter().any(|client| client.id == id)
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

    /// Writes down why a grant is not renewed; a failure to do so changes nothing for anybody.
    async fn note_failing(&self, grant: &Grant, reason: &str) {
        if let Err(error) = self.store.note_failing(grant, reason).await {
            tracing::warn!(%error, "why a grant is not renewed could not be written down");
        }
        self.history.problem(grant);
    }

    /// Whether a token call may be made now, after what went wrong before.
    async fn admit(
        &self,
        grant: &Grant,
        client: &OAuthClient,
    ) -> Result<Admission<'_>, RefreshFailure> {
        let now = self.clock.now();
        if lock(&self.uncommitted).contains(&grant.id) {
            return Err(RefreshFailure::BeingRenewed(Duration::from_secs(2)));
        }
        if let Some(until) = grant.held_back_until(now) {
            return Err(RefreshFailure::Later(until.since(now)));
        }
        match self.breakers.admit(&client.id, grant, now) {
            Ok(admission) => Ok(admission),
            Err(wait) => {
                // What other grants' failures have shown holds for this one as well.
                if grant.last_error.is_none() && self.breakers.is_open(&client.id) {
                    self.note_failing(grant, CLIENT_REJECTED).await;
                }
                Err(RefreshFailure::Later(wait))
            }
        }
    }

    /// Calls Atlassian under the lease. None: the lease was lost before a further try, so that what
    /// to do is read from the row again.
    async fn call(
        self: Arc<Self>,
        grant: Grant,
        client: &OAuthClient,
        admission: Admission<'_>,
    ) -> Result<Option<Grant>, RefreshFailure> {
        let mut attempts = 0;
        let result = self
            .try_token_endpoint(&grant, client, &mut attempts)
            .await?;
        match result {
            TokenTry::Pair(pair) => {
                KillPoint::AnswerReceived.pass();
                admission.accepted(&grant);
                self.clone().commit(grant, pair, attempts).await.map(Some)
            }
            TokenTry::LeaseLost => Ok(None),
            TokenTry::Failed(TokenError::InvalidGrant) => {
                // Whoever is told so has been let in (RFC 6749 §5.2 checks the client first).
                admission.accepted(&grant);
                self.confirm_dead(&grant, attempts).await.map(Some)
            }
            TokenTry::Failed(error) => {
                Err(self.back_off(&grant, admission, &error, attempts).await)
            }
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
    ) -> Result<TokenTry, StoreError> {
        let Some(refresh_token) = self.store.refresh_token(grant)? else {
            return Ok(TokenTry::Failed(TokenError::InvalidGrant));
        };
        let started = tokio::time::Instant::now();
        loop {
            // A process that was stopped in between may have lost its lease long ago.
            if !self.still_holds(grant).await? {
                return Ok(TokenTry::LeaseLost);
            }
            *attempts += 1;
            let call = self.atlassian.refresh(client, &refresh_token);
            let error = match self.holding(grant, call).await {
                Ok(mut pair) => {
                    // An answer need not bring a new one, and then the old one stays good (RFC 6749 §6).
                    pair.refresh_token.get_or_insert(refresh_token);
                    return Ok(TokenTry::Pair(pair));
                }
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
                return Ok(TokenTry::Failed(error));
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
}
