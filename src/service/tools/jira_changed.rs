//! What an edit of an issue gives back, and what of it changes nothing.

use serde_json::{Map, Value, json};

use super::ToolContext;
use super::arguments::Names;
use super::jira_issues::readable;
use super::outcome::Outcome;
use super::plain::{WantedFields, issue};
use crate::model::hit::Fetched;
use crate::model::issue::{FieldName, Issue};
use crate::model::parent_names::names_parent;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// What an issue shows and no edit changes, and the tool that does, where there is one.
const SHOWN_ONLY: [(&str, &str); 20] = [
    ("id", ""),
    ("key", ""),
    ("url", ""),
    ("status", "jira_transition_issue"),
    ("project", ""),
    ("created", ""),
    ("updated", ""),
    ("creator", ""),
    ("comment", "jira_add_comment"),
    ("comments", "jira_add_comment"),
    ("attachment", "jira_upload_attachment"),
    ("subtasks", "jira_create_issue"),
    ("issuelinks", "jira_create_issue_link"),
    ("worklog", "jira_add_worklog"),
    ("watches", "jira_add_watcher"),
    ("votes", ""),
    ("progress", ""),
    ("aggregateprogress", ""),
    ("resolutiondate", ""),
    ("statuscategorychangedate", ""),
];

/// What agents call fields of Jira's.
const OTHERWISE: [(&str, &str); 2] = [("issue_type", "issuetype"), ("due_date", "duedate")];

/// The fields to give back: those that were asked for, else those that were named to be changed, and when the issue was. Whoever
/// changes one wants to see that, and not all of a long issue; what is no field's name is told by the edit.
///
/// # Errors
/// Before anything is written, for an unknown name among those that were asked for.
pub(super) async fn wanted(
    context: &ToolContext,
    scope: &Scope,
    asked_for: Option<Names>,
    given: Vec<String>,
) -> Result<WantedFields, ServiceError> {
    if let Some(names) = asked_for {
        let ids = context.issues.field_names(scope, "return_fields", names.0);
        return Ok(WantedFields::new(ids.await?));
    }
    let is_shown =
        |name: &String| name == "status" || !SHOWN_ONLY.iter().any(|(shown, _)| shown == name);
    let (mut fields, mut others) = (vec![FieldName::plain("updated")], Vec::new());
    for asked in given.into_iter().filter(is_shown) {
        let otherwise = OTHERWISE.iter().find(|(name, _)| *name == asked);
        if let Some((_, id)) = otherwise {
            let id = (*id).to_owned();
            fields.push(FieldName { id, asked });
        } else if names_parent(&asked) {
            fields.push(FieldName::plain("parent"));
        } else {
            others.push(asked);
        }
    }
    let named = context.issues.field_names(scope, "fields", others).await;
    fields.extend(named.unwrap_or_default());
    Ok(WantedFields::new(fields))
}

/// An issue after an edit: its key and address, and the fields that are wanted.
pub(super) async fn told(
    context: &ToolContext,
    scope: &Scope,
    found: Fetched<Issue>,
    wanted: &WantedFields,
) -> Outcome {
    Outcome::of_object(flat(context, scope, found, wanted).await)
}

async fn flat(
    context: &ToolContext,
    scope: &Scope,
    found: Fetched<Issue>,
    wanted: &WantedFields,
) -> Map<String, Value> {
    let raw = readable(context, scope, found.raw).await;
    let mut flat = issue(&raw, wanted, None);
    // As the connector reads it, whatever the dialect of the site.
    if let Some(description) = flat.get_mut("description") {
        *description = json!(found.value.description);
    }
    if let Some(parent) = flat.get_mut("parent").filter(|parent| parent.is_null()) {
        *parent = json!(found.value.parent);
    }
    flat.insert(String::from("url"), json!(found.value.url));
    flat
}

/// Takes out what is as it is: whoever writes back all that a tool read means to change the rest. Gives the issue as it is now,
/// where it was read for that.
///
/// # Errors
/// `Validation` for what would have to change and cannot; those of reading the issue.
pub(super) async fn leave_out_what_stays(
    context: &ToolContext,
    scope: &Scope,
    issue_key: &str,
    fields: &mut Map<String, Value>,
) -> Result<Option<Fetched<Issue>>, ServiceError> {
    if !SHOWN_ONLY
        .iter()
        .any(|(name, _)| fields.contains_key(*name))
    {
        return Ok(None);
    }
    let now = context.issues.issue(scope, issue_key).await?;
    let all = WantedFields::new(vec![FieldName::plain("*all")]);
    let shown = flat(context, scope, now.clone(), &all).await;
    // Comments are read beside the issue.
    if fields.len() > 1 {
        fields.remove("comments");
    }
    fields.retain(|name, value| shown.get(name) != Some(value));
    let mut stuck = SHOWN_ONLY.iter();
    let stuck = stuck.find(|(name, _)| *name != "status" && fields.contains_key(*name));
    let Some((name, tool)) = stuck else {
        return Ok(Some(now));
    };
    let otherwise = match *tool {
        "" => String::new(),
        tool => format!("; {tool} does that"),
    };
    let why = format!(
        "{name} is none of what an edit changes; leave it out, or send it as it is{otherwise}"
    );
    Err(ServiceError::invalid("fields", why))
}
