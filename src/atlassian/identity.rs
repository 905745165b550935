//! Who an access token belongs to and what it reaches.

use reqwest::header::{ACCEPT, AUTHORIZATION};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::Atlassian;
use super::access::Credential;
use super::error::{AtlassianError, Explanation};
use super::error_body::{explanation, is_scope_mismatch};
use super::request::{Answer, read, transport_error};
use super::retries::Server;
use super::verdict::{LED_ELSEWHERE, PAGE_INSTEAD, TURNED_AWAY, is_page, turned_away};
use crate::model::grant::Account;
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::secret::Secret;
use crate::model::site::{ReachableSite, Site, SiteHost};
use crate::work::deadline::Deadline;

#[derive(Deserialize)]
struct Resource {
    id: String,
    #[serde(default)]
    name: String,
    url: String,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(rename = "avatarUrl")]
    avatar_url: Option<String>,
}

#[derive(Deserialize)]
struct Me {
    account_id: String,
    name: Option<String>,
    email: Option<String>,
    zoneinfo: Option<String>,
}

#[derive(Deserialize)]
struct TenantInfo {
    #[serde(rename = "cloudId")]
    cloud_id: String,
}

impl Atlassian {
    /// The sites an access token reaches. Atlassian lists a site once per product; here each site
    /// stands once, with its products read off the scopes.
    pub(crate) async fn accessible_sites(
        &self,
        token: &Secret,
    ) -> Result<Vec<ReachableSite>, AtlassianError> {
        let resources: Vec<Value> = self
            .gateway_get(token, "sites", "/oauth/token/accessible-resources")
            .await?;
        let mut sites: Vec<ReachableSite> = Vec::new();
        for resource in resources {
            let Some((cloud_id, resource)) = reachable(resource) else {
                tracing::warn!("an odd entry of Atlassian's accessible-resources is left out");
                continue;
            };
            let products = products_of(&resource.scopes);
            if let Some(known) = sites
                .iter_mut()
                .find(|known| known.site.cloud_id == cloud_id)
            {
                known.products.extend(products);
                known.products.sort_unstable();
                known.products.dedup();
                known.scopes.extend(resource.scopes);
            } else {
                let site = Site {
                    cloud_id,
                    name: resource.name,
                    url: resource.url.trim_end_matches('/').to_owned(),
                };
                sites.push(ReachableSite {
                    site,
                    products,
                    scopes: resource.scopes,
                    avatar_url: resource.avatar_url,
                    former_urls: vec![],
                });
            }
        }
        // Atlassian's order means nothing, and changes.
        sites.sort_by(|one, other| one.site.url.cmp(&other.site.url));
        Ok(sites)
    }

    /// The account an access token belongs to (User Identity API, scope `read:me`).
    pub(crate) async fn me(&self, token: &Secret) -> Result<Account, AtlassianError> {
        let me: Me = self.gateway_get(token, "me", "/me").await?;
        Ok(Account {
            account_id: me.account_id,
            display_name: me.name,
            email: me.email,
        })
    }

    /// The time zone of the account an access token belongs to, by its name.
    pub(super) async fn time_zone(&self, token: &Secret) -> Result<Option<String>, AtlassianError> {
        let me: Me = self.gateway_get(token, "me", "/me").await?;
        Ok(me.zoneinfo)
    }

    /// The cloud id of a site, which the site tells anybody.
    pub(crate) async fn cloud_id(&self, host: &SiteHost) -> Result<CloudId, AtlassianError> {
        let started = Self::begin_call("identity", "tenant_info");
        let result = Deadline::within(self.timeout)
            .keep(self.ask_cloud_id(host))
            .await
            .unwrap_or_else(|late| Err(late.into()));
        self.note_call("identity", "tenant_info", started, result)
    }

    async fn ask_cloud_id(&self, host: &SiteHost) -> Result<CloudId, AtlassianError> {
        // Undocumented; tells a host's cloud id to anybody (stablyai/orca#20092).
        let url = format!("{}/_edge/tenant_info", self.endpoints.site(host));
        let response = self
            .http
            .get(url)
            .header(ACCEPT, "application/json")
            .send()
            .await
            .map_err(|error| transport_error(&error))?;
        let answer = read(response).await?;
        if !answer.status.is_success() {
            return Err(self.no_cloud_id(&answer));
        }
        let info: TenantInfo = serde_json::from_slice(&answer.body).map_err(|_| {
            if is_page(&answer) {
                AtlassianError::Replaced(PAGE_INSTEAD)
            } else {
                AtlassianError::Nonsense("the site's tenant info")
            }
        })?;
        CloudId::parse(&info.cloud_id).map_err(|_| AtlassianError::Nonsense("the site's cloud id"))
    }

    /// Why a site does not tell its cloud id. Only that it is not there means that there is none.
    fn no_cloud_id(&self, answer: &Answer) -> AtlassianError {
        let status = answer.status.as_u16();
        let retry_after = || self.gates.wait_of_failure(&answer.headers);
        match status {
            429 => {
                self.note_rate_limit(&answer.headers);
                let retry_after = self.gates.asked_wait(&answer.headers);
                AtlassianError::RateLimited { retry_after }
            }
            401 | 403 => AtlassianError::Blocked(turned_away(answer).unwrap_or(TURNED_AWAY)),
            500.. => AtlassianError::Failed {
                status,
                explanation: Explanation::default(),
                retry_after: retry_after(),
            },
            // A site that was renamed leads elsewhere, and so does a login page in front of it.
            300..=399 => AtlassianError::Replaced(LED_ELSEWHERE),
            404 => AtlassianError::NotFound(Explanation::default()),
            410 => AtlassianError::Gone,
            _ => AtlassianError::Unusable {
                status,
                explanation: Explanation::default(),
            },
        }
    }

    /// A read that belongs to a login: tried again a little, because its failure costs the person
    /// another consent.
    async fn gateway_get<T: DeserializeOwned>(
        &self,
        token: &Secret,
        operation: &'static str,
        path: &str,
    ) -> Result<T, AtlassianError> {
        let deadline = Deadline::within(self.timeout);
        self.retries.note_call(&Server::Atlassian);
        for pause in [300, 900].map(Duration::from_millis) {
            match self
                .measured_gateway_get(token, operation, path, deadline)
                .await
            {
                Err(
                    AtlassianError::Failed {
                        retry_after: None, ..
                    }
                    | AtlassianError::NotReached
                    | AtlassianError::Unreachable,
                ) if pause < deadline.left() && self.retries.take(&Server::Atlassian) => {
                    tokio::time::sleep(pause).await;
                }
                result => return result,
            }
        }
        self.measured_gateway_get(token, operation, path, deadline)
            .await
    }

    async fn measured_gateway_get<T: DeserializeOwned>(
        &self,
        token: &Secret,
        operation: &'static str,
        path: &str,
        deadline: Deadline,
    ) -> Result<T, AtlassianError> {
        let started = Self::begin_call("identity", operation);
        let result = deadline
            .keep(self.try_gateway_get(token, path))
            .await
            .unwrap_or_else(|late| Err(late.into()));
        self.note_call("identity", operation, started, result)
    }

    async fn try_gateway_get<T: DeserializeOwned>(
        &self,
        token: &Secret,
        path: &str,
    ) -> Result<T, AtlassianError> {
        let url = Url::parse(&format!("{}{path}", self.endpoints.api()))
            .map_err(|_| AtlassianError::Nonsense("the configured address"))?;
        let credential = Credential::Bearer(token.clone());
        let authorization = credential.header().ok_or(AtlassianError::Unauthorized)?;
        let request = self
            .http
            .get(url)
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, authorization);
        let answer = read(
            request
                .send()
                .await
                .map_err(|error| transport_error(&error))?,
        )
        .await?;
        match answer.status.as_u16() {
            200 => serde_json::from_slice(&answer.body)
                .map_err(|_| AtlassianError::Nonsense("the answer is not the documented JSON")),
            401 if is_scope_mismatch(&answer.body) => {
                Err(AtlassianError::ScopeMismatch { needs: &[] })
            }
            401 => Err(AtlassianError::Unauthorized),
            403 => Err(turned_away(&answer).map_or_else(
                || AtlassianError::Forbidden(explanation(&answer.body, &credential)),
                AtlassianError::Blocked,
            )),
            429 => {
                self.note_rate_limit(&answer.headers);
                Err(AtlassianError::RateLimited {
                    retry_after: self.gates.asked_wait(&answer.headers),
                })
            }
            status if status >= 500 => Err(AtlassianError::Failed {
                status,
                explanation: Explanation::default(),
                retry_after: self.gates.wait_of_failure(&answer.headers),
            }),
            _ => Err(AtlassianError::Nonsense("an unknown status")),
        }
    }
}

/// A site of the list; none for an entry that does not say which site it is and what is reached there.
/// One such entry says nothing about the others.
fn reachable(entry: Value) -> Option<(CloudId, Resource)> {
    let resource: Resource = serde_json::from_value(entry).ok()?;
    let cloud_id = CloudId::parse(&resource.id).ok()?;
    Url::parse(&resource.url)
        .ok()?
        .has_host()
        .then_some((cloud_id, resource))
}

/// The products that scopes belong to: `…confluence…` is Confluence, `…jira…` is Jira.
fn products_of(scopes: &[String]) -> Vec<Product> {
    Product::ALL
        .into_iter()
        .filter(|product| scopes.iter().any(|scope| scope.contains(product.as_str())))
        .collect()
}
