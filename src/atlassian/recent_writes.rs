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
/// How a cursor begins that says what its search was told on the first page.
const TOLD: &str = "told:";

/// What was written lately, by site.
#[derive(Debug)]
pub(super) struct RecentWrites {
    clock: SharedClock,
    sites: Mutex<LruCache<CloudId, VecDeque<(u64, Timestamp)>>>,
}

impl RecentWrites {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            sites: Mutex::new(LruCache::new(MOST_SITES)),
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

    /// What a search of the site is to be told on its first page.
    fn to_be_told(&self, site: &CloudId) -> Vec<u64> {
        let now = self.clock.now();
        let mut sites = lock(&self.sites);
        let Some(written) = sites.get_mut(site) else {
            return Vec::new();
        };
        written.retain(|(_, at)| *at <= now && now.since(*at) < LAG);
        written.iter().map(|(id, _)| *id).collect()
    }

    /// Where a search of the site begins or goes on.
    pub(super) fn place(&self, site: &CloudId, cursor: Option<&str>) -> SearchPlace {
        match cursor {
            Some(cursor) => SearchPlace::read(cursor),
            None => SearchPlace {
                told: self.to_be_told(site),
                token: None,
            },
        }
    }
}

/// Where a search goes on, and what it was told on its first page: Jira wants to be told the same on every page, whichever
/// process asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SearchPlace {
    /// The ids of issues that Jira's index may not know yet as they are.
    pub(super) told: Vec<u64>,
    /// Jira's own token; none for the first page.
    pub(super) token: Option<String>,
}

impl SearchPlace {
    fn read(cursor: &str) -> Self {
        let parts = cursor
            .strip_prefix(TOLD)
            .and_then(|rest| rest.split_once(';'));
        let read = parts.and_then(|(ids, token)| {
            let told: Result<Vec<u64>, _> = ids.split(',').map(str::parse).collect();
            Some((told.ok()?, token))
        });
        let (told, token) = read.unwrap_or((Vec::new(), cursor));
        Self {
            told,
            token: Some(token.to_owned()),
        }
    }

    /// The cursor of the page that Jira's `token` leads to.
    pub(super) fn cursor(&self, token: &str) -> String {
        if self.told.is_empty() {
            return token.to_owned();
        }
        let ids: Vec<String> = self.told.iter().map(u64::to_string).collect();
        format!("{TOLD}{};{token}", ids.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_says_what_its_search_was_told() {
        let place = SearchPlace {
            told: vec![10_007, 9],
            token: None,
        };
        let cursor = place.cursor("CAEaAggB;x");
        assert_eq!(cursor, "told:10007,9;CAEaAggB;x");
        let read = SearchPlace::read(&cursor);
        assert_eq!(read.told, place.told);
        assert_eq!(read.token.as_deref(), Some("CAEaAggB;x"));
    }

    #[test]
    fn a_token_of_jiras_alone_is_one() {
        assert_eq!(SearchPlace::default().cursor("abc"), "abc");
        for token in ["abc", "told:x;abc", "told:"] {
            let read = SearchPlace::read(token);
            assert_eq!((read.told.len(), read.token.as_deref()), (0, Some(token)));
        }
    }
}
