//! Footer comments of pages.

use reqwest::Method;
use serde_json::{Value, json};

use super::list::Listing;
use super::page_write::written;
use super::shape::comment;
use super::{READ_COMMENT, WRITE_COMMENT};
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::Call;
use crate::model::comment::Comment;
use crate::model::content::ContentId;
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;

impl Atlassian {
    /// The comments below a page, oldest first, without the replies to them. At most 250 at once.
    pub async fn confluence_comments(
        &self,
        access: &Access,
        page_id: &ContentId,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        let path = ["pages", page_id.as_str(), "footer-comments"];
        let listing = Listing {
            name: "comments",
            api: Api::Confluence,
            path: &path,
            query: vec![
                ("body-format", String::from("storage")),
                ("sort", String::from("created-date")),
            ],
            needs: READ_COMMENT,
        };
        self.confluence_list(access, &listing, page, comment).await
    }

    /// Writes a comment below a page. Never sent twice.
    pub async fn confluence_add_comment(
        &self,
        access: &Access,
        page_id: &ContentId,
        body: &PageBody,
    ) -> Result<Fetched<Comment>, AtlassianError> {
        let sent = written(body);
        let call = Call::write(
            "comment create",
            Api::Confluence,
            Method::POST,
            &["footer-comments"],
            Some(json!({ "pageId": page_id.as_str(), "body": sent })),
        );
        let mut raw: Value = self.fetch(access, call.needing(WRITE_COMMENT)).await?;
        if raw.pointer("/body/storage/value").is_none() && sent["representation"] == "storage" {
            raw["body"] = json!({ "storage": sent });
        }
        let value = comment(&raw).ok_or(AtlassianError::Nonsense("a comment without an id"))?;
        Ok(Fetched { value, raw })
    }
}
