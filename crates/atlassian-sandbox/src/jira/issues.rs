//! Reading, listing and deleting issues.

use serde_json::{Value, json};

use super::fields::{Wanted, issue_json};
use super::{error, page_bounds, users};
use crate::clock::jira_time;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Issue;

/// The issue with this id or key (any case), if the caller sees its project. Whether it does not exist or
/// may not be seen is not told: both are 404.
pub(crate) fn find<'a>(request: &'a SiteRequest<'_>, id_or_key: &str) -> Result<&'a Issue, Reply> {
    let found = request.site.issues.iter().find(|issue| {
        issue.key.eq_ignore_ascii_case(id_or_key) || issue.id.to_string() == id_or_key
    });
    found
        .filter(|issue| {
            request
                .site
                .project(issue.project)
                .is_some_and(|project| request.sees_project(project))
        })
        .ok_or_else(error::no_issue)
}

/// Its place in the list, for a caller who may change it.
pub(crate) fn find_to_write(request: &SiteRequest<'_>, id_or_key: &str) -> Result<usize, Reply> {
    let issue = find(request, id_or_key)?;
    let (id, project) = (issue.id, issue.project);
    if !request
        .site
        .project(project)
        .is_some_and(|project| request.writes_project(project))
    {
        return Err(error::messages(
            403,
            &["You do not have permission to edit issues in this project."],
        ));
    }
    request
        .site
        .issues
        .iter()
        .position(|issue| issue.id == id)
        .ok_or_else(error::no_issue)
}

pub(crate) fn get(request: &SiteRequest<'_>, id_or_key: &str) -> Answer {
    let issue = find(request, id_or_key)?;
    let wanted = Wanted::new(&request.call.list("fields"), "*all");
    Ok(Reply::ok(&issue_json(
        request,
        issue,
        &wanted,
        &request.call.list("expand"),
    )))
}

pub(crate) fn bulk_fetch(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
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
    // What cannot be seen is missing without a word, in `issueErrors` too; the order is not the one asked for.
    let mut found: Vec<&Issue> = keys
        .iter()
        .filter_map(|key| find(request, key).ok())
        .collect();
    found.sort_by_key(|issue| issue.id);
    found.dedup_by_key(|issue| issue.id);
    let issues: Vec<Value> = found
        .iter()
        .map(|issue| issue_json(request, issue, &wanted, &expand))
        .collect();
    Ok(Reply::ok(
        &json!({"expand": "schema,names", "issueErrors": [], "issues": issues}),
    ))
}

pub(crate) fn delete(request: &mut SiteRequest<'_>, id_or_key: &str) -> Answer {
    let index = find_to_write(request, id_or_key)?;
    let id = request.site.issues[index].id;
    let has_children = request
        .site
        .issues
        .iter()
        .any(|issue| issue.parent == Some(id) && issue.kind == "10004");
    if has_children && !request.call.flag("deleteSubtasks") {
        let key = request.site.issues[index].key.clone();
        return Err(error::messages(
            400,
            &[&format!(
                "The issue '{key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
            )],
        ));
    }
    request
        .site
        .issues
        .retain(|issue| issue.id != id && !(issue.parent == Some(id) && issue.kind == "10004"));
    for issue in request
        .site
        .issues
        .iter_mut()
        .filter(|issue| issue.parent == Some(id))
    {
        issue.parent = None;
    }
    Ok(Reply::empty(204))
}

fn histories(request: &SiteRequest<'_>, issue: &Issue) -> Vec<Value> {
    issue
        .history
        .iter()
        .map(|change| {
            json!({
                "id": change.id.to_string(),
                "author": users::user_json(request, &change.author),
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
pub(crate) fn changelog_json(request: &SiteRequest<'_>, issue: &Issue) -> Value {
    let mut histories = histories(request, issue);
    histories.reverse();
    json!({"startAt": 0, "maxResults": histories.len(), "total": histories.len(), "histories": histories})
}

/// The paged changelog: oldest first.
pub(crate) fn changelog(request: &SiteRequest<'_>, id_or_key: &str) -> Answer {
    let issue = find(request, id_or_key)?;
    let (start, most) = page_bounds(request, 100, 100)?;
    let all = histories(request, issue);
    let values: Vec<&Value> = all.iter().skip(start).take(most).collect();
    let address = format!(
        "https://{}/rest/api/3/issue/{}/changelog?maxResults={most}&startAt={start}",
        request.site.host, issue.key
    );
    let last = start + values.len() >= all.len();
    Ok(Reply::ok(
        &json!({"self": address, "startAt": start, "maxResults": most, "total": all.len(), "isLast": last, "values": values}),
    ))
}
