//! Jira Data Center REST v2: which address is answered by what.

use serde_json::{Value, json};

use super::{base, jira_json, jira_read, jira_write, people};
use crate::jira::{PRIORITIES, STATUSES, TYPES, projects};
use crate::state::Desk;
use crate::wire::{Answer, Reply};
use crate::world::Project;

/// Answers a path after `/rest/api/2/`; `None` if no such endpoint exists.
pub(super) fn answer(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    about_issues(desk, path)
        .or_else(|| about_projects(desk, path))
        .or_else(|| about_people(desk, path))
}

fn about_issues(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["search"]) => desk.open(&[], |desk| jira_read::search_by_query(desk)),
        ("POST", ["search"]) => desk.open(&[], |desk| jira_read::search_by_body(desk)),
        ("POST", ["issue"]) => desk.with(&[], jira_write::create),
        ("GET", ["issue", "createmeta", project, "issuetypes"]) => {
            desk.with(&[], |desk| jira_read::create_types(desk, project))
        }
        ("GET", ["issue", "createmeta", ..]) => return None,
        ("GET", ["issue", issue]) => desk.open(&[], |desk| jira_read::get(desk, issue)),
        ("PUT", ["issue", issue]) => desk.with(&[], |desk| jira_write::edit(desk, issue)),
        ("DELETE", ["issue", issue]) => desk.with(&[], |desk| jira_write::delete(desk, issue)),
        ("GET", ["issue", issue, "comment"]) => {
            desk.open(&[], |desk| jira_read::comments(desk, issue))
        }
        ("POST", ["issue", issue, "comment"]) => {
            desk.with(&[], |desk| jira_write::comment(desk, issue))
        }
        ("GET", ["issue", issue, "comment", id]) => {
            desk.open(&[], |desk| jira_read::one_comment(desk, issue, id))
        }
        ("DELETE", ["issue", issue, "comment", id]) => {
            desk.with(&[], |desk| jira_write::delete_comment(desk, issue, id))
        }
        ("GET", ["issue", issue, "transitions"]) => {
            desk.with(&[], |desk| jira_read::transitions(desk, issue))
        }
        ("POST", ["issue", issue, "transitions"]) => {
            desk.with(&[], |desk| jira_write::transition(desk, issue))
        }
        _ => return None,
    })
}

fn about_projects(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["project"]) => desk.open(&[], |desk| Ok(all_projects(desk))),
        ("GET", ["project", project]) => desk.open(&[], |desk| one_project(desk, project)),
        ("GET", ["issuetype"]) => desk.open(&[], |desk| Ok(everything(desk, "issuetype"))),
        ("GET", ["priority"]) => desk.open(&[], |desk| Ok(everything(desk, "priority"))),
        ("GET", ["status"]) => desk.open(&[], |desk| Ok(everything(desk, "status"))),
        ("GET", ["field"]) => desk.open(&[], |_| Ok(Reply::ok(&jira_json::fields()))),
        ("GET", ["serverInfo"]) => desk.open(&[], |desk| Ok(server(desk))),
        _ => return None,
    })
}

fn about_people(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["myself"]) => desk.with(&[], |desk| {
            let mut user = people::in_jira(desk, &desk.me());
            user["groups"] = json!({"size": 1, "items": []});
            user["applicationRoles"] = json!({"size": 1, "items": []});
            Ok(Reply::ok(&user))
        }),
        ("GET", ["user"]) => desk.with(&[], |desk| people::get(desk)),
        ("GET", ["user", "search"] | ["user", "assignable", "search"]) => {
            desk.with(&[], |desk| people::search(desk))
        }
        _ => return None,
    })
}

/// Every project in one array: no pages, and `maxResults` has no effect.
fn all_projects(desk: &Desk<'_>) -> Reply {
    let mut visible: Vec<&Project> = desk
        .site
        .projects
        .iter()
        .filter(|project| desk.sees_project(project))
        .collect();
    visible.sort_by(|one, other| one.name.cmp(&other.name));
    let with_lead = desk.call.list("expand").iter().any(|part| part == "lead");
    let shown = |project: &Project| {
        let mut value = jira_json::project(desk, project);
        if with_lead {
            value["lead"] = people::in_jira(desk, &project.lead);
        }
        value
    };
    Reply::ok(&visible.into_iter().map(shown).collect())
}

fn one_project(desk: &Desk<'_>, id_or_key: &str) -> Answer {
    let project = projects::find(desk, id_or_key)?;
    let mut value = jira_json::project(desk, project);
    value["description"] = json!(project.description);
    value["lead"] = people::in_jira(desk, &project.lead);
    value["issueTypes"] = jira_json::types(desk, project);
    value["components"] = json!([]);
    value["versions"] = json!([]);
    value["assigneeType"] = json!("PROJECT_LEAD");
    Ok(Reply::ok(&value))
}

fn everything(desk: &Desk<'_>, kind: &str) -> Reply {
    let base = base(desk);
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

fn server(desk: &Desk<'_>) -> Reply {
    Reply::ok(&json!({
        "baseUrl": base(desk), "version": "9.12.5", "versionNumbers": [9, 12, 5], "deploymentType": "Server",
        "buildNumber": 912_005, "buildDate": "2024-02-15T00:00:00.000+0000", "scmInfo": "sandbox", "serverTitle": "Sandbox Jira",
    }))
}
