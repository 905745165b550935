//! The connection that the settings make: one account of the service's own, for Jira.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Authorization;
use super::api_token::{ApiTokenRequest, MadeBy};
use crate::model::connection::Connected;
use crate::model::grant::GrantStatus;
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::{Secret, jitter};
use crate::model::service_account::ServiceAccount;
use crate::model::site::Site;
use crate::service::error::ServiceError;
use crate::store::error::StoreError;

/// Between two tries while Atlassian does not answer; each pause is twice the one before. A network that comes up
/// after the program does so in seconds; in an outage, nobody is in such a hurry.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// How the stored connection came to agree with the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The settings name no account, and no connection of an earlier one is left.
    NotSet,
    /// The connection is the one that the settings mean.
    Unchanged,
    /// The account was checked with Atlassian and is connected now.
    Connected,
    /// The owner has a connection of their own making, which stays.
    OwnersOwn,
}

impl Authorization {
    /// Makes the stored connection what the settings say. Asks Atlassian only when something changed.
    ///
    /// # Errors
    /// `CredentialRejected` or `Validation` when the settings cannot work: then nothing of them is
    /// kept. Other errors when Atlassian or the store does not answer now: then nothing changes.
    pub async fn settle_service_account(&self) -> Result<Settled, ServiceError> {
        let wanted = self.settings.service_account.as_ref();
        for owner in [Owner::Local, Owner::Service] {
            if wanted.is_none_or(|account| account.owner != owner) {
                let scope = Scope::authenticated(TenantId::default(), owner);
                self.store
                    .delete_made_by_settings(&scope, Product::Jira)
                    .await?;
            }
        }
        match wanted {
            Some(account) => self.settle(account).await,
            None => Ok(Settled::NotSet),
        }
    }

    async fn settle(&self, account: &ServiceAccount) -> Result<Settled, ServiceError> {
        let scope = Scope::authenticated(TenantId::default(), account.owner.clone());
        let stored = self.store.connection(&scope, Product::Jira).await?;
        if let Some(stored) = &stored {
            if !self
                .store
                .is_made_by_settings(&scope, Product::Jira)
                .await?
            {
                return Ok(Settled::OwnersOwn);
            }
            if self.is_meant_by(stored, account)? {
                return Ok(Settled::Unchanged);
            }
        }
        let request = account.request();
        let tried = self.tried(Product::Jira, &request).await;
        if tried.as_ref().is_err_and(is_final) {
            self.store
                .delete_made_by_settings(&scope, Product::Jira)
                .await?;
        }
        let accepted = tried?;
        self.keep_api_token(MadeBy::Settings, &scope, Product::Jira, &request, &accepted)
            .await?;
        Ok(Settled::Connected)
    }

    fn is_meant_by(
        &self,
        stored: &Connected,
        account: &ServiceAccount,
    ) -> Result<bool, StoreError> {
        let token = self.store.access_token(&stored.grant)?;
        let token = token.as_ref().map(Secret::expose);
        let site = stored.connection.site.as_ref();
        Ok(stored.grant.status == GrantStatus::Active
            // A start asks again whether a refused token is taken.
            && !stored.is_refused()
            && token == Some(account.token.expose())
            && stored.grant.account.email.as_deref() == Some(account.email.as_str())
            && site.map(Site::host) == self.settings.preferences.token_host(Product::Jira)
            && site.is_some_and(|site| self.settings.preferences.allows(site)))
    }

    /// Settles in the background, so that a start does not depend on Atlassian; goes on until it is
    /// known whether the account works.
    pub(crate) async fn keep_settling_service_account(self, stop: CancellationToken) {
        let mut pause = FIRST_PAUSE;
        loop {
            let settled = tokio::select! {
                () = stop.cancelled() => return,
                settled = self.settle_service_account() => settled,
            };
            match settled {
                Ok(Settled::Connected) => tracing::info!("JIRA_USERNAME is connected to Jira"),
                Ok(Settled::OwnersOwn) => tracing::info!(
                    "JIRA_USERNAME is not used: its owner has a connection to Jira of their own"
                ),
                Ok(Settled::NotSet | Settled::Unchanged) => {}
                Err(error) if is_final(&error) => {
                    tracing::warn!(%error, "JIRA_USERNAME and JIRA_API_TOKEN are not used; correct them or JIRA_URL and start again");
                }
                Err(error) => {
                    tracing::warn!(%error, wait_s = pause.as_secs(), "JIRA_USERNAME could not be checked; it will be tried again");
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(pause.mul_f64(0.75 + 0.5 * jitter())) => {}
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
            }
            return;
        }
    }
}

impl ServiceAccount {
    pub(super) fn request(&self) -> ApiTokenRequest<'_> {
        ApiTokenRequest {
            email: &self.email,
            token: self.token.clone(),
            site: None,
            from: None,
        }
    }
}

/// Whether trying the same settings again cannot help.
fn is_final(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::CredentialRejected { .. }
            | ServiceError::Validation { .. }
            | ServiceError::Forbidden { .. }
    )
}
