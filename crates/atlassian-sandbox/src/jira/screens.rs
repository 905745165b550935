//! Create and edit metadata: the fields of each screen and what they take.

use serde_json::{Map, Value, json};

use super::catalog::{PRIORITIES, TypeInfo, issue_type, priority_json};
use super::custom_fields::{EVERYWHERE, REGION, regions};
use super::fields::STORY_POINTS;
use super::metadata::{name_of, project_kinds, schema_of};
use super::{error, issues, page_bounds, projects, releases};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, Project};

/// Fields of the create screen of a type: id and whether required.
pub(crate) fn screen(kind: &TypeInfo) -> Vec<(&'static str, bool)> {
    let mut fields = vec![
        ("summary", true),
        ("issuetype", true),
        ("project", true),
        ("description", false),
        ("priority", false),
        ("assignee", false),
        ("reporter", false),
        ("labels", false),
        ("components", false),
        ("fixVersions", false),
        ("versions", false),
        ("duedate", false),
        ("environment", false),
        ("parent", kind.subtask),
    ];
    if kind.name == "Story" {
        fields.push((STORY_POINTS, false));
    }
    fields.extend(EVERYWHERE.map(|id| (id, false)));
    fields
}

fn screen_field(request: &SiteRequest<'_>, project: &Project, id: &str, required: bool) -> Value {
    let base = format!("https://{}", request.site.host);
    let operations: &[&str] = if matches!(id, "labels" | "components" | "fixVersions" | "versions")
    {
        &["add", "set", "remove"]
    } else {
        &["set"]
    };
    let mut value = json!({
        "required": required, "schema": schema_of(id), "name": name_of(id), "key": id, "fieldId": id,
        "hasDefaultValue": matches!(id, "priority" | "reporter"), "operations": operations,
    });
    match id {
        "priority" => {
            value["allowedValues"] = PRIORITIES
                .iter()
                .map(|(id, ..)| priority_json(&base, id))
                .collect();
            value["defaultValue"] = priority_json(&base, "3");
        }
        "issuetype" => value["allowedValues"] = project_kinds(request, project),
        REGION => value["allowedValues"] = regions(&base),
        "project" => value["allowedValues"] = json!([projects::short_json(request, project)]),
        "components" => {
            value["allowedValues"] = project
                .components
                .iter()
                .map(|component| projects::component_json(request, component))
                .collect();
        }
        "fixVersions" | "versions" => {
            value["allowedValues"] = project
                .releases
                .iter()
                .map(|release| releases::json_of(request, project.id, release))
                .collect();
        }
        "assignee" | "reporter" => {
            value["autoCompleteUrl"] = json!(format!(
                "{base}/rest/api/3/user/assignable/search?project={}&query=",
                project.key
            ));
        }
        _ => {}
    }
    value
}

/// The types of all projects that were asked for, and their fields where `expand` wants them: deprecated, and
/// still served on Cloud.
/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-get>
pub(crate) fn create_metadata(request: &SiteRequest<'_>) -> Reply {
    let call = request.call;
    let lists = [
        "projectKeys",
        "projectIds",
        "issuetypeNames",
        "issuetypeIds",
    ]
    .map(|name| call.list(name));
    let [keys, ids, titles, kind_ids] = lists.each_ref().map(Vec::as_slice);
    let is_wanted = |one: &[String], other: &[String], first: &str, second: &str| {
        let all = one.is_empty() && other.is_empty();
        all || one.iter().any(|name| name == first) || other.iter().any(|id| id == second)
    };
    let with_fields = call
        .list("expand")
        .iter()
        .any(|name| name == "projects.issuetypes.fields");
    let projects = request.site.projects.iter().filter(|project| {
        let is_open = request.sees_project(project) && request.writes_project(project);
        is_open && is_wanted(keys, ids, &project.key, &project.id.to_string())
    });
    let projects: Vec<Value> = projects
        .map(|project| {
            let mut value = projects::short_json(request, project);
            let mut kinds = project_kinds(request, project);
            let kinds = kinds.as_array_mut().map(std::mem::take).unwrap_or_default();
            let wanted = kinds.into_iter().filter(|kind| {
                let text = |name: &str| kind[name].as_str().unwrap_or_default().to_owned();
                is_wanted(titles, kind_ids, &text("name"), &text("id"))
            });
            value["issuetypes"] = wanted
                .map(|mut kind| {
                    let known = kind["id"].as_str().and_then(issue_type);
                    if let (true, Some(known)) = (with_fields, known) {
                        let fields = new_fields(request, project, known);
                        let with_key = |field: Value| {
                            (field["key"].as_str().unwrap_or_default().to_owned(), field)
                        };
                        kind["fields"] = fields
                            .into_iter()
                            .map(with_key)
                            .collect::<Map<_, _>>()
                            .into();
                    }
                    kind
                })
                .collect();
            value
        })
        .collect();
    Reply::ok(&json!({"expand": "projects", "projects": projects}))
}

pub(crate) fn create_types(request: &SiteRequest<'_>, project: &str) -> Answer {
    let project = projects::find(request, project)?;
    let (start, most) = page_bounds(request, 50, 200)?;
    let kinds = if request.writes_project(project) {
        project_kinds(request, project)
    } else {
        json!([])
    };
    let all = kinds.as_array().map(Vec::as_slice).unwrap_or_default();
    let shown: Vec<&Value> = all.iter().skip(start).take(most).collect();
    Ok(Reply::ok(
        &json!({"startAt": start, "maxResults": most, "total": all.len(), "issueTypes": shown}),
    ))
}

pub(crate) fn create_fields(request: &SiteRequest<'_>, project: &str, kind: &str) -> Answer {
    let project = projects::find(request, project)?;
    let kind = issue_type(kind)
        .filter(|found| found.id == kind && project.issue_types.iter().any(|id| id == kind));
    let kind =
        kind.ok_or_else(|| error::messages(400, &["The issue type selected is invalid."]))?;
    let (start, most) = page_bounds(request, 50, 200)?;
    let all = new_fields(request, project, kind);
    let shown: Vec<&Value> = all.iter().skip(start).take(most).collect();
    Ok(Reply::ok(
        &json!({"startAt": start, "maxResults": most, "total": all.len(), "fields": shown}),
    ))
}

/// The fields of the create screen of a type.
pub(crate) fn new_fields(
    request: &SiteRequest<'_>,
    project: &Project,
    kind: &TypeInfo,
) -> Vec<Value> {
    screen(kind)
        .into_iter()
        .map(|(id, required)| screen_field(request, project, id, required))
        .collect()
}

/// The fields of an issue's edit screen by id.
pub(crate) fn fields_by_key(request: &SiteRequest<'_>, issue: &Issue) -> Value {
    let (Some(project), Some(kind)) =
        (request.site.project(issue.project), issue_type(&issue.kind))
    else {
        return json!({});
    };
    let fields = screen(kind).into_iter().filter(|(id, _)| *id != "project");
    fields
        .map(|(id, required)| {
            (
                id.to_owned(),
                screen_field(request, project, id, required && id == "summary"),
            )
        })
        .collect::<Map<_, _>>()
        .into()
}

pub(crate) fn edit_fields(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    Ok(Reply::ok(&json!({"fields": fields_by_key(request, issue)})))
}
