//! Spaces, and the search.

use serde_json::Value;

use super::list::OffsetList;
use crate::atlassian::data_center::DataCenterConfluence;
use crate::atlassian::error::{AtlassianError, Explanation};
use crate::atlassian::json::text;
use crate::model::content::SpaceFilter;
use crate::model::page::{Page, PageRequest};

/// How many spaces are looked through at once, and how often, for one that is known by its id.
const MANY: u32 = 500;
/// Ten thousand spaces: the list of an instance that is larger is not read to the end for one name.
const MOST_LOOKS: usize = 20;

impl DataCenterConfluence<'_> {
    /// One page of the spaces this account may see.
    pub(in crate::atlassian) async fn spaces(
        &self,
        filter: &SpaceFilter,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        let keys = filter.keys.iter().map(|key| ("spaceKey", key.clone()));
        let kind = filter.kind.clone().map(|kind| ("type", kind));
        let listing = OffsetList {
            name: "spaces",
            path: &["space"],
            query: keys.chain(kind).collect(),
        };
        let found = self.list(&listing, page).await?;
        for raw in &found.items {
            if let (Some(id), Some(key)) = (text(raw, "/id"), text(raw, "/key")) {
                let keys = &self.site.atlassian.space_keys;
                keys.remember(&self.site.access.site.url, &id, &key);
            }
        }
        Ok(found)
    }

    /// The key of the space with this id. Spaces cannot be asked for by id, so they are gone through
    /// until it is found.
    pub(in crate::atlassian) async fn space_key(&self, id: &str) -> Result<String, AtlassianError> {
        let mut page = PageRequest {
            limit: MANY,
            cursor: None,
        };
        for _ in 0..MOST_LOOKS {
            if let Some(key) = self.known_key(id) {
                return Ok(key);
            }
            let found = self.spaces(&SpaceFilter::default(), &page).await?;
            let here = self.known_key(id);
            match (here, found.next) {
                (Some(key), _) => return Ok(key),
                (None, Some(next)) => page.cursor = Some(next),
                (None, None) => break,
            }
        }
        let why = "there is no such space, or this account may not see it";
        Err(AtlassianError::BadRequest(Explanation {
            messages: vec![],
            fields: vec![(String::from("spaceId"), why.to_owned())],
        }))
    }

    fn known_key(&self, id: &str) -> Option<String> {
        let keys = &self.site.atlassian.space_keys;
        keys.name(&self.site.access.site.url, id)
    }

    /// One page of what a CQL query finds.
    pub(in crate::atlassian) async fn search(
        &self,
        cql: &str,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        let listing = OffsetList {
            name: "search",
            path: &["search"],
            query: vec![
                ("cql", cql.to_owned()),
                // Otherwise it comes in HTML's escapes.
                ("excerpt", String::from("highlight_unescaped")),
            ],
        };
        self.list(&listing, page).await
    }
}
