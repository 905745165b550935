//! Jira Data Center REST v2: which address is answered by what.

use serde_json::{Value, json};

use super::{around, base, jira_files, jira_json, jira_more, jira_read, jira_write, people};
use crate::jira::attachments;
use crate::jira::screens;
use crate::jira::site_info;
use crate::jira::{PRIORITIES, STATUSES, TYPES, projects, releases};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Project;

/// Answers a path after `/rest/api/2/`; `None` if no such endpoint exists.
pub(crate) fn answer(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    jira_more::answer(request, path)
        .or_else(|| about_issues(request, path))
        .or_else(|| about_projects(request, path))
        .or_else(|| about_people(request, path))
        .or_else(|| match path {
            ["rest", "agile", _, path @ ..] => around::boards(request, path),
            path => around::answer(request, path),
        })
}

fn about_issues(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["search"]) => request.open(&[], |request| jira_read::search_by_query(request)),
        ("POST", ["search"]) => request.open(&[], |request| jira_read::search_by_body(request)),
        ("POST", ["issue"]) => request.with(&[], jira_write::create),
        ("GET", ["issue", "createmeta", project, "issuetypes"]) => {
            request.with(&[], |request| jira_read::create_types(request, project))
        }
        ("GET", ["issue", "createmeta", project, "issuetypes", kind]) => request
            .with(&[], |request| {
                jira_read::create_fields(request, project, kind)
            }),
        ("GET", ["issue", issue, "editmeta"]) => request.with(&[], |request| {
            screens::edit_fields(request, issue).map(|reply| around::local_json(request, &reply))
        }),
        // Without a project it was removed in Jira 9.0.
        ("GET", ["issue", "createmeta", ..]) => return None,
        ("GET", ["issue", issue]) => request.open(&[], |request| jira_read::get(request, issue)),
        ("PUT", ["issue", issue]) => request.with(&[], |request| jira_write::edit(request, issue)),
        ("DELETE", ["issue", issue]) => {
            request.with(&[], |request| jira_write::delete(request, issue))
        }
        ("GET", ["issue", issue, "comment"]) => {
            request.open(&[], |request| jira_read::comments(request, issue))
        }
        ("POST", ["issue", issue, "comment"]) => {
            request.with(&[], |request| jira_write::comment(request, issue))
        }
        ("GET", ["issue", issue, "comment", id]) => {
            request.open(&[], |request| jira_read::one_comment(request, issue, id))
        }
        ("PUT", ["issue", issue, "assignee"]) => {
            request.with(&[], |request| jira_write::assign(request, issue))
        }
        ("PUT", ["issue", issue, "comment", id]) => {
            request.with(&[], |request| jira_write::edit_comment(request, issue, id))
        }
        ("POST", ["issue", issue, "attachments"]) => {
            request.with(&[], |request| jira_files::add(request, issue))
        }
        ("GET", ["attachment", "meta"]) => request.open(&[], |_| Ok(attachments::settings())),
        ("GET", ["attachment", id]) => request.with(&[], |request| jira_files::get(request, id)),
        ("DELETE", ["attachment", id]) => {
            request.with(&[], |request| attachments::delete(request, id))
        }
        ("GET", ["secure", "attachment", id, _]) => {
            request.with(&[], |request| jira_files::content(request, id))
        }
        ("DELETE", ["issue", issue, "comment", id]) => request.with(&[], |request| {
            jira_write::delete_comment(request, issue, id)
        }),
        ("GET", ["issue", issue, "transitions"]) => {
            request.with(&[], |request| jira_read::transitions(request, issue))
        }
        ("POST", ["issue", issue, "transitions"]) => {
            request.with(&[], |request| jira_write::transition(request, issue))
        }
        _ => return None,
    })
}

fn about_projects(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["project"]) => request.open(&[], |request| Ok(all_projects(request))),
        ("GET", ["project", project]) => request.open(&[], |request| one_project(request, project)),
        ("GET", ["issuetype"]) => request.open(&[], |request| Ok(everything(request, "issuetype"))),
        ("GET", ["priority"]) => request.open(&[], |request| Ok(everything(request, "priority"))),
        ("GET", ["resolution"]) => request.open(&[], |request| Ok(around::resolutions(request))),
        ("GET", ["mypermissions"]) => request.open(&[], |request| site_info::permissions(request)),
        ("GET", ["status"]) => request.open(&[], |request| Ok(everything(request, "status"))),
        ("GET", ["field"]) => request.open(&[], |_| Ok(Reply::ok(&jira_json::fields()))),
        ("GET", ["serverInfo"]) => request.open(&[], |request| Ok(server(request))),
        _ => return None,
    })
}

fn about_people(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["myself"]) => request.with(&[], |request| {
            let mut user = people::in_jira(request, &request.me());
            user["groups"] = json!({"size": 1, "items": []});
            user["applicationRoles"] = json!({"size": 1, "items": []});
            Ok(Reply::ok(&user))
        }),
        ("GET", ["rest", "auth", _, "session"]) => {
            request.with(&[], |request| Ok(session(request)))
        }
        ("GET", ["user"]) => request.with(&[], |request| people::get(request)),
        ("GET", ["user", "search"] | ["user", "assignable", "search"]) => {
            request.with(&[], |request| people::search(request))
        }
        _ => return None,
    })
}

/// Every project in one array: no pages, and `maxResults` has no effect.
fn all_projects(request: &SiteRequest<'_>) -> Reply {
    let mut visible: Vec<&Project> = request
        .site
        .projects
        .iter()
        .filter(|project| request.sees_project(project))
        .collect();
    visible.sort_by(|one, other| one.name.cmp(&other.name));
    let with_lead = request
        .call
        .list("expand")
        .iter()
        .any(|part| part == "lead");
    let shown = |project: &Project| {
        let mut value = jira_json::project(request, project);
        if with_lead {
            value["lead"] = people::in_jira(request, &project.lead);
        }
        value
    };
    Reply::ok(&visible.into_iter().map(shown).collect())
}

fn one_project(request: &SiteRequest<'_>, id_or_key: &str) -> Answer {
    let project = projects::find(request, id_or_key)?;
    let mut value = jira_json::project(request, project);
    value["description"] = json!(project.description);
    value["lead"] = people::in_jira(request, &project.lead);
    value["issueTypes"] = jira_json::types(request, project);
    let components = project.components.iter();
    let components = components.map(|one| projects::component_json(request, one));
    value["components"] = around::shown(request, components.collect());
    let releases = project.releases.iter();
    let releases = releases.map(|one| releases::json_of(request, project.id, one));
    value["versions"] = around::shown(request, releases.collect());
    value["assigneeType"] = json!("PROJECT_LEAD");
    Ok(Reply::ok(&value))
}

fn everything(request: &SiteRequest<'_>, kind: &str) -> Reply {
    let base = base(request);
    let all: Vec<Value> = match kind {
        "issuetype" => TYPES
            .iter()
            .map(|kind| jira_json::kind(&base, kind))
            .collect(),
        "priority" => PRIORITIES
            .iter()
            .map(|(id, ..)| jira_json::priority(&base, id))
            .collect(),
        _ => STATUSES
            .iter()
            .map(|status| jira_json::status(&base, status.id))
            .collect(),
    };
    Reply::ok(&Value::Array(all))
}

/// Who is logged in. <https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#auth/1/session-currentUser>
fn session(request: &SiteRequest<'_>) -> Reply {
    let me = request.me();
    let own = format!("{}/rest/api/latest/user?username={me}", base(request));
    Reply::ok(&json!({
        "self": own, "name": me, "loginInfo": {"loginCount": 1, "failedLoginCount": 0},
    }))
}

fn server(request: &SiteRequest<'_>) -> Reply {
    Reply::ok(&json!({
        // `Server` also for Data Center; Cloud says `Cloud`. Clients tell them apart by it.
        "baseUrl": base(request), "version": "9.12.5", "versionNumbers": [9, 12, 5], "deploymentType": "Server",
        "buildNumber": 912_005, "buildDate": "2024-02-15T00:00:00.000+0000", "scmInfo": "sandbox", "serverTitle": "Sandbox Jira",
    }))
}
