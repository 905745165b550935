//! Comments on issues.

use reqwest::Method;
use serde_json::{Value, json};

use super::dialect::markdown;
use super::shape::person;
use super::{Jira, READ_WORK, WRITE_WORK};
use crate::atlassian::access::Api;
use crate::atlassian::cursor::offset;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped};
use crate::atlassian::json::{take_entries, text, time};
use crate::atlassian::request::Call;
use crate::model::comment::{Comment, CommentDraft, CommentId, CommentOrder};
use crate::model::hit::Fetched;
use crate::model::issue_key::IssueKey;
use crate::model::page::{Page, PageRequest};

const NO_COMMENT: &str = "a comment without an id";

impl Jira<'_> {
    /// The comments on an issue, at most 100 at once.
    pub(crate) async fn comments(
        self,
        key: &IssueKey,
        order: CommentOrder,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, AtlassianError> {
        let start = offset(page)?;
        let order_by = match order {
            CommentOrder::Oldest => "created",
            CommentOrder::Newest => "-created",
        };
        let parameters = [
            ("startAt", start.to_string()),
            ("maxResults", page.limit.to_string()),
            ("orderBy", order_by.to_owned()),
        ];
        let path = ["issue", key.as_str(), "comment"];
        let call = Call::get("comments", Api::Jira, &path, &parameters).needing(READ_WORK);
        let mut answer: Value = self.site.fetch(call).await?;
        let comments = take_entries(&mut answer, "comments")?;
        let end = start + comments.len() as u64;
        // There is no word for the last page here, and the total may be missing.
        let total = answer.get("total").and_then(Value::as_u64);
        let last = comments.is_empty() || total.is_some_and(|total| end >= total);
        Ok(Page {
            items: shaped("comments", comments, comment),
            next: (!last).then(|| end.to_string()),
        })
    }

    /// One comment.
    pub(crate) async fn comment(
        self,
        key: &IssueKey,
        id: &CommentId,
    ) -> Result<Fetched<Comment>, AtlassianError> {
        let path = ["issue", key.as_str(), "comment", id.as_str()];
        let call = Call::get("comment", Api::Jira, &path, &[]).needing(READ_WORK);
        let raw: Value = self.site.fetch(call).await?;
        fetched(raw, NO_COMMENT, comment)
    }

    /// Adds a comment. Never sent twice: it would make two.
    pub(crate) async fn add_comment(
        self,
        key: &IssueKey,
        draft: &CommentDraft,
    ) -> Result<Fetched<Comment>, AtlassianError> {
        let mut body = json!({ "body": self.site.dialect().text("body", &draft.body)? });
        if let Some(visibility) = &draft.visibility {
            body["visibility"] =
                json!({ "type": visibility.kind.as_str(), "value": visibility.value });
        }
        let path = ["issue", key.as_str(), "comment"];
        let call = Call::write("comment add", Api::Jira, Method::POST, &path, Some(body));
        let raw: Value = self.site.fetch(call.needing(WRITE_WORK)).await?;
        fetched(raw, NO_COMMENT, comment)
    }

    /// Deletes a comment. Jira answers 400 where the account may not.
    pub(crate) async fn delete_comment(
        self,
        key: &IssueKey,
        id: &CommentId,
    ) -> Result<(), AtlassianError> {
        let path = ["issue", key.as_str(), "comment", id.as_str()];
        let call = Call::write("comment delete", Api::Jira, Method::DELETE, &path, None);
        self.site.perform(call.needing(WRITE_WORK)).await
    }
}

fn comment(raw: &Value) -> Option<Comment> {
    Some(Comment {
        id: text(raw, "/id")?,
        author: person(raw, "/author"),
        body: raw
            .get("body")
            .filter(|body| !body.is_null())
            .map(markdown)
            .unwrap_or_default(),
        created: time(raw, "/created"),
        updated: time(raw, "/updated"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_needs_an_id_and_nothing_else() {
        assert_eq!(comment(&json!({"body": "x"})), None);
        let bare = comment(&json!({"id": 10000, "author": null})).unwrap();
        assert_eq!(
            serde_json::to_value(bare).unwrap(),
            json!({"id": "10000", "author": null, "body": "", "created": null, "updated": null})
        );
    }
}
