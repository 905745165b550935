//! Clients that are known by a document at the address which is their id, on hosts that the operator lists
//! (OAuth Client ID Metadata Document).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hashlink::LruCache;
use serde_json::Value;
use url::Url;

use super::Agents;
use super::clients::{client_name, reads_only};
use crate::atlassian::client_documents::ClientDocuments;
use crate::model::agent_client::{AgentClient, Registration};
use crate::model::clock::SharedClock;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// So many documents are kept in memory.
const MOST_KEPT: usize = 100;
/// How long a document is kept whose server says nothing, and the bounds of what it says.
const USUAL_AGE: Duration = Duration::from_hours(1);
const SHORTEST_AGE: Duration = Duration::from_mins(1);
const LONGEST_AGE: Duration = Duration::from_hours(24);
/// The most addresses that are read of one.
const MOST_REDIRECTS: usize = 20;

/// Documents, fetched or still good.
#[derive(Debug, Clone)]
pub(super) struct KnownDocuments {
    source: ClientDocuments,
    clock: SharedClock,
    kept: Arc<Mutex<LruCache<String, (Value, Timestamp)>>>,
}

impl KnownDocuments {
    pub(super) fn new(source: ClientDocuments, clock: SharedClock) -> Self {
        let kept = Arc::new(Mutex::new(LruCache::new(MOST_KEPT)));
        Self {
            source,
            clock,
            kept,
        }
    }

    async fn get(&self, address: &str) -> Option<Value> {
        let now = self.clock.now();
        let kept = lock(&self.kept).get(address).cloned();
        if let Some((content, _)) = kept.filter(|(_, until)| now < *until) {
            return Some(content);
        }
        let document = self.source.fetch(address).await?;
        let age = document.max_age.unwrap_or(USUAL_AGE);
        let until = now.plus(age.clamp(SHORTEST_AGE, LONGEST_AGE));
        let content = document.content;
        lock(&self.kept).insert(address.to_owned(), (content.clone(), until));
        Some(content)
    }
}

impl Agents {
    /// Whether the address of a document is on a listed host: https, or plain http on this machine where the operator
    /// listed that; a path, and nothing that two parsers could read differently.
    pub(super) fn may_hold_documents(&self, address: &str) -> bool {
        let plain = address
            .bytes()
            .all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\');
        let Some(url) = Url::parse(address)
            .ok()
            .filter(|url| plain && url.as_str() == address)
        else {
            return false;
        };
        let port = url.port().map(|port| format!(":{port}"));
        let host = url.host_str().unwrap_or_default();
        let authority = format!("{host}{}", port.unwrap_or_default());
        let is_listed = self.rules.redirects.hosts.iter().any(|listed| {
            listed.authority == authority && listed.plain_http == (url.scheme() == "http")
        });
        is_listed
            && url.path() != "/"
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    }

    /// The client of a document that says the same of itself as its address does.
    pub(super) async fn document_client(&self, address: &str) -> Option<AgentClient> {
        if !self.may_hold_documents(address) {
            return None;
        }
        let document = self.documents.get(address).await?;
        if document.get("client_id").and_then(Value::as_str) != Some(address) {
            return None;
        }
        let uris = document.get("redirect_uris")?.as_array()?.iter();
        let redirect_uris: Vec<String> = uris
            .take(MOST_REDIRECTS)
            .filter_map(|uri| uri.as_str().map(str::to_owned))
            .filter(|uri| self.rules.redirects.read(uri).is_ok())
            .collect();
        Some(AgentClient {
            id: address.to_owned(),
            name: client_name(&document),
            redirect_uris,
            registration: Registration::Document,
            reads_only: reads_only(&document),
        })
    }
}
