//! Tools about the work on issues: logged time, and who watches.

use atlassian_document::remark;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::asking::{OneIssue, about_issue, entries, expect_id, few, nonsense, whole};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::plain::plain;
use super::registry::Operation;
use super::times::{duration, moment};
use crate::atlassian::jira::{markdown_with_names, readers};
use crate::model::person::Names;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

const WORKLOG: [&str; 7] = [
    "id",
    "author",
    "started",
    "timeSpent:time_spent",
    "timeSpentSeconds:seconds",
    "comment",
    "updated",
];

/// `jira_get_worklog`.
pub(super) struct GetWorklog;

impl Operation for GetWorklog {
    const NAME: &'static str = "jira_get_worklog";
    const FACTS: Facts = Facts {
        title: "List work logs",
        description: "List time logged on an issue. Gives who, when, how long, what.",
        calls: &["getIssueWorklog"],
        ..Facts::reading(Toolset::JIRA_WORKLOG, Gives::List("id"))
    };
    type Arguments = OneIssue;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneIssue,
    ) -> Result<Outcome, ServiceError> {
        let issue = &arguments.issue_key;
        let (issues, call) = about_issue(context, scope, "getIssueWorklog", issue).await?;
        let answer = issues.ask(scope, &call).await?;
        let mut logged = entries(&answer, "worklogs", &WORKLOG)?;
        let texts = answer.get("worklogs").and_then(Value::as_array);
        for (shown, raw) in logged.iter_mut().zip(texts.into_iter().flatten()) {
            put_comment(shown, raw);
        }
        let total = answer.get("total").and_then(Value::as_u64);
        let goes_on = total.is_some_and(|total| total > logged.len() as u64);
        Ok(whole(logged).ending_early(goes_on))
    }
}

/// The arguments of `jira_add_worklog`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWorklog {
    issue_key: String,
    /// Such as 1h 30m; a number is seconds.
    time_spent: String,
    /// Markdown.
    comment: Option<String>,
    /// ISO 8601; default: now.
    started: Option<String>,
    /// Not offered here; leave it out.
    original_estimate: Option<String>,
    /// Such as 4h.
    remaining_estimate: Option<String>,
}

/// `jira_add_worklog`.
pub(super) struct AddWorklog;

impl Operation for AddWorklog {
    const NAME: &'static str = "jira_add_worklog";
    const FACTS: Facts = Facts {
        title: "Log work",
        description: "Log time worked on an issue. Gives the entry's id.",
        calls: &["addWorklog"],
        unlisted: &["original_estimate"],
        ..Facts::adding(Toolset::JIRA_WORKLOG, Gives::Object("id"))
    };
    type Arguments = NewWorklog;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewWorklog,
    ) -> Result<Outcome, ServiceError> {
        if arguments.original_estimate.is_some() {
            let why = "original_estimate is a field of the issue; change it with jira_update_issue";
            return Err(ServiceError::invalid("original_estimate", why));
        }
        let mut entry = json!({ "timeSpent": duration("time_spent", &arguments.time_spent)? });
        if let Some(started) = arguments.started {
            entry["started"] = Value::from(moment("started", &started)?);
        }
        let issue = &arguments.issue_key;
        let (issues, call) = about_issue(context, scope, "addWorklog", issue).await?;
        let mut call = call.sending(entry);
        if let Some(comment) = arguments.comment {
            let comment = remark(&comment).into_owned();
            call = issues.saying(scope, call, "comment", comment).await?;
        }
        if let Some(left) = arguments.remaining_estimate {
            let left = duration("remaining_estimate", &left)?;
            call = call.with("adjustEstimate", "new").with("newEstimate", left);
        }
        let answer = issues.ask(scope, &call).await?;
        expect_id(&answer)?;
        let mut shown = Value::Object(few(&answer, &WORKLOG));
        put_comment(&mut shown, &answer);
        Ok(Outcome::of_object(shown))
    }
}

/// The comment of an entry in Markdown, which a Data Center has in wiki markup, and who may read it.
fn put_comment(shown: &mut Value, raw: &Value) {
    shown["visibility"] = readers(raw);
    if let Some(wiki) = raw.get("comment").filter(|comment| comment.is_string()) {
        shown["comment"] = Value::from(markdown_with_names(wiki, &Names::new()));
    }
}

/// `jira_get_issue_watchers`.
pub(super) struct GetIssueWatchers;

impl Operation for GetIssueWatchers {
    const NAME: &'static str = "jira_get_issue_watchers";
    const FACTS: Facts = Facts {
        title: "List watchers",
        description: "List who watches an issue. Gives account_id and name.",
        calls: &["getIssueWatchers"],
        ..Facts::reading(Toolset::JIRA_WATCHERS, Gives::List("account_id"))
    };
    type Arguments = OneIssue;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneIssue,
    ) -> Result<Outcome, ServiceError> {
        let issue = &arguments.issue_key;
        let (issues, call) = about_issue(context, scope, "getIssueWatchers", issue).await?;
        let answer = issues.ask(scope, &call).await?;
        let people = answer.get("watchers").and_then(Value::as_array);
        let people: Vec<Value> = people.into_iter().flatten().map(plain).collect();
        // Jira names some to those who may not see all, and counts every one.
        let count = answer.get("watchCount").and_then(Value::as_u64);
        if count.is_none() && answer.get("watchers").is_none() {
            return Err(nonsense("the answer holds no list"));
        }
        let hides = count.is_some_and(|count| count > people.len() as u64);
        Ok(whole(people).ending_early(hides))
    }
}

/// The arguments of `jira_add_watcher`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWatcher {
    issue_key: String,
    /// Account id, `me`, email or name.
    user_identifier: String,
}

/// `jira_add_watcher`.
pub(super) struct AddWatcher;

impl Operation for AddWatcher {
    const NAME: &'static str = "jira_add_watcher";
    const FACTS: Facts = Facts {
        title: "Add watcher",
        description: "Let somebody watch an issue. They are told of its changes.",
        calls: &["addWatcher"],
        idempotent: true,
        ..Facts::adding(Toolset::JIRA_WATCHERS, Gives::Object("account_id watches"))
    };
    type Arguments = NewWatcher;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewWatcher,
    ) -> Result<Outcome, ServiceError> {
        let person = ("user_identifier", arguments.user_identifier);
        watching(context, scope, &arguments.issue_key, person, true).await
    }
}

/// The arguments of `jira_remove_watcher`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OldWatcher {
    issue_key: String,
    username: Option<String>,
    account_id: Option<String>,
}

/// `jira_remove_watcher`.
pub(super) struct RemoveWatcher;

impl Operation for RemoveWatcher {
    const NAME: &'static str = "jira_remove_watcher";
    const FACTS: Facts = Facts {
        title: "Remove watcher",
        description: "Let somebody no longer watch an issue. Name them by account_id or username.",
        calls: &["removeWatcher"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_WATCHERS, Gives::Object("account_id watches"))
    };
    type Arguments = OldWatcher;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OldWatcher,
    ) -> Result<Outcome, ServiceError> {
        let named = arguments.account_id.or(arguments.username).ok_or_else(|| {
            ServiceError::invalid("account_id", "account_id or username is needed")
        })?;
        let person = ("account_id", named);
        watching(context, scope, &arguments.issue_key, person, false).await
    }
}

/// Lets a person, named by an argument, watch an issue or no longer. A Data Center knows people by their user names.
async fn watching(
    context: &ToolContext,
    scope: &Scope,
    issue_key: &str,
    (argument, named): (&str, String),
    watches: bool,
) -> Result<Outcome, ServiceError> {
    let name = if watches {
        "addWatcher"
    } else {
        "removeWatcher"
    };
    let (issues, call) = about_issue(context, scope, name, issue_key).await?;
    let id = issues.account(scope, argument, &named).await?;
    let call = if watches {
        call.sending(json!(id))
    } else {
        let there = call.clone().with("username", id.clone());
        call.with("accountId", id.clone()).or_there(there)
    };
    issues.ask(scope, &call).await?;
    Ok(Outcome::of_object(
        json!({ "account_id": id, "watches": watches }),
    ))
}
