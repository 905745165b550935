//! The settings in the words of the modules that use them.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;

use super::BuildError;
use crate::atlassian::endpoints::Endpoints;
use crate::atlassian::oauth::Client;
use crate::atlassian::proxy::OutboundProxy;
use crate::atlassian::{Atlassian, OutboundLimits};
use crate::config::{self, DatabaseUrl, OAuthFor, Settings};
use crate::http::state::{EdgeSettings, SameSite};
use crate::model::clock::SharedClock;
use crate::model::data_center::{DataCenterHosts, ListedHost};
use crate::model::return_url::ReturnOrigins;
use crate::model::secret::Secret;
use crate::model::signature::SigningKey;
use crate::service::authorization::pat::PatSettings;
use crate::service::authorization::service_account::ServiceAccount;
use crate::service::authorization::{Clients, LoginSettings};
use crate::service::grants::RefreshSettings;
use crate::service::sites::{AllowedSite, SitePreferences};
use crate::store::vault::{Vault, VaultKey};
use crate::store::{Location, Store, vault_key_file};

pub(super) fn location(settings: &Settings) -> Location {
    match &settings.storage.database {
        DatabaseUrl::Sqlite(path) => Location::Sqlite(path.clone()),
        DatabaseUrl::Postgres { url, .. } => Location::Postgres(Secret::from(url.clone())),
    }
}

/// The vault's keys: from the settings, else from a file, which a SQLite store makes for itself.
pub(super) fn vault(settings: &Settings, location: &Location) -> Result<Vault, BuildError> {
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

/// The one client that calls Atlassian.
pub(super) fn outbound(settings: &Settings, clock: SharedClock) -> Result<Atlassian, BuildError> {
    let upstream = &settings.upstream;
    let endpoints = Endpoints::new(
        upstream.auth_url.url().clone(),
        upstream.api_url.url().clone(),
        upstream.site_url_template.clone(),
    )
    .with_data_centers(data_centers(settings));
    let proxy = upstream.proxy.clone().map(|address| OutboundProxy {
        address: Secret::from(address),
        exceptions: upstream.no_proxy.clone(),
    });
    let limits = OutboundLimits {
        timeout: upstream.timeout,
        concurrency: usize::try_from(upstream.max_concurrency).unwrap_or(usize::MAX),
        proxy,
    };
    Atlassian::new(endpoints, &limits, clock).map_err(BuildError::because)
}

/// The account for Jira that the settings name, and whose connection it becomes.
fn service_account(settings: &Settings) -> Option<ServiceAccount> {
    let account = settings.upstream.jira_service_account.as_ref()?;
    Some(ServiceAccount {
        email: account.username.clone(),
        token: Secret::from(account.api_token.clone()),
        owner: settings.access.mode.own_owner(),
    })
}

pub(super) fn login_settings(settings: &Settings) -> LoginSettings {
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
        pats: pat_settings(settings),
        service_account: service_account(settings),
        preferences: preferences(settings),
        refresh: RefreshSettings {
            margin: settings.upstream.refresh_margin,
            interval: settings.upstream.refresh_interval,
            clients: clients.all(),
        },
        clients,
    }
}

fn pat_settings(settings: &Settings) -> PatSettings {
    let base_url = |site: Option<&config::SiteAddress>| {
        site.filter(|site| site.data_center().is_some())
            .map(|site| site.text().to_owned())
    };
    PatSettings {
        jira: settings.access.jira_pat,
        jira_base_url: base_url(settings.upstream.jira_site()),
        confluence_base_url: base_url(settings.upstream.confluence_site()),
    }
}

pub(super) fn data_centers(settings: &Settings) -> DataCenterHosts {
    let listed = |host: &config::DataCenterHost| ListedHost {
        authority: host.authority.clone(),
        plain_http: host.plain_http,
    };
    DataCenterHosts::new(settings.upstream.data_centers.iter().map(listed).collect())
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

pub(super) fn edge_settings(settings: &Settings) -> EdgeSettings {
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
        jira_address: settings
            .upstream
            .jira_site()
            .map(|site| site.text().to_owned()),
        confluence_address: settings.upstream.confluence_site().map(confluence_address),
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
        trusted_proxies: settings.listener.trusted_proxies.clone(),
        environment: settings.telemetry.environment.clone(),
    }
}

/// On Atlassian Cloud Confluence lies below the address of the site.
fn confluence_address(site: &config::SiteAddress) -> String {
    let on_cloud = site.host().ends_with(".atlassian.net");
    format!("{}{}", site.text(), if on_cloud { "/wiki" } else { "" })
}

/// A key of one purpose: from the operator's secret if there is one, else from the vault's key.
pub(super) fn signing_key(settings: &Settings, store: &Store, purpose: &str) -> SigningKey {
    match &settings.access.state_signing_secret {
        Some(secret) => {
            let derived = SigningKey::new(secret.expose_secret().as_bytes()).sign(&[purpose]);
            SigningKey::new(derived.as_bytes())
        }
        None => store.vault().signing_key(purpose),
    }
}
