//! How many entries of a list Confluence gives in time. Where pages are long and many, 250 of them take longer than its
//! gateway waits; then half is asked for, by whoever asks next.

use std::sync::Mutex;
use std::time::Duration;

use hashlink::LruCache;
use url::Url;

use super::access::Api;
use super::error::AtlassianError;
use super::request::Call;
use crate::model::clock::SharedClock;
use crate::model::ids::CloudId;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// A page of so many entries is given in time everywhere, or the size was not the reason.
const SMALLEST: u32 = 25;
/// For how long a site is asked for small pages. Then a large one is tried again.
const REMEMBERED: Duration = Duration::from_hours(1);
/// Of how many sites that is kept.
const MOST_SITES: usize = 1000;

/// The largest pages that sites gave in time, where they did not give larger ones.
#[derive(Debug)]
pub(super) struct PageSizes {
    clock: SharedClock,
    sites: Mutex<LruCache<CloudId, (u32, Timestamp)>>,
}

impl PageSizes {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            sites: Mutex::new(LruCache::new(MOST_SITES)),
        }
    }

    /// The most entries that a site is asked for at once.
    pub(super) fn of(&self, site: &CloudId) -> u32 {
        let now = self.clock.now();
        let mut sites = lock(&self.sites);
        let known = sites.get(site).copied();
        let known = known.filter(|(_, at)| *at <= now && now.since(*at) < REMEMBERED);
        known.map_or(u32::MAX, |(size, _)| size)
    }

    /// A page of this size did not come in time: the size to ask for now; none where it was not the reason.
    fn too_slow(&self, site: &CloudId, at_once: u32) -> Option<u32> {
        let smaller = (at_once / 2).max(SMALLEST);
        if smaller >= at_once {
            return None;
        }
        let smaller = smaller.min(self.of(site));
        lock(&self.sites).insert(site.clone(), (smaller, self.clock.now()));
        Some(smaller)
    }
}

/// The address of a call, which asks for fewer entries where the site does not give as many in time.
#[derive(Debug)]
pub(super) struct AskedPage<'a> {
    sizes: &'a PageSizes,
    site: &'a CloudId,
    url: Url,
    /// How many entries it asks for; none where it is no list of Confluence's.
    at_once: Option<u32>,
}

impl<'a> AskedPage<'a> {
    pub(super) fn new(
        sizes: &'a PageSizes,
        site: &'a CloudId,
        call: &Call<'_>,
        mut url: Url,
    ) -> Self {
        let is_list = call.idempotent && matches!(call.api, Api::Confluence | Api::ConfluenceV1);
        let limit = call.query.iter().find(|(name, _)| *name == "limit");
        let asked = limit.filter(|_| is_list);
        let asked: Option<u32> = asked.and_then(|(_, limit)| limit.parse().ok());
        let at_once = asked.map(|asked| asked.min(sizes.of(site)));
        if at_once != asked
            && let Some(at_once) = at_once
        {
            ask_for(&mut url, at_once);
        }
        Self {
            sizes,
            site,
            url,
            at_once,
        }
    }

    /// The address to ask now.
    pub(super) fn url(&self) -> Url {
        self.url.clone()
    }

    /// What came of it may tell that less is to be asked for.
    pub(super) fn failed(&mut self, error: &AtlassianError) {
        let is_too_slow = matches!(
            error,
            AtlassianError::Timeout | AtlassianError::Failed { status: 504, .. }
        );
        if let Some(at_once) = self.at_once.filter(|_| is_too_slow)
            && let Some(smaller) = self.sizes.too_slow(self.site, at_once)
        {
            ask_for(&mut self.url, smaller);
            self.at_once = Some(smaller);
        }
    }
}

/// Puts another `limit` into an address.
fn ask_for(url: &mut Url, at_once: u32) {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| match &*name {
            "limit" => (name.into_owned(), at_once.to_string()),
            _ => (name.into_owned(), value.into_owned()),
        })
        .collect();
    url.query_pairs_mut().clear().extend_pairs(pairs);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlassian::error::Explanation;
    use crate::model::clock::SystemClock;
    use std::sync::Arc;

    #[test]
    fn half_is_asked_for_until_it_is_not_the_reason() {
        let sizes = PageSizes::new(Arc::new(SystemClock));
        let site = CloudId::parse("1324a887-45db-1bf4-1e99-ef0ff456d421").unwrap();
        let url = Url::parse("https://api.atlassian.com/x?sort=id&limit=250&cursor=a%3Db").unwrap();
        let query = [("limit", String::from("250"))];
        let call = Call::get("spaces", Api::Confluence, &["spaces"], &query);
        let mut asked = AskedPage::new(&sizes, &site, &call, url.clone());
        let slow = AtlassianError::Failed {
            status: 504,
            retry_after: None,
            explanation: Explanation::default(),
        };
        let mut limits = Vec::new();
        for _ in 0..5 {
            asked.failed(&slow);
            limits.push(asked.at_once);
        }
        assert_eq!(limits, [125, 62, 31, 25, 25].map(Some));
        assert_eq!(asked.url().query(), Some("sort=id&limit=25&cursor=a%3Db"));
        let next = AskedPage::new(&sizes, &site, &call, url);
        assert_eq!(next.at_once, Some(25));
    }
}
