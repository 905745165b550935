//! Products that fail just now, for a reason that may pass: told beside the connection until the next good answer. In
//! memory, as it is about this moment.

use std::sync::{Arc, Mutex};

use hashlink::LruCache;

use super::Connections;
use crate::model::connection::{Connected, Connection};
use crate::model::ids::CloudId;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// Of how many connections that is kept in memory.
const MOST: usize = 1000;

/// A connection with the login and site of the calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Through {
    connection: String,
    grant: String,
    site: Option<CloudId>,
}

impl Through {
    fn of(connection: &Connection) -> Self {
        Self {
            connection: connection.id.clone(),
            grant: connection.grant_id.clone(),
            site: connection.site.as_ref().map(|site| site.cloud_id.clone()),
        }
    }
}

/// What failed last, and since when.
#[derive(Debug, Clone)]
struct Failure {
    words: String,
    since: Timestamp,
}

/// The connections whose last call failed.
#[derive(Debug, Clone)]
pub(super) struct Failing(Arc<Mutex<LruCache<Through, Failure>>>);

impl Default for Failing {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(MOST))))
    }
}

impl Failing {
    /// Keeps the words of a failure; whether the connection looks otherwise from now on.
    fn note(&self, connection: &Connection, words: String, now: Timestamp) -> bool {
        let mut failing = lock(&self.0);
        let key = Through::of(connection);
        let since = failing.get(&key).map(|failure| failure.since);
        let failure = Failure {
            words,
            since: since.unwrap_or(now),
        };
        failing.insert(key, failure);
        since.is_none()
    }

    fn forget(&self, connection: &Connection) -> bool {
        let mut failing = lock(&self.0);
        !failing.is_empty() && failing.remove(&Through::of(connection)).is_some()
    }

    /// What is told of a product that fails just now.
    pub(super) fn told(&self, product: Product, connected: &Connected) -> Option<String> {
        let mut failing = lock(&self.0);
        let failure = failing.get(&Through::of(&connected.connection))?;
        Some(format!(
            "{} fails since {}: {}; this goes away with the next good answer",
            product.title(),
            failure.since.rfc3339(),
            failure.words
        ))
    }
}

impl Connections {
    /// Notes that the last call through a connection failed with these words, or that none did.
    pub(super) fn note_failing(
        &self,
        scope: &Scope,
        connection: &Connection,
        words: Option<String>,
    ) {
        let is_news = match words {
            Some(words) => self.failing.note(connection, words, self.clock.now()),
            None => self.failing.forget(connection),
        };
        if is_news {
            self.grants.history().looks_otherwise(scope);
        }
    }
}
