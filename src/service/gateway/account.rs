//! What a caller reaches and whose login it is, in the form in which Atlassian tells it.

use serde::Serialize;
use utoipa::ToSchema;

use super::Gateway;
use crate::model::connection::Connected;
use crate::model::grant::Account;
use crate::model::key_limits::KeyLimits;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;
use crate::service::error::ServiceError;

/// A site that can be called for one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Resource {
    /// What stands for it in addresses: `/ex/jira/{id}/…`.
    #[schema(example = "1324a887-45db-1bf4-1e99-ef0ff456d421")]
    pub id: String,
    /// Where people find it.
    #[schema(example = "https://acme.atlassian.net")]
    pub url: String,
    /// Its name.
    #[schema(example = "acme")]
    pub name: String,
    /// The product's scopes that were granted.
    pub scopes: Vec<String>,
    /// Its picture.
    #[serde(rename = "avatarUrl", skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl Gateway {
    /// The sites of the owner's own connections, one entry for each product that the caller's key may call and whose login has
    /// not ended.
    ///
    /// # Errors
    /// `TokenExpired` or `TokenRefused` where all of them have; when the store fails.
    pub(crate) async fn resources(
        &self,
        scope: &Scope,
        limits: Option<&KeyLimits>,
    ) -> Result<Vec<Resource>, ServiceError> {
        let mut all = Vec::new();
        let admits = |product| limits.is_none_or(|limits| limits.admit(product));
        for connected in self.connections.that_live(scope, admits).await? {
            let sites = self.connections.sites_of(&connected);
            all.extend(sites.into_iter().map(|site| resource(&connected, site)));
        }
        Ok(all)
    }

    /// The account behind the owner's connections, Jira's before Confluence's.
    ///
    /// # Errors
    /// `NotConnected` without any; `TokenExpired` or `TokenRefused` where their logins have ended; when the store fails.
    pub(crate) async fn account(&self, scope: &Scope) -> Result<Account, ServiceError> {
        let connections = self.connections.that_live(scope, |_| true).await?;
        let first = connections
            .into_iter()
            .min_by_key(|one| one.connection.product);
        let first = first.ok_or(ServiceError::NotConnected(Product::Jira))?;
        Ok(first.grant.account.clone())
    }
}

fn resource(connected: &Connected, site: Site) -> Resource {
    let product = connected.connection.product;
    let reachable = connected.grant.sites_with(product);
    let reached = reachable
        .iter()
        .find(|reached| reached.site.cloud_id == site.cloud_id);
    let scopes = connected.grant.scopes.iter();
    Resource {
        scopes: scopes
            .filter(|scope| scope.contains(product.as_str()))
            .cloned()
            .collect(),
        avatar_url: reached.and_then(|reached| reached.avatar_url.clone()),
        id: site.cloud_id.as_str().to_owned(),
        url: site.url,
        name: site.name,
    }
}
