//! What each module gets of the settings, where that is not a setting as it stands.

use super::BuildError;
use crate::atlassian::endpoints::Endpoints;
use crate::atlassian::{Atlassian, OutboundLimits};
use crate::config::{self, Settings, SiteAddress};
use crate::http::state::EdgeSettings;
use crate::model::clock::SharedClock;
use crate::model::database_url::DatabaseUrl;
use crate::model::oauth_scope::allows_changes;
use crate::model::product::Provider;
use crate::model::return_url::ReturnOrigins;
use crate::model::signature::SigningKey;
use crate::model::vault_key::VaultKey;
use crate::service::authorization::pat::PatSettings;
use crate::service::authorization::{Clients, LoginSettings};
use crate::service::grants::RefreshSettings;
use crate::service::sites::SitePreferences;
use crate::store::sqlite_file::{self, FileContent};
use crate::store::vault::Vault;
use crate::store::{Store, vault_key_file};

/// The vault's keys: from the settings, else from a file, which a SQLite store makes for itself.
///
/// A SQLite file may be an earlier system's: then our tables stand beside its own, with a key of their own.
pub(super) async fn vault(settings: &Settings) -> Result<Vault, BuildError> {
    let storage = &settings.storage;
    let content = whose(&storage.database).await?;
    if let Some(keys) = &storage.vault_keys {
        return ring(keys.clone());
    }
    let file = storage.key_file().ok_or_else(|| {
        BuildError(String::from(
            "VAULT_KEYS is not set: PostgreSQL needs a vault key (VAULT_KEYS, ENCRYPTION_KEY or VAULT_KEY_FILE)",
        ))
    })?;
    let text = match &storage.database {
        DatabaseUrl::Sqlite(database) => {
            vault_key_file::read_or_make(&file, database, content == FileContent::Ours)
        }
        DatabaseUrl::Postgres(_) => vault_key_file::read(&file),
    };
    let text = text.map_err(BuildError::because)?;
    // A file of several keys, as VAULT_KEYS writes them; without a colon it holds one bare key.
    if text.contains(':') {
        let place = match &storage.vault_key_file {
            Some(_) => String::from("VAULT_KEY_FILE"),
            None => format!("the vault key file {}", file.display()),
        };
        let keys = config::parse_vault_keys(text.trim())
            .map_err(|problem| BuildError(format!("{place}: {problem}")))?;
        return ring(keys);
    }
    ring(vec![
        vault_key_file::bare_key(&file, &text).map_err(BuildError::because)?,
    ])
}

/// The same for a second database, of which another program's is refused, too.
pub(super) async fn vault_beside(
    settings: &Settings,
    database: &DatabaseUrl,
) -> Result<Vault, BuildError> {
    whose(database).await?;
    vault(settings).await
}

/// What is in the database before the first start.
async fn whose(database: &DatabaseUrl) -> Result<FileContent, BuildError> {
    let content = match database {
        DatabaseUrl::Sqlite(file) => {
            vault_key_file::look_for_folder(file).map_err(BuildError::because)?;
            sqlite_file::content(file).await
        }
        DatabaseUrl::Postgres(_) => FileContent::NothingOfOurs,
    };
    match content {
        FileContent::Taken(table) => Err(BuildError(format!(
            "{database} is another program's, which has a table {table} of its own; name another file in INTEGRATION_DB_URL"
        ))),
        FileContent::NoDatabase => Err(BuildError(format!(
            "{database} is no SQLite database: name another file in INTEGRATION_DB_URL, or restore a backup if it was one (integration-backend restore FILE)"
        ))),
        content => Ok(content),
    }
}

fn ring(keys: Vec<VaultKey>) -> Result<Vault, BuildError> {
    let mut keys = keys.into_iter();
    let first = keys
        .next()
        .ok_or_else(|| BuildError(String::from("VAULT_KEYS holds no key")))?;
    Ok(Vault::new(first, keys.collect()))
}

/// The one client that calls Atlassian.
pub(super) fn outbound(settings: &Settings, clock: SharedClock) -> Result<Atlassian, BuildError> {
    let upstream = &settings.upstream;
    let endpoints = Endpoints::new(
        upstream.auth_url.url().clone(),
        upstream.api_url.url().clone(),
        upstream.site_url_template.clone(),
    )
    .with_data_centers(upstream.data_centers.clone());
    let limits = OutboundLimits {
        timeout: upstream.timeout,
        concurrency: usize::try_from(upstream.max_concurrency).unwrap_or(usize::MAX),
        points: upstream.points,
        proxy: upstream.proxy.clone(),
    };
    Atlassian::new(endpoints, &limits, clock).map_err(BuildError::because)
}

pub(super) fn login_settings(settings: &Settings) -> LoginSettings {
    let clients = Clients {
        jira: settings.oauth_client(Provider::Jira),
        confluence: settings.oauth_client(Provider::Confluence),
        atlassian: settings.oauth_client(Provider::Atlassian),
    };
    let public_origin = settings.listener.public_base_url.origin();
    LoginSettings {
        return_origins: ReturnOrigins::new(public_origin, settings.frontend.return_origins.clone()),
        tells_user_id: settings.frontend.return_path.is_set,
        pkce: settings.access.oauth_pkce,
        api_tokens: settings.access.api_token_login,
        pats: pat_settings(settings),
        service_account: settings.upstream.jira_service_account.clone(),
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
    let base_url = |site: Option<&SiteAddress>| {
        site.filter(|site| site.data_center().is_some())
            .map(|site| site.text().to_owned())
    };
    PatSettings {
        jira: settings.access.jira_pat,
        jira_base_url: base_url(settings.upstream.jira_site()),
        confluence_base_url: base_url(settings.upstream.confluence_site()),
    }
}

fn preferences(settings: &Settings) -> SitePreferences {
    let upstream = &settings.upstream;
    SitePreferences {
        jira: upstream.jira_site().map(SiteAddress::named),
        confluence: upstream.confluence_site().map(SiteAddress::named),
        allowed: settings.access.allowed_sites.clone(),
        scopes: asked_scopes(settings),
        read_only: settings.access.read_only,
    }
}

/// A service that writes nothing asks nobody for the right to write.
fn asked_scopes(settings: &Settings) -> Vec<String> {
    let mut scopes = settings.upstream.scopes.clone();
    scopes.retain(|scope| !(settings.access.read_only && allows_changes(scope)));
    scopes
}

pub(super) fn edge_settings(settings: &Settings) -> EdgeSettings {
    let public = &settings.listener.public_base_url;
    let frontend = settings.frontend.url.as_ref();
    let jira = settings.upstream.jira_site();
    EdgeSettings {
        public_origin: public.origin(),
        is_https: public.is_https(),
        is_on_loopback: public.is_loopback(),
        may_log_in: public.is_https()
            || public.is_loopback()
            || settings.listener.allow_insecure_http,
        frontend: frontend.map(|frontend| frontend.url().clone()),
        frontend_text: frontend.map(|frontend| frontend.text().to_owned()),
        frontend_return_path: settings.frontend.return_path.path.clone(),
        any_origin: settings.frontend.origins.any,
        jira_address: jira.map(|site| site.text().to_owned()),
        confluence_address: settings.upstream.confluence_site().map(confluence_address),
        listed_origins: settings.frontend.origins.listed.clone(),
        auth_mode: settings.access.mode,
        read_only: settings.access.read_only,
        gateway_admin: settings.access.gateway_admin,
        agents_log_in: settings.agents.oauth && settings.access.mcp,
        mcp: settings.access.mcp,
        mcp_toolsets: settings.access.mcp_toolsets.clone(),
        session_same_site: settings.access.session_same_site,
        redirect_uri_set: Provider::ALL
            .into_iter()
            .any(|login| settings.oauth.redirect(login).set_by.is_some()),
        trusted_proxies: settings.listener.trusted_proxies.clone(),
        environment: settings.telemetry.environment.clone(),
    }
}

/// On Atlassian Cloud Confluence lies below the address of the site.
fn confluence_address(site: &SiteAddress) -> String {
    let on_cloud = site.host().ends_with(".atlassian.net");
    format!("{}{}", site.text(), if on_cloud { "/wiki" } else { "" })
}

/// A key of one purpose: from the operator's secret if there is one, else from the vault's key.
pub(super) fn signing_key(settings: &Settings, store: &Store, purpose: &str) -> SigningKey {
    match &settings.access.state_signing_secret {
        Some(secret) => {
            let derived = SigningKey::new(secret.expose().as_bytes()).sign(&[purpose]);
            SigningKey::new(derived.as_bytes())
        }
        None => store.vault().signing_key(purpose),
    }
}
