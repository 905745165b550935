//! What can be chosen: fields, priorities, statuses, types, labels, permissions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::catalog::{
    PRIORITIES, RESOLUTIONS, STATUSES, TYPES, category_json, issue_type, priority, priority_json,
    resolution_json, status, status_json, type_json,
};
use super::custom_fields::{BUILD, CRITERIA, REGION, REVIEWER, TESTERS, kind_of};
use super::fields::STORY_POINTS;
use super::{error, page_bounds, projects};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Project;

/// Id, name, schema type, items of an array, JQL clause names.
type FieldInfo = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

const FIELDS: &[FieldInfo] = &[
    (
        "issuetype",
        "Issue Type",
        "issuetype",
        None,
        &["issuetype", "type"],
    ),
    ("project", "Project", "project", None, &["project"]),
    ("summary", "Summary", "string", None, &["summary"]),
    (
        "description",
        "Description",
        "string",
        None,
        &["description"],
    ),
    ("status", "Status", "status", None, &["status"]),
    ("priority", "Priority", "priority", None, &["priority"]),
    ("assignee", "Assignee", "user", None, &["assignee"]),
    ("reporter", "Reporter", "user", None, &["reporter"]),
    ("creator", "Creator", "user", None, &["creator"]),
    ("labels", "Labels", "array", Some("string"), &["labels"]),
    (
        "fixVersions",
        "Fix versions",
        "array",
        Some("version"),
        &["fixVersion"],
    ),
    (
        "versions",
        "Affects versions",
        "array",
        Some("version"),
        &["affectedVersion"],
    ),
    (
        "components",
        "Components",
        "array",
        Some("component"),
        &["component"],
    ),
    ("parent", "Parent", "issuelink", None, &["parent"]),
    ("duedate", "Due date", "date", None, &["due", "duedate"]),
    (
        "environment",
        "Environment",
        "string",
        None,
        &["environment"],
    ),
    (
        "created",
        "Created",
        "datetime",
        None,
        &["created", "createdDate"],
    ),
    (
        "updated",
        "Updated",
        "datetime",
        None,
        &["updated", "updatedDate"],
    ),
    (
        "resolution",
        "Resolution",
        "resolution",
        None,
        &["resolution"],
    ),
    (
        "resolutiondate",
        "Resolved",
        "datetime",
        None,
        &["resolutiondate", "resolved"],
    ),
    ("comment", "Comment", "comments-page", None, &["comment"]),
    (
        "attachment",
        "Attachment",
        "array",
        Some("attachment"),
        &["attachments"],
    ),
    (
        STORY_POINTS,
        "Story point estimate",
        "number",
        None,
        &["cf[10016]", "Story point estimate"],
    ),
    (
        CRITERIA,
        "Acceptance criteria",
        "string",
        None,
        &["cf[10030]", "Acceptance criteria"],
    ),
    (
        REGION,
        "Region",
        "option-with-child",
        None,
        &["cf[10031]", "Region"],
    ),
    (BUILD, "Build", "string", None, &["cf[10032]", "Build"]),
    (
        REVIEWER,
        "Reviewer",
        "user",
        None,
        &["cf[10033]", "Reviewer"],
    ),
    (
        TESTERS,
        "Testers",
        "array",
        Some("user"),
        &["cf[10034]", "Testers"],
    ),
];

pub(crate) fn name_of(id: &str) -> &str {
    FIELDS
        .iter()
        .find(|field| field.0 == id)
        .map_or(id, |field| field.1)
}

pub(crate) fn schema_of(id: &str) -> Value {
    let Some((_, _, kind, items, _)) = FIELDS.iter().find(|field| field.0 == id) else {
        return json!({"type": "any"});
    };
    let mut schema = json!({"type": kind});
    if let Some(items) = items {
        schema["items"] = json!(items);
    }
    if let Some(custom) = kind_of(id) {
        let number = id.trim_start_matches("customfield_");
        schema["custom"] = json!(custom);
        schema["customId"] = json!(number.parse::<u64>().unwrap_or(0));
    } else {
        schema["system"] = json!(id);
    }
    schema
}

fn field_value(field: &FieldInfo) -> Value {
    let custom = kind_of(field.0).is_some();
    json!({
        "id": field.0, "key": field.0, "name": field.1, "custom": custom, "orderable": true, "navigable": true, "searchable": true,
        "clauseNames": field.4, "schema": schema_of(field.0),
    })
}

pub(crate) fn fields() -> Reply {
    Reply::ok(&FIELDS.iter().map(field_value).collect())
}

pub(crate) fn search_fields(request: &SiteRequest<'_>) -> Answer {
    let query = request.call.param("query").unwrap_or("").to_lowercase();
    let kinds = request.call.list("type");
    let fits = |field: &&FieldInfo| {
        let kind = if kind_of(field.0).is_some() {
            "custom"
        } else {
            "system"
        };
        field.1.to_lowercase().contains(&query)
            && (kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind))
    };
    paged(
        request,
        FIELDS.iter().filter(fits).map(field_value).collect(),
        "field/search",
    )
}

/// A page of `values`, with the addresses of the site.
fn paged(request: &SiteRequest<'_>, all: Vec<Value>, path: &str) -> Answer {
    let (start, most) = page_bounds(request, 50, 100)?;
    let total = all.len();
    let values: Vec<Value> = all.into_iter().skip(start).take(most).collect();
    let last = start + values.len() >= total;
    let address = format!(
        "https://{}/rest/api/3/{path}?startAt={start}&maxResults={most}",
        request.site.host
    );
    Ok(Reply::ok(
        &json!({"self": address, "maxResults": most, "startAt": start, "total": total, "isLast": last, "values": values}),
    ))
}

pub(crate) fn priorities(request: &SiteRequest<'_>) -> Reply {
    let base = format!("https://{}", request.site.host);
    Reply::ok(
        &PRIORITIES
            .iter()
            .map(|(id, ..)| priority_json(&base, id))
            .collect(),
    )
}

pub(crate) fn search_priorities(request: &SiteRequest<'_>) -> Answer {
    let base = format!("https://{}", request.site.host);
    paged(
        request,
        PRIORITIES
            .iter()
            .map(|(id, ..)| priority_json(&base, id))
            .collect(),
        "priority/search",
    )
}

pub(crate) fn one_priority(request: &SiteRequest<'_>, id: &str) -> Answer {
    let known = priority(id).filter(|known| known.0 == id);
    let known = known.ok_or_else(|| error::messages(404, &["The priority was not found."]))?;
    Ok(Reply::ok(&priority_json(
        &format!("https://{}", request.site.host),
        known.0,
    )))
}

pub(crate) fn resolutions(request: &SiteRequest<'_>) -> Reply {
    let base = format!("https://{}", request.site.host);
    let all = RESOLUTIONS.iter();
    Reply::ok(&all.map(|(_, name)| resolution_json(&base, name)).collect())
}

/// All of them in one page.
pub(crate) fn search_resolutions(request: &SiteRequest<'_>) -> Reply {
    let all: Value = serde_json::from_slice(&resolutions(request).body).unwrap_or_default();
    let total = all.as_array().map_or(0, Vec::len);
    Reply::ok(
        &json!({"startAt": 0, "maxResults": 50, "total": total, "isLast": true, "values": all}),
    )
}

pub(crate) fn one_resolution(request: &SiteRequest<'_>, id: &str) -> Answer {
    let known = RESOLUTIONS.iter().find(|(known, _)| *known == id);
    let (_, name) =
        known.ok_or_else(|| error::messages(404, &["The resolution was not found."]))?;
    let base = format!("https://{}", request.site.host);
    Ok(Reply::ok(&resolution_json(&base, name)))
}

pub(crate) fn statuses(request: &SiteRequest<'_>) -> Reply {
    let base = format!("https://{}", request.site.host);
    Reply::ok(
        &STATUSES
            .iter()
            .map(|status| status_json(&base, status))
            .collect(),
    )
}

pub(crate) fn one_status(request: &SiteRequest<'_>, name: &str) -> Answer {
    let found = status(name).ok_or_else(|| error::messages(404, &["The status was not found."]))?;
    Ok(Reply::ok(&status_json(
        &format!("https://{}", request.site.host),
        found,
    )))
}

pub(crate) fn search_statuses(request: &SiteRequest<'_>) -> Answer {
    let wanted = request
        .call
        .param("searchString")
        .unwrap_or("")
        .to_lowercase();
    let category = |key: &str| match key {
        "new" => "TODO",
        "done" => "DONE",
        _ => "IN_PROGRESS",
    };
    let all = STATUSES
        .iter()
        .filter(|status| status.name.to_lowercase().contains(&wanted))
        .map(|status| json!({"id": status.id, "name": status.name, "statusCategory": category(status.category), "scope": {"type": "GLOBAL"}, "description": "", "usages": []}));
    paged(request, all.collect(), "statuses/search")
}

pub(crate) fn categories(request: &SiteRequest<'_>) -> Reply {
    let base = format!("https://{}", request.site.host);
    Reply::ok(
        &["undefined", "new", "indeterminate", "done"]
            .iter()
            .map(|key| category_json(&base, key))
            .collect(),
    )
}

pub(crate) fn issue_types(request: &SiteRequest<'_>) -> Reply {
    let base = format!("https://{}", request.site.host);
    Reply::ok(&TYPES.iter().map(|kind| type_json(&base, kind)).collect())
}

pub(crate) fn project_types(request: &SiteRequest<'_>) -> Answer {
    let id = request.call.param("projectId").unwrap_or("");
    if id.parse::<u64>().is_err() {
        return Err(error::messages(400, &["The project ID must be a number."]));
    }
    Ok(Reply::ok(&project_kinds(
        request,
        projects::find(request, id)?,
    )))
}

pub(crate) fn project_kinds(request: &SiteRequest<'_>, project: &Project) -> Value {
    let base = format!("https://{}", request.site.host);
    project
        .issue_types
        .iter()
        .filter_map(|id| issue_type(id))
        .map(|kind| type_json(&base, kind))
        .collect()
}

pub(crate) fn labels(request: &SiteRequest<'_>) -> Answer {
    let all: BTreeSet<&String> = request
        .site
        .issues
        .iter()
        .flat_map(|issue| &issue.labels)
        .collect();
    let (start, most) = page_bounds(request, 1000, 1000)?;
    let values: Vec<&&String> = all.iter().skip(start).take(most).collect();
    let last = start + values.len() >= all.len();
    Ok(Reply::ok(
        &json!({"maxResults": most, "startAt": start, "total": all.len(), "isLast": last, "values": values}),
    ))
}
