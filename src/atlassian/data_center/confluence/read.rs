//! Reading pages, what lies around them, and comments.

use serde_json::Value;

use super::list::OffsetList;
use super::{COMMENT, INLINE_COMMENT, SUMMARY, WHOLE};
use crate::atlassian::access::Api;
use crate::atlassian::data_center::DataCenterConfluence;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::model::comment::CommentPlace;
use crate::model::content::{ContentId, ContentKind};
use crate::model::page::{Page, PageRequest};

impl DataCenterConfluence<'_> {
    /// One page of the pages or blog posts this account may see: of one space, with exactly this title.
    pub(in crate::atlassian) async fn pages(
        &self,
        kind: ContentKind,
        space: Option<&ContentId>,
        title: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        let mut query = vec![
            ("type", kind.as_str().to_owned()),
            ("expand", SUMMARY.to_owned()),
        ];
        if let Some(id) = space {
            let key = self.space_key(id.as_str()).await?;
            query.push(("spaceKey", key));
        }
        query.extend(title.map(|title| ("title", title.to_owned())));
        let listing = OffsetList {
            name: "pages",
            path: &["content"],
            query,
        };
        self.list(&listing, page).await
    }

    /// One page with its text and labels.
    pub(in crate::atlassian) async fn page(&self, id: &ContentId) -> Result<Value, AtlassianError> {
        let path = ["content", id.as_str()];
        let query = [("expand", WHOLE.to_owned())];
        self.site
            .fetch(Call::get("page", Api::ConfluenceV1, &path, &query))
            .await
    }

    /// The pages directly below one; with their text if `with_text`.
    pub(in crate::atlassian) async fn children(
        &self,
        parent: &ContentId,
        with_text: bool,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        let expand = if with_text { WHOLE } else { SUMMARY };
        let listing = OffsetList {
            name: "children",
            path: &["content", parent.as_str(), "child", "page"],
            query: vec![("expand", expand.to_owned())],
        };
        self.list(&listing, page).await
    }

    /// A page at the version of this number. Its present version is none of those that were.
    pub(in crate::atlassian) async fn page_at(
        &self,
        id: &ContentId,
        number: u32,
    ) -> Result<Value, AtlassianError> {
        let page = self.page(id).await?;
        if page.pointer("/version/number").and_then(Value::as_u64) == Some(u64::from(number)) {
            return Ok(page);
        }
        let path = ["content", id.as_str()];
        let query = [
            ("status", String::from("historical")),
            ("version", number.to_string()),
            ("expand", WHOLE.to_owned()),
        ];
        let mut old: Value = self
            .site
            .fetch(Call::get("page version", Api::ConfluenceV1, &path, &query))
            .await?;
        // Its own id is that of the version.
        match old.as_object_mut() {
            Some(members) if members.contains_key("version") => {
                members.insert(String::from("id"), Value::from(id.as_str()));
                Ok(old)
            }
            _ => Err(AtlassianError::Nonsense(
                "a page version without its number",
            )),
        }
    }

    /// Content without its text: where it lies.
    pub(in crate::atlassian) async fn placed(
        &self,
        id: &ContentId,
    ) -> Result<Value, AtlassianError> {
        let path = ["content", id.as_str()];
        let query = [("expand", SUMMARY.to_owned())];
        self.site
            .fetch(Call::get(
                "place in the tree",
                Api::ConfluenceV1,
                &path,
                &query,
            ))
            .await
    }

    /// The comments of a page in this place, each with those above it; with the replies if `all`.
    pub(in crate::atlassian) async fn comments(
        &self,
        id: &ContentId,
        place: CommentPlace,
        all: bool,
        page: &PageRequest,
    ) -> Result<Page<Value>, AtlassianError> {
        let (expand, location) = match place {
            CommentPlace::Footer => (COMMENT, "footer"),
            CommentPlace::Inline => (INLINE_COMMENT, "inline"),
        };
        let mut listing = OffsetList {
            name: "comments",
            path: &["content", id.as_str(), "child", "comment"],
            query: vec![
                ("expand", expand.to_owned()),
                ("location", location.to_owned()),
            ],
        };
        if all {
            listing.query.push(("depth", String::from("all")));
        }
        self.list(&listing, page).await
    }
}
