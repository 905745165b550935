//! Lists of either version of the API: both page by the cursor in `_links.next`. The search of v1 shows
//! a `start` too, which has no effect (grantcarthew/acon#2).

use serde_json::Value;

use super::Confluence;
use crate::atlassian::access::Api;
use crate::atlassian::cursor::{cursor_of, next_filled};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{entries_of, shaped_page};
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::atlassian::shaped_list::Unread;
use crate::model::hit::{Entry, Fetched};
use crate::model::page::{Page, PageRequest};

/// Which list is wanted.
#[derive(Debug)]
pub(super) struct CursorList<'a> {
    /// Its name, for logs.
    pub(super) name: &'static str,
    /// Which API has it.
    pub(super) api: Api,
    /// The path below the API's prefix.
    pub(super) path: &'a [&'a str],
    /// Everything of the query but `limit` and `cursor`.
    pub(super) query: Vec<(&'a str, String)>,
}

impl Confluence<'_> {
    /// One page of a list, each entry beside what `shape` makes of it. Empty pages are passed over.
    pub(super) async fn list<T>(
        &self,
        listing: &CursorList<'_>,
        page: &PageRequest,
        shape: impl Fn(&Unread<'_>) -> Option<T>,
    ) -> Result<Page<Entry<T>>, AtlassianError> {
        let shape = &shape;
        next_filled(page.cursor.clone(), |cursor| async move {
            let query = listing.query_of(page.limit, cursor);
            let call = listing.call(&query);
            let found = self.site.fetch_shaped(call, "results", shape).await?;
            let next = next_cursor(&found.rest);
            let items = entries_of(listing.name, found);
            Ok(Page { items, next })
        })
        .await
    }

    /// The same where Atlassian's own JSON is looked into further.
    pub(super) async fn list_of_values<T>(
        &self,
        listing: &CursorList<'_>,
        page: &PageRequest,
        shape: impl Fn(&Value) -> Option<T>,
    ) -> Result<Page<Fetched<T>>, AtlassianError> {
        let shape = &shape;
        next_filled(page.cursor.clone(), |cursor| async move {
            let found = self.list_once(listing, page.limit, cursor).await?;
            Ok(shaped_page(listing.name, found, shape))
        })
        .await
    }

    /// The entries at a cursor as they came.
    pub(super) async fn list_once(
        &self,
        listing: &CursorList<'_>,
        limit: u32,
        cursor: Option<String>,
    ) -> Result<Page<Value>, AtlassianError> {
        let query = listing.query_of(limit, cursor);
        let found = self
            .site
            .fetch_list(listing.call(&query), "results")
            .await?;
        Ok(Page {
            items: found.entries,
            next: next_cursor(&found.rest),
        })
    }
}

impl<'a> CursorList<'a> {
    fn query_of(&self, limit: u32, cursor: Option<String>) -> Vec<(&'a str, String)> {
        let mut query = self.query.clone();
        query.push(("limit", limit.to_string()));
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        query
    }

    fn call<'b>(&'b self, query: &'b [(&'b str, String)]) -> Call<'b> {
        Call::get(self.name, self.api, self.path, query)
    }
}

fn next_cursor(rest: &Value) -> Option<String> {
    text(rest, "/_links/next").and_then(|link| cursor_of(&link))
}
