//! Spaces.

use super::READ_SPACE;
use super::list::{Listing, shaped_page};
use super::shape::space;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api, Dialect};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::model::content::{ContentId, Space, SpaceFilter};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};

impl Atlassian {
    /// The spaces this account may see, by key. At most 250 at once.
    pub async fn confluence_spaces(
        &self,
        access: &Access,
        filter: &SpaceFilter,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Space>>, AtlassianError> {
        let base = self.wiki(access);
        if access.dialect() == Dialect::DataCenter {
            let found = self.server_spaces(access, filter, page).await?;
            return Ok(shaped_page("spaces", found, |raw| space(raw, &base)));
        }
        let mut query = vec![("sort", String::from("key"))];
        if !filter.keys.is_empty() {
            query.push(("keys", filter.keys.join(",")));
        }
        query.extend(filter.kind.clone().map(|kind| ("type", kind)));
        let listing = listing(query);
        self.confluence_list(access, &listing, page, |raw| space(raw, &base))
            .await
    }

    /// The id of the space with this key; none when there is none that this account may see.
    pub async fn confluence_space_id(
        &self,
        access: &Access,
        key: &str,
    ) -> Result<Option<ContentId>, AtlassianError> {
        if access.dialect() == Dialect::DataCenter {
            return self.server_space_id(access, key).await;
        }
        let listing = listing(vec![("keys", key.to_owned())]);
        let found = self.confluence_list_once(access, &listing, 1, None).await?;
        let id = found.items.first().and_then(|raw| text(raw, "/id"));
        Ok(id.and_then(|id| ContentId::parse(&id).ok()))
    }
}

fn listing(query: Vec<(&'static str, String)>) -> Listing<'static> {
    Listing {
        name: "spaces",
        api: Api::Confluence,
        path: &["spaces"],
        query,
        needs: READ_SPACE,
    }
}
