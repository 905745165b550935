//! Builds each service from the ones below it and from what it needs of the settings.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::BuildError;
use super::translation::{signing_key, vault};
use crate::atlassian::Atlassian;
use crate::atlassian::client_documents::ClientDocuments;
use crate::config::Settings;
use crate::model::auth_mode::AuthMode;
use crate::model::clock::SharedClock;
use crate::service::agents::{AgentRules, Agents};
use crate::service::authorization::LoginSettings;
use crate::service::catalog::{Background, Catalog};
use crate::service::connections::Connections;
use crate::service::gateway::Gateway;
use crate::service::grants::Grants;
use crate::service::history::History;
use crate::service::issues::Issues;
use crate::service::limits::Limits;
use crate::service::live::Live;
use crate::service::metrics::Metrics;
use crate::service::pages::Pages;
use crate::service::readiness::ReadinessProbe;
use crate::service::sessions::{SessionLifetimes, Sessions};
use crate::store::Store;
use crate::store::private_files::keep_private;
use crate::work::meter::Meter;

/// Counts what this process does.
pub(super) fn meter() -> Result<Meter, BuildError> {
    Meter::of_process(env!("CARGO_PKG_VERSION")).map_err(BuildError::because)
}

pub(super) fn readiness(
    store: &Store,
    grants: &Grants,
    clock: &SharedClock,
    draining: &CancellationToken,
) -> ReadinessProbe {
    ReadinessProbe::new(
        store.clone(),
        grants.clone(),
        clock.clone(),
        draining.clone(),
    )
}

pub(super) fn limits(
    settings: &Settings,
    store: &Store,
    clock: &SharedClock,
    meter: &Meter,
) -> Limits {
    Limits::new(
        settings.listener.rate_limit_per_minute,
        signing_key(settings, store, "e-mail addresses in limits"),
        clock.clone(),
        meter.clone(),
    )
}

/// The authorization server for agents.
pub(super) fn agents(settings: &Settings, store: &Store) -> Result<Agents, BuildError> {
    let redirects = settings.agents.redirects.clone();
    let proxy = settings.upstream.proxy.as_ref();
    let documents = ClientDocuments::new(&redirects.hosts, proxy).map_err(BuildError::because)?;
    let rules = AgentRules {
        is_on: settings.agents.oauth && settings.access.mcp,
        issuer: settings.listener.public_base_url.origin(),
        redirects,
        token_lifetime: settings.agents.token_lifetime,
        read_only: settings.access.read_only,
        open_mode: settings.access.mode == AuthMode::Open,
    };
    Ok(Agents::new(store.clone(), rules, documents))
}

/// The database, migrated, with the vault that opens its secrets.
pub(super) async fn open_store(
    settings: &Settings,
    clock: SharedClock,
    meter: &Meter,
) -> Result<Store, BuildError> {
    let vault = vault(settings).await?;
    let store = Box::pin(Store::open(&settings.storage.database, vault, clock))
        .await
        .map_err(BuildError::because)?;
    let storage = &settings.storage;
    // Only now: a start that is refused changes nothing.
    if let Some(file) = storage.key_file().filter(|_| storage.vault_keys.is_none()) {
        keep_private(&file);
    }
    Ok(store.measured(meter.clone()))
}

pub(super) fn grants(
    store: &Store,
    atlassian: &Atlassian,
    clock: &SharedClock,
    login: &LoginSettings,
    tasks: &TaskTracker,
    history: &History,
) -> Grants {
    Grants::new(
        store.clone(),
        atlassian.clone(),
        clock.clone(),
        login.refresh.clone(),
        tasks.clone(),
        history.clone(),
    )
}

/// What syncs run with.
pub(super) fn background(
    settings: &Settings,
    tasks: &TaskTracker,
    draining: &CancellationToken,
    meter: &Meter,
) -> Background {
    Background {
        tasks: tasks.clone(),
        stop: draining.clone(),
        interval: settings.upstream.sync_interval,
        meter: meter.clone(),
    }
}

pub(super) fn catalog(
    store: &Store,
    connections: &Connections,
    clock: &SharedClock,
    background: Background,
) -> Catalog {
    let (store, connections) = (store.clone(), connections.clone());
    Catalog::new(store, connections, clock.clone(), background)
}

pub(super) fn sessions(
    settings: &Settings,
    store: &Store,
    clock: SharedClock,
    live: Live,
) -> Sessions {
    let lifetimes = SessionLifetimes {
        idle: settings.access.session_idle,
        absolute: settings.access.session_lifetime,
    };
    Sessions::new(store.clone(), clock, lifetimes, live)
}

pub(super) fn connections(
    store: &Store,
    atlassian: &Atlassian,
    grants: &Grants,
    clock: &SharedClock,
    login: &LoginSettings,
) -> Connections {
    Connections::new(
        store.clone(),
        atlassian.clone(),
        grants.clone(),
        clock.clone(),
        login.preferences.clone(),
    )
}

/// What calls Jira and Confluence for people: in words of ours, and passed on.
pub(super) fn products(connections: &Connections) -> (Issues, Pages, Gateway) {
    (
        Issues::new(connections.clone()),
        Pages::new(connections.clone()),
        Gateway::new(connections.clone()),
    )
}

/// The streams of this process and the history that feeds them.
pub(super) fn news(
    store: &Store,
    clock: &SharedClock,
    meter: &Meter,
    draining: &CancellationToken,
) -> (Live, History) {
    let live = Live::new(
        store.clone(),
        clock.clone(),
        meter.clone(),
        draining.clone(),
    );
    let history = History::new(store.clone(), live.clone(), meter.clone());
    (live, history)
}

/// What `/metrics` shows.
pub(super) fn operators_view(
    settings: &Settings,
    meter: &Meter,
    store: &Store,
    atlassian: &Atlassian,
    clock: &SharedClock,
) -> Metrics {
    let session_idle = settings.access.session_idle;
    let (meter, store, atlassian) = (meter.clone(), store.clone(), atlassian.clone());
    Metrics::new(meter, store, atlassian, clock.clone(), session_idle)
}
