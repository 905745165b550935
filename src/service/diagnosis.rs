//! What an operator wants to know about the app at Atlassian before anybody logs in: is it reachable,
//! is the secret right, does it know the callback URL and the scopes. Touches no stored grant.

use std::time::Duration;

use super::authorization::LoginSettings;
use super::authorization::api_token::try_account;
use super::error::ServiceError;
use crate::atlassian::Atlassian;
use crate::atlassian::error::TokenError;
use crate::atlassian::oauth::AuthorizeRequest;
use crate::atlassian::probe::NoAnswer;
use crate::model::clock::SharedClock;
use crate::model::grant::Account;
use crate::model::oauth_client::OAuthClient;
use crate::model::product::Provider;
use crate::model::secret::{Secret, random_token};
use crate::model::service_account::ServiceAccount;

/// The scope that no app has to enable.
const ALWAYS_ENABLED: &str = "offline_access";

/// How Atlassian takes a client id and secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretVerdict {
    /// They belong together.
    Good,
    /// They do not.
    Wrong,
    /// No secret is set.
    Missing,
    /// Atlassian did not say.
    Unknown(String),
}

/// How Atlassian takes an authorize URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthorizeVerdict {
    /// It goes on with the login.
    Opens,
    /// It refuses this callback URL, or does not know the client id.
    CallbackRefused,
    /// It refuses these scopes.
    ScopesRefused(Vec<String>),
    /// It could not be found out.
    Unknown(String),
}

/// How far two clocks are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockReading {
    /// By how much.
    pub difference: Duration,
    /// Whether ours is behind.
    pub is_slow: bool,
}

/// Asks Atlassian about our app.
#[derive(Debug, Clone)]
pub(crate) struct Diagnosis {
    atlassian: Atlassian,
    clock: SharedClock,
    settings: LoginSettings,
}

impl Diagnosis {
    /// A diagnosis of the apps in `settings`.
    pub(crate) fn new(atlassian: Atlassian, clock: SharedClock, settings: LoginSettings) -> Self {
        Self {
            atlassian,
            clock,
            settings,
        }
    }

    /// The client that logins under `provider` use.
    pub(crate) fn client(&self, provider: Provider) -> Option<&OAuthClient> {
        self.settings.clients.of(provider)
    }

    /// Presents a refresh token that nobody was ever given: whoever refuses the token rather than the
    /// client has accepted the secret.
    pub(crate) async fn secret(&self, client: &OAuthClient) -> SecretVerdict {
        let Ok(nobodys) = random_token("check-") else {
            return SecretVerdict::Unknown(String::from("there is no randomness on this machine"));
        };
        match self.atlassian.refresh(client, &nobodys).await {
            Ok(_) | Err(TokenError::InvalidGrant) => SecretVerdict::Good,
            Err(TokenError::ClientRejected) => SecretVerdict::Wrong,
            Err(TokenError::SecretMissing) => SecretVerdict::Missing,
            Err(
                error @ (TokenError::Malformed
                | TokenError::Unanswered
                | TokenError::Transient { .. }),
            ) => SecretVerdict::Unknown(error.to_string()),
        }
    }

    /// Looks at what a login would look at first. The reason of a refusal shows when less is asked for:
    /// what is refused without a single scope of the app's is the callback URL.
    pub(crate) async fn authorize(&self, client: &OAuthClient) -> AuthorizeVerdict {
        let scopes = &self.settings.preferences.scopes;
        match self.is_refused(client, scopes).await {
            Ok(false) => return AuthorizeVerdict::Opens,
            Ok(true) => {}
            Err(why) => return AuthorizeVerdict::Unknown(why),
        }
        match self
            .is_refused(client, &[String::from(ALWAYS_ENABLED)])
            .await
        {
            Ok(false) => {}
            Ok(true) => return AuthorizeVerdict::CallbackRefused,
            Err(why) => return AuthorizeVerdict::Unknown(why),
        }
        let mut refused = Vec::new();
        for scope in scopes.iter().filter(|scope| *scope != ALWAYS_ENABLED) {
            match self.is_refused(client, std::slice::from_ref(scope)).await {
                Ok(true) => refused.push(scope.clone()),
                Ok(false) => {}
                Err(why) => return AuthorizeVerdict::Unknown(why),
            }
        }
        if refused.is_empty() {
            let why = "Atlassian takes each scope alone but not all together";
            return AuthorizeVerdict::Unknown(String::from(why));
        }
        AuthorizeVerdict::ScopesRefused(refused)
    }

    /// Only 400 is a refusal for sure; anything else that is no page or redirect may be a gatekeeper.
    async fn is_refused(&self, client: &OAuthClient, scopes: &[String]) -> Result<bool, String> {
        let state = Secret::new("check");
        let request = AuthorizeRequest {
            client,
            scopes,
            state: &state,
            verifier: None,
        };
        let url = self.atlassian.authorize_url(&request);
        let url = url.map_err(|error| error.to_string())?;
        match self.atlassian.authorize_status(&url).await {
            Ok(200..400) => Ok(false),
            Ok(400) => Ok(true),
            Ok(status) => Err(format!(
                "Atlassian's login page answers with status {status}"
            )),
            Err(no_answer) => Err(no_answer.to_string()),
        }
    }

    /// Who the account of the settings is at Jira; none when the token's scopes do not tell. Nothing is kept.
    ///
    /// # Errors
    /// `Validation` without a site, `CredentialRejected` for a token that Atlassian refuses, and Atlassian's
    /// failures.
    pub(crate) async fn account(
        &self,
        account: &ServiceAccount,
    ) -> Result<Option<Account>, ServiceError> {
        try_account(&self.atlassian, &self.settings.preferences, account).await
    }

    /// How far our clock is from Atlassian's; none when Atlassian's answers carry no time.
    ///
    /// # Errors
    /// When Atlassian gave no answer.
    pub(crate) async fn clock(&self) -> Result<Option<ClockReading>, NoAnswer> {
        let theirs = self.atlassian.gateway_time().await?;
        let ours = self.clock.now();
        Ok(theirs.map(|theirs| ClockReading {
            difference: ours.since(theirs).max(theirs.since(ours)),
            is_slow: ours < theirs,
        }))
    }
}
