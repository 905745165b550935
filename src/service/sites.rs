//! Which of several sites is meant, and which are allowed at all.

use super::error::ServiceError;
use crate::model::grant::Grant;
use crate::model::product::Product;
use crate::model::site::{AllowedSite, ReachableSite, Site};

/// The operator's wishes about sites and scopes.
#[derive(Debug, Clone, Default)]
pub(crate) struct SitePreferences {
    /// The host to use for Jira when a grant reaches several.
    pub jira_host: Option<String>,
    /// The host to use for Confluence when a grant reaches several.
    pub confluence_host: Option<String>,
    /// The only sites that may be used; empty: any.
    pub allowed: Vec<AllowedSite>,
    /// The scopes every login asks for.
    pub scopes: Vec<String>,
}

impl SitePreferences {
    /// The host the operator set for `product`.
    pub(super) fn host_of(&self, product: Product) -> Option<&str> {
        match product {
            Product::Jira => self.jira_host.as_deref(),
            Product::Confluence => self.confluence_host.as_deref(),
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

    /// Picks among `candidates`: the one the person asked for, else the only one, else the one the
    /// operator set, else the one used before. None: the person must choose.
    pub(crate) fn pick(
        &self,
        product: Product,
        candidates: &[Site],
        asked: Option<&str>,
        before: Option<&Site>,
    ) -> Option<Site> {
        let by_host = |host: &str| {
            candidates
                .iter()
                .find(|site| site.host().eq_ignore_ascii_case(host))
                .cloned()
        };
        if let Some(asked) = asked {
            return by_host(asked);
        }
        if let [only] = candidates {
            return Some(only.clone());
        }
        // The candidate and not the site as it was: it may have another name or address by now.
        self.host_of(product).and_then(by_host).or_else(|| {
            let before = before?;
            candidates
                .iter()
                .find(|site| site.cloud_id == before.cloud_id)
                .cloned()
        })
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
