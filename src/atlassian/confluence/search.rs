//! The search by CQL, which only v1 has.

use super::SEARCH;
use super::list::{Listing, shaped_page};
use super::shape::hit;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api, Dialect};
use crate::atlassian::error::AtlassianError;
use crate::model::content::ContentMetadata;
use crate::model::hit::{Fetched, SearchHit};
use crate::model::page::{Page, PageRequest};

impl Atlassian {
    /// The content that a CQL query finds, in its order.
    pub async fn confluence_search(
        &self,
        access: &Access,
        cql: &str,
        page: &PageRequest,
    ) -> Result<Page<Fetched<SearchHit<ContentMetadata>>>, AtlassianError> {
        let base = self.wiki(access);
        if access.dialect() == Dialect::DataCenter {
            let found = self.server_search(access, cql, page).await?;
            return Ok(shaped_page("search", found, |raw| hit(raw, &base)));
        }
        let listing = Listing {
            name: "search",
            api: Api::ConfluenceV1,
            path: &["search"],
            query: vec![
                ("cql", cql.to_owned()),
                ("excerpt", String::from("highlight_unescaped")),
            ],
            needs: SEARCH,
        };
        self.confluence_list(access, &listing, page, |raw| hit(raw, &base))
            .await
    }
}
