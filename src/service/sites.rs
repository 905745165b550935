//! Which of several sites is meant, and which are allowed at all.

use super::error::ServiceError;
use crate::model::grant::Grant;
use crate::model::product::Product;
use crate::model::site::{NamedSite, ReachableSite, Site, SiteHost};

/// The operator's wishes about sites and scopes.
#[derive(Debug, Clone, Default)]
pub(crate) struct SitePreferences {
    /// The site to use for Jira when a grant reaches several.
    pub jira: Option<NamedSite>,
    /// The site to use for Confluence when a grant reaches several.
    pub confluence: Option<NamedSite>,
    /// The only sites that may be used; empty: any.
    pub allowed: Vec<NamedSite>,
    /// The scopes every login asks for.
    pub scopes: Vec<String>,
    /// Whether nobody is to be asked for the right to change something.
    pub read_only: bool,
}

impl SitePreferences {
    /// The site the operator set for `product`.
    pub(super) fn named_for(&self, product: Product) -> Option<&NamedSite> {
        match product {
            Product::Jira => self.jira.as_ref(),
            Product::Confluence => self.confluence.as_ref(),
        }
    }

    /// The host on which an API token for `product` works unless a caller names one: the operator's, else
    /// that of the other product. On Atlassian Cloud both live on one site.
    pub(super) fn token_host(&self, product: Product) -> Option<&str> {
        let host = |product| match self.named_for(product) {
            Some(NamedSite::Host(host)) => Some(host.as_str()),
            Some(NamedSite::CloudId(_)) | None => None,
        };
        let on_cloud = |host: &&str| SiteHost::parse(host).is_ok();
        let others = Product::ALL.into_iter().filter_map(host).find(on_cloud);
        host(product).or(others)
    }

    /// Why there is no host to try an API token for `product` on.
    pub(super) fn why_no_host(&self, product: Product) -> &'static str {
        match self.named_for(product) {
            Some(NamedSite::CloudId(_)) => {
                "site is missing: the address of Atlassian's gateway in the settings does not tell the site's own; name it here, or set JIRA_URL or ATLASSIAN_CLOUD_BASE_URL to one such as https://acme.atlassian.net"
            }
            _ => "site is missing: name it here, or set ATLASSIAN_CLOUD_BASE_URL",
        }
    }

    /// Whether the operator lets `site` be used.
    pub(crate) fn allows(&self, site: &Site) -> bool {
        self.allowed.is_empty() || self.allowed.iter().any(|allowed| allowed.is(site))
    }

    /// What a call to a site that is not allowed is answered.
    pub(super) fn refusal() -> ServiceError {
        ServiceError::forbidden(
            "this site may not be used here; the operator lists the sites that may in ALLOWED_SITES",
        )
    }

    /// The allowed sites on which `grant` reaches `product`.
    pub(crate) fn candidates(&self, grant: &Grant, product: Product) -> Vec<Site> {
        self.allowed_among(grant.sites_with(product))
    }

    /// Those of `reachable` that are allowed.
    pub(super) fn allowed_among<'a>(
        &self,
        reachable: impl IntoIterator<Item = &'a ReachableSite>,
    ) -> Vec<Site> {
        reachable
            .into_iter()
            .map(|reachable| reachable.site.clone())
            .filter(|site| self.allows(site))
            .collect()
    }

    /// Picks among `candidates`: the one the person asked for, or in its absence the one used before; if they asked for
    /// none the only one, else the one the
    /// operator set, else the one used before. None: the person must choose.
    pub(crate) fn pick(
        &self,
        product: Product,
        candidates: &[Site],
        asked: Option<&str>,
        before: Option<&Site>,
    ) -> Option<Site> {
        let still = |before: &Site| {
            let mut among = candidates.iter();
            among.find(|site| site.cloud_id == before.cloud_id).cloned()
        };
        if let Some(asked) = asked {
            let mut among = candidates.iter();
            let found = among.find(|site| is_asked(site, asked)).cloned();
            // A wish that cannot be met takes nothing away.
            return found.or_else(|| still(before?));
        }
        if let [only] = candidates {
            return Some(only.clone());
        }
        // The candidate and not the site as it was: it may have another name or address by now.
        let named = self.named_for(product);
        let by_settings = candidates
            .iter()
            .find(|site| named.is_some_and(|named| named.is(site)));
        by_settings.cloned().or_else(|| still(before?))
    }

    /// The scopes we ask for `product` that a login does not have.
    pub(crate) fn missing_scopes(&self, granted: &[String], product: Product) -> Vec<String> {
        self.scopes
            .iter()
            .filter(|scope| scope.contains(product.as_str()) && !granted.contains(scope))
            .cloned()
            .collect()
    }
}

/// Whether a site is the one that was asked for by its host or by its cloud id, which is written like a label.
pub(super) fn is_asked(site: &Site, asked: &str) -> bool {
    let label = asked.split('.').next().unwrap_or_default();
    site.host().eq_ignore_ascii_case(asked) || site.cloud_id.as_str().eq_ignore_ascii_case(label)
}
