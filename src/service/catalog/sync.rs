//! Syncs as a caller sees them: started, looked at, listened to.

use tokio::sync::broadcast;

use super::Catalog;
use crate::model::connection::{Connected, ConnectionStatus};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::sync::{SyncChange, SyncRun};
use crate::model::time::Timestamp;
use crate::service::connections::ended;
use crate::service::error::ServiceError;

/// How an owner's sync of one product stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SyncStatus {
    /// The last run, or the one under way; none before the first.
    pub run: Option<SyncRun>,
    /// Until when it rests: Atlassian's quota is used up or nearly so, or a failure has to pass.
    pub paused_until: Option<Timestamp>,
    /// What it rests for.
    pub waits_for: Option<String>,
}

impl Catalog {
    /// Starts a sync in the background; while one is under way, that one is answered.
    ///
    /// # Errors
    /// `NotConnected`, `TokenExpired` or `NeedsSite` when there is nothing to read from; when the
    /// store fails.
    pub(crate) async fn start_sync(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<SyncStatus, ServiceError> {
        let view = self.connections.view(scope, product).await?;
        let connected = view.connected.ok_or(ServiceError::NotConnected(product))?;
        if view.status == ConnectionStatus::ReauthRequired
            && !self.connections.may_try_again(&connected)
        {
            return Err(ended(product, &connected.grant));
        }
        if self.begin(scope, &connected).await? {
            self.work_soon();
        }
        self.status(scope, product).await
    }

    /// How the owner's sync of a product stands: one row, cheap to ask for.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn status(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<SyncStatus, ServiceError> {
        let run = self.store.sync_run(scope, product).await?;
        let now = self.clock.now();
        let paused_until = run.as_ref().and_then(|run| run.paused_until(now));
        let waits_for = run.as_ref().and_then(|run| run.waits_for(now));
        Ok(SyncStatus {
            paused_until,
            waits_for: waits_for.map(str::to_owned),
            run,
        })
    }

    /// Every change of this process's runs from now on. A listener that lags misses some.
    pub fn sync_changes(&self) -> broadcast::Receiver<SyncChange> {
        self.work.changes.subscribe()
    }

    /// Makes a new run, unless one is under way.
    ///
    /// # Errors
    /// `NeedsSite` when the connection has no site yet; when the store fails.
    pub(super) async fn begin(
        &self,
        scope: &Scope,
        connected: &Connected,
    ) -> Result<bool, ServiceError> {
        let connection = &connected.connection;
        let product = connection.product;
        let Some(site) = &connection.site else {
            let sites = self.connections.candidates(&connected.grant, product);
            return Err(ServiceError::NeedsSite { product, sites });
        };
        let user = self.store.own_user(scope).await?;
        let begun = self
            .store
            .start_sync(scope, connection, &site.cloud_id, &user.id)
            .await?;
        if begun.is_some() {
            self.tell(scope, product);
        }
        Ok(begun.is_some())
    }

    pub(super) fn tell(&self, scope: &Scope, product: Product) {
        let change = SyncChange {
            scope: scope.clone(),
            product,
        };
        // Nobody may be listening.
        let _ = self.work.changes.send(change);
    }
}
