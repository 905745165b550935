//! Lists of either version of the API: both page by the cursor in `_links.next`. The search of v1 shows
//! a `start` too, which has no effect (grantcarthew/acon#2).

use serde::de::DeserializeOwned;

use super::Confluence;
use crate::atlassian::access::Api;
use crate::atlassian::cursor::{cursor_of, next_filled};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped_page;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
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
    /// The OAuth scopes it needs.
    pub(super) needs: &'static [&'static str],
}

impl Confluence<'_> {
    /// One page of a list, each entry beside what `shape` makes of it. Empty pages are passed over.
    pub(super) async fn list<T, R: DeserializeOwned>(
        &self,
        listing: &CursorList<'_>,
        page: &PageRequest,
        shape: impl Fn(&R) -> Option<T>,
    ) -> Result<Page<Fetched<T, R>>, AtlassianError> {
        let shape = &shape;
        next_filled(page.cursor.clone(), |cursor| async move {
            let found = self.list_once(listing, page.limit, cursor).await?;
            Ok(shaped_page(listing.name, found, shape))
        })
        .await
    }

    /// The entries at a cursor as they came.
    pub(super) async fn list_once<R: DeserializeOwned>(
        &self,
        listing: &CursorList<'_>,
        limit: u32,
        cursor: Option<String>,
    ) -> Result<Page<R>, AtlassianError> {
        let mut query = listing.query.clone();
        query.push(("limit", limit.to_string()));
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let call =
            Call::get(listing.name, listing.api, listing.path, &query).needing(listing.needs);
        let found = self.site.fetch_list(call, "results").await?;
        Ok(Page {
            items: found.entries,
            next: text(&found.rest, "/_links/next").and_then(|link| cursor_of(&link)),
        })
    }
}
