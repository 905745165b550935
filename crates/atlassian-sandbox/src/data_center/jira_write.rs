//! Writing to Jira Data Center: texts are strings, people are `{"name": …}`; Cloud's forms are refused.

use serde_json::{Map, Value, json};

use super::jira_json::{EPIC, EPIC_LINK};
use super::{base, jira_json, people};
use crate::jira::custom_fields::{self, CRITERIA, REVIEWER, TESTERS};
use crate::jira::{
    comments, error, issue_type, issues, lengths, transitions as steps, write, write_values,
};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, Project};

type Object = Map<String, Value>;

pub(crate) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let mut fields = object(body.get("fields"));
    fields.retain(|_, value| !value.is_null());
    let project = write::project_of(request, &fields)?;
    let wanted = fields.get("issuetype").cloned().unwrap_or(Value::Null);
    let kind = wanted["id"]
        .as_str()
        .or_else(|| wanted["name"].as_str())
        .and_then(issue_type)
        .filter(|kind| project.issue_types.iter().any(|id| id == kind.id));
    let Some(kind) = kind else {
        return Err(error::field("issuetype", "valid issue type is required"));
    };
    let mut issue = write::blank(request, &project, kind.id);
    let mut errors = Object::new();
    if kind.subtask && !fields.contains_key("parent") {
        let text = json!("Issue type is a sub-task but parent issue key or id not specified.");
        errors.insert("parentId".to_owned(), text);
    }
    if !fields.contains_key("summary") {
        let text = json!("You must specify a summary of the issue.");
        errors.insert("summary".to_owned(), text);
    }
    for (name, value) in &fields {
        if !matches!(name.as_str(), "project" | "issuetype") {
            set(request, &project, &mut issue, name, value, &mut errors);
        }
    }
    if !errors.is_empty() {
        return Err(error::fields(&errors));
    }
    issue.id = request.new_id();
    let stored = request
        .site
        .projects
        .iter_mut()
        .find(|known| known.id == project.id)
        .ok_or_else(error::no_issue)?;
    stored.last_number += 1;
    issue.key = format!("{}-{}", stored.key, stored.last_number);
    let address = format!("{}/rest/api/2/issue/{}", base(request), issue.id);
    let made = json!({"id": issue.id.to_string(), "key": issue.key, "self": address});
    request.site.issues.push(issue);
    Ok(Reply::json(201, &made))
}

fn object(value: Option<&Value>) -> Object {
    value
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

fn set(
    request: &SiteRequest<'_>,
    project: &Project,
    issue: &mut Issue,
    name: &str,
    value: &Value,
    errors: &mut Object,
) {
    let result = match name {
        "description" => wiki(value).map(|text| issue.description = text),
        "environment" => wiki(value).map(|text| issue.environment = text),
        CRITERIA => wiki(value).map(|text| issue.set_custom(CRITERIA, text.unwrap_or_default())),
        REVIEWER | TESTERS => custom_fields::people(name, value, |one| {
            let who = person(request, one)?.ok_or("data was not an object")?;
            Ok(people::in_jira(request, &who))
        })
        .map(|value| issue.set_custom(name, value)),
        // For sub-tasks alone: of any other issue it is passed over without a word.
        "parent" if !is_subtask(issue) => Ok(()),
        EPIC_LINK => epic(request, issue, value),
        "assignee" => assignable(request, project, value).map(|who| issue.assignee = who),
        "reporter" => person(request, value).and_then(|who| {
            issue.reporter = who.ok_or("Reporter is required.")?;
            Ok(())
        }),
        _ => {
            write_values::set(request, project, issue, name, value, errors);
            return;
        }
    };
    if let Err(problem) = result {
        errors.insert(name.to_owned(), Value::String(problem));
    }
}

fn is_subtask(issue: &Issue) -> bool {
    issue_type(&issue.kind).is_some_and(|kind| kind.subtask)
}

/// The epic of an issue that is no sub-task, by its key.
fn epic(request: &SiteRequest<'_>, issue: &mut Issue, value: &Value) -> Result<(), String> {
    if value.is_null() {
        issue.parent = None;
        return Ok(());
    }
    let key = value
        .as_str()
        .ok_or("Epic Link must be the key of an epic")?;
    let found =
        issues::find(request, key).map_err(|_| format!("Issue '{key}' could not be found."))?;
    if is_subtask(issue) || found.kind != EPIC {
        return Err(format!("Issue '{key}' is not an Epic."));
    }
    issue.parent = Some(found.id);
    Ok(())
}

/// A text field: `null` or wiki markup, never a document.
fn wiki(value: &Value) -> Result<Option<Value>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => {
            lengths::text(text)?;
            Ok((!text.is_empty()).then(|| json!(text)))
        }
        _ => Err("Operation value must be a string".to_owned()),
    }
}

fn person(request: &SiteRequest<'_>, value: &Value) -> Result<Option<String>, String> {
    let named = match value {
        Value::Null => return Ok(None),
        // Nobody, as `{"name": null}` says it, too.
        Value::Object(object) if object.get("name").is_some_and(Value::is_null) => return Ok(None),
        Value::Object(object) => object.get("name").or_else(|| object.get("key")),
        _ => return Err("data was not an object".to_owned()),
    };
    let Some(name) = named.and_then(Value::as_str) else {
        return Err("expected 'name' property to be set".to_owned());
    };
    match people::find(request, name) {
        Some(account) => Ok(Some(account.id.clone())),
        None => Err(format!("User '{name}' does not exist.")),
    }
}

/// Who has left or may not write in the project cannot be assigned.
fn assignable(
    request: &SiteRequest<'_>,
    project: &Project,
    value: &Value,
) -> Result<Option<String>, String> {
    let who = person(request, value)?;
    if let Some(name) = &who {
        let active = request.account(name).is_some_and(|account| account.active);
        let writes = project.writers.is_empty() || project.writers.contains(name);
        if !(active && writes) {
            return Err(format!("User '{name}' cannot be assigned issues."));
        }
    }
    Ok(who)
}

pub(crate) fn edit(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let body = error::body(request)?;
    let index = issues::find_to_write(request, issue)?;
    let mut issue = request.site.issues[index].clone();
    let project = request
        .site
        .project(issue.project)
        .cloned()
        .ok_or_else(error::no_issue)?;
    let mut errors = Object::new();
    let fields = object(body.get("fields"));
    for (name, value) in &fields {
        set(request, &project, &mut issue, name, value, &mut errors);
    }
    for (name, operation) in write::operations(&fields, body.get("update"), &mut errors) {
        if name == "comment" {
            let text = text_of(&operation["add"]["body"])?;
            write::add_comment(request, &mut issue, &text);
        } else {
            let value = write::value_after(&project, &issue, name, operation);
            set(request, &project, &mut issue, name, &value, &mut errors);
        }
    }
    if !errors.is_empty() {
        return Err(error::fields(&errors));
    }
    issue.updated = request.now;
    request.site.issues[index] = issue;
    Ok(Reply::empty(204))
}

pub(crate) fn assign(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let body = error::body(request)?;
    let index = issues::find_to_write(request, issue)?;
    let project = request.site.project(request.site.issues[index].project);
    let project = project.cloned().ok_or_else(error::no_issue)?;
    let who = assignable(request, &project, &Value::Object(body))
        .map_err(|problem| error::field("assignee", &problem))?;
    request.site.issues[index].assignee = who;
    request.site.issues[index].updated = request.now;
    Ok(Reply::empty(204))
}

pub(crate) fn delete(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    issues::delete(request, issue)
}

fn text_of(value: &Value) -> Result<Value, Reply> {
    match value {
        Value::String(text) if !text.trim().is_empty() => {
            lengths::text(text).map_err(|problem| error::field("comment", &problem))?;
            Ok(value.clone())
        }
        Value::Null | Value::String(_) => {
            Err(error::field("comment", "Comment body can not be empty!"))
        }
        _ => Err(error::messages(
            400,
            &["Can not deserialize instance of java.lang.String out of START_OBJECT token"],
        )),
    }
}

pub(crate) fn comment(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let body = error::body(request)?;
    let text = text_of(body.get("body").unwrap_or(&Value::Null))?;
    let mut named = body.clone();
    if let Some(Value::Object(visibility)) = named.get_mut("visibility") {
        // Only Cloud has it.
        visibility.remove("identifier");
    }
    let readers = comments::readers(&named)?;
    let index = issues::find_to_write(request, issue)?;
    let place = comments::append(request, index, text, readers);
    request.site.issues[index].comments[place].internal = comments::is_internal(&body);
    let issue = &request.site.issues[index];
    Ok(Reply::json(
        201,
        &jira_json::comment(request, issue, &issue.comments[place]),
    ))
}

pub(crate) fn edit_comment(request: &mut SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let body = error::body(request)?;
    let text = text_of(body.get("body").unwrap_or(&Value::Null))?;
    let index = issues::find_to_write(request, issue)?;
    let now = request.now;
    let comments = &mut request.site.issues[index].comments;
    let place = comments.iter().position(|one| one.id.to_string() == id);
    let place = place.ok_or_else(|| {
        error::messages(404, &[&format!("Can not find a comment for the id: {id}.")])
    })?;
    comments[place].body = text;
    comments[place].updated = now;
    let issue = &request.site.issues[index];
    Ok(Reply::ok(&jira_json::comment(
        request,
        issue,
        &issue.comments[place],
    )))
}

pub(crate) fn delete_comment(request: &mut SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    comments::delete(request, issue, id)
}

pub(crate) fn transition(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let body = error::body(request)?;
    let found = issues::find(request, issue)?;
    let wanted = &body.get("transition").unwrap_or(&Value::Null)["id"];
    let wanted = wanted
        .as_str()
        .map_or_else(|| wanted.to_string(), str::to_owned);
    let Some(step) = steps::available(request, found)
        .into_iter()
        .find(|step| wanted == step.id)
    else {
        return Err(error::messages(
            400,
            &[
                "It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue.",
            ],
        ));
    };
    let fields = body.get("fields").unwrap_or(&Value::Null);
    let entered = steps::entered(step, fields, |id, value| match id {
        CRITERIA => Ok(wiki(value)?.unwrap_or_default()),
        _ => custom_fields::checked(&base(request), id, value),
    })?;
    let update = body.get("update").unwrap_or(&Value::Null);
    let added = match &update["comment"][0]["add"]["body"] {
        Value::Null => None,
        text => Some(text_of(text)?),
    };
    let index = issues::find_to_write(request, issue)?;
    if let Some(text) = added {
        comments::append(request, index, text, None);
    }
    steps::enter(request, index, step.to, entered);
    Ok(Reply::empty(204))
}
