//! Footer comments of pages.

use reqwest::Method;
use serde_json::{Value, json};

use super::list::CursorList;
use super::page_write::written;
use super::shape::comment;
use super::{Confluence, READ_COMMENT, WRITE_COMMENT};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped_page};
use crate::atlassian::request::Call;
use crate::model::comment::Comment;
use crate::model::content::ContentId;
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;

const NO_COMMENT: &str = "a comment without an id";

impl Confluence<'_> {
    /// The comments below a page, oldest first, without the replies to them. At most 250 at once.
    pub(crate) async fn comments(
        self,
        page_id: &ContentId,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let found = data_center.comments(page_id, page).await?;
            return Ok(shaped_page("comments", found, comment));
        }
        let path = ["pages", page_id.as_str(), "footer-comments"];
        let listing = CursorList {
            name: "comments",
            api: Api::Confluence,
            path: &path,
            query: vec![
                ("body-format", String::from("storage")),
                ("sort", String::from("created-date")),
            ],
            needs: READ_COMMENT,
        };
        self.list(&listing, page, comment).await
    }

    /// Writes a comment below a page. Never sent twice.
    pub(crate) async fn add_comment(
        self,
        page_id: &ContentId,
        body: &PageBody,
    ) -> Result<Fetched<Comment>, AtlassianError> {
        let sent = written("body", body)?;
        if let Some(data_center) = self.data_center() {
            let raw = data_center.add_comment(page_id, &sent).await?;
            return fetched(raw, NO_COMMENT, comment);
        }
        let call = Call::write(
            "comment create",
            Api::Confluence,
            Method::POST,
            &["footer-comments"],
            Some(json!({ "pageId": page_id.as_str(), "body": sent })),
        );
        let mut raw: Value = self.site.fetch(call.needing(WRITE_COMMENT)).await?;
        if raw.pointer("/body/storage/value").is_none() && sent["representation"] == "storage" {
            raw["body"] = json!({ "storage": sent });
        }
        fetched(raw, NO_COMMENT, comment)
    }
}
