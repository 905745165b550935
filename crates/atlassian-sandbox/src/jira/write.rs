//! Creating and editing issues.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::catalog::{issue_type, workflow_statuses};
use super::fields::{Wanted, issue_json};
use super::write_values::{Errors, set, user};
use super::{comments, error, issues, media, properties, transitions};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Around, Change, Issue, Project};

type Object = Map<String, Value>;

pub(crate) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    error::closed(
        &body,
        &[
            "fields",
            "update",
            "transition",
            "properties",
            "historyMetadata",
        ],
    )?;
    Ok(Reply::json(201, &create_one(request, &body)?))
}

pub(crate) fn create_many(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let list = body
        .get("issueUpdates")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if list.is_empty() || list.len() > 50 {
        return Err(error::messages(
            400,
            &["Between 1 and 50 issues can be created at a time."],
        ));
    }
    let (mut made, mut failed) = (Vec::new(), Vec::new());
    for (index, item) in list.iter().enumerate() {
        match create_one(request, item.as_object().unwrap_or(&Object::new())) {
            Ok(value) => made.push(value),
            Err(reply) => {
                let errors: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
                failed.push(json!({"status": reply.status, "elementErrors": errors, "failedElementNumber": index}));
            }
        }
    }
    // 201 as soon as one of them was made: the failures are in the body only.
    let status = if made.is_empty() { 400 } else { 201 };
    Ok(Reply::json(
        status,
        &json!({"issues": made, "errors": failed}),
    ))
}

fn create_one(request: &mut SiteRequest<'_>, body: &Object) -> Result<Value, Reply> {
    let mut fields = body
        .get("fields")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    fields.retain(|_, value| !value.is_null());
    let project = project_of(request, &fields)?;
    let kind = fields.get("issuetype").cloned().unwrap_or(Value::Null);
    let kind = kind["id"]
        .as_str()
        .or_else(|| kind["name"].as_str())
        .and_then(issue_type);
    let Some(kind) = kind.filter(|kind| project.issue_types.iter().any(|id| id == kind.id)) else {
        return Err(error::field("issuetype", "Specify a valid issue type"));
    };
    let mut issue = blank(request, &project, kind.id);
    let mut errors = left_out(&fields, kind.subtask);
    for (name, value) in fields
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "project" | "issuetype"))
    {
        set(request, &project, &mut issue, name, value, &mut errors);
    }
    apply_update(
        request,
        &project,
        &mut issue,
        &fields,
        body.get("update"),
        &mut errors,
    )?;
    if !errors.is_empty() {
        return Err(error::fields(&errors));
    }
    let step = transitions::on_create(request, &issue, body.get("transition"))?;
    properties::keep(&mut issue, body.get("properties"))?;
    issue.id = request.new_id();
    let stored = request
        .site
        .projects
        .iter_mut()
        .find(|known| known.id == project.id)
        .ok_or_else(error::no_issue)?;
    stored.last_number += 1;
    issue.key = format!("{}-{}", stored.key, stored.last_number);
    let answer = json!({"id": issue.id.to_string(), "key": issue.key, "self": format!("https://{}/rest/api/3/issue/{}", request.site.host, issue.id)});
    request.site.issues.push(issue);
    if let Some(step) = step {
        let last = request.site.issues.len() - 1;
        transitions::enter(request, last, step.to, transitions::Entered::default());
    }
    Ok(answer)
}

/// What a new issue cannot be without.
fn left_out(fields: &Object, is_sub_task: bool) -> Errors {
    let mut errors = Errors::new();
    if !fields.contains_key("summary") {
        let text = json!("You must specify a summary of the issue.");
        errors.insert("summary".to_owned(), text);
    }
    if is_sub_task && !fields.contains_key("parent") {
        let text = json!("Issue type is a sub-task but parent issue key or id not specified.");
        errors.insert("parentId".to_owned(), text);
    }
    errors
}

pub(crate) fn project_of(request: &SiteRequest<'_>, fields: &Object) -> Result<Project, Reply> {
    let wanted = fields.get("project").cloned().unwrap_or(Value::Null);
    let id = wanted["id"]
        .as_str()
        .map(str::to_owned)
        .or_else(|| wanted["id"].as_u64().map(|id| id.to_string()));
    let found = request.site.projects.iter().find(|project| {
        id.as_ref().is_some_and(|id| *id == project.id.to_string())
            || wanted["key"].as_str() == Some(project.key.as_str())
    });
    match found.filter(|project| request.sees_project(project)) {
        Some(project) if request.writes_project(project) => Ok(project.clone()),
        Some(_) => Err(error::field(
            "project",
            "You cannot create issues in this project.",
        )),
        None if wanted.is_null() => {
            Err(error::field("project", "Specify a valid project ID or key"))
        }
        None => Err(error::field("project", "valid project is required")),
    }
}

pub(crate) fn blank(request: &SiteRequest<'_>, project: &Project, kind: &str) -> Issue {
    Issue {
        id: 0,
        key: String::new(),
        project: project.id,
        kind: kind.to_owned(),
        summary: String::new(),
        description: None,
        environment: None,
        status: workflow_statuses(project.workflow)
            .first()
            .copied()
            .unwrap_or("10000")
            .to_owned(),
        priority: "3".to_owned(),
        resolution: None,
        resolved: None,
        assignee: None,
        reporter: request.me(),
        labels: Vec::new(),
        components: Vec::new(),
        story_points: None,
        custom: BTreeMap::new(),
        parent: None,
        created: request.now,
        updated: request.now,
        due: None,
        comments: Vec::new(),
        history: Vec::new(),
        attachments: Vec::new(),
        around: Around::default(),
    }
}

/// The `update` part: `set` everywhere, `add` and `remove` for lists. A field may be in `fields` or here, not both.
fn apply_update(
    request: &mut SiteRequest<'_>,
    project: &Project,
    issue: &mut Issue,
    fields: &Object,
    update: Option<&Value>,
    errors: &mut Errors,
) -> Result<(), Reply> {
    for (name, operation) in operations(fields, update, errors) {
        if name == "comment" {
            let text = &operation["add"]["body"];
            comments::checked(text)?;
            add_comment(request, issue, text);
        } else {
            let value = value_after(project, issue, name, operation);
            set(request, project, issue, name, &value, errors);
        }
    }
    Ok(())
}

/// The operations of an `update`, each with its field's name.
pub(crate) fn operations<'u>(
    fields: &Object,
    update: Option<&'u Value>,
    errors: &mut Errors,
) -> Vec<(&'u str, &'u Value)> {
    let mut all = Vec::new();
    for (name, operations) in update.and_then(Value::as_object).into_iter().flatten() {
        if fields.contains_key(name) {
            let text =
                format!("Field '{name}' cannot be set. It is given in both fields and update.");
            errors.insert(name.clone(), Value::String(text));
            continue;
        }
        let Some(operations) = operations.as_array() else {
            let text = "Operations must be given as a list.";
            errors.insert(name.clone(), Value::String(text.to_owned()));
            continue;
        };
        let operations = operations.iter();
        all.extend(operations.map(|operation| (name.as_str(), operation)));
    }
    all
}

pub(crate) fn add_comment(request: &mut SiteRequest<'_>, issue: &mut Issue, body: &Value) {
    let (id, author, now) = (request.new_id(), request.me(), request.now);
    issue.comments.push(crate::world::IssueComment {
        id,
        author,
        body: body.clone(),
        visibility: None,
        internal: false,
        created: now,
        updated: now,
    });
}

/// What a field holds after an operation.
pub(crate) fn value_after(
    project: &Project,
    issue: &Issue,
    name: &str,
    operation: &Value,
) -> Value {
    match operation.get("set") {
        Some(value) => value.clone(),
        None => changed_list(project, issue, name, operation),
    }
}

/// The labels, components or versions after an `add` or `remove`.
fn changed_list(project: &Project, issue: &Issue, name: &str, operation: &Value) -> Value {
    let current: Vec<Value> = match name {
        "labels" => issue.labels.iter().map(|label| json!(label)).collect(),
        "components" => issue
            .components
            .iter()
            .map(|component| json!({"name": component}))
            .collect(),
        "fixVersions" | "versions" => {
            let ids = if name == "versions" {
                &issue.around.versions
            } else {
                &issue.around.fix_versions
            };
            let all = project.releases.iter();
            let own = all.filter(|release| ids.contains(&release.id));
            own.map(|release| json!({"name": release.name})).collect()
        }
        _ => return Value::Null,
    };
    let kept = current
        .into_iter()
        .filter(|item| operation.get("remove") != Some(item));
    kept.chain(operation.get("add").cloned()).collect()
}

pub(crate) fn edit(request: &mut SiteRequest<'_>, id_or_key: &str) -> Answer {
    let body = error::body(request)?;
    error::closed(
        &body,
        &[
            "fields",
            "update",
            "transition",
            "properties",
            "historyMetadata",
        ],
    )?;
    let index = issues::find_to_write(request, id_or_key)?;
    let mut issue = request.site.issues[index].clone();
    let project = request
        .site
        .project(issue.project)
        .cloned()
        .ok_or_else(error::no_issue)?;
    let fields = body
        .get("fields")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    if fields.is_empty() && body.get("update").is_none() {
        return Err(error::messages(
            400,
            &["one of 'fields' or 'update' required"],
        ));
    }
    let mut errors = Errors::new();
    for (name, value) in &fields {
        set(request, &project, &mut issue, name, value, &mut errors);
    }
    apply_update(
        request,
        &project,
        &mut issue,
        &fields,
        body.get("update"),
        &mut errors,
    )?;
    if !errors.is_empty() {
        return Err(error::fields(&errors));
    }
    note_changes(request, index, &mut issue);
    issue.updated = request.now;
    media::forget_unshown(&request.site.issues[index], &mut issue);
    request.site.issues[index] = issue;
    if request.call.flag("returnIssue") {
        let wanted = Wanted::new(&[], "*all");
        return Ok(Reply::ok(&issue_json(
            request,
            &request.site.issues[index],
            &wanted,
            &request.call.list("expand"),
        )));
    }
    Ok(Reply::empty(204))
}

fn note_changes(request: &mut SiteRequest<'_>, index: usize, issue: &mut Issue) {
    let old = request.site.issues[index].clone();
    let pairs = [
        ("summary", Some(old.summary), Some(issue.summary.clone())),
        ("priority", Some(old.priority), Some(issue.priority.clone())),
        ("assignee", old.assignee, issue.assignee.clone()),
        (
            "labels",
            Some(old.labels.join(" ")),
            Some(issue.labels.join(" ")),
        ),
        ("duedate", old.due, issue.due.clone()),
    ];
    for (field, from, to) in pairs {
        if from != to {
            let change = Change {
                id: request.new_id(),
                author: request.me(),
                at: request.now,
                field: field.to_owned(),
                from,
                to,
            };
            issue.history.push(change);
        }
    }
}

pub(crate) fn assign(request: &mut SiteRequest<'_>, id_or_key: &str) -> Answer {
    let body = error::body(request)?;
    let index = issues::find_to_write(request, id_or_key)?;
    let mut issue = request.site.issues[index].clone();
    let project = request
        .site
        .project(issue.project)
        .cloned()
        .ok_or_else(error::no_issue)?;
    issue.assignee = user(request, &project, &Value::Object(body))
        .map_err(|problem| error::field("assignee", &problem))?;
    note_changes(request, index, &mut issue);
    issue.updated = request.now;
    request.site.issues[index] = issue;
    Ok(Reply::empty(204))
}
