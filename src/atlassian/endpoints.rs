//! Where Atlassian is: the authorization server, the gateway and the sites.

use url::Url;

use crate::model::data_center::DataCenterHosts;
use crate::model::product::Product;
use crate::model::site::{Site, SiteHost};

/// The addresses outbound calls go to. Only the operator can change them.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    auth: Url,
    api: Url,
    site_template: String,
    /// The hosts of these, but Atlassian's own.
    named_hosts: Vec<String>,
    data_centers: DataCenterHosts,
}

impl Endpoints {
    /// `auth` is the authorization server, `api` the gateway, `site_template` a URL with `{site}`
    /// where the host of a site belongs.
    pub(crate) fn new(auth: Url, api: Url, site_template: impl Into<String>) -> Self {
        let site_template = site_template.into();
        Self {
            named_hosts: named_hosts(&auth, &api, &site_template),
            auth,
            api,
            site_template,
            data_centers: DataCenterHosts::default(),
        }
    }

    /// The same addresses, and these hosts of Data Center besides.
    #[must_use]
    pub(crate) fn with_data_centers(self, data_centers: DataCenterHosts) -> Self {
        Self {
            data_centers,
            ..self
        }
    }

    /// The Data Center hosts that may be called.
    pub(crate) fn data_centers(&self) -> &DataCenterHosts {
        &self.data_centers
    }

    /// Whether `named` is the authorization server, as it names itself in `iss`.
    pub(crate) fn is_issuer(&self, named: &str) -> bool {
        let own = |text: &str| named.trim_end_matches('/') == text.trim_end_matches('/');
        let is_real = self.auth.host_str() == Some(AUTH_HOST);
        own(self.auth.as_str()) || (is_real && own(AUTH_TENANT))
    }

    pub(super) fn authorize(&self) -> Url {
        with_path(&self.auth, "authorize")
    }

    pub(super) fn token(&self) -> Url {
        with_path(&self.auth, "oauth/token")
    }

    /// The gateway's address without a slash at its end.
    pub(super) fn api(&self) -> &str {
        self.api.as_str().trim_end_matches('/')
    }

    /// The address of a site without a slash at its end.
    pub(crate) fn site(&self, host: &SiteHost) -> String {
        self.site_by_host(host.as_str())
    }

    /// Where a person opens `site` in a browser.
    pub(crate) fn browser_base(&self, site: &Site) -> String {
        if site.cloud_id.is_data_center() || self.site_template == DEFAULT_SITE_TEMPLATE {
            site.url.clone()
        } else {
            self.site_by_host(site.host())
        }
    }

    /// Where a person opens `product` on `site` in a browser: Cloud has Confluence below the site, a
    /// Data Center has each product at an address of its own.
    pub(crate) fn product_address(&self, product: Product, site: &Site) -> String {
        let base = self.browser_base(site);
        match product {
            Product::Confluence if !site.cloud_id.is_data_center() => format!("{base}/wiki"),
            Product::Jira | Product::Confluence => base,
        }
    }

    fn site_by_host(&self, host: &str) -> String {
        self.site_template
            .replace("{site}", host)
            .trim_end_matches('/')
            .to_owned()
    }

    /// Hosts that may resolve to private addresses, because the operator named them.
    pub(super) fn operator_hosts(&self) -> impl Iterator<Item = &str> {
        let named = self.named_hosts.iter().map(String::as_str);
        named.chain(self.data_centers.names())
    }
}

/// Atlassian's authorization server.
const AUTH_HOST: &str = "auth.atlassian.com";
/// The same server under the name of its host, which its access tokens have carried as `iss`.
const AUTH_TENANT: &str = "https://atlassian-account-prod.pus2.auth0.com";
/// Where Atlassian Cloud's sites are.
const DEFAULT_SITE_TEMPLATE: &str = "https://{site}";

fn named_hosts(auth: &Url, api: &Url, site_template: &str) -> Vec<String> {
    let template = Url::parse(&site_template.replace("{site}", "site")).ok();
    [Some(auth), Some(api), template.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(Url::host_str)
        .filter(|host| !host.ends_with("atlassian.com"))
        .map(str::to_owned)
        .collect()
}

fn with_path(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let folder = base.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{folder}/{path}"));
    url
}
