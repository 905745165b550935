//! The tool that reads an issue.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, ten, yes};
use super::facts::{Facts, Gives};
use super::jira_search::{titles, usual_fields};
use super::narrowed::may_call;
use super::outcome::{Outcome, offset, part};
use super::plain::{WantedFields, issue};
use super::registry::Operation;
use crate::model::comment::CommentOrder;
use crate::model::page::PageRequest;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// What `include` of `jira_get_issue` knows.
const SECTIONS: [&str; 3] = ["all", "comments", "transitions"];

/// The arguments of `jira_get_issue`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueRead {
    /// Key, id or url.
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    issue_key: String,
    /// Ids or names, comma-separated; `*all`.
    #[serde(default = "usual_fields")]
    #[schema(
        required = false,
        value_type = String,
        format = "names",
        default = "status,description,labels,issuetype,summary,assignee,created,priority,versions,updated,reporter"
    )]
    fields: Names,
    /// `transitions` gives the transitions the issue can make now. Other expansions are not offered.
    #[schema(value_type = Option<String>, format = "names")]
    expand: Option<Names>,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 0, maximum = 100, default = 10)]
    comment_limit: u32,
    /// Properties of issues are not offered here; leave it out.
    properties: Option<String>,
    /// Taken for agents that send it; reading through this service leaves no trace in Jira's history of views.
    #[serde(default = "yes", rename = "update_history")]
    #[schema(required = false, default = true)]
    _update_history: bool,
    /// comments, transitions or all.
    #[schema(value_type = Option<String>, format = "names")]
    include: Option<Names>,
    /// Name custom fields as people do.
    #[serde(default)]
    #[schema(required = false, default = false)]
    use_display_names: bool,
    #[serde(default)]
    #[schema(required = false, default = 0)]
    start: u32,
}

/// `jira_get_issue`.
pub(super) struct GetIssue;

impl Operation for GetIssue {
    const NAME: &'static str = "jira_get_issue";
    const FACTS: Facts = Facts {
        title: "Read issue",
        description: "Read an issue with its newest comments. Gives the fields asked for, description in Markdown. A long one goes on with next_start as start.",
        calls: &["getIssue"],
        unlisted: &[
            "expand",
            "properties",
            "update_history",
            "include",
            "use_display_names",
        ],
        ..Facts::reading(Toolset::JIRA_ISSUES, Gives::Object("key url"))
    };
    type Arguments = IssueRead;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: IssueRead,
    ) -> Result<Outcome, ServiceError> {
        if arguments.properties.is_some() {
            let why = "properties are not offered here; leave them out";
            return Err(ServiceError::invalid("properties", why));
        }
        let sections = sections(&arguments)?;
        let (issues, key) = &context.issues.named(scope, &arguments.issue_key).await?;
        let context = &ToolContext {
            issues: issues.clone(),
            ..context.clone()
        };
        let mut found = context.issues.issue(scope, key).await?;
        found.raw = readable(context, scope, found.raw).await;
        let titles = if arguments.use_display_names {
            Some(titles(context, scope).await?)
        } else {
            None
        };
        let fields = context
            .issues
            .field_names(scope, "fields", arguments.fields.0)
            .await?;
        let wanted = WantedFields::new(fields);
        let mut flat = issue(&found.raw, &wanted, titles.as_ref());
        if let Some(description) = flat.get_mut("description") {
            // As the connector reads it, whatever the dialect of the site.
            let text = found.value.description.as_deref();
            let part = text.map(|text| part(text, offset(arguments.start)));
            let (shown, next) = part.unzip();
            *description = json!(shown);
            if let Some(next) = next.flatten() {
                flat.insert(String::from("next_start"), json!(next));
            }
        }
        flat.insert(String::from("url"), json!(found.value.url));
        let with = |name: &str| sections.iter().any(|section| section == name);
        // A key that may not read comments is not refused the issue for those that nobody named.
        let may_read_comments = may_call(scope, Product::Jira, "getComments");
        if arguments.comment_limit > 0 && !may_read_comments && !with("comments") {
            let why = "this API key may not read comments (getComments)";
            flat.insert(String::from("comments_left_out"), json!(why));
        } else if arguments.comment_limit > 0 || with("comments") {
            let limit = if arguments.comment_limit > 0 {
                arguments.comment_limit
            } else {
                ten()
            };
            if !wanted.names("comment") {
                flat.remove("comment");
            }
            add_comments(context, scope, key, limit, &mut flat).await?;
        }
        if with("transitions") {
            let possible = context.issues.transitions(scope, key).await?;
            let possible: Vec<_> = possible.into_iter().map(|one| one.value).collect();
            flat.insert(String::from("transitions"), json!(possible));
        }
        Ok(Outcome::of_object(flat))
    }
}

/// An issue in Jira's form with its texts as people read them.
pub(super) async fn readable(context: &ToolContext, scope: &Scope, raw: Value) -> Value {
    let mut issues = context.issues.readable(scope, vec![raw]).await;
    issues.pop().unwrap_or_default()
}

/// The sections to add, by either of the arguments that name them.
fn sections(arguments: &IssueRead) -> Result<Vec<String>, ServiceError> {
    let include = arguments.include.clone().unwrap_or_default().0;
    if let Some(unknown) = include
        .iter()
        .find(|name| !SECTIONS.contains(&name.as_str()))
    {
        let why = format!("include takes all, comments and transitions, but not {unknown:?}");
        return Err(ServiceError::invalid("include", why));
    }
    let expand = arguments.expand.clone().unwrap_or_default().0;
    if expand.iter().any(|name| name != "transitions") {
        let why = "expand knows transitions only";
        return Err(ServiceError::invalid("expand", why));
    }
    let all = include.iter().any(|name| name == "all");
    let named = if all {
        vec![String::from("comments"), String::from("transitions")]
    } else {
        include
    };
    Ok(named.into_iter().chain(expand).collect())
}

async fn add_comments(
    context: &ToolContext,
    scope: &Scope,
    key: &str,
    limit: u32,
    flat: &mut Map<String, Value>,
) -> Result<(), ServiceError> {
    let newest = PageRequest {
        limit,
        cursor: None,
    };
    let page = context
        .issues
        .comments(scope, key, CommentOrder::Newest, &newest)
        .await?;
    if page.next.is_some() {
        flat.insert(String::from("more_comments"), Value::Bool(true));
    }
    let comments: Vec<_> = page
        .items
        .into_iter()
        .map(|comment| comment.value)
        .collect();
    flat.insert(String::from("comments"), json!(comments));
    Ok(())
}
