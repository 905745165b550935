//! Clients that are known by a document at the address which is their id, on hosts that the operator lists
//! (OAuth Client ID Metadata Document).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hashlink::LruCache;
use serde_json::Value;
use url::Url;

use super::Agents;
use super::clients::{client_name, reads_only};
use crate::atlassian::client_documents::{ClientDocuments, NoDocument};
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

/// For so long after nobody was reached, clients are not told that they may be known by a document: they register themselves.
const UNREACHED_FOR: Duration = Duration::from_mins(10);

/// Documents, fetched or still good.
#[derive(Debug, Clone)]
pub(super) struct KnownDocuments {
    source: ClientDocuments,
    clock: SharedClock,
    kept: Arc<Mutex<LruCache<String, (Value, Timestamp)>>>,
    /// Until when their hosts count as out of reach.
    unreached_until: Arc<Mutex<Option<Timestamp>>>,
}

impl KnownDocuments {
    pub(super) fn new(source: ClientDocuments, clock: SharedClock) -> Self {
        let kept = Arc::new(Mutex::new(LruCache::new(MOST_KEPT)));
        Self {
            source,
            clock,
            kept,
            unreached_until: Arc::default(),
        }
    }

    /// Whether their hosts can be reached from here, as far as is known.
    pub(super) fn are_in_reach(&self) -> bool {
        let until = *lock(&self.unreached_until);
        until.is_none_or(|until| until <= self.clock.now())
    }

    async fn get(&self, address: &str) -> Option<Value> {
        let now = self.clock.now();
        let kept = lock(&self.kept).get(address).cloned();
        if let Some((content, _)) = kept.filter(|(_, until)| now < *until) {
            return Some(content);
        }
        let fetched = self.source.fetch(address).await;
        self.note_reach(
            address,
            fetched.as_ref().err() != Some(&NoDocument::Unreached),
        );
        let document = fetched.ok()?;
        let age = document.max_age.unwrap_or(USUAL_AGE);
        let until = now.plus(age.clamp(SHORTEST_AGE, LONGEST_AGE));
        let content = document.content;
        lock(&self.kept).insert(address.to_owned(), (content.clone(), until));
        Some(content)
    }

    /// The log is told once for each time that nobody is reached.
    fn note_reach(&self, address: &str, is_reached: bool) {
        if is_reached {
            *lock(&self.unreached_until) = None;
            return;
        }
        if self.are_in_reach() {
            let url = Url::parse(address).ok();
            let host = url.as_ref().and_then(Url::host_str);
            tracing::warn!(
                host,
                "the document of an agent's program cannot be fetched from here; for ten minutes programs are asked to register themselves instead, and MCP_CLIENT_HOSTS=off makes that lasting"
            );
        }
        let until = self.clock.now().plus(UNREACHED_FOR);
        *lock(&self.unreached_until) = Some(until);
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
