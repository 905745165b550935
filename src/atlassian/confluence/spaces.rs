//! Spaces.

use serde_json::Value;

use super::Confluence;
use super::list::CursorList;
use super::shape::space;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped_page;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, Space, SpaceFilter};
use crate::model::hit::{Entry, Fetched};
use crate::model::page::{Page, PageRequest};

/// How many spaces one key may find: one for each spelling of it.
pub(crate) const SPELLINGS: u32 = 3;

impl Confluence<'_> {
    /// The spaces this account may see, by key. At most 250 at once.
    pub(crate) async fn spaces(
        self,
        filter: &SpaceFilter,
        page: &PageRequest,
    ) -> Result<Page<Entry<Space>>, AtlassianError> {
        let base = self.base();
        let wanted = &filter.keys;
        let filter = &SpaceFilter {
            keys: spellings(wanted),
            kind: filter.kind.clone(),
        };
        let mut found = if let Some(data_center) = self.data_center() {
            let found = data_center.spaces(filter, page).await?;
            let found = shaped_page("spaces", found, |raw| space(raw, &base));
            found.map(Fetched::into_entry)
        } else {
            let mut query = vec![("sort", String::from("key"))];
            if !filter.keys.is_empty() {
                query.push(("keys", filter.keys.join(",")));
            }
            query.extend(filter.kind.clone().map(|kind| ("type", kind)));
            let listing = listing(query);
            self.list(&listing, page, |raw| space(raw, &base)).await?
        };
        if !wanted.is_empty() {
            let keys: Vec<String> = found
                .items
                .iter()
                .map(|one| one.value.key.clone())
                .collect();
            found
                .items
                .retain(|one| is_meant(&one.value.key, wanted, &keys));
        }
        Ok(found)
    }

    /// The id of the space with this key; none when there is none that this account may see.
    pub(crate) async fn space_id(self, key: &str) -> Result<Option<ContentId>, AtlassianError> {
        let filter = SpaceFilter {
            keys: vec![key.to_owned()],
            kind: None,
        };
        let first = PageRequest {
            limit: SPELLINGS,
            cursor: None,
        };
        let found = self.spaces(&filter, &first).await?;
        let id = found.items.first().map(|space| space.value.id.clone());
        Ok(id.and_then(|id| ContentId::parse(&id).ok()))
    }

    /// The key of the space with this id; none when there is none that this account may see.
    pub(crate) async fn space_key(self, id: &ContentId) -> Result<Option<String>, AtlassianError> {
        let Some(data_center) = self.data_center() else {
            let path = ["spaces", id.as_str()];
            let call = Call::get("space by id", Api::Confluence, &path, &[]);
            return match self.site.fetch::<Value>(call).await {
                Ok(space) => Ok(text(&space, "/key")),
                Err(AtlassianError::NotFound(_) | AtlassianError::BadRequest(_)) => Ok(None),
                Err(error) => Err(error),
            };
        };
        match data_center.space_key(id.as_str()).await {
            Ok(key) => Ok(Some(key)),
            Err(AtlassianError::BadRequest(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The spellings of keys that are looked for: a person writes `eng`, and Confluence minds that it is `ENG`. Keys may
/// have small letters, too.
fn spellings(keys: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for key in keys {
        for spelling in [key.clone(), key.to_uppercase(), key.to_lowercase()] {
            if !found.contains(&spelling) {
                found.push(spelling);
            }
        }
    }
    found
}

/// Whether the space with this key is wanted among all that were `found`: one that is called exactly so goes before one in
/// other letters.
fn is_meant(key: &str, wanted: &[String], found: &[String]) -> bool {
    wanted.iter().any(|wanted| {
        key == wanted || (key.to_lowercase() == wanted.to_lowercase() && !found.contains(wanted))
    })
}

fn listing(query: Vec<(&'static str, String)>) -> CursorList<'static> {
    CursorList {
        name: "spaces",
        api: Api::Confluence,
        path: &["spaces"],
        query,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_looked_for_in_every_case_and_taken_as_it_was_written_where_it_is_there() {
        let keys =
            |keys: &[&str]| -> Vec<String> { keys.iter().map(ToString::to_string).collect() };
        assert_eq!(
            spellings(&keys(&["Eng", "OPS"])),
            keys(&["Eng", "ENG", "eng", "OPS", "ops"])
        );
        let wanted = keys(&["eng"]);
        assert!(is_meant("ENG", &wanted, &keys(&["ENG"])));
        assert!(!is_meant("ENG", &wanted, &keys(&["ENG", "eng"])));
        assert!(is_meant("eng", &wanted, &keys(&["ENG", "eng"])));
        assert!(!is_meant("OPS", &wanted, &keys(&["OPS"])));
    }
}
