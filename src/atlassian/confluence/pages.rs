//! Reading pages.

use serde_json::Value;

use super::list::CursorList;
use super::shape::{page as page_of, summary};
use super::{Confluence, READ_PAGE};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped_page};
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, PageSummary, WikiPage};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};

/// The most pages that can be asked for by their ids at once.
const MOST_IDS: usize = 250;

impl Confluence<'_> {
    /// The pages this account may see, by title: of one space, with exactly this title. At most 250
    /// at once.
    pub(crate) async fn pages(
        self,
        space: Option<&ContentId>,
        title: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<Fetched<PageSummary>>, AtlassianError> {
        let base = self.base();
        if let Some(data_center) = self.data_center() {
            let found = data_center.pages(space, title, page).await?;
            return Ok(shaped_page("pages", found, |raw| summary(raw, &base)));
        }
        let mut query = vec![("sort", String::from("title"))];
        query.extend(space.map(|id| ("space-id", id.as_str().to_owned())));
        query.extend(title.map(|title| ("title", title.to_owned())));
        self.list(&listing(query), page, |raw| summary(raw, &base))
            .await
    }

    /// The pages with these ids, as many of them as this account may see; with their text if
    /// `with_text`.
    pub(super) async fn pages_by_id(
        &self,
        ids: &[String],
        with_text: bool,
    ) -> Result<Vec<Value>, AtlassianError> {
        let mut found = Vec::new();
        for some in ids.chunks(MOST_IDS) {
            let mut query = vec![("id", some.join(","))];
            if with_text {
                query.push(("body-format", String::from("storage")));
            }
            let limit = u32::try_from(MOST_IDS).unwrap_or(u32::MAX);
            let page = self.list_once(&listing(query), limit, None).await?;
            found.extend(page.items);
        }
        Ok(found)
    }

    /// One page with its text and labels.
    pub(crate) async fn page(self, id: &ContentId) -> Result<Fetched<WikiPage>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let raw = data_center.page(id).await?;
            return self.page_read(raw);
        }
        let query = [
            ("body-format", String::from("storage")),
            ("include-labels", String::from("true")),
        ];
        let path = ["pages", id.as_str()];
        let call = Call::get("page", Api::Confluence, &path, &query).needing(READ_PAGE);
        let raw: Value = self.site.fetch(call).await?;
        self.page_read(raw)
    }

    /// A page that came as an answer.
    pub(super) fn page_read(&self, raw: Value) -> Result<Fetched<WikiPage>, AtlassianError> {
        let base = self.base();
        fetched(raw, "a page without an id", |raw| page_of(raw, &base))
    }
}

fn listing(query: Vec<(&'static str, String)>) -> CursorList<'static> {
    CursorList {
        name: "pages",
        api: Api::Confluence,
        path: &["pages"],
        query,
        needs: READ_PAGE,
    }
}
