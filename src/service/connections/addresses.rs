//! Addresses that people copy from their browsers: the site in them is the site that is meant.

use url::Url;

use super::Connections;
use crate::model::connection::Connected;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;
use crate::service::error::ServiceError;

/// What the hosts of all sites in the cloud end with.
const CLOUD: &str = ".atlassian.net";
/// Where Atlassian serves all sites in the cloud.
const GATEWAY: &str = "https://api.atlassian.com";

impl Connections {
    /// The connections as they are, but that `product` is called on the site that `address` belongs to, where
    /// there is one: the connection's own, or another one that its login reaches, also under a name that it had before.
    ///
    /// # Errors
    /// `Validation` about `field` for an address of any other site: an id there names something else here.
    /// `Forbidden` for another site than the connection's own where the caller's key is limited to places.
    /// `NotConnected` without a connection; when the store fails.
    pub(crate) async fn at_address(
        &self,
        scope: &Scope,
        product: Product,
        field: &str,
        address: Option<&Url>,
    ) -> Result<Self, ServiceError> {
        match address {
            None => Ok(self.clone()),
            // In a box: few callers name an address, and all would carry the room for it.
            Some(address) => Box::pin(self.led_by(scope, product, field, address)).await,
        }
    }

    /// The connections where all of these addresses lie; as they are where there is none.
    ///
    /// # Errors
    /// Those of [`Connections::at_address`]; `Validation` about `field` for addresses of several sites.
    pub(in crate::service) async fn at_addresses(
        &self,
        scope: &Scope,
        product: Product,
        field: &str,
        addresses: &[Url],
    ) -> Result<Self, ServiceError> {
        let mut found: Option<Self> = None;
        for address in addresses {
            let there = self.at_address(scope, product, field, Some(address));
            let there = there.await?;
            if found.as_ref().is_some_and(|found| !found.are_where(&there)) {
                let why = format!(
                    "{field} names things of several sites; name those of one site at a time"
                );
                return Err(ServiceError::invalid(field, why));
            }
            found = Some(there);
        }
        Ok(found.unwrap_or_else(|| self.clone()))
    }

    /// Whether a site of the owner's connection has the host of this address, wherever on it the address lies.
    ///
    /// # Errors
    /// `NotConnected` without a connection; when the store fails.
    pub(in crate::service) async fn have_host_of(
        &self,
        scope: &Scope,
        product: Product,
        address: &Url,
    ) -> Result<bool, ServiceError> {
        let connected = self.stored(scope, product).await?;
        let place = |url: &Url| {
            (
                url.host_str().map(str::to_owned),
                url.port_or_known_default(),
            )
        };
        let has_host = |site: &Site| {
            let own = Url::parse(&self.product_address(product, site));
            own.is_ok_and(|own| place(&own) == place(address))
        };
        Ok(self.sites_of(&connected).iter().any(has_host))
    }

    /// What leads to the issue or the page with this key or id, where another site is called than the connection's own:
    /// the key or id alone leads to something else here.
    pub(in crate::service) fn way_to(&self, id: &str) -> Option<String> {
        let (product, site) = self.elsewhere.as_ref()?;
        let base = self.product_address(*product, site);
        Some(match product {
            Product::Jira => format!("{base}/browse/{id}"),
            Product::Confluence => format!("{base}/pages/viewpage.action?pageId={id}"),
        })
    }

    async fn led_by(
        &self,
        scope: &Scope,
        product: Product,
        field: &str,
        address: &Url,
    ) -> Result<Self, ServiceError> {
        let mut connected = self.stored(scope, product).await?;
        let mut found = self.site_at(&connected, product, address);
        let is_in_cloud = || address.host_str().is_some_and(|host| host.ends_with(CLOUD));
        // It may have another name by now, or have been added to the login.
        if found.is_none() && is_in_cloud() && self.read_sites_anew(&connected.grant, product).await
        {
            connected = self.stored(scope, product).await?;
            found = self.site_at(&connected, product, address);
        }
        let site = found.ok_or_else(|| {
            let why = format!(
                "this address belongs to a site that the connection to {} does not reach",
                product.title()
            );
            ServiceError::invalid(field, why)
        })?;
        self.on(&connected, site).within_key(scope, field)
    }

    /// The connections, unless they call another site for a key that is limited to projects or spaces: those of the same
    /// names are others' there.
    ///
    /// # Errors
    /// `Forbidden`, naming `field`.
    pub(super) fn within_key(self, scope: &Scope, field: &str) -> Result<Self, ServiceError> {
        if scope.is_limited_to_places() && self.are_elsewhere() {
            let why = format!("{field} names another site than this API key is limited to");
            return Err(ServiceError::forbidden(why));
        }
        Ok(self)
    }

    /// The connections as they are, but that the product of `connected` is called on `site`.
    pub(super) fn on(&self, connected: &Connected, site: Site) -> Self {
        let (own, product) = (&connected.connection.site, connected.connection.product);
        let is_own = own
            .as_ref()
            .is_some_and(|own| own.cloud_id == site.cloud_id);
        Self {
            elsewhere: (!is_own).then_some((product, site)),
            ..self.clone()
        }
    }

    /// The site that an address belongs to: the connection's own, or another one that its login reaches.
    fn site_at(&self, connected: &Connected, product: Product, address: &Url) -> Option<Site> {
        let leads_to = |site: &Site| self.leads_to(address, product, site);
        let own = connected.connection.site.clone();
        own.filter(leads_to).or_else(|| {
            let mut others = self.candidates(&connected.grant, product).into_iter();
            others
                .find(leads_to)
                .or_else(|| self.formerly(&connected.grant, product, address.host_str()?))
        })
    }

    /// Whether another site is called than the connection's own.
    pub(in crate::service) fn are_elsewhere(&self) -> bool {
        self.elsewhere.is_some()
    }

    /// Whether the same site is called.
    pub(in crate::service) fn are_where(&self, others: &Self) -> bool {
        let place = |one: &Self| {
            one.elsewhere
                .as_ref()
                .map(|(_, site)| site.cloud_id.clone())
        };
        place(self) == place(others)
    }

    /// Whether an address is one of a product's on a site. Where several sites share a host, as below a
    /// context path, the path tells them apart.
    fn leads_to(&self, address: &Url, product: Product, site: &Site) -> bool {
        let own = [
            self.product_address(product, site),
            self.browser_base(site),
            site.url.clone(),
            // Where Atlassian's own answers say that a thing lies (`self`), whatever way they came.
            format!("{GATEWAY}/ex/{product}/{}", site.cloud_id.as_str()),
        ];
        own.iter().any(|base| {
            Url::parse(base).is_ok_and(|base| {
                base.host() == address.host()
                    && base.port_or_known_default() == address.port_or_known_default()
                    && is_below(base.path(), address.path())
            })
        })
    }
}

/// Whether `path` is `folder` or lies in it.
fn is_below(folder: &str, path: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
