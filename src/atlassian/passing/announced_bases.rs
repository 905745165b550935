//! What Data Centers call themselves: a server behind a proxy writes the address of its own settings into its answers,
//! whatever address it is called by. Clients follow such addresses, with the key that they hold.

use std::sync::Mutex;
use std::time::Duration;

use hashlink::LruCache;
use serde::Deserialize;
use tokio::time::timeout;
use url::Url;

use crate::atlassian::access::{Api, Dialect};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::atlassian::site_client::SiteClient;
use crate::model::clock::SharedClock;
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// Of as many servers.
const MOST: usize = 200;
/// How long a server is not asked again.
const KNOWN_FOR: Duration = Duration::from_hours(1);
/// How long one that did not tell is not asked again.
const ASKED_AGAIN_AFTER: Duration = Duration::from_mins(1);
/// How long the call that asks first waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug)]
struct Told {
    base: Option<String>,
    at: Timestamp,
}

/// What was told so far.
#[derive(Debug)]
pub(in crate::atlassian) struct AnnouncedBases {
    clock: SharedClock,
    told: Mutex<LruCache<(Product, CloudId), Told>>,
}

impl AnnouncedBases {
    pub(in crate::atlassian) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            told: Mutex::new(LruCache::new(MOST)),
        }
    }

    /// The address that a server told, without a slash at its end.
    pub(super) fn of(&self, product: Product, server: &CloudId) -> Option<String> {
        let mut told = lock(&self.told);
        told.get(&(product, server.clone()))?.base.clone()
    }

    fn is_fresh(&self, product: Product, server: &CloudId) -> bool {
        let now = self.clock.now();
        let mut told = lock(&self.told);
        told.get(&(product, server.clone())).is_some_and(|told| {
            let kept = match told.base {
                Some(_) => KNOWN_FOR,
                None => ASKED_AGAIN_AFTER,
            };
            told.at <= now && now.since(told.at) < kept
        })
    }

    fn keep(&self, product: Product, server: CloudId, base: Option<String>) {
        let at = self.clock.now();
        lock(&self.told).insert((product, server), Told { base, at });
    }
}

/// Jira's `serverInfo`, which anybody may read
/// (<https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/serverInfo>).
#[derive(Deserialize)]
struct ServerInfo {
    #[serde(rename = "baseUrl")]
    base: String,
}

/// What stands below every list of Confluence's.
#[derive(Deserialize)]
struct AnyList {
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    base: String,
}

impl SiteClient<'_> {
    /// Whether it is a Data Center that was not asked lately what it calls itself.
    pub(super) fn has_unknown_name(&self, product: Product) -> bool {
        let known = &self.atlassian.announced_bases;
        self.access.dialect() == Dialect::DataCenter && !known.is_fresh(product, self.cloud_id())
    }

    /// Asks a Data Center what it calls itself. It fails no call.
    pub(super) async fn learn_its_name(&self, product: Product) {
        let told = timeout(PATIENCE, self.its_name(product)).await;
        let base = told.ok().and_then(Result::ok);
        let base = base.as_deref().and_then(usable);
        let known = &self.atlassian.announced_bases;
        known.keep(product, self.cloud_id().clone(), base);
    }

    async fn its_name(&self, product: Product) -> Result<String, AtlassianError> {
        // The question is this service's own: what the caller's key is narrowed to is about their calls.
        let mut own = self.clone();
        own.access.limits = None;
        match product {
            Product::Jira => {
                let call = Call::get("server's own address", Api::Jira, &["serverInfo"], &[]);
                own.fetch(call).await.map(|told: ServerInfo| told.base)
            }
            Product::Confluence => {
                let query = [("limit", String::from("1"))];
                let call = Call::get(
                    "server's own address",
                    Api::ConfluenceV1,
                    &["space"],
                    &query,
                );
                own.fetch(call).await.map(|told: AnyList| told.links.base)
            }
        }
    }
}

/// An address as it begins others; none for what is no address of a server.
fn usable(told: &str) -> Option<String> {
    let url = Url::parse(told).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none();
    is_plain.then(|| told.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_server_is_taken_and_nothing_else() {
        for (told, kept) in [
            (
                "https://jira.example.com:8443/ctx/",
                Some("https://jira.example.com:8443/ctx"),
            ),
            ("http://localhost:4702", Some("http://localhost:4702")),
            ("javascript:alert(1)", None),
            ("https://mia@jira.example.com", None),
            ("/rest", None),
            ("", None),
        ] {
            assert_eq!(usable(told).as_deref(), kept, "{told}");
        }
    }
}
