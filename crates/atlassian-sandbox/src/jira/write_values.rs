//! What may be written into each field of an issue.

use serde_json::{Map, Value};

use super::catalog::{issue_type, priority};
use super::custom_fields::{self, EVERYWHERE, REVIEWER, TESTERS};
use super::fields::STORY_POINTS;
use super::{issues, lengths, users};
use crate::adf_check;
use crate::clock::parse_day;
use crate::state::SiteRequest;
use crate::world::{Component, Issue, Project, Release};

/// Errors by field, as Jira reports them.
pub(crate) type Errors = Map<String, Value>;

/// Sets one field; adds to `errors` if the value does not fit.
pub(crate) fn set(
    request: &SiteRequest<'_>,
    project: &Project,
    issue: &mut Issue,
    name: &str,
    value: &Value,
    errors: &mut Errors,
) {
    let result = match name {
        "summary" => summary(issue, value),
        "description" => document(value).map(|text| issue.description = text),
        "environment" => document(value).map(|text| issue.environment = text),
        "priority" => set_priority(issue, value),
        "assignee" => user(request, project, value).map(|id| issue.assignee = id),
        "reporter" => match user(request, project, value) {
            Ok(Some(id)) => {
                issue.reporter = id;
                Ok(())
            }
            Ok(None) => Err("Reporter is required.".to_owned()),
            Err(problem) => Err(problem),
        },
        "labels" => labels(issue, value),
        "components" => components(project, issue, value),
        "fixVersions" => releases(project, value).map(|ids| issue.around.fix_versions = ids),
        "versions" => releases(project, value).map(|ids| issue.around.versions = ids),
        "duedate" => due(issue, value),
        "parent" => parent(request, issue, value),
        "issuetype" => kind(project, issue, value),
        STORY_POINTS if issue.kind == "10001" => points(issue, value),
        REVIEWER | TESTERS => custom_fields::people(name, value, |one| person(request, one))
            .map(|value| issue.set_custom(name, value)),
        custom if EVERYWHERE.contains(&custom) => {
            let base = format!("https://{}", request.site.host);
            custom_fields::checked(&base, custom, value)
                .map(|value| issue.set_custom(custom, value))
        }
        other => Err(format!(
            "Field '{other}' cannot be set. It is not on the appropriate screen, or unknown."
        )),
    };
    if let Err(problem) = result {
        errors.insert(name.to_owned(), Value::String(problem));
    }
}

fn summary(issue: &mut Issue, value: &Value) -> Result<(), String> {
    let text = match value {
        Value::String(text) => text.trim(),
        Value::Null => "",
        _ => return Err("Operation value must be a string".to_owned()),
    };
    if text.is_empty() {
        return Err("You must specify a summary of the issue.".to_owned());
    }
    if text.contains('\n') {
        return Err("The summary is invalid because it contains newline characters.".to_owned());
    }
    if text.chars().count() > 255 {
        return Err("Summary can't exceed 255 characters.".to_owned());
    }
    text.clone_into(&mut issue.summary);
    Ok(())
}

/// A rich-text field: `null` or ADF, never a string (REST v3; a string is what v2 takes).
pub(super) fn document(value: &Value) -> Result<Option<Value>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Object(_) => match adf_check::check(value) {
            Ok(()) => lengths::document(value).map(|()| Some(value.clone())),
            // All that Jira tells, whatever is wrong: a client has to be right by itself.
            Err(_) => Err("INVALID_INPUT".to_owned()),
        },
        _ => Err(
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                .to_owned(),
        ),
    }
}

fn set_priority(issue: &mut Issue, value: &Value) -> Result<(), String> {
    let named = value["name"].as_str().or_else(|| value["id"].as_str());
    match named.and_then(priority) {
        Some((id, ..)) => (*id).clone_into(&mut issue.priority),
        None if named.is_some() => return Err("The priority selected is invalid.".to_owned()),
        None => return Err("data was not an object".to_owned()),
    }
    Ok(())
}

/// The account of `{"accountId": …}` (or the older `{"id": …}`) who can be assigned; `None` for nobody.
pub(crate) fn user(
    request: &SiteRequest<'_>,
    project: &Project,
    value: &Value,
) -> Result<Option<String>, String> {
    let id = match value {
        Value::Null => return Ok(None),
        Value::Object(object) => object
            .get("accountId")
            .or_else(|| object.get("id"))
            .unwrap_or(&Value::Null),
        _ => return Err("data was not an object".to_owned()),
    };
    let Some(id) = id.as_str() else {
        return if id.is_null() {
            Ok(None)
        } else {
            Err("accountId must be a string".to_owned())
        };
    };
    if id == "-1" {
        return Ok(None);
    }
    let account = request.account(id);
    let known = account.is_some() && request.site.jira_users.iter().any(|user| user == id);
    let assignable = account.is_some_and(|account| account.active)
        && (project.writers.is_empty() || project.writers.iter().any(|writer| writer == id));
    match (known, assignable) {
        (true, true) => Ok(Some(id.to_owned())),
        (true, false) => Err(format!("User '{id}' cannot be assigned issues.")),
        (false, _) => Err("Specify a valid value for assignee".to_owned()),
    }
}

/// Somebody whom a field of people holds, as they are shown then.
fn person(request: &SiteRequest<'_>, value: &Value) -> Result<Value, String> {
    let object = value.as_object().ok_or("data was not an object")?;
    let id = object.get("accountId").or_else(|| object.get("id"));
    let id = id
        .and_then(Value::as_str)
        .ok_or("accountId must be a string")?;
    if request.site.jira_users.iter().any(|user| user == id) {
        Ok(users::user_json(request, id))
    } else {
        Err(format!("User '{id}' is not valid for this user picker."))
    }
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or("data was not an array")?;
    list.iter()
        .map(|item| {
            item.as_str()
                .map(str::to_owned)
                .ok_or_else(|| "string expected at index 0".to_owned())
        })
        .collect()
}

fn labels(issue: &mut Issue, value: &Value) -> Result<(), String> {
    let labels = if value.is_null() {
        Vec::new()
    } else {
        texts(value)?
    };
    if let Some(bad) = labels
        .iter()
        .find(|label| label.is_empty() || label.contains(char::is_whitespace))
    {
        return Err(format!(
            "The label '{bad}' contains spaces which is invalid."
        ));
    }
    for label in &labels {
        lengths::line(label)?;
    }
    issue.labels = labels;
    issue.labels.sort();
    issue.labels.dedup();
    Ok(())
}

fn components(project: &Project, issue: &mut Issue, value: &Value) -> Result<(), String> {
    let mut names = Vec::new();
    let listed: &[Value] = match value {
        Value::Null => &[],
        value => value.as_array().ok_or("data was not an array")?,
    };
    for item in listed {
        let is_meant = |known: &&Component| is_named(item, known.id, &known.name);
        let known = project.components.iter().find(is_meant);
        names.push(known.ok_or("Component name is not valid")?.name.clone());
    }
    issue.components = names;
    Ok(())
}

/// Whether something is meant by an object with its id or its name.
fn is_named(item: &Value, id: u64, name: &str) -> bool {
    let id = id.to_string();
    item["id"] == id.as_str() || item["name"] == name
}

/// Ids of versions given by id or name.
fn releases(project: &Project, value: &Value) -> Result<Vec<u64>, String> {
    let list = match value {
        Value::Null => &[],
        value => value.as_array().ok_or("data was not an array")?.as_slice(),
    };
    list.iter()
        .map(|item| {
            let is_meant = |known: &&Release| is_named(item, known.id, &known.name);
            let known = project.releases.iter().find(is_meant);
            known.map(|known| known.id).ok_or_else(|| {
                let name = item["name"].as_str().unwrap_or("");
                format!("Version name '{name}' is not valid")
            })
        })
        .collect()
}

fn due(issue: &mut Issue, value: &Value) -> Result<(), String> {
    let day = value.as_str().unwrap_or("");
    if !value.is_null() && (day.len() != 10 || parse_day(day).is_none() || !day.contains('-')) {
        return Err("Operation value must be a date in the format 'yyyy-MM-dd'".to_owned());
    }
    issue.due = value.as_str().map(str::to_owned);
    Ok(())
}

fn points(issue: &mut Issue, value: &Value) -> Result<(), String> {
    if !value.is_null() && !value.is_number() {
        return Err("Operation value must be a number".to_owned());
    }
    issue.story_points = value.as_f64();
    Ok(())
}

fn kind(project: &Project, issue: &mut Issue, value: &Value) -> Result<(), String> {
    let named = value["id"]
        .as_str()
        .or_else(|| value["name"].as_str())
        .and_then(issue_type);
    let fits = named.filter(|kind| project.issue_types.iter().any(|id| id == kind.id));
    fits.ok_or("Specify a valid issue type")?
        .id
        .clone_into(&mut issue.kind);
    Ok(())
}

fn parent(request: &SiteRequest<'_>, issue: &mut Issue, value: &Value) -> Result<(), String> {
    if value.is_null() {
        issue.parent = None;
        return Ok(());
    }
    let named = value["key"]
        .as_str()
        .or_else(|| value["id"].as_str())
        .unwrap_or("");
    let parent = issues::find(request, named)
        .map_err(|_| "Could not find issue by id or key.".to_owned())?;
    let levels = (
        issue_type(&parent.kind).map(|kind| kind.level),
        issue_type(&issue.kind).map(|kind| kind.level),
    );
    if parent.project != issue.project
        || parent.id == issue.id
        || !matches!(levels, (Some(above), Some(below)) if above == below + 1)
    {
        return Err("Given parent work item does not belong to appropriate hierarchy.".to_owned());
    }
    issue.parent = Some(parent.id);
    Ok(())
}
