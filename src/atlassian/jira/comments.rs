//! Comments on issues.

use atlassian_document::remark;
use reqwest::Method;
use serde_json::{Value, json};

use super::Jira;
use super::dialect::markdown;
use super::shape::person;
use crate::atlassian::access::Api;
use crate::atlassian::cursor::{expect_start, offset};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped};
use crate::atlassian::json::{entries, take_entries, text, time};
use crate::atlassian::request::Call;
use crate::model::comment::{
    Comment, CommentDraft, CommentId, CommentOrder, CommentVisibility, ReaderKind,
};
use crate::model::hit::Fetched;
use crate::model::issue_key::IssueKey;
use crate::model::page::{Page, PageRequest};
use crate::model::person::Names;

/// The property of a comment that says whether who made a request of a service desk sees it.
const INTERNAL: &str = "sd.public.comment";
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
        let mut parameters = vec![
            ("startAt", start.to_string()),
            ("maxResults", page.limit.to_string()),
            ("orderBy", order_by.to_owned()),
        ];
        parameters.extend(self.properties());
        let path = ["issue", key.as_str(), "comment"];
        let call = Call::get("comments", Api::Jira, &path, &parameters);
        let mut answer: Value = self.site.fetch(call).await?;
        expect_start(&answer, start)?;
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
        let properties: Vec<_> = self.properties().into_iter().collect();
        let call = Call::get("comment", Api::Jira, &path, &properties);
        let raw: Value = self.site.fetch(call).await?;
        fetched(raw, NO_COMMENT, comment)
    }

    /// What tells internal comments of a service desk on Data Center; Cloud tells them anyway.
    fn properties(&self) -> Option<(&'static str, String)> {
        let expand = || ("expand", String::from("properties"));
        self.data_center().map(|_| expand())
    }

    /// Adds a comment, which calls people by `names`. Never sent twice: it would make two.
    pub(crate) async fn add_comment(
        self,
        key: &IssueKey,
        draft: &CommentDraft,
        names: &Names,
    ) -> Result<Fetched<Comment>, AtlassianError> {
        let text = self
            .site
            .dialect()
            .text("body", &remark(&draft.body), names)?;
        let mut body = json!({ "body": text });
        match &draft.visibility {
            Some(visibility) if visibility.kind == ReaderKind::Internal => {
                // What makes an internal note, on Cloud and on a Data Center; a role or a group keeps nothing from who
                // made the request.
                body["properties"] = json!([{ "key": INTERNAL, "value": { "internal": true } }]);
            }
            Some(visibility) => {
                body["visibility"] =
                    json!({ "type": visibility.kind.as_str(), "value": visibility.value });
            }
            None => {}
        }
        let path = ["issue", key.as_str(), "comment"];
        let properties: Vec<_> = self.properties().into_iter().collect();
        let call = Call {
            query: &properties,
            ..Call::write("comment add", Api::Jira, Method::POST, &path, Some(body))
        };
        let raw: Value = self.site.fetch(call).await?;
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
        self.site.perform(call).await
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
        visibility: visibility(raw),
    })
}

/// Jira tells a restriction to some readers, and on Cloud, as `jsdPublic`, whether who made the request of a
/// service desk sees the comment. Data Center keeps the latter in a property.
fn visibility(raw: &Value) -> Option<CommentVisibility> {
    if let Some(readers) = raw.get("visibility").filter(|readers| readers.is_object()) {
        return Some(CommentVisibility {
            kind: text(readers, "/type").unwrap_or_else(|| String::from("role")),
            value: text(readers, "/value").or_else(|| text(readers, "/identifier")),
        });
    }
    let in_property = entries(raw, "/properties").any(|property| {
        property.get("key").and_then(Value::as_str) == Some(INTERNAL)
            && property.pointer("/value/internal") == Some(&Value::Bool(true))
    });
    let internal = in_property || raw.get("jsdPublic") == Some(&Value::Bool(false));
    internal.then(|| CommentVisibility {
        kind: String::from("internal"),
        value: None,
    })
}

/// Who may read a comment or an entry of work; null for everybody.
pub(crate) fn readers(raw: &Value) -> Value {
    json!(visibility(raw))
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
            json!({"id": "10000", "author": null, "body": "", "created": null, "updated": null, "visibility": null})
        );
    }

    #[test]
    fn a_comment_tells_who_may_read_it() {
        let seen = |raw: Value| serde_json::to_value(visibility(&raw)).unwrap();
        let role = json!({"type": "role", "value": "Administrators"});
        assert_eq!(
            seen(
                json!({"visibility": {"type": "role", "value": "Administrators", "identifier": "Administrators"}})
            ),
            role
        );
        assert_eq!(seen(json!({"visibility": role, "jsdPublic": false})), role);
        let group = json!({"visibility": {"type": "group", "value": null, "identifier": "7f"}});
        assert_eq!(seen(group), json!({"type": "group", "value": "7f"}));
        let internal = json!({"type": "internal", "value": null});
        assert_eq!(seen(json!({"jsdPublic": false})), internal);
        let property = json!([{"key": "sd.public.comment", "value": {"internal": true}}]);
        assert_eq!(seen(json!({ "properties": property })), internal);
        assert_eq!(
            seen(json!({"jsdPublic": true, "visibility": null})),
            Value::Null
        );
    }
}
