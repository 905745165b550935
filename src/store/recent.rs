//! What was read a moment ago is good once more: while this process has written nothing since, and for a quarter of a
//! second, in which others may have.

use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hashlink::LruCache;

use super::error::StoreError;
use super::sessions::Session;
use crate::model::api_key::ApiKey;
use crate::model::connection::Connected;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::work::locked::lock;

/// How long what another process has written may stay unseen.
const LONGEST: Duration = Duration::from_millis(250);
/// Of how many callers each kind is kept.
const MOST: usize = 1000;

/// How often this process has written, whatever it was: nobody has to remember which write changes what.
#[derive(Debug, Default)]
pub(super) struct Writes(AtomicU64);

impl Writes {
    /// A write ends, successful or not. Whoever asked for it has no answer yet.
    pub(super) fn note(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    fn until_now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// What a call looks up: who calls, and through which connection.
#[derive(Debug, Default)]
pub(super) struct Recently {
    pub(super) writes: Writes,
    /// By the hash of the session's token.
    pub(super) sessions: Recent<String, Arc<Session>>,
    /// By the hash of the key.
    pub(super) keys: Recent<String, ApiKey>,
    pub(super) connections: Recent<(Scope, Product), Connected>,
}

/// Waits until every process has seen what was written before. So who is told that something has ended can count on it,
/// whichever process they ask next.
pub(crate) async fn seen_by_all() {
    tokio::time::sleep(LONGEST).await;
}

/// What was read, by what it was asked for with.
pub(super) struct Recent<K: Hash + Eq, V> {
    kept: Mutex<LruCache<K, Kept<V>>>,
}

struct Kept<V> {
    value: V,
    /// Before it was read: a write in between makes it old.
    writes: u64,
    begun: Instant,
}

impl<K: Hash + Eq, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self {
            kept: Mutex::new(LruCache::new(MOST)),
        }
    }
}

impl<K: Hash + Eq, V> fmt::Debug for Recent<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Recent")
    }
}

impl<K: Hash + Eq, V: Clone> Recent<K, V> {
    /// What was found for `key` a moment ago, or what `read` finds now. That nothing was found is not kept.
    ///
    /// # Errors
    /// Those of `read`.
    pub(super) async fn or_read(
        &self,
        writes: &Writes,
        key: K,
        read: impl AsyncFnOnce(&K) -> Result<Option<V>, StoreError>,
    ) -> Result<Option<V>, StoreError> {
        let (begun, before) = (Instant::now(), writes.until_now());
        if let Some(value) = self.at(&key, begun, before) {
            return Ok(Some(value));
        }
        let found = Box::pin(read(&key)).await?;
        if let Some(value) = &found {
            let kept = Kept {
                value: value.clone(),
                writes: before,
                begun,
            };
            lock(&self.kept).insert(key, kept);
        }
        Ok(found)
    }

    fn at(&self, key: &K, now: Instant, writes: u64) -> Option<V> {
        let mut all = lock(&self.kept);
        let kept = all.get(key)?;
        if kept.writes == writes && now.saturating_duration_since(kept.begun) < LONGEST {
            return Some(kept.value.clone());
        }
        all.remove(key);
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// Counts how often it is read.
    #[derive(Default)]
    struct Row {
        recent: Recent<String, usize>,
        writes: Writes,
        reads: AtomicUsize,
    }

    impl Row {
        async fn get(&self) -> usize {
            let read = async |_: &String| Ok(Some(self.reads.fetch_add(1, Ordering::Relaxed) + 1));
            let key = String::from("key");
            let found = self.recent.or_read(&self.writes, key, read).await;
            found.unwrap().unwrap()
        }
    }

    #[tokio::test]
    async fn it_is_read_once_until_something_is_written() {
        let row = Row::default();
        assert_eq!((row.get().await, row.get().await), (1, 1));
        row.writes.note();
        assert_eq!((row.get().await, row.get().await), (2, 2));
    }

    #[tokio::test]
    async fn what_is_written_while_it_is_read_makes_it_old() {
        let row = Row::default();
        let read = async |_: &String| {
            row.writes.note();
            Ok(Some(0))
        };
        let key = String::from("key");
        let found = row.recent.or_read(&row.writes, key, read).await;
        assert_eq!(found.unwrap(), Some(0));
        assert_eq!(row.get().await, 1);
    }

    #[tokio::test]
    async fn it_does_not_last_and_nothing_and_failures_are_not_kept() {
        let row = Row::default();
        assert_eq!(row.get().await, 1);
        let later = Instant::now() + LONGEST;
        assert_eq!(row.recent.at(&String::from("key"), later, 0), None);
        assert_eq!(row.get().await, 2);
        let other = || String::from("other");
        let nothing = async |_: &String| Ok(None);
        let found = row.recent.or_read(&row.writes, other(), nothing).await;
        assert_eq!(found.unwrap(), None);
        let failing = async |_: &String| Err(StoreError::InUse);
        let found = row.recent.or_read(&row.writes, other(), failing).await;
        assert!(found.is_err());
        assert_eq!(lock(&row.recent.kept).len(), 1);
    }
}
