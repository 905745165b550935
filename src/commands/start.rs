//! What the log says when the service starts: what runs here, and which settings look wrong.

use super::check::{self, Mark};
use crate::config::Settings;
use crate::model::auth_mode::AuthMode;
use crate::model::database_url::DatabaseUrl;
use crate::model::product::Provider;
use crate::store::postgres;

/// Says in one line each which version runs, on which store, in which mode, at which address and with
/// which app, and what `check` would say of the settings alone.
pub fn report(settings: &Settings) {
    for line in summary(settings) {
        tracing::info!("{line}");
    }
    for finding in check::of_settings(settings) {
        let advice = finding.advice.as_deref().unwrap_or("see `check`");
        let (subject, text) = (&finding.subject, &finding.text);
        if finding.mark == Mark::Problem {
            tracing::error!("{subject}: {text}; {advice}");
        } else {
            tracing::warn!("{subject}: {text}; {advice}");
        }
    }
}

/// Waits for the database where it is a server that is not there yet, for as long as the settings say.
///
/// # Errors
/// With one line that names the server, when it is not there in time or does not let us in.
pub async fn wait_for_database(settings: &Settings) -> Result<(), String> {
    let storage = &settings.storage;
    postgres::wait_for(&storage.database, storage.wait)
        .await
        .map_err(|error| format!("{error} (INTEGRATION_DB_URL)"))
}

/// The five lines. None holds a secret.
fn summary(settings: &Settings) -> [String; 5] {
    let listener = &settings.listener;
    let storage = &settings.storage;
    let store = store_name(settings);
    let keys = match storage.key_file() {
        Some(file) if storage.vault_keys.is_none() => format!("sealed with {}", file.display()),
        _ => String::from("sealed with VAULT_KEYS"),
    };
    let mode = match settings.access.mode {
        AuthMode::Open => "open: everybody on this machine is `local`",
        AuthMode::Session => "session: people log in, programs have keys",
    };
    let writes = if settings.access.read_only {
        "; read-only"
    } else {
        ""
    };
    let apps = Provider::ALL
        .iter()
        .filter_map(|login| settings.oauth_client(*login))
        .map(|client| client.id);
    let mut apps: Vec<String> = apps.collect();
    apps.dedup();
    let app = match apps.as_slice() {
        [] => String::from("none; logins with Atlassian are off"),
        ids => format!("client id {}", ids.join(", ")),
    };
    [
        format!("version: {}", env!("CARGO_PKG_VERSION")),
        format!("store: {store}; {keys}"),
        format!("mode: {mode}{writes}"),
        format!(
            "address: {}, listening on {}:{}",
            listener.public_base_url.text(),
            listener.host,
            listener.port
        ),
        format!("Atlassian app: {app}"),
    ]
}

/// The database, without its password.
pub fn store_name(settings: &Settings) -> String {
    match &settings.storage.database {
        DatabaseUrl::Sqlite(path) => std::path::absolute(path)
            .unwrap_or_else(|_| path.clone())
            .display()
            .to_string(),
        DatabaseUrl::Postgres(_) => shown(settings, "INTEGRATION_DB_URL"),
    }
}

/// A setting as `check` shows it.
fn shown(settings: &Settings, name: &str) -> String {
    let mut sources = settings.sources().iter();
    let source = sources.find(|source| source.name == name);
    source
        .and_then(|source| source.shown.clone())
        .unwrap_or_default()
}
