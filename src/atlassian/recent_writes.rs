//! The issues that were made or changed through this process in the last minutes. Jira's searches run behind its
//! writes; issues that are named to them are found as they are
//! (<https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/>).

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use hashlink::LruCache;

use crate::model::clock::SharedClock;
use crate::model::ids::CloudId;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// For how long a search may run behind.
const LAG: Duration = Duration::from_mins(3);
/// As many issues as a search takes.
const MOST_ISSUES: usize = 50;
/// Of how many sites that is kept.
const MOST_SITES: usize = 1000;
/// Of how many searches that go on it is kept what their first page was asked with.
const MOST_SEARCHES: usize = 1000;

/// What was written lately, by site, and what the searches under way were told of it.
#[derive(Debug)]
pub(super) struct RecentWrites {
    clock: SharedClock,
    sites: Mutex<LruCache<CloudId, VecDeque<(u64, Timestamp)>>>,
    /// By the token of the page that comes next.
    searches: Mutex<LruCache<String, Vec<u64>>>,
}

impl RecentWrites {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            sites: Mutex::new(LruCache::new(MOST_SITES)),
            searches: Mutex::new(LruCache::new(MOST_SEARCHES)),
        }
    }

    /// The issue with this id was written just now.
    pub(super) fn note(&self, site: &CloudId, id: &str) {
        let Ok(id) = id.parse::<u64>() else { return };
        let now = self.clock.now();
        let mut sites = lock(&self.sites);
        if !sites.contains_key(site) {
            sites.insert(site.clone(), VecDeque::new());
        }
        let Some(written) = sites.get_mut(site) else {
            return;
        };
        written.retain(|(known, _)| *known != id);
        written.push_back((id, now));
        if written.len() > MOST_ISSUES {
            written.pop_front();
        }
    }

    /// What a search of the site is to be told: on a later page what the first one was told, as Jira wants it.
    pub(super) fn to_be_told(&self, site: &CloudId, token: Option<&str>) -> Vec<u64> {
        if let Some(token) = token {
            let mut searches = lock(&self.searches);
            return searches.get(token).cloned().unwrap_or_default();
        }
        let now = self.clock.now();
        let mut sites = lock(&self.sites);
        let Some(written) = sites.get_mut(site) else {
            return Vec::new();
        };
        written.retain(|(_, at)| *at <= now && now.since(*at) < LAG);
        written.iter().map(|(id, _)| *id).collect()
    }

    /// A search that was told this goes on by that token.
    pub(super) fn goes_on(&self, token: &str, told: Vec<u64>) {
        if !told.is_empty() {
            lock(&self.searches).insert(token.to_owned(), told);
        }
    }
}
