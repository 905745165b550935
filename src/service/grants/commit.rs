//! Commits renewed tokens. A pair that Atlassian has handed out is never let go of before the
//! database holds it or somebody else's newer one.

use std::sync::Arc;
use std::time::Duration;

use super::failure::RefreshFailure;
use super::{RefreshEngine, due};
use crate::model::grant::{Grant, GrantStatus, TokenPair};
use crate::model::secret::jitter;
use crate::store::error::StoreError;
use crate::store::refreshes::RenewedTokens;
use crate::work::kill_points::KillPoint;
use crate::work::locked::lock;

/// Quick tries before waiting callers are told to come back: a writer that held the database for a
/// moment is worth waiting for, an outage is not.
const QUICK_TRIES: u32 = 3;

impl RefreshEngine {
    /// Commits `pair` as the successor of `grant`, and gives the grant as it then stands.
    ///
    /// # Errors
    /// `BeingRenewed` when the database does not take the pair at once; a task goes on trying. `Erased` and
    /// `ReauthRequired` when the grant is gone or has ended meanwhile.
    pub(super) async fn commit(
        self: Arc<Self>,
        grant: Grant,
        pair: TokenPair,
        attempts: u32,
    ) -> Result<Grant, RefreshFailure> {
        let tokens = self.renewed_tokens(pair);
        for attempt in 1..=QUICK_TRIES {
            match self.try_commit(&grant, &tokens, attempts).await {
                Ok(result) => return result,
                Err(error) => {
                    tracing::error!(%error, attempt, "renewed tokens could not be committed");
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.history.not_committed(&grant);
        let id = grant.id.clone();
        lock(&self.uncommitted).insert(id);
        let engine = self.clone();
        self.tasks
            .spawn(async move { engine.commit_until_done(grant, tokens, attempts).await });
        Err(RefreshFailure::BeingRenewed(Duration::from_secs(2)))
    }

    /// Keeps the pair in memory and the commit going until the database takes it, without an end: this
    /// is the only copy there is (RFC 6749 §6, the old refresh token is disabled).
    async fn commit_until_done(&self, grant: Grant, tokens: RenewedTokens, attempts: u32) {
        let mut pause = Duration::from_millis(500);
        loop {
            tokio::time::sleep(pause.mul_f64(0.7 + 0.6 * jitter())).await;
            match self.try_commit(&grant, &tokens, attempts).await {
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "renewed tokens are still only in memory");
                }
            }
            pause = (pause * 2).min(Duration::from_secs(5));
        }
        lock(&self.uncommitted).remove(&grant.id);
        tracing::info!(grant = %grant.id, "renewed tokens reached the database");
    }

    /// One try. Outer error: the database; inner error: the grant is gone or dead.
    async fn try_commit(
        &self,
        grant: &Grant,
        tokens: &RenewedTokens,
        attempts: u32,
    ) -> Result<Result<Grant, RefreshFailure>, StoreError> {
        KillPoint::BeforeCommit.pass();
        let committed = self.store.commit_tokens(grant, tokens).await?;
        if committed {
            KillPoint::AfterCommit.pass();
            self.history.renewed(grant, attempts, tokens.lifetime).await;
        } else {
            self.history.lost();
        }
        let current = self.store.grant(&grant.scope, &grant.id).await?;
        Ok(match current {
            None => Err(RefreshFailure::Erased),
            Some(current) if current.status == GrantStatus::ReauthRequired => {
                Err(RefreshFailure::ReauthRequired)
            }
            Some(current) => {
                // Not committed: a newer login or another process's refresh was first, and theirs counts.
                // A row that has not moved is tried again: nobody else has what this pair renews.
                if current.generation <= grant.generation {
                    return Err(StoreError::Contended);
                }
                tracing::info!(grant = %grant.id, generation = current.generation, committed, "a grant was renewed");
                Ok(current)
            }
        })
    }

    fn renewed_tokens(&self, pair: TokenPair) -> RenewedTokens {
        // From the moment it came: the clock of the answer's sender is not ours.
        let expires_at = self.clock.now().plus(pair.expires_in);
        RenewedTokens {
            access_token: pair.access_token,
            refresh_token: pair.refresh_token,
            expires_at,
            lifetime: pair.expires_in,
            scopes: pair.scopes,
            due_at: due::ahead_of_expiry(expires_at, pair.expires_in, &self.settings),
        }
    }
}
