//! The service put together: every part is built once, from the settings. Only this module sees all others.

mod services;
mod translation;
mod upkeep;

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Settings;
use crate::http::operations::metrics;
use crate::http::router::router;
use crate::http::server::{self, ConnectionLimits};
use crate::http::state::{AppParts, AppState};
use crate::model::clock::SharedClock;
use crate::model::database_url::DatabaseUrl;
use crate::model::time::Timestamp;
use crate::service::agents::Agents;
use crate::service::api_keys::ApiKeys;
use crate::service::authorization::Authorization;
use crate::service::catalog::Catalog;
use crate::service::dashboard::Dashboard;
use crate::service::diagnosis::Diagnosis;
use crate::service::grants::Grants;
use crate::service::idempotency::Idempotency;
use crate::service::live::Live;
use crate::service::reachability::Reachability;
use crate::service::tools::Tools;
use crate::store::Store;
use crate::work::meter::Meter;
use crate::work::supervised::supervised;
use services::{
    agents, background, catalog, connections, grants, limits, meter, news, open_store,
    operators_view, products, readiness, sessions,
};
use translation::{edge_settings, login_settings, outbound, signing_key, vault_beside};
use upkeep::{Upkeep, file_metrics};

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
    upkeep: Upkeep,
    tasks: TaskTracker,
    draining: CancellationToken,
    shutdown_delay: Duration,
}

impl App {
    /// Opens the store and builds every part.
    ///
    /// # Errors
    /// With one line that says what is wrong and, where a setting is to blame, which.
    pub async fn build(settings: &Settings, clock: SharedClock) -> Result<Self, BuildError> {
        let (tasks, draining) = (TaskTracker::new(), CancellationToken::new());
        let meter = meter()?;
        let store = open_store(settings, clock.clone(), &meter).await?;
        let atlassian = outbound(settings, clock.clone())?.measured(meter.clone());
        let login = login_settings(settings);
        let (live, history) = news(&store, &clock, &meter, &draining);
        let grants = grants(&store, &atlassian, &clock, &login, &tasks, &history);
        let sessions = sessions(settings, &store, clock.clone(), live.clone());
        let connections = connections(&store, &atlassian, &grants, &clock, &login);
        let background = background(settings, &tasks, &draining, &meter);
        let catalog = catalog(&store, &connections, &clock, background);
        let limits = limits(settings, &store, &clock, &meter);
        let idempotency = Idempotency::new(store.clone(), clock.clone(), tasks.clone());
        let metrics = operators_view(settings, &meter, &store, &atlassian, &clock);
        let authorization = Authorization::new(
            store.clone(),
            atlassian,
            sessions.clone(),
            limits.clone(),
            login,
            tasks.clone(),
            history.clone(),
        );
        let (issues, pages, gateway) = products(&connections);
        let state = AppState::new(AppParts {
            edge: edge_settings(settings),
            gateway,
            dashboard: Dashboard::new(&store, &connections, &grants, &sessions, &clock),
            api_keys: ApiKeys::new(store.clone(), clock.clone()),
            agents: agents(settings, &store)?,
            sessions,
            authorization,
            idempotency,
            tools: Tools::counted(issues.clone(), pages.clone(), meter.clone()),
            issues,
            pages,
            catalog,
            reachability: Reachability::new(&connections, clock.clone()),
            connections,
            live,
            metrics,
            limits,
            readiness: readiness(&store, &grants, &clock, &draining),
            started_at: clock.now(),
            clock,
            state_cookie_key: signing_key(settings, &store, "state cookie"),
            cursor_key: signing_key(settings, &store, "cursor"),
        });
        Ok(Self {
            router: router(state.clone()),
            upkeep: Upkeep::new(&store, &state.sessions, &state.idempotency, &history),
            state,
            store,
            grants,
            tasks,
            draining,
            shutdown_delay: settings.listener.shutdown_delay,
        })
    }

    /// What the handlers share, for tests of the layers around them.
    pub fn state(&self) -> AppState {
        self.state.clone()
    }

    /// What removes lapsed rows every ten minutes, for tests that do not wait.
    pub fn upkeep(&self) -> &Upkeep {
        &self.upkeep
    }

    /// The router, for tests that speak to it without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The API keys, for the command that manages them.
    pub fn api_keys(&self) -> &ApiKeys {
        &self.state.api_keys
    }

    /// The agents, for the command that manages their clients.
    pub fn agents(&self) -> &Agents {
        &self.state.agents
    }

    /// The store, for the commands about it.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Takes leave of the database, for commands that do not serve.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// The time by the app's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// The grants, for tests of the refresh.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Whether nothing runs beside the requests (no renewal, no sync), for tests that say what was not done.
    pub fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }

    /// The services, for commands that use them as the handlers do.
    pub fn services(&self) -> &AppParts {
        &self.state
    }

    /// A database for a copy of it, or to copy to, with the vault of these settings.
    ///
    /// # Errors
    /// With one line that says what is wrong.
    pub(crate) async fn open_to_move(
        settings: &Settings,
        database: &DatabaseUrl,
        clock: SharedClock,
    ) -> Result<Store, BuildError> {
        let vault = vault_beside(settings, database).await?;
        Box::pin(Store::open_to_move(database, vault, clock))
            .await
            .map_err(BuildError::because)
    }

    /// Questions about the app at Atlassian, which need no store.
    ///
    /// # Errors
    /// When the outbound client cannot be built.
    pub(crate) fn diagnosis(
        settings: &Settings,
        clock: SharedClock,
    ) -> Result<Diagnosis, BuildError> {
        let atlassian = outbound(settings, clock.clone())?;
        Ok(Diagnosis::new(atlassian, clock, login_settings(settings)))
    }

    /// Serves `/metrics`, and nothing else, on a listener of its own until `stop`.
    pub fn serve_metrics(
        &self,
        listener: TcpListener,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + use<> {
        let limits = ConnectionLimits::new(vec![]);
        server::serve(listener, metrics::router(self.state()), limits, stop)
    }

    /// What this process counts.
    pub(crate) fn meter(&self) -> Meter {
        self.state.metrics.meter().clone()
    }

    /// The news of this process, for tests of the dashboard's streams.
    pub fn live(&self) -> &Live {
        &self.state.live
    }

    /// Begins what goes on beside the requests, until `background` is cancelled.
    fn begin_background(&self, background: &CancellationToken) {
        // A replica that is not ready leaves what is due to others.
        let (draining, grants) = (&self.draining, self.grants.clone());
        supervised("refresher", draining, grants, Grants::run_refresher);
        supervised("upkeep", background, self.upkeep.clone(), Upkeep::run);
        let store = self.store.clone();
        supervised("registration", background, store, Store::stay_registered);
        let authorization = self.state.authorization.clone();
        let settle = Authorization::keep_settling_service_account;
        supervised("service account", background, authorization, settle);
        let live = self.state.live.clone();
        supervised("news", background, live.clone(), Live::run);
        supervised("metrics", background, self.meter(), file_metrics);
        let syncs = self.state.catalog.clone();
        let told = (live, syncs.clone());
        supervised("news of syncs", background, told, |(live, syncs), stop| {
            live.follow_syncs(syncs.sync_changes(), stop)
        });
        supervised("syncs", background, syncs, Catalog::run_syncs);
    }

    /// Serves on `listener` until `stop`; then finishes requests and refreshes and closes the store.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let background = CancellationToken::new();
        // A replica that is not ready leaves what is due to others.
        self.begin_background(&background);
        let (draining, delay) = (self.draining.clone(), self.shutdown_delay);
        let leaving = CancellationToken::new();
        let leave = leaving.clone();
        tokio::spawn(async move {
            stop.cancelled().await;
            draining.cancel();
            tokio::time::sleep(delay).await;
            leave.cancel();
        });
        let limits = ConnectionLimits::new(self.state.edge.trusted_proxies.clone());
        server::serve(listener, self.router, limits, leaving).await;
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
