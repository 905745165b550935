//! What else Jira Data Center answers: histories, many new issues at once, create screens, and epics.

use serde_json::{Value, json};

use super::{base, jira_json, jira_write, people};
use crate::clock::jira_time;
use crate::jira::dialect::with_call;
use crate::jira::screens;
use crate::jira::{error, issues};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Issue;

/// Answers a path after `/rest/api/2/`; `None` if no such endpoint is here.
pub(super) fn answer(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("POST", ["issue", "bulk"]) => request.with(&[], create_many),
        ("GET", ["issue", "createmeta", project, "issuetypes", kind]) => {
            request.with(&[], |request| create_fields(request, project, kind))
        }
        ("GET", ["issue", issue]) if expands_history(request) => {
            request.open(&[], |request| with_history(request, issue))
        }
        ("POST", ["rest", "agile", _, "epic", epic, "issue"]) => {
            request.with(&[], |request| fill_epic(request, epic))
        }
        _ => return None,
    })
}

fn expands_history(request: &SiteRequest<'_>) -> bool {
    let expanded = request.call.list("expand");
    expanded.iter().any(|name| name == "changelog")
}

/// An issue with what changed in it, the oldest change first.
/// <https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getIssue>
fn with_history(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let found: &Issue = issues::find(request, issue)?;
    let histories: Vec<Value> = found
        .history
        .iter()
        .map(|change| {
            json!({
                "id": change.id.to_string(), "author": people::in_jira(request, &change.author),
                "created": jira_time(change.at),
                // There are no ids of fields in it.
                "items": [{
                    "field": change.field, "fieldtype": "jira", "from": change.from,
                    "fromString": change.from, "to": change.to, "toString": change.to,
                }],
            })
        })
        .collect();
    let mut value = jira_json::issue(request, found, &request.call.list("fields"));
    let number = histories.len();
    value["changelog"] =
        json!({"startAt": 0, "maxResults": number, "total": number, "histories": histories});
    Ok(Reply::ok(&value))
}

/// `POST issue/bulk`, as on Cloud: 201 as soon as one was made.
fn create_many(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let list = body.get("issueUpdates").and_then(Value::as_array).cloned();
    let list = list.unwrap_or_default();
    if list.is_empty() {
        return Err(error::messages(400, &["No issues were given."]));
    }
    let (mut made, mut failed) = (Vec::new(), Vec::new());
    for (place, item) in list.iter().enumerate() {
        let mut call = request.call.clone();
        call.body = item.to_string().into_bytes();
        let answer = jira_write::create(&mut with_call(request, &call));
        let (is_made, reply) = match answer {
            Ok(reply) => (true, reply),
            Err(reply) => (false, reply),
        };
        let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if is_made {
            made.push(value);
        } else {
            failed.push(json!({"status": reply.status, "elementErrors": value, "failedElementNumber": place}));
        }
    }
    let status = if made.is_empty() { 400 } else { 201 };
    Ok(Reply::json(
        status,
        &json!({"issues": made, "errors": failed}),
    ))
}

/// The fields of a create screen, under `values` there.
/// <https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getCreateIssueMetaFields>
fn create_fields(request: &SiteRequest<'_>, project: &str, kind: &str) -> Answer {
    let reply = screens::create_fields(request, project, kind)?;
    let mut value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let (from, to) = (
        format!("https://{}/rest/api/3", request.site.host),
        format!("{}/rest/api/2", base(request)),
    );
    let text = value["fields"].take().to_string().replace(&from, &to);
    let fields: Value = serde_json::from_str(&text).unwrap_or_default();
    Ok(Reply::ok(&json!({
        "maxResults": value["maxResults"], "startAt": value["startAt"], "total": value["total"],
        "isLast": true, "values": fields,
    })))
}

/// Puts issues into an epic.
/// <https://docs.atlassian.com/jira-software/REST/9.12.0/#agile/1.0/epic-moveIssuesToEpic>
fn fill_epic(request: &mut SiteRequest<'_>, epic: &str) -> Answer {
    let body = error::body(request)?;
    let epic = issues::find(request, epic)?;
    if epic.kind != jira_json::EPIC {
        return Err(error::messages(400, &["The issue is not an epic."]));
    }
    let epic = epic.id;
    let keys = body.get("issues").and_then(Value::as_array).cloned();
    let mut places = Vec::new();
    for key in keys.unwrap_or_default() {
        let key = key.as_str().unwrap_or_default();
        let place = issues::find_to_write(request, key)?;
        if request.site.issues[place].id == epic {
            return Err(error::messages(400, &["An epic cannot be its own epic."]));
        }
        places.push(place);
    }
    for place in places {
        request.site.issues[place].parent = Some(epic);
    }
    Ok(Reply::empty(204))
}
