//! Jira projects: search, one project, its statuses, components and versions.

use serde_json::{Value, json};

use super::catalog::{issue_type, status, status_json, type_json, workflow_statuses};
use super::{error, page_bounds, releases, users};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Component, Project};

/// The project with exactly this id or key, if the caller sees it. Keys of projects are case-sensitive in
/// Jira's OpenAPI document, keys of issues are not.
pub(crate) fn find<'a>(
    request: &'a SiteRequest<'_>,
    id_or_key: &str,
) -> Result<&'a Project, Reply> {
    let found = request
        .site
        .projects
        .iter()
        .find(|project| project.key == id_or_key || project.id.to_string() == id_or_key);
    found
        .filter(|project| request.sees_project(project))
        .ok_or_else(|| {
            error::messages(
                404,
                &[&format!(
                    "No project could be found with key '{id_or_key}'."
                )],
            )
        })
}

/// The short form of a project, as it appears in lists and inside issues.
pub(crate) fn short_json(request: &SiteRequest<'_>, project: &Project) -> Value {
    let base = format!("https://{}", request.site.host);
    let avatar = |size: &str| {
        format!("{base}/rest/api/3/universal_avatar/view/type/project/avatar/10400?size={size}")
    };
    json!({
        "self": format!("{base}/rest/api/3/project/{}", project.id),
        "id": project.id.to_string(),
        "key": project.key,
        "name": project.name,
        "projectTypeKey": project.kind,
        "simplified": project.team_managed,
        "avatarUrls": {"48x48": avatar("xlarge"), "24x24": avatar("small"), "16x16": avatar("xsmall"), "32x32": avatar("medium")},
    })
}

fn listed(request: &SiteRequest<'_>, project: &Project, expand: &[String]) -> Value {
    let mut value = short_json(request, project);
    value["style"] = json!(if project.team_managed {
        "next-gen"
    } else {
        "classic"
    });
    value["isPrivate"] = json!(!project.readers.is_empty());
    value["properties"] = json!({});
    value["entityId"] = json!(format!("00000000-0000-4000-8000-{:012}", project.id));
    value["uuid"] = value["entityId"].clone();
    for name in expand {
        match name.as_str() {
            "description" => value["description"] = json!(project.description),
            "lead" => value["lead"] = users::user_json(request, &project.lead),
            "issueTypes" => value["issueTypes"] = types(request, project),
            "url" => value["url"] = json!(""),
            "projectKeys" => value["projectKeys"] = json!([project.key]),
            "insight" => {
                let issues = request
                    .site
                    .issues
                    .iter()
                    .filter(|issue| issue.project == project.id)
                    .count();
                value["insight"] = json!({"totalIssueCount": issues});
            }
            _ => {}
        }
    }
    value
}

fn types(request: &SiteRequest<'_>, project: &Project) -> Value {
    let base = format!("https://{}", request.site.host);
    project
        .issue_types
        .iter()
        .filter_map(|id| issue_type(id))
        .map(|kind| type_json(&base, kind))
        .collect()
}

/// The types of projects that a site may have.
pub(crate) fn kinds() -> Reply {
    let kinds = [
        ("software", "Software"),
        ("service_desk", "Service Desk"),
        ("business", "Business"),
    ];
    let kinds = kinds.map(|(key, name)| {
        json!({"key": key, "formattedKey": name, "descriptionI18nKey": format!("jira.project.type.{key}"), "icon": "", "color": "#000000"})
    });
    Reply::ok(&json!(kinds))
}

pub(crate) fn all(request: &SiteRequest<'_>) -> Reply {
    let expand = request.call.list("expand");
    let visible = request
        .site
        .projects
        .iter()
        .filter(|project| request.sees_project(project));
    Reply::ok(
        &visible
            .map(|project| listed(request, project, &expand))
            .collect(),
    )
}

pub(crate) fn search(request: &SiteRequest<'_>) -> Answer {
    let call = request.call;
    let (start, most) = page_bounds(request, 50, 100)?;
    let (ids, keys, kinds) = (call.list("id"), call.list("keys"), call.list("typeKey"));
    if ids.len() > 50 || keys.len() > 50 {
        return Err(error::messages(400, &["Up to 50 projects can be given."]));
    }
    let query = call.param("query").unwrap_or("").to_lowercase();
    let live = call.list("status").iter().all(|status| status == "live")
        || call.list("status").iter().any(|status| status == "live");
    let mut found: Vec<&Project> = request
        .site
        .projects
        .iter()
        .filter(|project| live && request.sees_project(project))
        .filter(|project| ids.is_empty() || ids.contains(&project.id.to_string()))
        .filter(|project| keys.is_empty() || keys.contains(&project.key))
        .filter(|project| kinds.is_empty() || kinds.contains(&project.kind))
        .filter(|project| {
            query.is_empty()
                || project.key.to_lowercase().contains(&query)
                || project.name.to_lowercase().contains(&query)
        })
        .filter(|project| {
            matches!(call.param("action"), None | Some("view" | "browse"))
                || request.writes_project(project)
        })
        .collect();
    sort(&mut found, call.param("orderBy").unwrap_or("key"))?;
    let expand = call.list("expand");
    let total = found.len();
    let values: Vec<Value> = found
        .iter()
        .skip(start)
        .take(most)
        .map(|project| listed(request, project, &expand))
        .collect();
    let last = start + values.len() >= total;
    let mut answer = json!({
        "self": address(request, start, most), "startAt": start, "maxResults": most, "total": total, "isLast": last,
    });
    if !last {
        answer["nextPage"] = json!(address(request, start + values.len(), most));
    }
    answer["values"] = Value::Array(values);
    Ok(Reply::ok(&answer))
}

/// The address of a page of results, on the site's host.
fn address(request: &SiteRequest<'_>, start: usize, most: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let kept = |name: &str| !matches!(name, "startAt" | "maxResults");
    for (name, value) in request.call.query.iter().filter(|(name, _)| kept(name)) {
        query.append_pair(name, value);
    }
    query
        .append_pair("startAt", &start.to_string())
        .append_pair("maxResults", &most.to_string());
    format!(
        "https://{}/rest/api/3/project/search?{}",
        request.site.host,
        query.finish()
    )
}

fn sort(found: &mut [&Project], order: &str) -> Result<(), Reply> {
    let descending = order.starts_with('-');
    match order.trim_start_matches(['-', '+', ' ']) {
        "key"
        | "category"
        | "issueCount"
        | "lastIssueUpdatedDate"
        | "archivedDate"
        | "deletedDate" => {
            found.sort_by(|one, other| one.key.cmp(&other.key));
        }
        "name" => found.sort_by_key(|project| project.name.to_lowercase()),
        "owner" => found.sort_by(|one, other| one.lead.cmp(&other.lead)),
        _ => {
            return Err(error::messages(
                400,
                &[&format!("The orderBy value '{order}' is not supported.")],
            ));
        }
    }
    if descending {
        found.reverse();
    }
    Ok(())
}

pub(crate) fn get(request: &SiteRequest<'_>, id_or_key: &str) -> Answer {
    let project = find(request, id_or_key)?;
    let everything = ["description", "lead", "issueTypes"].map(str::to_owned);
    let mut value = listed(request, project, &everything);
    value["components"] = component_list(request, project);
    value["versions"] = project
        .releases
        .iter()
        .map(|release| releases::json_of(request, project.id, release))
        .collect();
    value["assigneeType"] = json!("UNASSIGNED");
    value["roles"] = json!({});
    Ok(Reply::ok(&value))
}

pub(crate) fn statuses(request: &SiteRequest<'_>, id_or_key: &str) -> Answer {
    let project = find(request, id_or_key)?;
    let base = format!("https://{}", request.site.host);
    let statuses: Vec<Value> = workflow_statuses(project.workflow)
        .iter()
        .filter_map(|id| status(id))
        .map(|status| status_json(&base, status))
        .collect();
    let kinds: Vec<Value> = project
        .issue_types
        .iter()
        .filter_map(|id| issue_type(id))
        .map(|kind| {
            json!({"self": format!("{base}/rest/api/3/issuetype/{}", kind.id), "id": kind.id, "name": kind.name, "subtask": kind.subtask, "statuses": statuses})
        })
        .collect();
    Ok(Reply::ok(&Value::Array(kinds)))
}

/// A component, as issues and lists show it.
pub(crate) fn component_json(request: &SiteRequest<'_>, component: &Component) -> Value {
    let mut value = json!({
        "self": format!("https://{}/rest/api/3/component/{}", request.site.host, component.id),
        "id": component.id.to_string(),
        "name": component.name,
    });
    if let Some(text) = &component.description {
        value["description"] = json!(text);
    }
    value
}

fn component_list(request: &SiteRequest<'_>, project: &Project) -> Value {
    project
        .components
        .iter()
        .map(|component| component_json(request, component))
        .collect()
}
