//! What a refresh writes to its grant: the lease it works under, the new tokens, or why there are none.
//!
//! Atlassian's refresh tokens rotate (RFC 9700 §4.14.2): two processes that refresh at once could each
//! hold a pair of which only one lives. So one takes a lease, which lapses, because processes die. A
//! holder that was only slow may come back after another has taken over: its fence is then an old one,
//! and what it says about a failed refresh or a dead login changes no row (M. Kleppmann, "How to do
//! distributed locking", 2016). Tokens are committed by the generation alone, and a login raises it, so
//! that no refresh begun before can put the old tokens back.

use std::time::Duration;

use super::Store;
use super::error::StoreError;
use super::grant_rows::{duration_millis, seal, status_text};
use super::pool::on_writer;
use super::processes::Vitality;
use super::sealed_columns::{GRANT_ACCESS_TOKEN, GRANT_REFRESH_TOKEN};
use super::vault::{Sealing, VaultError};
use crate::model::grant::{Grant, GrantStatus};
use crate::model::lease::{LEASE, LeaseOn};
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// How the refresh lease of a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// It can be taken: nobody holds it, or this process does.
    Free,
    /// Another process holds it for so long.
    Held(Duration),
    /// Another process took it and is dead.
    Orphaned,
}

/// A renewed pair of tokens, to be committed under a lease.
#[derive(Debug, Clone)]
pub struct RenewedTokens {
    /// The new access token.
    pub access_token: Secret,
    /// The refresh token to keep: the new one, or the old one if none came.
    pub refresh_token: Option<Secret>,
    /// When the access token expires.
    pub expires_at: Timestamp,
    /// Its whole lifetime.
    pub lifetime: Duration,
    /// The scopes, if the answer named them.
    pub scopes: Option<Vec<String>>,
    /// When the next background refresh is due.
    pub due_at: Timestamp,
}

impl Store {
    /// How the refresh lease of `grant`, as it was read, stands at `now`, by the database's clock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lease_state(
        &self,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<LeaseState, StoreError> {
        let left = grant
            .lease_until
            .and_then(|until| LeaseOn::Grant.left(until, now));
        let (Some(left), Some(holder)) = (left, &grant.lease_owner) else {
            return Ok(LeaseState::Free);
        };
        if self.process.names().contains(holder) {
            return Ok(LeaseState::Free);
        }
        Ok(match self.vitality(holder).await? {
            Vitality::Living | Vitality::Missing => LeaseState::Held(left),
            Vitality::Dead => LeaseState::Orphaned,
        })
    }

    /// Takes the refresh lease of the generation that `grant` shows, for [`LEASE`] from `now` on, unless
    /// somebody holds it; `state` is what is known of that. A process may always take its own lease
    /// again: it has one refresh of a grant at a time, and knows which of its tokens wait in memory.
    ///
    /// Gives the fence that the holder shows from then on. `refresh_started_at` stays that of the
    /// first refresh that nobody has ended: from then on the refresh token may have been used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_lease(
        &self,
        grant: &Grant,
        now: Timestamp,
        state: LeaseState,
    ) -> Result<Option<i64>, StoreError> {
        let [locked, timed] = self.process.names();
        let dead = grant
            .lease_owner
            .as_deref()
            .filter(|_| state == LeaseState::Orphaned);
        let fence: Option<(i64,)> = on_writer!(self, |db| {
            sqlx::query_as(
                "UPDATE grants SET lease_owner = $1, lease_until = $2, refresh_started_at = COALESCE(refresh_started_at, $3),
                   fence = fence + 1
                 WHERE id = $4 AND tenant = $5 AND owner = $6 AND generation = $7 AND status = 'active'
                   AND (lease_until IS NULL OR lease_until <= $3 OR lease_until > $8 OR lease_owner IN ($9, $10)
                     OR (lease_owner = $11 AND fence = $12))
                 RETURNING fence",
            )
            .bind(self.holder())
            .bind(now.plus(LEASE).millis())
            .bind(now.millis())
            .bind(&grant.id)
            .bind(grant.scope.tenant().as_str())
            .bind(grant.scope.owner().as_str())
            .bind(grant.generation)
            .bind(now.plus(LeaseOn::Grant.longest()).millis())
            .bind(&locked)
            .bind(&timed)
            .bind(dead)
            .bind(grant.fence)
            .fetch_all(db)
            .await?
            .pop()
        });
        Ok(fence.map(|(fence,)| fence))
    }

    /// Holds the lease for [`LEASE`] from now on, if it is still the one that this process took with the
    /// fence of `grant`. `false`: somebody else holds it by now, or the grant has moved on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_lease(&self, grant: &Grant) -> Result<bool, StoreError> {
        let [locked, timed] = self.process.names();
        let until = self.database_time().await?.plus(LEASE);
        let changed = on_writer!(self, |db| {
            sqlx::query(
                "UPDATE grants SET lease_owner = $1, lease_until = $2
                 WHERE id = $3 AND tenant = $4 AND owner = $5 AND generation = $6 AND fence = $7 AND lease_owner IN ($8, $9)",
            )
            .bind(self.holder())
            .bind(until.millis())
            .bind(&grant.id)
            .bind(grant.scope.tenant().as_str())
            .bind(grant.scope.owner().as_str())
            .bind(grant.generation)
            .bind(grant.fence)
            .bind(&locked)
            .bind(&timed)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Commits renewed tokens if the grant is still at the generation of `grant`. `false`: somebody
    /// else has newer tokens, and the pair must be dropped.
    ///
    /// The fence is not asked: a pair that Atlassian gave is good whoever holds the lease by now, and
    /// dropping it could lose the only living refresh token. Whoever commits second finds the
    /// generation moved.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit_tokens(
        &self,
        grant: &Grant,
        tokens: &RenewedTokens,
    ) -> Result<bool, StoreError> {
        let generation = grant.generation + 1;
        // Until the row is written.
        let sealing = self.vault.sealing();
        let (access, refresh) = seal_tokens(&sealing, grant, generation, tokens)?;
        let scopes = tokens.scopes.as_ref().map(|scopes| scopes.join(" "));
        let now = self.clock.now().millis();
        let changed = on_writer!(self, |db| {
            sqlx::query(
                "UPDATE grants SET generation = $1, access_token_sealed = $2, refresh_token_sealed = $3, expires_at = $4,
                   lifetime = $5, scopes = COALESCE($6, scopes), refreshed_at = $7, due_at = $8, lease_owner = NULL,
                   lease_until = NULL, refresh_started_at = NULL, fail_count = 0, next_attempt_at = NULL, last_error = NULL
                 WHERE id = $9 AND tenant = $10 AND owner = $11 AND generation = $12",
            )
            .bind(generation)
            .bind(access)
            .bind(refresh)
            .bind(tokens.expires_at.millis())
            .bind(duration_millis(tokens.lifetime))
            .bind(scopes)
            .bind(now)
            .bind(tokens.due_at.millis())
            .bind(&grant.id)
            .bind(grant.scope.tenant().as_str())
            .bind(grant.scope.owner().as_str())
            .bind(grant.generation)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Marks the grant dead and erases its tokens, if it is still at the generation and fence of
    /// `grant`. `false`: it has moved on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn require_reauthorization(
        &self,
        grant: &Grant,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let changed = on_writer!(self, |db| {
            sqlx::query(
                "UPDATE grants SET status = $1, access_token_sealed = NULL, refresh_token_sealed = NULL, generation = generation + 1,
                   lease_owner = NULL, lease_until = NULL, refresh_started_at = NULL, due_at = NULL, next_attempt_at = NULL,
                   last_error = $2
                 WHERE id = $3 AND tenant = $4 AND owner = $5 AND generation = $6 AND fence = $7",
            )
            .bind(status_text(GrantStatus::ReauthRequired))
            .bind(reason)
            .bind(&grant.id)
            .bind(grant.scope.tenant().as_str())
            .bind(grant.scope.owner().as_str())
            .bind(grant.generation)
            .bind(grant.fence)
            .execute(db)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Notes a failed refresh, gives the lease back and says when the next try may be, and when the
    /// background refresher makes one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_refresh_failure(
        &self,
        grant: &Grant,
        reason: &str,
        next_attempt_at: Timestamp,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE grants SET fail_count = fail_count + 1, last_error = $1, next_attempt_at = $2, due_at = $3, failed_at = $4,
                   lease_owner = NULL, lease_until = NULL, refresh_started_at = NULL
                 WHERE id = $5 AND tenant = $6 AND owner = $7 AND generation = $8 AND fence = $9",
            )
            .bind(reason)
            .bind(next_attempt_at.millis())
            .bind(due_at.millis())
            .bind(self.clock.now().millis())
            .bind(&grant.id)
            .bind(grant.scope.tenant().as_str())
            .bind(grant.scope.owner().as_str())
            .bind(grant.generation)
            .bind(grant.fence)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Notes why a grant is not renewed, as long as it is at the generation of `grant`. It is forgotten with the next
    /// renewal.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn note_failing(&self, grant: &Grant, reason: &str) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query(
                "UPDATE grants SET last_error = $1, fail_count = fail_count + 1
                 WHERE id = $2 AND tenant = $3 AND owner = $4 AND generation = $5 AND status = 'active'",
            )
            .bind(reason)
            .bind(&grant.id)
            .bind(grant.scope.tenant().as_str())
            .bind(grant.scope.owner().as_str())
            .bind(grant.generation)
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// Frees the leases of processes that are known to be dead.
    pub(super) async fn free_all_leases(&self) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("UPDATE grants SET lease_owner = NULL, lease_until = NULL WHERE lease_until IS NOT NULL")
                .execute(db)
                .await?;
        });
        Ok(())
    }
}

fn seal_tokens(
    sealing: &Sealing<'_>,
    grant: &Grant,
    generation: i64,
    tokens: &RenewedTokens,
) -> Result<(Option<String>, Option<String>), VaultError> {
    let sealed =
        |column, secret| seal(sealing, column, &grant.scope, &grant.id, generation, secret);
    let access = sealed(&GRANT_ACCESS_TOKEN, Some(&tokens.access_token))?;
    let refresh = sealed(&GRANT_REFRESH_TOKEN, tokens.refresh_token.as_ref())?;
    Ok((access, refresh))
}
