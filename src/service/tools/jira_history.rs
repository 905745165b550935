//! Tools about what became of issues: what changed in them, and when.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, yes};
use super::facts::{Facts, Gives};
use super::jira_sprints::issue_keys;
use super::outcome::Outcome;
use super::registry::Operation;
use crate::model::changelog::{FieldChanged, IssueChanged, IssueChanges};
use crate::model::scope::Scope;
use crate::model::time::Timestamp;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::Issues;
use crate::service::issues::field_names::fields_named;

/// How many issues are looked into at once.
const MOST_ISSUES: usize = 50;

/// The arguments of `jira_batch_get_changelogs`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changelogs {
    /// Up to 50, comma-separated.
    #[schema(value_type = String, format = "names")]
    issue_ids_or_keys: Names,
    /// Only these; ids or names, comma-separated.
    #[schema(value_type = Option<String>, format = "names")]
    fields: Option<Names>,
    /// Of each.
    #[serde(default = "every")]
    #[schema(required = false, default = -1)]
    limit: i32,
}

const fn every() -> i32 {
    -1
}

/// `jira_batch_get_changelogs`.
pub(super) struct BatchGetChangelogs;

impl Operation for BatchGetChangelogs {
    const NAME: &'static str = "jira_batch_get_changelogs";
    const FACTS: Facts = Facts {
        title: "List issue changes",
        description: "List who changed what in issues, newest first. Gives values before and after.",
        calls: &["getBulkChangelogs", "bulkFetchIssues"],
        ..Facts::reading(Toolset::JIRA_ISSUES, Gives::List("key changes"))
    };
    type Arguments = Changelogs;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Changelogs,
    ) -> Result<Outcome, ServiceError> {
        if arguments.limit == 0 {
            let why = "limit must be at least 1, or -1 for all";
            return Err(ServiceError::invalid("limit", why));
        }
        let named = (
            "issue_ids_or_keys",
            arguments.issue_ids_or_keys.0.as_slice(),
        );
        let (issues, keys) = issue_keys(context, scope, named, MOST_ISSUES).await?;
        let found = issues.changelogs(scope, &keys).await?;
        let asked = arguments.fields.unwrap_or_default().0;
        let fields = known_as(&issues, scope, asked, &found.items).await?;
        let mut items = Vec::new();
        let mut is_cut = found.goes_on;
        for mut issue in found.items {
            narrow(&mut issue, &fields);
            let all = issue.changes.len();
            if let Ok(most) = usize::try_from(arguments.limit) {
                issue.changes.truncate(most);
            }
            let mut shown = json!(issue);
            if issue.changes.len() < all {
                is_cut = true;
                shown["truncated"] = json!(true);
            }
            items.push(shown);
        }
        if items.is_empty() {
            let why = format!(
                "{} is not there, or not for this account",
                found.missing.join(", ")
            );
            return Err(ServiceError::NotFound(why));
        }
        let missing = found.missing.into_iter().map(|key| {
            json!({ "key": key, "changes": [], "missing": "it is not there, or not for this account" })
        });
        Ok(Outcome::of_entries(items.into_iter().chain(missing), None).ending_early(is_cut))
    }
}

/// The fields that are named, by all that histories call them: a Data Center tells names alone, and people write ids.
///
/// # Errors
/// `Validation` for what is no field of the site's, and stands in no history.
async fn known_as(
    issues: &Issues,
    scope: &Scope,
    asked: Vec<String>,
    found: &[IssueChanges],
) -> Result<Vec<String>, ServiceError> {
    let changed = found.iter().flat_map(|issue| &issue.changes);
    let mut stands_in = |name: &String| {
        let mut items = changed.clone().flat_map(|change| &change.items);
        items.any(|item| item.field.eq_ignore_ascii_case(name))
    };
    if asked.iter().all(&mut stands_in) {
        return Ok(asked);
    }
    let known = issues.fields(scope).await?;
    let mut names = Vec::new();
    for name in asked {
        let meant = fields_named(&known, &name);
        if meant.is_empty() && !stands_in(&name) {
            let why = format!("fields names {name}, which is unknown here");
            return Err(ServiceError::invalid("fields", why));
        }
        for field in meant {
            names.extend([field.value.id.clone(), field.value.name.clone()]);
        }
        names.push(name);
    }
    Ok(names)
}

/// Leaves out what changed in other fields than these, if any are named.
fn narrow(issue: &mut IssueChanges, fields: &[String]) {
    if fields.is_empty() {
        return;
    }
    let is_meant = |item: &FieldChanged| {
        let id = item.field_id.as_deref().unwrap_or_default();
        let mut names = fields.iter();
        names.any(|name| item.field.eq_ignore_ascii_case(name) || id.eq_ignore_ascii_case(name))
    };
    for change in &mut issue.changes {
        change.items.retain(is_meant);
    }
    issue.changes.retain(|change| !change.items.is_empty());
}

/// The arguments of `jira_get_issue_dates`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dates {
    issue_key: String,
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    include_status_changes: bool,
    /// Taken for agents that send it: each status says how long it lasted.
    #[serde(default = "yes", rename = "include_status_summary")]
    #[schema(required = false, default = true)]
    _include_status_summary: bool,
}

/// `jira_get_issue_dates`.
pub(super) struct GetIssueDates;

impl Operation for GetIssueDates {
    const NAME: &'static str = "jira_get_issue_dates";
    const FACTS: Facts = Facts {
        title: "Date issue",
        description: "Tell when an issue was created, changed and due. Gives how long each status lasted.",
        calls: &["getIssue", "getBulkChangelogs", "bulkFetchIssues"],
        unlisted: &["include_status_summary", "include_status_changes"],
        ..Facts::reading(Toolset::JIRA_METRICS, Gives::Object("key"))
    };
    type Arguments = Dates;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Dates,
    ) -> Result<Outcome, ServiceError> {
        let (issues, key) = context.issues.named(scope, &arguments.issue_key).await?;
        let issue = issues.shown_issue(scope, &key).await?;
        let mut dates = json!({
            "key": issue.key, "status": issue.status, "created": issue.created,
            "updated": issue.updated, "due_date": issue.due_date,
        });
        let mut goes_on = false;
        if arguments.include_status_changes {
            let keys = [issue.key.clone()];
            let found = issues.changelogs(scope, &keys).await?;
            let changes = found.items.into_iter().next().map(|issue| issue.changes);
            goes_on = found.goes_on;
            let mut told = statuses(issue.created, changes.unwrap_or_default());
            if told.is_empty() && !goes_on {
                // It never changed: it is in the one that it was made in.
                told.push(json!({ "status": issue.status, "since": issue.created }));
            }
            dates["statuses"] = Value::Array(told);
        }
        Ok(Outcome::of_object(dates).ending_early(goes_on))
    }
}

/// Each status that an issue had, from when to when, the oldest first.
fn statuses(created: Option<Timestamp>, changes: Vec<IssueChanged>) -> Vec<Value> {
    let mut told: Vec<Value> = Vec::new();
    let mut since = created;
    let oldest_first = changes.into_iter().rev();
    for change in oldest_first {
        let status = change.items.into_iter().find(|item| item.field == "status");
        let Some(status) = status else {
            continue;
        };
        if told.is_empty() {
            told.push(json!({ "status": status.from, "since": since }));
        }
        if let Some(before) = told.last_mut() {
            before["until"] = json!(change.created);
            if let (Some(until), Some(since)) = (change.created, since) {
                before["seconds"] = json!(until.since(since).as_secs());
            }
        }
        since = change.created;
        told.push(json!({ "status": status.to, "since": since, "by": change.author }));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(millis: i64, field: &str, from: &str, to: &str) -> IssueChanged {
        IssueChanged {
            author: None,
            created: Some(Timestamp::from_millis(millis)),
            items: vec![FieldChanged {
                field: field.to_owned(),
                field_id: None,
                from: Some(from.to_owned()),
                to: Some(to.to_owned()),
            }],
        }
    }

    #[test]
    fn each_status_lasts_until_the_next() {
        let changes = vec![
            change(90_000, "status", "Doing", "Done"),
            change(50_000, "labels", "", "a"),
            change(30_000, "status", "To Do", "Doing"),
        ];
        let told = statuses(Some(Timestamp::from_millis(0)), changes);
        assert_eq!(
            Value::Array(told),
            json!([
                {"status": "To Do", "since": "1970-01-01T00:00:00Z", "until": "1970-01-01T00:00:30Z", "seconds": 30},
                {"status": "Doing", "since": "1970-01-01T00:00:30Z", "by": null,
                    "until": "1970-01-01T00:01:30Z", "seconds": 60},
                {"status": "Done", "since": "1970-01-01T00:01:30Z", "by": null},
            ])
        );
    }
}
