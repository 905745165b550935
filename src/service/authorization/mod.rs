//! Logging in: the start of an OAuth login, its callback, and logins with an API token.

pub(crate) mod api_token;
mod attempts;
pub(crate) mod callback;
mod exchange;
pub mod outcome;
pub(crate) mod pat;
pub mod service_account;
pub(crate) mod start;
mod token_login;
mod under_way;

use std::time::Duration;

use tokio_util::task::TaskTracker;

use super::grants::RefreshSettings;
use super::history::History;
use super::limits::Limits;
use super::sessions::Sessions;
use super::sites::SitePreferences;
use crate::atlassian::Atlassian;
use crate::model::clock::SharedClock;
use crate::model::oauth_client::OAuthClient;
use crate::model::product::Provider;
use crate::model::return_url::ReturnOrigins;
use crate::model::service_account::ServiceAccount;
use crate::store::Store;
use pat::PatSettings;
use under_way::UnderWay;

/// How long a person has to give their consent.
pub(crate) const FLOW_LIFETIME: Duration = Duration::from_mins(10);

/// The OAuth client for each name a login can be started under.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clients {
    /// For `jira`.
    pub jira: Option<OAuthClient>,
    /// For `confluence`.
    pub confluence: Option<OAuthClient>,
    /// For `atlassian`.
    pub atlassian: Option<OAuthClient>,
}

impl Clients {
    /// The client for `provider`.
    pub(crate) fn of(&self, provider: Provider) -> Option<&OAuthClient> {
        match provider {
            Provider::Jira => self.jira.as_ref(),
            Provider::Confluence => self.confluence.as_ref(),
            Provider::Atlassian => self.atlassian.as_ref(),
        }
    }

    /// Every configured client.
    pub(crate) fn all(&self) -> Vec<OAuthClient> {
        Provider::ALL
            .into_iter()
            .filter_map(|provider| self.of(provider).cloned())
            .collect()
    }
}

/// What logging in needs to know from the settings.
#[derive(Debug, Clone)]
pub(crate) struct LoginSettings {
    /// The OAuth clients.
    pub clients: Clients,
    /// Where browsers may be sent afterwards.
    pub return_origins: ReturnOrigins,
    /// Whether the frontend is told the user of whoever logged in.
    pub tells_user_id: bool,
    /// Whether PKCE parameters are sent.
    pub pkce: bool,
    /// Whether API-token logins are allowed.
    pub api_tokens: bool,
    /// How Data Centers are connected.
    pub pats: PatSettings,
    /// The account for Jira that the settings name.
    pub service_account: Option<ServiceAccount>,
    /// Which sites are meant and allowed, and the scopes to ask for.
    pub preferences: SitePreferences,
    /// For the first background refresh of a new grant.
    pub refresh: RefreshSettings,
}

/// The login engine: every start and every callback path uses this one.
#[derive(Debug, Clone)]
pub struct Authorization {
    store: Store,
    atlassian: Atlassian,
    sessions: Sessions,
    limits: Limits,
    clock: SharedClock,
    settings: LoginSettings,
    tasks: TaskTracker,
    history: History,
    under_way: UnderWay,
}

impl Authorization {
    /// A login engine; exchanges run on `tasks`, so that they survive the browser that caused them.
    pub(crate) fn new(
        store: Store,
        atlassian: Atlassian,
        sessions: Sessions,
        limits: Limits,
        settings: LoginSettings,
        tasks: TaskTracker,
        history: History,
    ) -> Self {
        Self {
            clock: store.clock().clone(),
            store,
            atlassian,
            sessions,
            limits,
            settings,
            tasks,
            history,
            under_way: UnderWay::default(),
        }
    }

    /// The OAuth client for `provider`, for the routes that show it.
    pub(crate) fn client(&self, provider: Provider) -> Option<&OAuthClient> {
        self.settings.clients.of(provider)
    }

    /// The scopes every login asks for.
    pub(crate) fn scopes(&self) -> &[String] {
        &self.settings.preferences.scopes
    }

    /// Whether people log in with API tokens here.
    pub(crate) fn takes_api_tokens(&self) -> bool {
        self.settings.api_tokens
    }

    /// Where browsers may be sent.
    pub(crate) fn return_origins(&self) -> &ReturnOrigins {
        &self.settings.return_origins
    }
}
