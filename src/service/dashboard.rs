//! What a person sees who looks after their connections: how they are, what happened, how refreshes
//! went.

use std::collections::HashSet;
use std::time::Duration;

use super::connections::{ConnectionView, Connections};
use super::error::ServiceError;
use super::grants::Grants;
use super::sessions::Sessions;
use super::token_status::TokenStatus;
use crate::model::clock::SharedClock;
use crate::model::event::{GrantEvent, RefreshHour, RefreshRecord};
use crate::model::principal::{Means, Principal};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::store::Store;

/// How many events are shown.
pub(crate) const SHOWN: i64 = 100;
/// How far back the refreshes by the hour go.
const HOURS_BACK: Duration = Duration::from_hours(7 * 24);

/// One connection with the record of its grant's refreshes.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    /// The connection.
    pub view: ConnectionView,
    /// How its refreshes went.
    pub record: RefreshRecord,
}

/// How the refreshes of all the owner's grants went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statistics {
    /// Calls to the token endpoint, since each login.
    pub attempted: i64,
    /// Refreshes that brought new tokens.
    pub succeeded: i64,
    /// Refreshes that did not.
    pub failed: i64,
    /// The last seven days by the hour; hours without a refresh are left out.
    pub hours: Vec<RefreshHour>,
}

/// The views of the dashboard.
#[derive(Debug, Clone)]
pub struct Dashboard {
    store: Store,
    connections: Connections,
    grants: Grants,
    sessions: Sessions,
    clock: SharedClock,
}

impl Dashboard {
    /// Views on what `store` holds.
    pub(crate) fn new(
        store: &Store,
        connections: &Connections,
        grants: &Grants,
        sessions: &Sessions,
        clock: &SharedClock,
    ) -> Self {
        Self {
            store: store.clone(),
            connections: connections.clone(),
            grants: grants.clone(),
            sessions: sessions.clone(),
            clock: clock.clone(),
        }
    }

    /// The token of the owner's connection to `product`.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn token_status(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<TokenStatus, ServiceError> {
        let watched = self
            .watched(scope, self.connections.view(scope, product).await?)
            .await?;
        Ok(TokenStatus::of(
            &watched.view,
            &watched.record,
            self.grants.next_round(),
            self.clock.now(),
        ))
    }

    /// Renews the token of the owner's connection; within 30 seconds of the last time, that one's.
    ///
    /// # Errors
    /// `NotConnected` without a connection, `Validation` for a token that is not renewed, `TokenExpired` when the
    /// login has ended, `NoTokenNow` when Atlassian does not renew it now.
    pub(crate) async fn renew(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<TokenStatus, ServiceError> {
        self.connections.refresh(scope, product).await?;
        self.token_status(scope, product).await
    }

    /// The newest events, oldest first; with `product`, those that concern it.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn events(
        &self,
        scope: &Scope,
        product: Option<Product>,
    ) -> Result<Vec<GrantEvent>, ServiceError> {
        let mut events = self.store.newest_events(scope, product, SHOWN).await?;
        events.reverse();
        Ok(events)
    }

    /// The events after a number, oldest first, a hundred at most.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn events_after(
        &self,
        scope: &Scope,
        seq: i64,
    ) -> Result<Vec<GrantEvent>, ServiceError> {
        Ok(self.store.events_after(scope, seq, SHOWN).await?)
    }

    /// Both connections with the records of their refreshes.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn connections(&self, scope: &Scope) -> Result<Vec<Watched>, ServiceError> {
        let mut watched = Vec::new();
        for view in self.connections.list(scope).await? {
            watched.push(self.watched(scope, view).await?);
        }
        Ok(watched)
    }

    /// How refreshes went: of all grants behind these connections, and lately.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn statistics(
        &self,
        scope: &Scope,
        connections: &[Watched],
    ) -> Result<Statistics, ServiceError> {
        let since = self.clock.now().minus(HOURS_BACK);
        let mut statistics = Statistics {
            attempted: 0,
            succeeded: 0,
            failed: 0,
            hours: self.store.refreshes_by_hour(scope, since).await?,
        };
        let mut counted = HashSet::new();
        for Watched { view, record } in connections {
            let grant = view.connected.as_ref().map(|connected| &connected.grant);
            if grant.is_some_and(|grant| counted.insert(grant.id.clone())) {
                statistics.attempted += record.attempted;
                statistics.succeeded += record.succeeded;
                statistics.failed += record.failed;
            }
        }
        Ok(statistics)
    }

    /// Whether what the caller showed some time ago would still be accepted.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn is_still_good(&self, principal: &Principal) -> Result<bool, ServiceError> {
        Ok(match principal.means() {
            Means::Session { login_id, .. } => {
                let idle = self.sessions.lifetimes().idle;
                self.store.has_session(login_id, idle).await?
            }
            Means::Key(key) => self.store.is_good_key(&key.id).await?,
            Means::Agent(_) => false,
            Means::Local => true,
        })
    }

    async fn watched(&self, scope: &Scope, view: ConnectionView) -> Result<Watched, ServiceError> {
        let record = match &view.connected {
            Some(connected) => {
                self.store
                    .refresh_record(scope, &connected.grant.id)
                    .await?
            }
            None => RefreshRecord::default(),
        };
        Ok(Watched { view, record })
    }
}
