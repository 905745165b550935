//! Reading, listing and deleting issues.

use serde_json::{Value, json};

use super::super::clock::jira_time;
use super::super::state::Desk;
use super::super::wire::{Answer, Reply};
use super::super::world::Issue;
use super::fields::{Wanted, issue_json};
use super::{error, page_bounds, users};

/// The issue with this id or key (any case), if the caller sees its project.
pub(crate) fn find<'a>(desk: &'a Desk<'_>, id_or_key: &str) -> Result<&'a Issue, Reply> {
    let found = desk.site.issues.iter().find(|issue| {
        issue.key.eq_ignore_ascii_case(id_or_key) || issue.id.to_string() == id_or_key
    });
    found
        .filter(|issue| {
            desk.site
                .project(issue.project)
                .is_some_and(|project| desk.sees_project(project))
        })
        .ok_or_else(error::no_issue)
}

/// Its place in the list, for a caller who may change it.
pub(crate) fn find_to_write(desk: &Desk<'_>, id_or_key: &str) -> Result<usize, Reply> {
    let issue = find(desk, id_or_key)?;
    let (id, project) = (issue.id, issue.project);
    if !desk
        .site
        .project(project)
        .is_some_and(|project| desk.writes_project(project))
    {
        return Err(error::messages(
            403,
            &["You do not have permission to edit issues in this project."],
        ));
    }
    desk.site
        .issues
        .iter()
        .position(|issue| issue.id == id)
        .ok_or_else(error::no_issue)
}

pub(super) fn get(desk: &Desk<'_>, id_or_key: &str) -> Answer {
    let issue = find(desk, id_or_key)?;
    let wanted = Wanted::new(&desk.call.list("fields"), "*all");
    Ok(Reply::ok(&issue_json(
        desk,
        issue,
        &wanted,
        &desk.call.list("expand"),
    )))
}

pub(super) fn bulk_fetch(desk: &mut Desk<'_>) -> Answer {
    let body = error::body(desk)?;
    error::closed(
        &body,
        &[
            "issueIdsOrKeys",
            "fields",
            "fieldsByKeys",
            "properties",
            "expand",
        ],
    )?;
    let texts = |name: &str| -> Vec<String> {
        let list = body
            .get(name)
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        list.iter()
            .map(|item| {
                item.as_str()
                    .map_or_else(|| item.to_string(), str::to_owned)
            })
            .collect()
    };
    let keys = texts("issueIdsOrKeys");
    if keys.is_empty() || keys.len() > 100 {
        return Err(error::messages(
            400,
            &["Between 1 and 100 issue IDs or keys must be provided."],
        ));
    }
    let wanted = Wanted::new(&texts("fields"), "*navigable");
    let expand = texts("expand");
    let mut found: Vec<&Issue> = keys.iter().filter_map(|key| find(desk, key).ok()).collect();
    found.sort_by_key(|issue| issue.id);
    found.dedup_by_key(|issue| issue.id);
    let issues: Vec<Value> = found
        .iter()
        .map(|issue| issue_json(desk, issue, &wanted, &expand))
        .collect();
    Ok(Reply::ok(
        &json!({"expand": "schema,names", "issueErrors": [], "issues": issues}),
    ))
}

pub(crate) fn delete(desk: &mut Desk<'_>, id_or_key: &str) -> Answer {
    let index = find_to_write(desk, id_or_key)?;
    let id = desk.site.issues[index].id;
    let has_children = desk
        .site
        .issues
        .iter()
        .any(|issue| issue.parent == Some(id) && issue.kind == "10004");
    if has_children && !desk.call.flag("deleteSubtasks") {
        let key = desk.site.issues[index].key.clone();
        return Err(error::messages(
            400,
            &[&format!(
                "The issue '{key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
            )],
        ));
    }
    desk.site
        .issues
        .retain(|issue| issue.id != id && !(issue.parent == Some(id) && issue.kind == "10004"));
    for issue in desk
        .site
        .issues
        .iter_mut()
        .filter(|issue| issue.parent == Some(id))
    {
        issue.parent = None;
    }
    Ok(Reply::empty(204))
}

fn histories(desk: &Desk<'_>, issue: &Issue) -> Vec<Value> {
    issue
        .history
        .iter()
        .map(|change| {
            json!({
                "id": change.id.to_string(),
                "author": users::user_json(desk, &change.author),
                "created": jira_time(change.at),
                "items": [{
                    "field": change.field, "fieldtype": "jira", "fieldId": change.field,
                    "from": change.from, "fromString": change.from, "to": change.to, "toString": change.to,
                }],
            })
        })
        .collect()
}

/// The `changelog` expansion: newest first.
pub(super) fn changelog_json(desk: &Desk<'_>, issue: &Issue) -> Value {
    let mut histories = histories(desk, issue);
    histories.reverse();
    json!({"startAt": 0, "maxResults": histories.len(), "total": histories.len(), "histories": histories})
}

/// The paged changelog: oldest first.
pub(super) fn changelog(desk: &Desk<'_>, id_or_key: &str) -> Answer {
    let issue = find(desk, id_or_key)?;
    let (start, most) = page_bounds(desk, 100, 100)?;
    let all = histories(desk, issue);
    let values: Vec<&Value> = all.iter().skip(start).take(most).collect();
    let address = format!(
        "https://{}/rest/api/3/issue/{}/changelog?maxResults={most}&startAt={start}",
        desk.site.host, issue.key
    );
    let last = start + values.len() >= all.len();
    Ok(Reply::ok(
        &json!({"self": address, "startAt": start, "maxResults": most, "total": all.len(), "isLast": last, "values": values}),
    ))
}
