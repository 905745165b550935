//! Lists with `start` and `limit`.

use serde_json::Value;

use crate::atlassian::access::Api;
use crate::atlassian::cursor::{next_filled, offset};
use crate::atlassian::data_center::DataCenterConfluence;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::request::Call;
use crate::model::page::{Page, PageRequest};

/// Which list is wanted.
#[derive(Debug)]
pub(super) struct OffsetList<'a> {
    /// Its name, for logs.
    pub(super) name: &'static str,
    /// The path below the API's prefix.
    pub(super) path: &'a [&'a str],
    /// Everything of the query but `start` and `limit`.
    pub(super) query: Vec<(&'a str, String)>,
}

impl DataCenterConfluence<'_> {
    /// One page of a list, as it came. Empty pages are passed over: what this account may not see
    /// is left out of pages after they were cut.
    pub(super) async fn list(
        &self,
        listing: &OffsetList<'_>,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        next_filled(page.cursor.clone(), |cursor| async move {
            let request = PageRequest {
                limit: page.limit,
                cursor,
            };
            let start = offset(&request)?;
            let mut query = listing.query.clone();
            query.push(("start", start.to_string()));
            query.push(("limit", page.limit.to_string()));
            let call = Call::get(listing.name, Api::ConfluenceV1, listing.path, &query);
            let mut answer: Value = self.site.fetch(call).await?;
            // The server may have cut the limit, and says so.
            let limit = answer.get("limit").and_then(Value::as_u64);
            let step = limit
                .filter(|limit| *limit > 0)
                .unwrap_or(u64::from(page.limit));
            let more = text(&answer, "/_links/next").is_some();
            Ok(Page {
                items: take_entries(&mut answer, "results")?,
                next: more.then(|| (start + step).to_string()),
            })
        })
        .await
    }
}
