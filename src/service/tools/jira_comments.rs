//! Tools for the comments on issues.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{JsonObject, page_request};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::comment::{CommentDraft, CommentOrder};
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// The arguments of `jira_add_comment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueCommentArguments {
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    issue_key: String,
    body: String,
    /// Readers: `{type: role or group, value: …}`.
    #[schema(value_type = Option<JsonObject>, inline)]
    visibility: Option<JsonObject>,
    /// Service desk: false is internal.
    public: Option<bool>,
}

/// `jira_add_comment`.
pub(super) struct AddIssueComment;

impl Operation for AddIssueComment {
    const NAME: &'static str = "jira_add_comment";
    const FACTS: Facts = Facts {
        title: "Comment on issue",
        description: "Comment on an issue in Markdown; `[~accountid:…]` mentions people. Gives the comment's id.",
        calls: &["addComment"],
        ..Facts::adding(Toolset::JIRA_COMMENTS, Gives::Object("id body"))
    };
    type Arguments = IssueCommentArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: IssueCommentArguments,
    ) -> Result<Outcome, ServiceError> {
        let mut visibility = arguments.visibility.map(|readers| Value::Object(readers.0));
        if arguments.public == Some(false) {
            let note = json!({ "type": "internal" });
            if visibility.is_some_and(|readers| readers["type"] != note["type"]) {
                let why =
                    "public is false, and visibility names other readers; leave one of them out";
                return Err(ServiceError::invalid("public", why));
            }
            visibility = Some(note);
        }
        let draft = json!({ "body": arguments.body, "visibility": visibility });
        let draft = CommentDraft::read(&draft)?;
        let written = context
            .issues
            .add_comment(scope, &arguments.issue_key, &draft)
            .await?;
        Ok(Outcome::of_object(written.value))
    }
}

/// The arguments of `jira_get_comments`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentList {
    #[schema(example = "APP-1")]
    issue_key: String,
    #[serde(default = "fifty")]
    #[schema(required = false, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// How many to pass over.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    cursor: Option<String>,
}

const fn fifty() -> u32 {
    50
}

/// `jira_get_comments`.
pub(super) struct GetComments;

impl Operation for GetComments {
    const NAME: &'static str = "jira_get_comments";
    const FACTS: Facts = Facts {
        title: "List issue comments",
        description: "List an issue's comments, oldest first, in Markdown. Page with next_cursor.",
        calls: &["getComments"],
        unlisted: &["start_at"],
        ..Facts::reading(Toolset::JIRA_COMMENTS, Gives::List("id body"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = CommentList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: CommentList,
    ) -> Result<Outcome, ServiceError> {
        let start = (arguments.start_at > 0).then(|| arguments.start_at.to_string());
        let wanted = page_request("limit", arguments.limit, 100, arguments.cursor.or(start))?;
        let found = context
            .issues
            .comments(scope, &arguments.issue_key, CommentOrder::Oldest, &wanted)
            .await?;
        Ok(Outcome::of_page(found.map(|comment| comment.value)))
    }
}

/// The arguments of `jira_delete_comment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneComment {
    #[schema(example = "APP-1")]
    issue_key: String,
    #[schema(example = "10000")]
    comment_id: String,
}

/// `jira_delete_comment`.
pub(super) struct DeleteComment;

impl Operation for DeleteComment {
    const NAME: &'static str = "jira_delete_comment";
    const FACTS: Facts = Facts {
        title: "Delete issue comment",
        description: "Delete a comment for good. Ask the person first.",
        idempotent: true,
        calls: &["deleteComment"],
        ..Facts::changing(Toolset::JIRA_COMMENTS, Gives::Object("id deleted"))
    };
    type Arguments = OneComment;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneComment,
    ) -> Result<Outcome, ServiceError> {
        context
            .issues
            .delete_comment(scope, &arguments.issue_key, &arguments.comment_id)
            .await?;
        Ok(Outcome::of_object(
            json!({ "deleted": true, "id": arguments.comment_id }),
        ))
    }
}
