//! Which site a connection uses, and which ones its login reaches.

use std::sync::Arc;
use std::time::Duration;

use super::Connections;
use super::refusing::Calls;
use crate::model::connection::Connected;
use crate::model::grant::{AuthMethod, Grant};
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::{ReachableSite, Site, SiteHost};
use crate::service::error::ServiceError;
use crate::store::recent::seen_by_all;

/// How long the list of a login's sites is not read again because something seems to be missing in it.
pub(super) const READ_AGAIN: Duration = Duration::from_mins(1);

/// How a caller names the site they want.
#[derive(Debug, Clone)]
pub(crate) enum SiteChoice {
    /// By its UUID.
    CloudId(CloudId),
    /// By its host.
    Host(SiteHost),
}

impl Connections {
    /// Chooses the site of an OAuth connection among those its grant reaches. An unknown site is
    /// looked for at Atlassian once more, because the list may have grown since the login.
    ///
    /// # Errors
    /// `Validation` for a site the login does not reach and for a token, which has one site only;
    /// `Conflict` when the connection changes meanwhile; those of a [call for an
    /// owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn choose_site(
        &self,
        scope: &Scope,
        product: Product,
        choice: &SiteChoice,
    ) -> Result<(), ServiceError> {
        let mut connected = self.stored(scope, product).await?;
        if connected.grant.method != AuthMethod::OAuth {
            return Err(ServiceError::invalid(
                "cloud_id",
                "a token belongs to one site; connect again to use another",
            ));
        }
        if self.choose(&connected.grant, product, choice).is_none() {
            connected.grant = self.with_current_sites(connected.grant, product).await?;
        }
        let site = self
            .choose(&connected.grant, product, choice)
            .ok_or_else(|| {
                let field = if matches!(choice, SiteChoice::CloudId(_)) {
                    "cloud_id"
                } else {
                    "base_url"
                };
                ServiceError::invalid(
                    field,
                    format!(
                        "this login does not reach that site for {}",
                        product.title()
                    ),
                )
            })?;
        if self
            .store
            .choose_site(scope, &connected.connection, &site)
            .await?
        {
            let history = self.grants.history();
            history.site_chosen(scope, product, site.host()).await;
            seen_by_all().await;
            Ok(())
        } else {
            Err(ServiceError::Conflict(String::from(
                "the connection was changed in the meantime; look again",
            )))
        }
    }

    fn choose(&self, grant: &Grant, product: Product, choice: &SiteChoice) -> Option<Site> {
        let matches = |site: &Site| match choice {
            SiteChoice::CloudId(cloud_id) => site.cloud_id == *cloud_id,
            SiteChoice::Host(host) => site.host().eq_ignore_ascii_case(host.as_str()),
        };
        let known = self.preferences.candidates(grant, product);
        let now = known.iter().find(|site| matches(site)).cloned();
        now.or_else(|| match choice {
            SiteChoice::CloudId(_) => None,
            SiteChoice::Host(host) => self.formerly(grant, product, host.as_str()),
        })
    }

    /// The site that had this host under an earlier name, among those that a person may choose from.
    pub(super) fn formerly(&self, grant: &Grant, product: Product, host: &str) -> Option<Site> {
        let mut reachable = grant.sites_with(product).into_iter();
        let found = reachable.find(|site| site.had_host(host))?;
        self.preferences
            .allows(&found.site)
            .then(|| found.site.clone())
    }

    /// The first of the owner's connections that uses OAuth, Jira's before Confluence's; else the first that uses a token,
    /// of which the truth can be told as well.
    ///
    /// # Errors
    /// `NotConnected` without a connection; when the store fails.
    pub(crate) async fn oauth_product(&self, scope: &Scope) -> Result<Product, ServiceError> {
        let stored = self.store.connections(scope).await?;
        let oauth = |product: &Product| {
            stored.iter().any(|one| {
                one.connection.product == *product && one.grant.method == AuthMethod::OAuth
            })
        };
        let any = |product: &Product| stored.iter().any(|one| one.connection.product == *product);
        let products = || Product::ALL.into_iter();
        products()
            .find(oauth)
            .or_else(|| products().find(any))
            .ok_or(ServiceError::NotConnected(Product::Jira))
    }

    /// The sites the owner's OAuth grant reaches, asked of Atlassian now; those of their tokens, where they have such
    /// alone: a token belongs to one site.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn resources(
        &self,
        scope: &Scope,
    ) -> Result<Vec<ReachableSite>, ServiceError> {
        let product = self.oauth_product(scope).await?;
        let connected = self.stored(scope, product).await?;
        if connected.grant.method != AuthMethod::OAuth {
            return Ok(of_tokens(&self.store.connections(scope).await?));
        }
        let grant = self.with_current_sites(connected.grant, product).await?;
        Ok(grant.sites.clone())
    }

    /// The sites a person may choose from.
    pub(crate) fn candidates(&self, grant: &Grant, product: Product) -> Vec<Site> {
        self.preferences.candidates(grant, product)
    }

    /// Reads anew which sites a login reaches, and what they are called, at most once a minute; whether that was done. It
    /// fails no call.
    pub(super) async fn read_sites_anew(&self, grant: &Grant, product: Product) -> bool {
        let now = self.clock.now();
        let is_due = || self.sites_read.is_due(READ_AGAIN, grant.id.clone(), now);
        if grant.method != AuthMethod::OAuth || !is_due() {
            return false;
        }
        let read = Box::pin(self.with_current_sites(Arc::new(grant.clone()), product)).await;
        if let Err(error) = &read {
            tracing::debug!(%error, "the sites of a login could not be read anew");
        }
        read.is_ok()
    }

    async fn with_current_sites(
        &self,
        grant: Arc<Grant>,
        product: Product,
    ) -> Result<Arc<Grant>, ServiceError> {
        let atlassian = &self.atlassian;
        let calls = Calls::new(&grant, product, None);
        let asked = self.unless_refused(grant.clone(), calls, false, |_, token| async move {
            atlassian.accessible_sites(&token).await
        });
        let sites = asked.await?.0?;
        if let Some(current) = self.store.grant(&grant.scope, &grant.id).await? {
            self.store.update_sites(&current, &sites).await?;
        }
        let sites = sites.into_iter().map(|site| site.after(&grant.sites));
        let sites = sites.collect();
        let grant = Grant::clone(&grant);
        Ok(Arc::new(Grant { sites, ..grant }))
    }
}

/// The site of every connection, with the products that are connected there.
fn of_tokens(stored: &[Connected]) -> Vec<ReachableSite> {
    let mut sites: Vec<ReachableSite> = Vec::new();
    for one in stored {
        let Some(site) = &one.connection.site else {
            continue;
        };
        let product = one.connection.product;
        match sites
            .iter_mut()
            .find(|known| known.site.cloud_id == site.cloud_id)
        {
            Some(known) => known.products.push(product),
            None => sites.push(ReachableSite {
                site: site.clone(),
                products: vec![product],
                scopes: one.grant.scopes.clone(),
                avatar_url: None,
                former_urls: vec![],
            }),
        }
    }
    sites
}
