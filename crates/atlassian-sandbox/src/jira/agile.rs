//! Jira Software's own API, `/rest/agile/1.0`: boards, their sprints, backlogs and issues.
//!
//! Its scopes are granular: the classic ones of Jira do not reach here (developer.atlassian.com, "Jira Software
//! scopes for OAuth 2.0 (3LO) and Forge apps").

use serde_json::{Value, json};

use super::fields::{Wanted, issue_json};
use super::{board_of, dialect, error, issues, jql, page_bounds, projects, sprints};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, Project, Workflow};

const BOARDS: &[&str] = &["read:board-scope:jira-software read:project:jira"];
const BOARD: &[&str] = &["read:board-scope:jira-software read:issue-details:jira"];
const SETTINGS: &[&str] = &["read:board-scope.admin:jira-software read:project:jira"];
const ISSUE: &[&str] = &["read:issue-details:jira"];
const SPRINT: &[&str] = &["read:sprint:jira-software"];
const IN_SPRINT: &[&str] = &["read:sprint:jira-software read:issue-details:jira read:jql:jira"];
const PLAN: &[&str] = &["write:sprint:jira-software"];
const UNPLAN: &[&str] = &["delete:sprint:jira-software"];
const MOVE: &[&str] = &["write:board-scope:jira-software"];

/// Answers a path after `/rest/agile/1.0/`; `None` if no such endpoint exists.
pub(crate) fn answer(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    // Texts and addresses of issues are those of version 2 of Jira's API.
    dialect::answer(request, "2", path, |request, path| {
        about_boards(request, path).or_else(|| about_sprints(request, path))
    })
}

fn about_boards(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["board"]) => request.with(BOARDS, |request| boards(request)),
        ("GET", ["board", id]) => request.with(BOARD, |request| {
            let project = find(request, id)?;
            Ok(Reply::ok(&board_json(request, project)))
        }),
        ("GET", ["board", id, "configuration"]) => {
            request.with(SETTINGS, |request| configuration(request, id))
        }
        ("GET", ["board", id, "project"]) => request.with(BOARDS, |request| {
            let project = find(request, id)?;
            page(request, &[project], 50, &|project| {
                projects::short_json(request, project)
            })
        }),
        ("GET", ["board", id, "issue"]) => request.with(BOARD, |request| {
            let project = find(request, id)?.id;
            listed(request, &|issue| issue.project == project)
        }),
        ("GET", ["board", id, "backlog"]) => request.with(BOARD, |request| backlog(request, id)),
        ("GET", ["board", id, "sprint"]) => {
            request.with(SPRINT, |request| sprints::of_board(request, id))
        }
        ("GET", ["board", id, "sprint", sprint, "issue"]) => request.with(BOARD, |request| {
            find(request, id)?;
            let sprint = sprints::find(request, sprint)?.id;
            listed(request, &|issue| issue.around.sprint == Some(sprint))
        }),
        ("GET", ["issue", issue]) => request.with(ISSUE, |request| {
            let issue = issues::find(request, issue)?;
            Ok(Reply::ok(&shown(request, issue)))
        }),
        _ => return None,
    })
}

fn about_sprints(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("POST", ["sprint"]) => request.with(PLAN, sprints::create),
        ("GET", ["sprint", id]) => request.with(SPRINT, |request| sprints::get(request, id)),
        ("POST" | "PUT", ["sprint", id]) => {
            request.with(PLAN, |request| sprints::update(request, id))
        }
        ("DELETE", ["sprint", id]) => request.with(UNPLAN, |request| sprints::delete(request, id)),
        ("GET", ["sprint", id, "issue"]) => request.with(IN_SPRINT, |request| {
            let sprint = sprints::find(request, id)?.id;
            listed(request, &|issue| issue.around.sprint == Some(sprint))
        }),
        ("POST", ["sprint", id, "issue"]) => {
            request.with(PLAN, |request| sprints::fill(request, Some(id)))
        }
        ("POST", ["backlog", "issue"]) => {
            request.with(MOVE, |request| sprints::fill(request, None))
        }
        _ => return None,
    })
}

/// The project behind a board that the caller sees.
pub(super) fn find<'a>(request: &'a SiteRequest<'_>, id: &str) -> Result<&'a Project, Reply> {
    let mut all = request.site.projects.iter();
    all.find(|project| board_of(project.id).to_string() == id && request.sees_project(project))
        .ok_or_else(|| {
            error::messages(
                404,
                &["The requested board cannot be viewed because it either does not exist or you do not have permission to view it."],
            )
        })
}

fn kind(project: &Project) -> &'static str {
    if project.workflow == Workflow::Software {
        "scrum"
    } else {
        "kanban"
    }
}

/// Only boards with sprints have a backlog to plan from.
pub(super) fn find_scrum<'a>(request: &'a SiteRequest<'_>, id: &str) -> Result<&'a Project, Reply> {
    let project = find(request, id)?;
    if kind(project) == "scrum" {
        Ok(project)
    } else {
        Err(error::messages(
            400,
            &["The board does not support sprints"],
        ))
    }
}

fn board_json(request: &SiteRequest<'_>, project: &Project) -> Value {
    let id = board_of(project.id);
    let short = projects::short_json(request, project);
    json!({
        "id": id,
        "self": format!("https://{}/rest/agile/1.0/board/{id}", request.site.host),
        "name": format!("{} board", project.key),
        "type": kind(project),
        "location": {
            "projectId": project.id, "displayName": format!("{} ({})", project.name, project.key),
            "projectName": project.name, "projectKey": project.key, "projectTypeKey": project.kind,
            "avatarURI": short["avatarUrls"]["24x24"], "name": format!("{} ({})", project.name, project.key),
        },
        "isPrivate": false,
    })
}

fn boards(request: &SiteRequest<'_>) -> Answer {
    let call = request.call;
    let kinds = call.list("type");
    let wanted = call.param("projectKeyOrId");
    if let Some(wanted) = wanted
        && projects::find(request, wanted).is_err()
    {
        return Err(error::messages(
            400,
            &[&format!(
                "No project could be found with key or id '{wanted}'."
            )],
        ));
    }
    let name = call.param("name").unwrap_or("").to_lowercase();
    let found: Vec<&Project> = request
        .site
        .projects
        .iter()
        .filter(|project| request.sees_project(project))
        .filter(|project| kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind(project)))
        .filter(|project| {
            wanted.is_none_or(|wanted| project.key == wanted || project.id.to_string() == wanted)
        })
        .filter(|project| {
            format!("{} board", project.key)
                .to_lowercase()
                .contains(&name)
        })
        .collect();
    page(request, &found, 50, &|project| board_json(request, project))
}

/// A page of `values`.
pub(super) fn page<T: Copy>(
    request: &SiteRequest<'_>,
    all: &[T],
    most: usize,
    shown: &dyn Fn(T) -> Value,
) -> Answer {
    let (start, most) = page_bounds(request, most, most)?;
    let values: Vec<Value> = all
        .iter()
        .skip(start)
        .take(most)
        .map(|one| shown(*one))
        .collect();
    let last = start + values.len() >= all.len();
    Ok(Reply::ok(
        &json!({"maxResults": most, "startAt": start, "total": all.len(), "isLast": last, "values": values}),
    ))
}

fn configuration(request: &SiteRequest<'_>, id: &str) -> Answer {
    let project = find(request, id)?;
    let base = format!("https://{}", request.site.host);
    let columns: Vec<Value> = super::workflow_statuses(project.workflow)
        .iter()
        .filter_map(|id| super::status(id))
        .map(|status| {
            let address = format!("{base}/rest/api/2/status/{}", status.id);
            json!({"name": status.name, "statuses": [{"id": status.id, "self": address}]})
        })
        .collect();
    let number = board_of(project.id);
    Ok(Reply::ok(&json!({
        "id": number, "name": format!("{} board", project.key), "type": kind(project),
        "self": format!("{base}/rest/agile/1.0/board/{number}/configuration"),
        "filter": {"id": project.id.to_string(), "self": format!("{base}/rest/api/2/filter/{}", project.id)},
        "columnConfig": {"columns": columns, "constraintType": "none"},
        "ranking": {"rankCustomFieldId": 10_019},
    })))
}

fn backlog(request: &SiteRequest<'_>, id: &str) -> Answer {
    let project = find_scrum(request, id)?.id;
    // What is done is in no backlog, and what is in a sprint of these days or later is.
    let closed: Vec<u64> = request
        .site
        .tracker
        .sprints
        .iter()
        .filter(|sprint| sprint.state != "future")
        .map(|sprint| sprint.id)
        .collect();
    listed(request, &|issue| {
        let is_done = super::status(&issue.status).is_some_and(|status| status.category == "done");
        let is_planned = issue
            .around
            .sprint
            .is_some_and(|sprint| closed.contains(&sprint));
        issue.project == project && !is_done && !is_planned
    })
}

/// An issue with the fields that this API adds.
fn shown(request: &SiteRequest<'_>, issue: &Issue) -> Value {
    let wanted = Wanted::new(&request.call.list("fields"), "*navigable");
    let mut value = issue_json(request, issue, &wanted, &request.call.list("expand"));
    value["self"] = json!(format!(
        "https://{}/rest/agile/1.0/issue/{}",
        request.site.host, issue.id
    ));
    let sprint = issue.around.sprint;
    let sprint = sprint.and_then(|id| request.site.tracker.sprints.iter().find(|one| one.id == id));
    if wanted.is_bare() {
        return value;
    }
    let json = |sprint| sprints::json_of(request, sprint);
    match sprint {
        Some(sprint) if sprint.state == "closed" => {
            value["fields"]["sprint"] = Value::Null;
            value["fields"]["closedSprints"] = json!([json(sprint)]);
        }
        other => value["fields"]["sprint"] = other.map_or(Value::Null, json),
    }
    value
}

/// A page of the issues that are meant and that the caller's `jql` finds, by rank unless it orders them.
fn listed(request: &SiteRequest<'_>, is_meant: &dyn Fn(&Issue) -> bool) -> Answer {
    let (start, most) = page_bounds(request, 50, 100)?;
    let jql = request.call.param("jql").unwrap_or("").trim();
    // Unlike the search, this is bounded by the board or the sprint.
    let bounded = match jql.to_ascii_lowercase() {
        text if text.is_empty() => "key is not EMPTY ORDER BY key ASC".to_owned(),
        text if text.starts_with("order by") => format!("key is not EMPTY {jql}"),
        text if text.contains("order by") => jql.to_owned(),
        _ => format!("{jql} ORDER BY key ASC"),
    };
    let found = jql::find(request, &bounded)
        .map_err(|texts| Reply::json(400, &json!({"errorMessages": texts, "errors": {}})))?;
    let found: Vec<&Issue> = found.into_iter().filter(|issue| is_meant(issue)).collect();
    let issues: Vec<Value> = found
        .iter()
        .skip(start)
        .take(most)
        .map(|issue| shown(request, issue))
        .collect();
    Ok(Reply::ok(&json!({
        "expand": "schema,names", "startAt": start, "maxResults": most, "total": found.len(), "issues": issues,
    })))
}
