//! Comments of pages: below them, at words of their text, and replies.

use atlassian_document::remark;
use reqwest::Method;
use serde_json::{Value, json};

use super::Confluence;
use super::list::CursorList;
use super::page_or_post::of_page_or_post;
use super::page_write::written;
use super::shape::comment;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped_page};
use crate::atlassian::request::Call;
use crate::model::comment::{Comment, CommentPlace, TextSelection};
use crate::model::content::{ContentId, ContentKind};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;

/// A comment as Confluence takes it; it begins with no settings.
fn remark_as_sent(body: &PageBody) -> Result<Value, AtlassianError> {
    match body {
        PageBody::Markdown(markdown) => {
            written("body", &PageBody::Markdown(remark(markdown).into_owned()))
        }
        body @ PageBody::Written { .. } => written("body", body),
    }
}

const NO_COMMENT: &str = "a comment without an id";
const NOT_ON_DATA_CENTER: &str = "a Data Center of Confluence takes comments on words of a page from its own pages only; write one below the page";
const FOOTER: &str = "footer-comments";
const INLINE: &str = "inline-comments";

impl Confluence<'_> {
    /// The comments of a page or a blog post in this place, oldest first, without the replies to them; a Data Center gives
    /// those if `all`. At most 250 at once.
    pub(crate) async fn comments(
        self,
        page_id: &ContentId,
        place: CommentPlace,
        all: bool,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let found = data_center.comments(page_id, place, all, page).await?;
            return Ok(shaped_page("comments", found, comment));
        }
        let this = &self;
        of_page_or_post(page, |kind, page| async move {
            this.comments_of(kind, page_id, place, &page).await
        })
        .await
    }

    async fn comments_of(
        &self,
        kind: ContentKind,
        id: &ContentId,
        place: CommentPlace,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        let path = [kind.plural(), id.as_str(), of_place(place)];
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
        let sent = remark_as_sent(body)?;
        if let Some(data_center) = self.data_center() {
            let raw = data_center.add_comment(page_id, &sent).await?;
            return fetched(raw, NO_COMMENT, comment);
        }
        // What is not found has not been written below.
        let holder = |name: &str| json!({ name: page_id.as_str(), "body": sent });
        let raw = match self.comment_as(FOOTER, holder("pageId")).await {
            Err(AtlassianError::NotFound(_)) => {
                self.comment_as(FOOTER, holder("blogPostId")).await?
            }
            outcome => outcome?,
        };
        as_written(raw, &sent)
    }

    /// Writes a comment at words of a page or a blog post. Never sent twice.
    pub(crate) async fn add_inline_comment(
        self,
        page_id: &ContentId,
        on: &TextSelection,
        body: &PageBody,
    ) -> Result<Fetched<Comment>, AtlassianError> {
        if self.data_center().is_some() {
            return Err(AtlassianError::Blocked(NOT_ON_DATA_CENTER));
        }
        let sent = remark_as_sent(body)?;
        let words = json!({
            "textSelection": on.text, "textSelectionMatchCount": on.count,
            "textSelectionMatchIndex": on.index,
        });
        let holder = |name: &str| json!({ name: page_id.as_str(), "body": sent, "inlineCommentProperties": words });
        let raw = match self.comment_as(INLINE, holder("pageId")).await {
            Err(AtlassianError::NotFound(_)) => {
                self.comment_as(INLINE, holder("blogPostId")).await?
            }
            outcome => outcome?,
        };
        as_written(raw, &sent)
    }

    /// Writes a reply to a comment, wherever that stands. Never sent twice.
    pub(crate) async fn reply(
        self,
        comment_id: &ContentId,
        body: &PageBody,
    ) -> Result<Fetched<Comment>, AtlassianError> {
        let sent = remark_as_sent(body)?;
        if let Some(data_center) = self.data_center() {
            let raw = data_center.reply(comment_id, &sent).await?;
            return fetched(raw, NO_COMMENT, comment);
        }
        let reply = || json!({ "parentCommentId": comment_id.as_str(), "body": sent });
        // A comment in the one place is not found in the other, and nothing is written then.
        let raw = match self.comment_as(FOOTER, reply()).await {
            Err(AtlassianError::NotFound(_)) => self.comment_as(INLINE, reply()).await?,
            outcome => outcome?,
        };
        as_written(raw, &sent)
    }

    /// The replies to a comment in this place, without those to them. None on a Data Center, whose lists have them all.
    pub(crate) async fn replies(
        self,
        place: CommentPlace,
        comment_id: &ContentId,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        if self.data_center().is_some() {
            return Ok(Page::last(Vec::new()));
        }
        let path = [of_place(place), comment_id.as_str(), "children"];
        let listing = CursorList {
            name: "replies",
            api: Api::Confluence,
            path: &path,
            query: vec![
                ("body-format", String::from("storage")),
                ("sort", String::from("created-date")),
            ],
        };
        let all = PageRequest {
            limit: 250,
            cursor: None,
        };
        self.list_of_values(&listing, &all, comment).await
    }

    async fn comment_as(&self, place: &str, body: Value) -> Result<Value, AtlassianError> {
        let path = [place];
        let call = Call::write(
            "comment create",
            Api::Confluence,
            Method::POST,
            &path,
            Some(body),
        );
        self.site.fetch(call).await
    }
}

const fn of_place(place: CommentPlace) -> &'static str {
    match place {
        CommentPlace::Footer => FOOTER,
        CommentPlace::Inline => INLINE,
    }
}

/// A comment that was written: the answer shows its text in some formats only.
fn as_written(mut raw: Value, sent: &Value) -> Result<Fetched<Comment>, AtlassianError> {
    if raw.pointer("/body/storage/value").is_none()
        && sent["representation"] == "storage"
        && let Some(raw) = raw.as_object_mut()
    {
        raw.insert(String::from("body"), json!({ "storage": sent }));
    }
    fetched(raw, NO_COMMENT, comment)
}
