//! What things are called by their ids: Data Center takes the keys of spaces only, and names people by keys of theirs.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::work::locked::lock;

/// The most names that are remembered.
const MOST: usize = 10_000;

/// What was seen of one kind of thing so far. Only a saving: what is not here is asked for, and what a caller
/// may not see Confluence refuses anyway.
#[derive(Debug, Default)]
pub(in crate::atlassian) struct ByIds(Mutex<HashMap<(String, String), String>>);

impl ByIds {
    pub(super) fn remember(&self, base_url: &str, id: &str, name: &str) {
        let mut known = lock(&self.0);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((base_url.to_owned(), id.to_owned()), name.to_owned());
    }

    pub(super) fn name(&self, base_url: &str, id: &str) -> Option<String> {
        let known = lock(&self.0);
        known.get(&(base_url.to_owned(), id.to_owned())).cloned()
    }
}
