//! Reading pages.

use serde_json::Value;

use super::READ_PAGE;
use super::list::{Listing, shaped_page};
use super::shape::{page as page_of, summary};
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api, Dialect};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, PageSummary, WikiPage};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};

/// The most pages that can be asked for by their ids at once.
const MOST_IDS: usize = 250;

impl Atlassian {
    /// The pages this account may see, by title: of one space, with exactly this title. At most 250
    /// at once.
    pub async fn confluence_pages(
        &self,
        access: &Access,
        space: Option<&ContentId>,
        title: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<Fetched<PageSummary>>, AtlassianError> {
        let base = self.wiki(access);
        if access.dialect() == Dialect::DataCenter {
            let found = self.server_pages(access, space, title, page).await?;
            return Ok(shaped_page("pages", found, |raw| summary(raw, &base)));
        }
        let mut query = vec![("sort", String::from("title"))];
        query.extend(space.map(|id| ("space-id", id.as_str().to_owned())));
        query.extend(title.map(|title| ("title", title.to_owned())));
        self.confluence_list(access, &listing(query), page, |raw| summary(raw, &base))
            .await
    }

    /// The pages with these ids, as many of them as this account may see; with their text if
    /// `with_text`.
    pub(super) async fn confluence_pages_by_id(
        &self,
        access: &Access,
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
            let page = self
                .confluence_list_once(access, &listing(query), limit, None)
                .await?;
            found.extend(page.items);
        }
        Ok(found)
    }

    /// One page with its text and labels.
    pub async fn confluence_page(
        &self,
        access: &Access,
        id: &ContentId,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        if access.dialect() == Dialect::DataCenter {
            let raw = self.server_page(access, id).await?;
            return self.page_read(access, raw);
        }
        let query = [
            ("body-format", String::from("storage")),
            ("include-labels", String::from("true")),
        ];
        let path = ["pages", id.as_str()];
        let call = Call::get("page", Api::Confluence, &path, &query).needing(READ_PAGE);
        let raw: Value = self.fetch(access, call).await?;
        self.page_read(access, raw)
    }

    /// A page that came as an answer.
    pub(super) fn page_read(
        &self,
        access: &Access,
        raw: Value,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        let base = self.wiki(access);
        let value = page_of(&raw, &base).ok_or(AtlassianError::Nonsense("a page without an id"))?;
        Ok(Fetched { value, raw })
    }
}

fn listing(query: Vec<(&'static str, String)>) -> Listing<'static> {
    Listing {
        name: "pages",
        api: Api::Confluence,
        path: &["pages"],
        query,
        needs: READ_PAGE,
    }
}
