//! Tools that make and change issues.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{JsonObject, Names, names, refuse_file};
use super::connector_names::created;
use super::facts::{Facts, Gives};
use super::jira_changed::{self, leave_out_what_stays};
use super::outcome::Outcome;
use super::registry::Operation;
use super::times::day;
use crate::model::entity_tag::IfMatch;
use crate::model::issue_change::IssueChange;
use crate::model::issue_draft::IssueDraft;
use crate::model::parent_names::take_parent;
use crate::model::request_body::FromBody;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// The arguments of `jira_create_issue`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateIssueArguments {
    #[schema(example = "APP", pattern = "^[A-Z][A-Z0-9_]+$")]
    project_key: String,
    #[schema(example = "The printer is on fire")]
    summary: String,
    /// Such as Task, Bug.
    #[schema(example = "Task")]
    issue_type: String,
    /// Account id, `me`, email or name.
    assignee: Option<String>,
    /// Markdown.
    description: Option<String>,
    /// Comma-separated.
    #[schema(value_type = Option<String>, format = "names")]
    components: Option<Names>,
    /// Others in Jira's form, such as `{priority: {name: High}, parent: APP-1}`; texts in Markdown, a choice below another as `EU → Berlin`.
    #[schema(value_type = Option<JsonObject>, inline)]
    additional_fields: Option<JsonObject>,
}

/// `jira_create_issue`.
pub(super) struct JiraCreateIssue;

impl Operation for JiraCreateIssue {
    const NAME: &'static str = "jira_create_issue";
    const FACTS: Facts = Facts {
        title: "Create issue",
        description: "Create an issue. Gives its key (as id) and url. A refusal names missing fields.",
        calls: &["createIssue"],
        ..Facts::adding(Toolset::JIRA_ISSUES, Gives::Object("id url title"))
    };
    type Arguments = CreateIssueArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: CreateIssueArguments,
    ) -> Result<Outcome, ServiceError> {
        let draft = draft_of(arguments)?;
        let made = context.issues.create(scope, &draft).await?;
        Ok(created(&made))
    }
}

/// The issue that the arguments describe.
///
/// # Errors
/// `Validation` for what is malformed.
pub(super) fn draft_of(arguments: CreateIssueArguments) -> Result<IssueDraft, ServiceError> {
    let mut further = arguments.additional_fields.unwrap_or_default().0;
    if further.contains_key("status") {
        let why = "a new issue begins in the first status of its workflow: leave status out, and move it with jira_transition_issue";
        return Err(ServiceError::invalid("additional_fields", why));
    }
    only_days(&mut further);
    let mut draft = json!({
        "project_key": arguments.project_key, "summary": arguments.summary,
        "issue_type": arguments.issue_type, "description": arguments.description,
    });
    if let Some(assignee) = arguments.assignee {
        draft["assignee"] = json!(assignee);
    }
    if let Some(list) = &arguments.components {
        draft["components"] = json!(list.0);
    }
    draft["additional_fields"] = Value::Object(further);
    Ok(IssueDraft::read(&draft)?)
}

/// Jira takes the day alone of when something is due.
fn only_days(fields: &mut Map<String, Value>) {
    for name in ["duedate", "due_date"] {
        if let Some(due) = fields.get_mut(name)
            && let Some(text) = due.as_str()
        {
            *due = Value::from(day(text));
        }
    }
}

/// The parent among further fields, under any of its names, as `EX-1`.
///
/// # Errors
/// `Validation` where two of the names say different things.
fn parent_of(fields: &mut Map<String, Value>) -> Result<Option<Value>, ServiceError> {
    take_parent(fields).map_err(|[one, other]| contradiction(&one, &other))
}

/// Two arguments, or parts of them, say different things.
fn contradiction(one: &str, other: &str) -> ServiceError {
    ServiceError::Validation {
        message: format!(
            "{one} and {other} say different things; leave one of them out; nothing was written"
        ),
        fields: vec![one.to_owned(), other.to_owned()],
    }
}

/// The arguments of `jira_update_issue`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateIssueArguments {
    #[schema(example = "APP-1", pattern = "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$")]
    issue_key: String,
    /// New values, such as summary, description (Markdown), assignee, duedate, parent.
    #[schema(value_type = Option<JsonObject>, inline)]
    fields: Option<JsonObject>,
    /// Others in Jira's form.
    #[schema(value_type = Option<JsonObject>, inline)]
    additional_fields: Option<JsonObject>,
    /// Names, comma-separated.
    #[schema(value_type = Option<String>, format = "names")]
    components: Option<Names>,
    /// Would name files of the server: not offered here.
    #[schema(value_type = Option<String>)]
    attachments: Option<Value>,
    /// As read: nothing is written if the issue changed since.
    #[schema(example = "2026-01-30T12:00:00Z")]
    updated: Option<String>,
    /// Write even if what Markdown cannot say is lost.
    #[serde(default)]
    #[schema(required = false, default = false)]
    replace: bool,
    /// Given back.
    #[schema(value_type = Option<String>, format = "names")]
    return_fields: Option<Names>,
}

/// `jira_update_issue`.
pub(super) struct JiraUpdateIssue;

impl Operation for JiraUpdateIssue {
    const NAME: &'static str = "jira_update_issue";
    const FACTS: Facts = Facts {
        title: "Change issue",
        description: "Change fields of an issue; others stay, null clears. Gives these. For its status use jira_transition_issue.",
        idempotent: true,
        calls: &["editIssue", "getIssue"],
        unlisted: &["attachments", "additional_fields", "components"],
        ..Facts::changing(Toolset::JIRA_ISSUES, Gives::Object("key url"))
    };
    type Arguments = UpdateIssueArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: UpdateIssueArguments,
    ) -> Result<Outcome, ServiceError> {
        refuse_file(
            "attachments",
            arguments.attachments.as_ref(),
            "send the file's content to jira_upload_attachment",
        )?;
        let mut fields = arguments.fields.unwrap_or_default().0;
        let mut further = arguments.additional_fields.unwrap_or_default().0;
        only_days(&mut further);
        let given = fields.keys().chain(further.keys()).cloned();
        let listed = arguments.components.iter();
        let given = given.chain(listed.map(|_| String::from("components")));
        let wanted =
            jira_changed::wanted(context, scope, arguments.return_fields, given.collect()).await?;
        let key = &arguments.issue_key;
        let now = leave_out_what_stays(context, scope, key, &mut fields).await?;
        if fields.contains_key("status") || further.contains_key("status") {
            let why = "the status is changed with jira_transition_issue";
            return Err(ServiceError::invalid("fields", why));
        }
        if let Some(list) = &arguments.components {
            let before = fields.insert(String::from("components"), json!(list.0));
            if before.is_some_and(|before| before != json!(list.0)) {
                return Err(contradiction("components", "fields.components"));
            }
        }
        if fields.is_empty() && further.is_empty() {
            // All that was named is so already.
            if let Some(now) = now {
                return Ok(jira_changed::told(context, scope, now, &wanted).await);
            }
            let why = "fields must name a field to change";
            return Err(ServiceError::invalid("fields", why));
        }
        let mut change = short_form(fields, further)?;
        change["replace"] = json!(arguments.replace);
        change["updated"] = json!(arguments.updated);
        let changed = context
            .issues
            .update(
                scope,
                key,
                &IssueChange::read(&change)?.into(),
                &IfMatch::default(),
            )
            .await?;
        Ok(jira_changed::told(context, scope, changed, &wanted).await)
    }
}

/// The short form of a change, from the names and shapes that agents use.
fn short_form(
    mut fields: Map<String, Value>,
    mut further: Map<String, Value>,
) -> Result<Value, ServiceError> {
    let mut change = Map::new();
    for (theirs, ours) in [
        ("summary", "summary"),
        ("description", "description"),
        ("labels", "labels"),
        ("components", "components"),
        ("priority", "priority"),
        ("issuetype", "issue_type"),
        ("issue_type", "issue_type"),
        ("duedate", "due_date"),
        ("due_date", "due_date"),
    ] {
        if let Some(value) = fields.remove(theirs) {
            if change.contains_key(ours) {
                return Err(contradiction(theirs, ours));
            }
            let is_list = matches!(ours, "labels" | "components");
            let value = match value {
                Value::String(list) if is_list => json!(names(&list)),
                Value::String(text) if ours == "due_date" => Value::from(day(&text)),
                value => value,
            };
            change.insert(ours.to_owned(), value);
        }
    }
    if let Some(assignee) = fields.remove("assignee") {
        change.insert(String::from("assignee"), assignee);
    }
    let parents = (parent_of(&mut fields)?, parent_of(&mut further)?);
    match parents {
        (Some(one), Some(other)) if one != other => {
            return Err(contradiction("fields.parent", "additional_fields.parent"));
        }
        (Some(parent), _) | (None, Some(parent)) => {
            change.insert(String::from("parent"), parent);
        }
        (None, None) => {}
    }
    for (name, value) in &further {
        if fields.get(name).is_some_and(|other| other != value) {
            let (one, other) = (
                format!("fields.{name}"),
                format!("additional_fields.{name}"),
            );
            return Err(contradiction(&one, &other));
        }
    }
    fields.append(&mut further);
    change.insert(String::from("additional_fields"), Value::Object(fields));
    Ok(Value::Object(change))
}
