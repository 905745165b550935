//! The search by CQL, which only v1 has.

use super::Confluence;
use super::list::CursorList;
use super::shape::hit;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped_page;
use crate::model::content::ContentMetadata;
use crate::model::hit::{Entry, Fetched, SearchHit};
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;

impl Confluence<'_> {
    /// The content that a CQL query finds, in its order.
    pub(crate) async fn search(
        self,
        cql: &str,
        page: &PageRequest,
    ) -> Result<Page<Entry<SearchHit<ContentMetadata>>>, AtlassianError> {
        let base = self.base();
        let cql = &self
            .site
            .on_the_accounts_clock(Product::Confluence, cql)
            .await;
        if let Some(data_center) = self.data_center() {
            let found = data_center.search(cql, page).await?;
            let found = shaped_page("search", found, |raw| hit(raw, &base));
            return Ok(found.map(Fetched::into_entry));
        }
        let listing = CursorList {
            name: "search",
            api: Api::ConfluenceV1,
            path: &["search"],
            query: vec![
                ("cql", cql.to_owned()),
                ("excerpt", String::from("highlight_unescaped")),
            ],
        };
        self.list(&listing, page, |raw| hit(raw, &base)).await
    }
}
