//! Reading Jira Data Center: the old search with `startAt`, issues, comments, transitions, create metadata.

use serde_json::{Value, json};

use super::{base, jira_json};
use crate::jira::{error, issue_type, issues, jql, projects, screens, transitions as steps};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, IssueComment};

/// The most results of one search, whatever was asked for.
const MOST: u64 = 1000;

fn number(request: &SiteRequest<'_>, name: &str, default: u64) -> Result<u64, Reply> {
    request.call.param(name).map_or(Ok(default), |text| {
        text.parse()
            .map_err(|_| error::messages(400, &[&format!("'{text}' is not a number.")]))
    })
}

pub(crate) fn search_by_query(request: &SiteRequest<'_>) -> Answer {
    let fields = request.call.list("fields");
    let (start, most) = (
        number(request, "startAt", 0)?,
        number(request, "maxResults", 50)?,
    );
    search(
        request,
        request.call.param("jql").unwrap_or(""),
        start,
        most,
        &fields,
    )
}

pub(crate) fn search_by_body(request: &SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let known = [
        "jql",
        "startAt",
        "maxResults",
        "fields",
        "validateQuery",
        "expand",
    ];
    if let Some(name) = body.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(error::messages(
            400,
            &[&format!("Unrecognized field \"{name}\"")],
        ));
    }
    let fields: Vec<String> = body
        .get("fields")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let count =
        |name: &str, default: u64| body.get(name).and_then(Value::as_u64).unwrap_or(default);
    let query = body.get("jql").and_then(Value::as_str).unwrap_or("");
    search(
        request,
        query,
        count("startAt", 0),
        count("maxResults", 50),
        &fields,
    )
}

fn search(
    request: &SiteRequest<'_>,
    query: &str,
    start: u64,
    most: u64,
    fields: &[String],
) -> Answer {
    let found = jql::find(request, query)
        .map_err(|texts| Reply::json(400, &json!({"errorMessages": texts, "errors": {}})))?;
    let most = most.min(MOST);
    let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let issues: Vec<Value> = found
        .iter()
        .skip(place(start))
        .take(place(most))
        .map(|issue| jira_json::issue(request, issue, fields))
        .collect();
    let mut value = json!({"expand": "names,schema", "startAt": start, "maxResults": most, "total": found.len()});
    let shown = issues.first().and_then(|issue| issue["fields"].as_object());
    if let Some(fields) = shown {
        jira_json::describe(request, fields, &mut value);
    }
    value["issues"] = Value::Array(issues);
    Ok(Reply::ok(&value))
}

pub(crate) fn get(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    Ok(Reply::ok(&jira_json::issue(
        request,
        issue,
        &request.call.list("fields"),
    )))
}

pub(crate) fn comments(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue: &Issue = issues::find(request, issue)?;
    let (start, most) = (
        number(request, "startAt", 0)?,
        number(request, "maxResults", 1_048_576)?,
    );
    let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let mut all: Vec<&IssueComment> = issue.comments.iter().collect();
    if request.call.param("orderBy") == Some("-created") {
        all.reverse();
    }
    let shown: Vec<Value> = all
        .into_iter()
        .skip(place(start))
        .take(place(most))
        .map(|comment| jira_json::comment(request, issue, comment))
        .collect();
    Ok(Reply::ok(
        &json!({"startAt": start, "maxResults": most, "total": issue.comments.len(), "comments": shown}),
    ))
}

pub(crate) fn one_comment(request: &SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    let found = issue
        .comments
        .iter()
        .find(|comment| comment.id.to_string() == id);
    found
        .map(|comment| Reply::ok(&jira_json::comment(request, issue, comment)))
        .ok_or_else(|| error::messages(404, &["Can not find a comment for the id."]))
}

pub(crate) fn transitions(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    let base = base(request);
    let expanded = request.call.list("expand");
    let with_fields = expanded.iter().any(|name| name == "transitions.fields");
    let open: Vec<Value> = steps::available(request, issue)
        .iter()
        .map(|step| {
            let mut value =
                json!({"id": step.id, "name": step.name, "to": jira_json::status(&base, step.to)});
            if with_fields {
                value["fields"] = steps::fields(&base, step);
            }
            value
        })
        .collect();
    Ok(Reply::ok(
        &json!({"expand": "transitions", "transitions": open}),
    ))
}

/// Create metadata by issue type: pages with `values`.
pub(crate) fn create_types(request: &SiteRequest<'_>, project: &str) -> Answer {
    let project = projects::find(request, project)?;
    let kinds = jira_json::types(request, project);
    let total = kinds.as_array().map_or(0, Vec::len);
    Ok(Reply::ok(
        &json!({"maxResults": 50, "startAt": 0, "total": total, "isLast": true, "values": kinds}),
    ))
}

/// Create metadata of one type, likewise.
pub(crate) fn create_fields(request: &SiteRequest<'_>, project: &str, kind: &str) -> Answer {
    let project = projects::find(request, project)?;
    let kind = issue_type(kind)
        .filter(|found| found.id == kind && project.issue_types.iter().any(|id| id == kind));
    let kind =
        kind.ok_or_else(|| error::messages(400, &["The issue type selected is invalid."]))?;
    let fields = screens::new_fields(request, project, kind);
    Ok(Reply::ok(&json!({
        "maxResults": 50, "startAt": 0, "total": fields.len(), "isLast": true, "values": fields,
    })))
}
