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
use crate::service::sites::SitePreferences;
use crate::store::error::StoreError;

/// Between two tries while Atlassian does not answer; each pause is twice the one before. A network that comes up
/// after the program does so in seconds; in an outage, nobody is in such a hurry.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// Between two tries once Atlassian has judged the account: a server that cannot ask its directory judges wrongly, and
/// an operator mends a site or a token without a start.
const AFTER_A_REFUSAL: Duration = Duration::from_mins(15);

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
    /// `Validation` when the settings cannot work, and `CredentialRejected` when Atlassian refuses another account or
    /// token than the one that was connected: then nothing of them is kept. Other errors when Atlassian or the store
    /// does not answer now: then nothing changes.
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
        let is_same = match &stored {
            Some(stored) => self.is_same_account(stored, account)?,
            None => false,
        };
        let goes = |error: &ServiceError| is_beyond(error) || (is_judged(error) && !is_same);
        if tried.as_ref().is_err_and(goes) {
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
        let site = stored.connection.site.as_ref();
        Ok(stored.grant.status == GrantStatus::Active
            // A start asks again whether a refused token is taken.
            && !stored.is_refused()
            && self.is_same_account(stored, account)?
            && site.is_some_and(|site| self.settings.preferences.allows(site)))
    }

    /// Whether the settings name the account, the token and the site that are stored.
    fn is_same_account(
        &self,
        stored: &Connected,
        account: &ServiceAccount,
    ) -> Result<bool, StoreError> {
        let token = self.store.access_token(&stored.grant)?;
        let token = token.as_ref().map(Secret::expose);
        let site = stored.connection.site.as_ref();
        Ok(token == Some(account.token.expose())
            && stored.grant.account.email.as_deref() == Some(account.email.as_str())
            && site.map(Site::host) == self.settings.preferences.token_host(Product::Jira))
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
                Err(error) if is_beyond(&error) => {
                    tracing::warn!(%error, "JIRA_USERNAME and JIRA_API_TOKEN are not used; correct them or JIRA_URL and start again");
                }
                Err(error) => {
                    let wait = if is_judged(&error) {
                        tracing::warn!(%error, "JIRA_USERNAME and JIRA_API_TOKEN are not used; correct them or JIRA_URL and start again, or wait: they are tried again every quarter of an hour");
                        AFTER_A_REFUSAL
                    } else {
                        tracing::warn!(%error, wait_s = pause.as_secs(), "JIRA_USERNAME could not be checked; it will be tried again");
                        pause.mul_f64(0.75 + 0.5 * jitter())
                    };
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(wait) => {}
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

/// Whether the operator keeps this site out, so that trying the same settings again cannot help.
fn is_beyond(error: &ServiceError) -> bool {
    match (error, SitePreferences::refusal()) {
        (
            ServiceError::Forbidden { message, .. },
            ServiceError::Forbidden {
                message: refusal, ..
            },
        ) => *message == refusal,
        _ => false,
    }
}

/// Whether Atlassian, or we, said that this account does not work there. A gatekeeper's page and a failure say nothing
/// of it.
fn is_judged(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::CredentialRejected { .. } | ServiceError::Validation { .. }
    )
}
