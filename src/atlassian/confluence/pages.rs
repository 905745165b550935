//! Reading pages.

use serde_json::Value;

use super::Confluence;
use super::list::CursorList;
use super::shape::{page as page_of, summary};
use crate::atlassian::access::Api;
use crate::atlassian::error::{AtlassianError, Explanation};
use crate::atlassian::fetched::{fetched, shaped_page};
use crate::model::content::{ContentId, ContentKind, PageSummary, WikiPage};
use crate::model::hit::{Entry, Fetched};
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
    ) -> Result<Page<Entry<PageSummary>>, AtlassianError> {
        let base = self.base();
        if let Some(data_center) = self.data_center() {
            let found = data_center
                .pages(ContentKind::Page, space, title, page)
                .await?;
            let found = shaped_page("pages", found, |raw| summary(raw, &base, "page"));
            return Ok(found.map(Fetched::into_entry));
        }
        let mut query = vec![("sort", String::from("title"))];
        query.extend(space.map(|id| ("space-id", id.as_str().to_owned())));
        query.extend(title.map(|title| ("title", title.to_owned())));
        self.list(&listing(query), page, |raw| summary(raw, &base, "page"))
            .await
    }

    /// The blog posts of a space with exactly this title, the newest first.
    pub(crate) async fn posts(
        self,
        space: &ContentId,
        title: &str,
        page: &PageRequest,
    ) -> Result<Page<Entry<PageSummary>>, AtlassianError> {
        let base = self.base();
        let kind = ContentKind::BlogPost;
        if let Some(data_center) = self.data_center() {
            let found = data_center
                .pages(kind, Some(space), Some(title), page)
                .await?;
            let found = shaped_page("blog posts", found, |raw| {
                summary(raw, &base, kind.as_str())
            });
            return Ok(found.map(Fetched::into_entry));
        }
        let listing = CursorList {
            name: "blog posts",
            api: Api::Confluence,
            path: &[kind.plural()],
            query: vec![
                ("sort", String::from("-created-date")),
                ("space-id", space.as_str().to_owned()),
                ("title", title.to_owned()),
            ],
        };
        self.list(&listing, page, |raw| summary(raw, &base, kind.as_str()))
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
            return self.page_read(raw, ContentKind::Page);
        }
        if id.attachment().is_some() {
            // No page has such an id, and Confluence refuses it in the address of one.
            return Err(AtlassianError::NotFound(Explanation::default()));
        }
        self.whole(ContentKind::Page, id, false).await
    }

    /// Content that came as an answer.
    pub(super) fn page_read(
        &self,
        raw: Value,
        kind: ContentKind,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        let base = self.base();
        fetched(raw, "a page without an id", |raw| {
            page_of(raw, &base, kind.as_str())
        })
    }
}

fn listing(query: Vec<(&'static str, String)>) -> CursorList<'static> {
    CursorList {
        name: "pages",
        api: Api::Confluence,
        path: &["pages"],
        query,
    }
}
