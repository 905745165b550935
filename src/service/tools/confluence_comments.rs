//! Tools about comments at words of a page, and about replies.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::page_request;
use super::confluence_more::PageComments;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::comment::{Comment, CommentPlace, NamedWords};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// Where Cloud and a Data Center say which words a comment is about, and whether it is settled.
const WORDS: [&str; 2] = [
    "/properties/inlineOriginalSelection",
    "/extensions/inlineProperties/originalSelection",
];
const STATE: [&str; 2] = ["/resolutionStatus", "/extensions/resolution/status"];

/// A comment with the one that it replies to, the words that it is about, and whether it is open or resolved.
pub(super) fn whole(comment: &Fetched<Comment>) -> Value {
    let told = |places: [&str; 2]| {
        let found = places.iter().find_map(|place| comment.raw.pointer(place));
        found.cloned()
    };
    let above = comment.raw.get("ancestors").and_then(Value::as_array);
    let above = above.and_then(|above| above.last()?.get("id")).cloned();
    let parent = comment.raw.get("parentCommentId").cloned().or(above);
    let mut shown = json!(comment.value);
    for (name, value) in [
        ("parent_id", parent),
        ("text_selection", told(WORDS)),
        ("status", told(STATE)),
    ] {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            shown[name] = value;
        }
    }
    shown
}

/// Before a cursor among the comments at words of the page, which come after those below it.
const AT_WORDS: &str = "words:";

/// All comments of a page, each followed by its replies: those below it, then those at words of it. And whether there are more
/// replies than were read.
///
/// # Errors
/// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no page's id.
pub(super) async fn all(
    context: &ToolContext,
    scope: &Scope,
    id: &str,
    wanted: PageRequest,
) -> Result<(Page<Value>, bool), ServiceError> {
    let at_words = wanted
        .cursor
        .as_deref()
        .and_then(|at| at.strip_prefix(AT_WORDS));
    let mut items = Vec::new();
    let mut goes_on = false;
    if at_words.is_none() {
        let (below, more) = context
            .pages
            .threads(scope, id, CommentPlace::Footer, &wanted)
            .await?;
        goes_on |= more;
        items.extend(below.items.iter().map(whole));
        let room = usize::try_from(wanted.limit).is_ok_and(|limit| items.len() < limit);
        if below.next.is_some() || !room {
            let next = below.next.unwrap_or_else(|| AT_WORDS.to_owned());
            let next = Some(next);
            return Ok((Page { items, next }, goes_on));
        }
    }
    let rest = PageRequest {
        limit: wanted.limit,
        cursor: at_words.filter(|at| !at.is_empty()).map(str::to_owned),
    };
    let (there, more) = context
        .pages
        .threads(scope, id, CommentPlace::Inline, &rest)
        .await?;
    items.extend(there.items.iter().map(whole));
    let next = there.next.map(|cursor| format!("{AT_WORDS}{cursor}"));
    Ok((Page { items, next }, goes_on || more))
}

/// `confluence_get_inline_comments`.
pub(super) struct GetInlineComments;

impl Operation for GetInlineComments {
    const NAME: &'static str = "confluence_get_inline_comments";
    const FACTS: Facts = Facts {
        title: "List inline comments",
        description: "List the comments on words of a page, with replies: words, Markdown, open or resolved. Page with next_cursor.",
        calls: &["getPageInlineComments"],
        ..Facts::reading(Toolset::CONFLUENCE_COMMENTS, Gives::List("id body"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = PageComments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: PageComments,
    ) -> Result<Outcome, ServiceError> {
        let wanted = page_request("limit", arguments.limit, 100, arguments.cursor)?;
        let id = &arguments.page_id;
        let (found, goes_on) = context
            .pages
            .threads(scope, id, CommentPlace::Inline, &wanted)
            .await?;
        Ok(Outcome::of_page(found.map(|comment| whole(&comment))).ending_early(goes_on))
    }
}

/// The arguments of `confluence_add_inline_comment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInlineComment {
    page_id: String,
    body: String,
    /// The words, exactly as there.
    text_selection: String,
    /// How often the page has them.
    #[schema(minimum = 1)]
    text_selection_match_count: Option<u32>,
    /// Which, from 0.
    #[schema(minimum = 0)]
    text_selection_match_index: Option<u32>,
}

/// `confluence_add_inline_comment`.
pub(super) struct AddInlineComment;

impl Operation for AddInlineComment {
    const NAME: &'static str = "confluence_add_inline_comment";
    const FACTS: Facts = Facts {
        title: "Comment on words",
        description: "Comment in Markdown on words of a page. Gives the comment's id.",
        calls: &["createInlineComment"],
        cloud_only: true,
        ..Facts::adding(Toolset::CONFLUENCE_COMMENTS, Gives::Object("id body"))
    };
    type Arguments = NewInlineComment;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewInlineComment,
    ) -> Result<Outcome, ServiceError> {
        let on = NamedWords {
            text: arguments.text_selection,
            count: arguments.text_selection_match_count,
            index: arguments.text_selection_match_index,
        };
        if on.text.trim().is_empty() {
            let why = "text_selection must be words of the page";
            return Err(ServiceError::invalid("text_selection", why));
        }
        if on
            .index
            .zip(on.count)
            .is_some_and(|(index, count)| index >= count)
        {
            let why = "text_selection_match_index counts from 0, so it must be less than text_selection_match_count";
            return Err(ServiceError::invalid("text_selection_match_index", why));
        }
        let body = PageBody::Markdown(arguments.body);
        let written = context
            .pages
            .add_inline_comment(scope, &arguments.page_id, &on, &body)
            .await?;
        Ok(Outcome::of_object(whole(&written)))
    }
}

/// The arguments of `confluence_reply_to_comment`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    comment_id: String,
    body: String,
}

/// `confluence_reply_to_comment`.
pub(super) struct ReplyToComment;

impl Operation for ReplyToComment {
    const NAME: &'static str = "confluence_reply_to_comment";
    const FACTS: Facts = Facts {
        title: "Reply to comment",
        description: "Reply in Markdown to a comment. Gives the reply's id.",
        calls: &["createFooterComment"],
        ..Facts::adding(Toolset::CONFLUENCE_COMMENTS, Gives::Object("id body"))
    };
    type Arguments = Reply;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Reply,
    ) -> Result<Outcome, ServiceError> {
        let body = PageBody::Markdown(arguments.body);
        let written = context
            .pages
            .reply(scope, &arguments.comment_id, &body)
            .await?;
        Ok(Outcome::of_object(whole(&written)))
    }
}
