//! Connections: what an owner is connected to, on which site, and calls made through them.

mod addresses;
mod calls;
mod failing;
mod named_sites;
mod names;
mod refusing;
mod sites;
mod standing;
mod views;

use std::sync::Arc;

use super::error::ServiceError;
use super::grants::Grants;
use super::sites::SitePreferences;
use crate::atlassian::Atlassian;
use crate::model::clock::SharedClock;
use crate::model::connection::Connected;
use crate::model::grant::{AuthMethod, NOT_RENEWABLE, Renewal};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;
use crate::service::lately::Lately;
use crate::store::Store;
use crate::store::recent::seen_by_all;

pub(in crate::service) use calls::ended;
use failing::Failing;
use names::RememberedNames;
use refusing::Refusing;
pub(crate) use sites::SiteChoice;
pub(crate) use views::ConnectionView;

/// The result of a refresh that a person asked for.
#[derive(Debug, Clone)]
pub(crate) struct Refreshed {
    /// How long the access token lives from now, in seconds.
    pub expires_in: u64,
    /// The scopes granted.
    pub scopes: Vec<String>,
}

/// An owner's connections.
#[derive(Debug, Clone)]
pub struct Connections {
    store: Store,
    atlassian: Atlassian,
    grants: Grants,
    clock: SharedClock,
    preferences: SitePreferences,
    /// Whose sites were found to answer, by the connections' ids.
    answering: Lately<String>,
    refusing: Refusing,
    failing: Failing,
    /// Whose sites were read anew, by the grants' ids.
    sites_read: Lately<String>,
    remembered: RememberedNames,
    /// A site that is called in place of the connection's own.
    elsewhere: Option<(Product, Site)>,
    /// Whether a person asks with these calls whether a connection works.
    is_asked: bool,
}

impl Connections {
    /// Connections in `store`, served by `grants`.
    pub(crate) fn new(
        store: Store,
        atlassian: Atlassian,
        grants: Grants,
        clock: SharedClock,
        preferences: SitePreferences,
    ) -> Self {
        Self {
            store,
            atlassian,
            grants,
            clock,
            preferences,
            answering: Lately::kept_for(standing::KNOWN_FOR),
            refusing: Refusing::default(),
            failing: Failing::default(),
            sites_read: Lately::kept_for(sites::READ_AGAIN),
            remembered: RememberedNames::default(),
            elsewhere: None,
            is_asked: false,
        }
    }

    /// The same for calls by which a person asks whether a connection works: one that is refused is tried sooner.
    pub(crate) fn asked_by_a_person(&self) -> Self {
        Self {
            is_asked: true,
            ..self.clone()
        }
    }

    /// Removes the connection; its grant is erased when no other connection uses it.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn disconnect(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<(), ServiceError> {
        let existed = self.store.connection(scope, product).await?.is_some();
        self.store.delete_connection(scope, product).await?;
        if existed {
            self.grants.history().disconnected(scope, product).await;
            seen_by_all().await;
        }
        Ok(())
    }

    /// Renews the tokens of a connection because a person asked.
    ///
    /// # Errors
    /// `NotConnected` without a connection, `Validation` for one whose token cannot be renewed,
    /// `TokenExpired` when the login has ended, `NoTokenNow` when Atlassian does not renew it now.
    pub(crate) async fn refresh(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Refreshed, ServiceError> {
        let connected = self.stored(scope, product).await?;
        if connected.grant.method != AuthMethod::OAuth {
            return Err(ServiceError::invalid(
                "rotate",
                format!(
                    "{} is connected with {}, which cannot be renewed and needs no renewing; to replace it, make a new one and connect again",
                    product.title(),
                    connected.grant.method.with_article()
                ),
            ));
        }
        if connected.grant.renewal() == Renewal::Never {
            return Err(ServiceError::invalid("rotate", NOT_RENEWABLE));
        }
        let grant = self
            .grants
            .renewed_on_demand(Arc::unwrap_or_clone(connected.grant))
            .await
            .map_err(|failure| failure.for_product(product))?;
        let left = grant
            .expires_at
            .map_or(0, |at| at.since(self.clock.now()).as_secs());
        Ok(Refreshed {
            expires_in: left,
            scopes: grant.scopes,
        })
    }

    async fn stored(&self, scope: &Scope, product: Product) -> Result<Connected, ServiceError> {
        self.store
            .connection(scope, product)
            .await?
            .ok_or(ServiceError::NotConnected(product))
    }
}
