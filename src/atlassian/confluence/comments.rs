//! Footer comments of pages.

use reqwest::Method;
use serde_json::{Value, json};

use super::Confluence;
use super::list::CursorList;
use super::page_write::written;
use super::shape::comment;
use crate::atlassian::access::Api;
use crate::atlassian::cursor::{of_kind, with_kind};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped_page};
use crate::atlassian::request::Call;
use crate::model::comment::Comment;
use crate::model::content::{ContentId, ContentKind};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;

const NO_COMMENT: &str = "a comment without an id";

impl Confluence<'_> {
    /// The comments below a page or a blog post, oldest first, without the replies to them. At most 250 at once.
    pub(crate) async fn comments(
        self,
        page_id: &ContentId,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let found = data_center.comments(page_id, page).await?;
            return Ok(shaped_page("comments", found, comment));
        }
        let (known, cursor) = of_kind(page.cursor.as_deref());
        let request = PageRequest {
            limit: page.limit,
            cursor,
        };
        let (kind, found) = match known.and_then(ContentKind::of_plural) {
            Some(kind) => (kind, self.comments_of(kind, page_id, &request).await?),
            None => match self.comments_of(ContentKind::Page, page_id, &request).await {
                Err(AtlassianError::NotFound(_)) => {
                    let kind = ContentKind::BlogPost;
                    (kind, self.comments_of(kind, page_id, &request).await?)
                }
                outcome => (ContentKind::Page, outcome?),
            },
        };
        Ok(Page {
            next: found.next.map(|cursor| with_kind(kind.plural(), cursor)),
            ..found
        })
    }

    async fn comments_of(
        &self,
        kind: ContentKind,
        id: &ContentId,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        let path = [kind.plural(), id.as_str(), "footer-comments"];
        let listing = CursorList {
            name: "comments",
            api: Api::Confluence,
            path: &path,
            query: vec![
                ("body-format", String::from("storage")),
                ("sort", String::from("created-date")),
            ],
        };
        self.list_of_values(&listing, page, comment).await
    }

    /// Writes a comment below a page or a blog post. Never sent twice.
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
        // What is not found has not been written below.
        let mut raw = match self.comment_on("pageId", page_id, &sent).await {
            Err(AtlassianError::NotFound(_)) => {
                self.comment_on("blogPostId", page_id, &sent).await?
            }
            outcome => outcome?,
        };
        if raw.pointer("/body/storage/value").is_none() && sent["representation"] == "storage" {
            raw["body"] = json!({ "storage": sent });
        }
        fetched(raw, NO_COMMENT, comment)
    }

    async fn comment_on(
        &self,
        holder: &str,
        id: &ContentId,
        body: &Value,
    ) -> Result<Value, AtlassianError> {
        let call = Call::write(
            "comment create",
            Api::Confluence,
            Method::POST,
            &["footer-comments"],
            Some(json!({ holder: id.as_str(), "body": body })),
        );
        self.site.fetch(call).await
    }
}
