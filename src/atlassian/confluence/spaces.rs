//! Spaces.

use super::Confluence;
use super::list::CursorList;
use super::shape::space;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped_page;
use crate::atlassian::json::text;
use crate::model::content::{ContentId, Space, SpaceFilter};
use crate::model::hit::{Entry, Fetched};
use crate::model::page::{Page, PageRequest};

impl Confluence<'_> {
    /// The spaces this account may see, by key. At most 250 at once.
    pub(crate) async fn spaces(
        self,
        filter: &SpaceFilter,
        page: &PageRequest,
    ) -> Result<Page<Entry<Space>>, AtlassianError> {
        let base = self.base();
        if let Some(data_center) = self.data_center() {
            let found = data_center.spaces(filter, page).await?;
            let found = shaped_page("spaces", found, |raw| space(raw, &base));
            return Ok(found.map(Fetched::into_entry));
        }
        let mut query = vec![("sort", String::from("key"))];
        if !filter.keys.is_empty() {
            query.push(("keys", filter.keys.join(",")));
        }
        query.extend(filter.kind.clone().map(|kind| ("type", kind)));
        let listing = listing(query);
        self.list(&listing, page, |raw| space(raw, &base)).await
    }

    /// The id of the space with this key; none when there is none that this account may see.
    pub(crate) async fn space_id(self, key: &str) -> Result<Option<ContentId>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.space_id(key).await;
        }
        let listing = listing(vec![("keys", key.to_owned())]);
        let found = self.list_once(&listing, 1, None).await?;
        let id = found.items.first().and_then(|raw| text(raw, "/id"));
        Ok(id.and_then(|id| ContentId::parse(&id).ok()))
    }

    /// The key of the space with this id; none when there is none that this account may see.
    pub(crate) async fn space_key(self, id: &ContentId) -> Result<Option<String>, AtlassianError> {
        let Some(data_center) = self.data_center() else {
            return Ok(self.key_of_space(id.as_str()).await);
        };
        match data_center.space_key(id.as_str()).await {
            Ok(key) => Ok(Some(key)),
            Err(AtlassianError::BadRequest(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn listing(query: Vec<(&'static str, String)>) -> CursorList<'static> {
    CursorList {
        name: "spaces",
        api: Api::Confluence,
        path: &["spaces"],
        query,
    }
}
