//! Builds every part once, from the settings; the only file that sees all rooms.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::atlassian::endpoints::Endpoints;
use crate::atlassian::oauth::Client;
use crate::atlassian::{Atlassian, OutboundLimits};
use crate::config::{self, DatabaseUrl, OAuthFor, Settings};
use crate::http::router::router;
use crate::http::server;
use crate::http::state::{AppState, EdgeSettings, Parts, SameSite};
use crate::model::clock::SharedClock;
use crate::model::return_url::ReturnOrigins;
use crate::model::secret::Secret;
use crate::model::signature::SigningKey;
use crate::model::time::Timestamp;
use crate::service::api_keys::ApiKeys;
use crate::service::authorization::{Authorization, Clients, LoginSettings};
use crate::service::connections::Connections;
use crate::service::grants::{Grants, RefreshSettings};
use crate::service::issues::Issues;
use crate::service::pages::Pages;
use crate::service::readiness::ReadinessProbe;
use crate::service::sessions::{SessionLifetimes, Sessions};
use crate::service::sites::{AllowedSite, SitePreferences};
use crate::store::vault::{Vault, VaultKey};
use crate::store::{Location, Store, vault_key_file};

/// How often lapsed sessions and flows are removed.
const PRUNE_EVERY: Duration = Duration::from_mins(10);
/// How long refreshes under way may take to finish after the last request.
const TASKS_TIMEOUT: Duration = Duration::from_secs(35);

/// The program could not be put together; the text is one line for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BuildError(String);

impl BuildError {
    fn because(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// The whole service, built and not yet listening.
#[derive(Debug)]
pub struct App {
    router: Router,
    state: AppState,
    store: Store,
    grants: Grants,
    tasks: TaskTracker,
    draining: CancellationToken,
}

impl App {
    /// Opens the store and builds every part.
    ///
    /// # Errors
    /// With one line that says what is wrong and, where a setting is to blame, which.
    pub async fn build(settings: &Settings, clock: SharedClock) -> Result<Self, BuildError> {
        let (tasks, draining) = (TaskTracker::new(), CancellationToken::new());
        let location = location(settings);
        let vault = vault(settings, &location)?;
        let store = Store::open(&location, vault, clock.clone())
            .await
            .map_err(BuildError::because)?;
        let atlassian = outbound(settings, clock.clone())?;
        let login = login_settings(settings);
        let grants = Grants::new(
            store.clone(),
            atlassian.clone(),
            clock.clone(),
            login.refresh.clone(),
            tasks.clone(),
        )
        .map_err(BuildError::because)?;
        let lifetimes = SessionLifetimes {
            idle: settings.access.session_idle,
            absolute: settings.access.session_lifetime,
        };
        let sessions = Sessions::new(store.clone(), clock.clone(), lifetimes);
        let preferences = login.preferences.clone();
        let connections = Connections::new(
            store.clone(),
            atlassian.clone(),
            grants.clone(),
            clock.clone(),
            preferences,
        );
        let authorization = Authorization::new(
            store.clone(),
            atlassian,
            sessions.clone(),
            clock.clone(),
            login,
            tasks.clone(),
        );
        let readiness = ReadinessProbe::new(
            store.clone(),
            grants.clone(),
            clock.clone(),
            draining.clone(),
        );
        let state = AppState::new(Parts {
            edge: edge_settings(settings),
            api_keys: ApiKeys::new(store.clone(), clock.clone()),
            sessions,
            authorization,
            issues: Issues::new(connections.clone()),
            pages: Pages::new(connections.clone()),
            connections,
            readiness,
            started_at: clock.now(),
            clock,
            state_cookie_key: signing_key(settings, &store, "state cookie"),
            cursor_key: signing_key(settings, &store, "cursor"),
            draining: draining.clone(),
        });
        Ok(Self {
            router: router(state.clone()),
            state,
            store,
            grants,
            tasks,
            draining,
        })
    }

    /// The router, for tests that speak to it without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The API keys, for the command that manages them.
    pub fn api_keys(&self) -> &ApiKeys {
        &self.state.api_keys
    }

    /// The time by the app's clock.
    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// The grants, for tests of the refresh.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Serves on `listener` until `stop`; then finishes requests and refreshes and closes the store.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let background = CancellationToken::new();
        tokio::spawn(self.grants.clone().run_refresher(background.clone()));
        tokio::spawn(prune(self.state.sessions.clone(), background.clone()));
        let draining = self.draining.clone();
        let watch = stop.clone();
        tokio::spawn(async move {
            watch.cancelled().await;
            draining.cancel();
        });
        server::serve(listener, self.router, stop).await;
        background.cancel();
        self.tasks.close();
        if tokio::time::timeout(TASKS_TIMEOUT, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::error!(
                "some refreshes did not finish; renewed tokens that the database did not take are lost"
            );
        }
        self.store.close().await;
    }
}

fn outbound(settings: &Settings, clock: SharedClock) -> Result<Atlassian, BuildError> {
    let upstream = &settings.upstream;
    let endpoints = Endpoints::new(
        upstream.auth_url.url().clone(),
        upstream.api_url.url().clone(),
        upstream.site_url_template.clone(),
    );
    let limits = OutboundLimits {
        timeout: upstream.timeout,
        concurrency: usize::try_from(upstream.max_concurrency).unwrap_or(usize::MAX),
    };
    Atlassian::new(endpoints, &limits, clock).map_err(BuildError::because)
}

async fn prune(sessions: Sessions, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PRUNE_EVERY) => {}
        }
        if let Err(error) = sessions.prune().await {
            tracing::warn!(%error, "lapsed sessions could not be removed");
        }
    }
}

fn location(settings: &Settings) -> Location {
    match &settings.storage.database {
        DatabaseUrl::Sqlite(path) => Location::Sqlite(path.clone()),
        DatabaseUrl::Postgres { url, .. } => Location::Postgres(Secret::from(url.clone())),
    }
}

/// The vault's keys: from the settings, else from a file, which a SQLite store makes for itself.
fn vault(settings: &Settings, location: &Location) -> Result<Vault, BuildError> {
    if let Some(keys) = &settings.storage.vault_keys {
        return ring(
            keys.iter()
                .map(|key| VaultKey::new(key.id.clone(), *key.bytes.expose_secret())),
        );
    }
    if let Some(path) = &settings.storage.vault_key_file {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.contains(':') {
            let keys = config::parse_vault_keys(text.trim())
                .map_err(|problem| BuildError(format!("VAULT_KEY_FILE: {problem}")))?;
            return ring(
                keys.iter()
                    .map(|key| VaultKey::new(key.id.clone(), *key.bytes.expose_secret())),
            );
        }
    }
    let key = match (location, &settings.storage.vault_key_file) {
        (Location::Sqlite(database), file) => {
            let path = file.clone().unwrap_or_else(|| beside(database));
            vault_key_file::read_or_make(&path, database)
        }
        (Location::Postgres(_), Some(path)) => vault_key_file::read(path),
        (Location::Postgres(_), None) => {
            return Err(BuildError(String::from(
                "VAULT_KEYS is not set: with PostgreSQL the vault key must be given (VAULT_KEYS, ENCRYPTION_KEY or VAULT_KEY_FILE)",
            )));
        }
    };
    ring(std::iter::once(key.map_err(BuildError::because)?))
}

fn ring(mut keys: impl Iterator<Item = VaultKey>) -> Result<Vault, BuildError> {
    let first = keys
        .next()
        .ok_or_else(|| BuildError(String::from("VAULT_KEYS holds no key")))?;
    Ok(Vault::new(first, keys.collect()))
}

fn beside(database: &Path) -> PathBuf {
    database.with_file_name("vault.key")
}

fn login_settings(settings: &Settings) -> LoginSettings {
    let client = |login| {
        settings.oauth_client(login).map(|client| Client {
            id: client.client_id.clone(),
            secret: client.client_secret.clone().map(Secret::from),
            redirect_uri: client.redirect.uri.text().to_owned(),
        })
    };
    let clients = Clients {
        jira: client(OAuthFor::Jira),
        confluence: client(OAuthFor::Confluence),
        atlassian: client(OAuthFor::Atlassian),
    };
    let public_origin = settings.listener.public_base_url.origin();
    LoginSettings {
        return_origins: ReturnOrigins::new(public_origin, settings.frontend.return_origins.clone()),
        pkce: settings.access.oauth_pkce,
        api_tokens: settings.access.api_token_login,
        preferences: preferences(settings),
        refresh: RefreshSettings {
            margin: settings.upstream.refresh_margin,
            interval: settings.upstream.refresh_interval,
            clients: clients.all(),
        },
        clients,
    }
}

fn preferences(settings: &Settings) -> SitePreferences {
    let allowed = &settings.access.allowed_sites;
    let allowed = (!allowed.is_empty()).then(|| {
        let convert = |site: &config::AllowedSite| match site {
            config::AllowedSite::Host(host) => AllowedSite::Host(host.clone()),
            config::AllowedSite::CloudId(cloud_id) => AllowedSite::CloudId(cloud_id.clone()),
        };
        allowed.iter().map(convert).collect()
    });
    SitePreferences {
        jira_host: settings
            .upstream
            .jira_site()
            .map(|site| site.host().clone()),
        confluence_host: settings
            .upstream
            .confluence_site()
            .map(|site| site.host().clone()),
        allowed,
        scopes: settings.upstream.scopes.clone(),
    }
}

fn edge_settings(settings: &Settings) -> EdgeSettings {
    let public = &settings.listener.public_base_url;
    EdgeSettings {
        public_origin: public.origin(),
        is_https: public.is_https(),
        may_log_in: public.is_https()
            || public.is_loopback()
            || settings.listener.allow_insecure_http,
        frontend: settings
            .frontend
            .url
            .as_ref()
            .map(|frontend| frontend.url().clone()),
        frontend_text: settings
            .frontend
            .url
            .as_ref()
            .map(|frontend| frontend.text().to_owned()),
        any_origin: settings.frontend.origins.any,
        listed_origins: settings.frontend.origins.listed.clone(),
        is_open: settings.access.mode == config::AuthMode::Open,
        read_only: settings.access.read_only,
        session_same_site: match settings.access.session_same_site {
            config::SameSite::Lax => SameSite::Lax,
            config::SameSite::Strict => SameSite::Strict,
            config::SameSite::None => SameSite::None,
        },
        redirect_uri_set: OAuthFor::ALL
            .into_iter()
            .any(|login| settings.oauth.redirect(login).set_by.is_some()),
        environment: settings.telemetry.environment.clone(),
    }
}

/// A key of one purpose: from the operator's secret if there is one, else from the vault's key.
fn signing_key(settings: &Settings, store: &Store, purpose: &str) -> SigningKey {
    match &settings.access.state_signing_secret {
        Some(secret) => {
            let derived = SigningKey::new(secret.expose_secret().as_bytes()).sign(&[purpose]);
            SigningKey::new(derived.as_bytes())
        }
        None => store.vault().signing_key(purpose),
    }
}
