//! The keys of spaces by their ids: Data Center takes keys only, and has no way to ask for one.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::work::locked::lock;

/// The most keys that are remembered.
const MOST: usize = 10_000;

/// What was seen of spaces so far. Only a saving: what is not here is asked for, and what a caller
/// may not see Confluence refuses anyway.
#[derive(Debug, Default)]
pub(in crate::atlassian) struct SpaceKeys(Mutex<HashMap<(String, String), String>>);

impl SpaceKeys {
    pub(super) fn remember(&self, base_url: &str, id: &str, key: &str) {
        let mut known = lock(&self.0);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((base_url.to_owned(), id.to_owned()), key.to_owned());
    }

    pub(super) fn key(&self, base_url: &str, id: &str) -> Option<String> {
        let known = lock(&self.0);
        known.get(&(base_url.to_owned(), id.to_owned())).cloned()
    }
}
