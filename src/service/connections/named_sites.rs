//! Sites as other people's clients name them, looked for among those of a caller's own login only.

use url::Url;

use super::Connections;
use super::calls::ended;
use crate::model::connection::Connected;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;
use crate::service::error::ServiceError;
use crate::service::sites::SitePreferences;

impl Connections {
    /// The owner's connection to a product, for a call through it.
    ///
    /// # Errors
    /// `NotConnected` without one; when the store fails.
    pub(in crate::service) async fn of_product(
        &self,
        scope: &Scope,
        product: Product,
    ) -> Result<Connected, ServiceError> {
        let recent = self.store.recent_connection(scope, product).await?;
        recent.ok_or(ServiceError::NotConnected(product))
    }

    /// The owner's connections to products that `admits` takes, whose logins have not ended.
    ///
    /// # Errors
    /// That of the first, where all have ended; when the store fails.
    pub(in crate::service) async fn that_live(
        &self,
        scope: &Scope,
        admits: impl Fn(Product) -> bool,
    ) -> Result<Vec<Connected>, ServiceError> {
        let now = self.clock.now();
        let mut all = self.store.connections(scope).await?;
        all.retain(|one| admits(one.connection.product));
        let (over, living): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|one| one.grant.has_ended(now));
        match over.first() {
            Some(one) if living.is_empty() => Err(ended(one.connection.product, &one.grant)),
            _ => Ok(living),
        }
    }

    /// The connections as they are, but that `product` is called on the site of that name: its id, its host or its address.
    ///
    /// # Errors
    /// `Validation` about `field` for a site that the login does not reach; `Forbidden` for another site than the
    /// connection's own where the caller's key is limited to places, whose names may be others' there. `NotConnected` without
    /// a connection; when the store fails.
    pub(crate) async fn at_site(
        &self,
        scope: &Scope,
        product: Product,
        field: &str,
        name: &str,
    ) -> Result<Self, ServiceError> {
        let name = name.trim();
        let there = match Url::parse(name).ok().filter(Url::has_host) {
            Some(address) => {
                self.at_address(scope, product, field, Some(&address))
                    .await?
            }
            None => self.at_name(scope, product, field, name).await?,
        };
        there.within_key(scope, field)
    }

    async fn at_name(
        &self,
        scope: &Scope,
        product: Product,
        field: &str,
        name: &str,
    ) -> Result<Self, ServiceError> {
        let connected = self.stored(scope, product).await?;
        let site = self.named_site(&connected, name).ok_or_else(|| {
            let why = format!(
                "{field} names no site that the connection to {} reaches",
                product.title()
            );
            ServiceError::invalid(field, why)
        })?;
        Ok(self.on(&connected, site))
    }

    /// The site of that name, if the connection's login reaches it and the operator lets it be used.
    pub(in crate::service) fn named_site(&self, connected: &Connected, name: &str) -> Option<Site> {
        let has_name = |site: &Site| {
            let is_host = !site.cloud_id.is_data_center() && site.host().eq_ignore_ascii_case(name);
            is_host || site.cloud_id.as_str().eq_ignore_ascii_case(name)
        };
        let product = connected.connection.product;
        let now = self.sites_of(connected).into_iter().find(has_name);
        now.or_else(|| self.formerly(&connected.grant, product, name))
    }

    /// `chosen`, or else the connection's own site.
    ///
    /// # Errors
    /// `NeedsSite` where it has none; `Forbidden` for one that the operator does not let be used.
    pub(in crate::service) fn site_to_use(
        &self,
        connected: &Connected,
        chosen: Option<Site>,
    ) -> Result<Site, ServiceError> {
        let Some(site) = chosen.or_else(|| connected.connection.site.clone()) else {
            let product = connected.connection.product;
            let sites = self.preferences.candidates(&connected.grant, product);
            return Err(ServiceError::NeedsSite { product, sites });
        };
        if !self.preferences.allows(&site) {
            return Err(SitePreferences::refusal());
        }
        Ok(site)
    }

    /// The sites that a connection can be used on: its own, and the others that its login reaches.
    pub(in crate::service) fn sites_of(&self, connected: &Connected) -> Vec<Site> {
        let own = connected.connection.site.clone();
        let own = own.filter(|site| self.preferences.allows(site));
        let product = connected.connection.product;
        let mut sites: Vec<Site> = own.into_iter().collect();
        for site in self.candidates(&connected.grant, product) {
            if !sites.iter().any(|known| known.cloud_id == site.cloud_id) {
                sites.push(site);
            }
        }
        sites
    }
}
