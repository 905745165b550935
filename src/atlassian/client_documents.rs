//! Documents in which clients of agents say who they are: the one call out that does not go to Atlassian. Only hosts
//! that the operator listed are called, with the resolver and the limits of all other calls.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CACHE_CONTROL};
use serde_json::Value;

use super::resolver::PublicResolver;
use super::{ClientError, USER_AGENT};
use crate::model::data_center::ListedHost;
use crate::model::outbound_proxy::OutboundProxy;

/// The whole call, with the connection.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest document.
const LARGEST: usize = 64 * 1024;

/// A document, and for how long its server says that it holds.
#[derive(Debug)]
pub(crate) struct Document {
    /// What it says.
    pub content: Value,
    /// `max-age`; none where the server says nothing.
    pub max_age: Option<Duration>,
}

/// Why there is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoDocument {
    /// Nobody was reached: there may be no way out of this network.
    Unreached,
    /// What came is none.
    Useless,
}

/// Fetches documents of clients.
#[derive(Debug, Clone)]
pub(crate) struct ClientDocuments {
    http: reqwest::Client,
}

impl ClientDocuments {
    /// Only those of `hosts` on this machine may have a private address.
    ///
    /// # Errors
    /// When the TLS configuration cannot be set up.
    pub(crate) fn new(
        hosts: &[ListedHost],
        proxy: Option<&OutboundProxy>,
    ) -> Result<Self, ClientError> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let here = hosts.iter().filter(|host| host.plain_http);
        let mut private: Vec<String> = here
            .filter_map(|host| host.authority.split(':').next().map(str::to_owned))
            .collect();
        private.extend(proxy.and_then(OutboundProxy::host));
        let mut http = reqwest::Client::builder().no_proxy();
        if let Some(proxy) = proxy {
            http = http.proxy(proxy.client_proxy()?);
        }
        let http = http
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .dns_resolver(Arc::new(PublicResolver::new(private)))
            .build()?;
        Ok(Self { http })
    }

    /// Fetches one.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn fetch(&self, address: &str) -> Result<Document, NoDocument> {
        let request = self.http.get(address).header(ACCEPT, "application/json");
        let answer = request.send().await;
        let response = answer.map_err(|_| NoDocument::Unreached)?;
        read(response).await.ok_or(NoDocument::Useless)
    }
}

async fn read(mut response: reqwest::Response) -> Option<Document> {
    if response.status() != 200 {
        return None;
    }
    let cache = response.headers().get(CACHE_CONTROL);
    let max_age = cache.and_then(|value| max_age(value.to_str().ok()?));
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        if bytes.len() + piece.len() > LARGEST {
            return None;
        }
        bytes.extend_from_slice(&piece);
    }
    let content = serde_json::from_slice(&bytes).ok()?;
    Some(Document { content, max_age })
}

fn max_age(value: &str) -> Option<Duration> {
    let mut directives = value.split(',').map(str::trim);
    directives.find_map(|directive| {
        if directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("no-cache")
        {
            return Some(Duration::ZERO);
        }
        let (name, seconds) = directive.split_once('=')?;
        let seconds = seconds.trim().parse().ok()?;
        name.eq_ignore_ascii_case("max-age")
            .then(|| Duration::from_secs(seconds))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_holds_as_long_as_its_server_says() {
        let seconds = |value: &str| max_age(value).map(|age| age.as_secs());
        assert_eq!(seconds("public, max-age=600"), Some(600));
        assert_eq!(seconds("no-store"), Some(0));
        assert_eq!(seconds("private"), None);
        assert_eq!(seconds("max-age=soon"), None);
    }
}
