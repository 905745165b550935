//! The settings: every variable, read once at the start from the environment and a `.env` file.

mod access;
mod address;
mod agents;
mod certificates;
mod database_url;
mod dotenv;
mod error;
mod frontend;
mod listener;
mod misspelled;
mod oauth_client;
mod open_mode;
mod origins;
mod site;
mod sources;
mod storage;
mod telemetry;
mod upstream;
mod values;
mod variables;
mod vault_keys;

use std::path::Path;

pub(crate) use access::AccessSettings;
pub(crate) use address::WebAddress;
pub(crate) use agents::AgentSettings;
pub(crate) use database_url::database_url as parse_database_url;
pub(crate) use error::SettingsError;
pub(crate) use frontend::FrontendSettings;
pub(crate) use listener::ListenerSettings;
pub(crate) use misspelled::Misspelled;
pub(crate) use oauth_client::{OAuthClients, Redirect};
pub(crate) use origins::Origins;
pub(crate) use site::SiteAddress;
pub use sources::{SetIn, SettingSource};
pub use storage::StorageSettings;
pub use telemetry::{LogFormat, TelemetrySettings};
pub use upstream::UpstreamSettings;
pub use variables::{Group, VARIABLES, Variable};
pub use vault_keys::parse_vault_keys;

use crate::model::oauth_client::OAuthClient;
use crate::model::product::Provider;
use sources::Sources;

/// Everything the operator decides, parsed and checked. Its debug text holds no secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the service listens and how it is reached.
    pub listener: ListenerSettings,
    /// Where data is kept and how it is sealed.
    pub storage: StorageSettings,
    /// The OAuth clients; see [`Settings::oauth_client`].
    pub oauth: OAuthClients,
    /// The frontend and the browser origins.
    pub frontend: FrontendSettings,
    /// Who may call and what they may do.
    pub access: AccessSettings,
    /// How agents are let in.
    pub agents: AgentSettings,
    /// How Atlassian is reached.
    pub upstream: UpstreamSettings,
    /// What is logged and how.
    pub telemetry: TelemetrySettings,
    sources: Vec<SettingSource>,
    misspelled: Vec<Misspelled>,
}

impl Settings {
    /// The OAuth client of a login; absent when no client id is set that it may use.
    pub fn oauth_client(&self, login: Provider) -> Option<OAuthClient> {
        self.oauth.client(login)
    }

    /// Every variable with the place it was set in and a value that is safe to show, in the table's order.
    pub fn sources(&self) -> &[SettingSource] {
        &self.sources
    }

    /// Names that are nearly a setting's, of the `.env` file and of those given to
    /// [`Settings::look_for_mistakes`].
    pub(crate) fn misspelled(&self) -> &[Misspelled] {
        &self.misspelled
    }

    /// Looks for settings with a wrong name among the names of the environment.
    pub fn look_for_mistakes(&mut self, names: impl Iterator<Item = String>) {
        self.misspelled.extend(misspelled::among(names));
    }
}

/// Reads the settings. `environment` gives a variable of the process, `dotenv` is the text of the `.env` file;
/// the environment wins, then the file, then the defaults. Files named by settings are read here.
///
/// # Errors
/// One line that names the variable or line to correct and never holds a secret.
pub fn load(
    environment: &dyn Fn(&str) -> Option<String>,
    dotenv: Option<&str>,
) -> Result<Settings, SettingsError> {
    let sources = Sources::new(environment, dotenv)?;
    certificates::check(environment)?;
    let listener = listener::load(&sources)?;
    let read_file = |path: &Path| std::fs::read_to_string(path);
    let access = access::load(&sources)?;
    let mut settings = Settings {
        storage: storage::load(&sources)?,
        oauth: oauth_client::load(&sources, &listener.public_base_url, &read_file)?,
        frontend: frontend::load(&sources, &listener.public_base_url)?,
        upstream: upstream::load(&sources, access.mode.own_owner())?,
        access,
        agents: agents::load(&sources)?,
        telemetry: telemetry::load(&sources)?,
        sources: sources.list(),
        misspelled: misspelled::among(sources.names_in_file()),
        listener,
    };
    open_mode::check(&settings, &sources)?;
    show_computed(&mut settings);
    Ok(settings)
}

/// Replaces what the table cannot know in the list of sources: computed defaults, and the database's address
/// without its password.
fn show_computed(settings: &mut Settings) {
    let redirect = |login| settings.oauth.redirect(login).uri.text().to_owned();
    let mut origins = settings.frontend.origins.listed.clone();
    if settings.frontend.origins.any {
        origins.insert(0, "*".to_owned());
    }
    let defaults = [
        (
            "PUBLIC_BASE_URL",
            settings.listener.public_base_url.text().to_owned(),
        ),
        ("ATLASSIAN_REDIRECT_URI", redirect(Provider::Atlassian)),
        ("JIRA_REDIRECT_URI", redirect(Provider::Jira)),
        (
            "CONFLUENCE_OAUTH_REDIRECT_URI",
            redirect(Provider::Confluence),
        ),
        ("CORS_ORIGINS", origins.join(",")),
        (
            "RETURN_URL_ORIGINS",
            settings.frontend.return_origins.join(","),
        ),
    ];
    let database = settings.storage.database.to_string();
    for source in &mut settings.sources {
        if source.name == variables::INTEGRATION_DB_URL.name {
            source.shown = Some(database.clone());
        }
        let computed = defaults.iter().find(|(name, _)| *name == source.name);
        if let (SetIn::Default, Some((_, value))) = (source.from, computed) {
            source.shown = Some(value.clone());
        }
    }
}

#[cfg(test)]
mod tests;
