//! What can be chosen: fields, priorities, statuses, types, labels, permissions.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::clock::jira_time;
use super::super::state::Desk;
use super::super::wire::{Answer, Reply};
use super::super::world::Project;
use super::catalog::{
    PRIORITIES, STATUSES, TYPES, category_json, issue_type, priority, priority_json, status,
    status_json, type_json,
};
use super::fields::STORY_POINTS;
use super::{error, issues, page_bounds, projects};

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
];

pub(super) fn name_of(id: &str) -> &str {
    FIELDS
        .iter()
        .find(|field| field.0 == id)
        .map_or(id, |field| field.1)
}

pub(super) fn schema_of(id: &str) -> Value {
    let Some((_, _, kind, items, _)) = FIELDS.iter().find(|field| field.0 == id) else {
        return json!({"type": "any"});
    };
    let mut schema = json!({"type": kind});
    if let Some(items) = items {
        schema["items"] = json!(items);
    }
    if id == STORY_POINTS {
        schema["custom"] = json!("com.pyxis.greenhopper.jira:jsw-story-points");
        schema["customId"] = json!(10_016);
    } else {
        schema["system"] = json!(id);
    }
    schema
}

fn field_value(field: &FieldInfo) -> Value {
    let custom = field.0 == STORY_POINTS;
    json!({
        "id": field.0, "key": field.0, "name": field.1, "custom": custom, "orderable": true, "navigable": true, "searchable": true,
        "clauseNames": field.4, "schema": schema_of(field.0),
    })
}

pub(super) fn fields() -> Reply {
    Reply::ok(&FIELDS.iter().map(field_value).collect())
}

pub(super) fn search_fields(desk: &Desk<'_>) -> Answer {
    let query = desk.call.param("query").unwrap_or("").to_lowercase();
    let kinds = desk.call.list("type");
    let fits = |field: &&FieldInfo| {
        let kind = if field.0 == STORY_POINTS {
            "custom"
        } else {
            "system"
        };
        field.1.to_lowercase().contains(&query)
            && (kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind))
    };
    paged(
        desk,
        FIELDS.iter().filter(fits).map(field_value).collect(),
        "field/search",
    )
}

/// A page of `values`, with the addresses of the site.
fn paged(desk: &Desk<'_>, all: Vec<Value>, path: &str) -> Answer {
    let (start, most) = page_bounds(desk, 50, 100)?;
    let total = all.len();
    let values: Vec<Value> = all.into_iter().skip(start).take(most).collect();
    let last = start + values.len() >= total;
    let address = format!(
        "https://{}/rest/api/3/{path}?startAt={start}&maxResults={most}",
        desk.site.host
    );
    Ok(Reply::ok(
        &json!({"self": address, "maxResults": most, "startAt": start, "total": total, "isLast": last, "values": values}),
    ))
}

pub(super) fn priorities(desk: &Desk<'_>) -> Reply {
    let base = format!("https://{}", desk.site.host);
    Reply::ok(
        &PRIORITIES
            .iter()
            .map(|(id, ..)| priority_json(&base, id))
            .collect(),
    )
}

pub(super) fn search_priorities(desk: &Desk<'_>) -> Answer {
    let base = format!("https://{}", desk.site.host);
    paged(
        desk,
        PRIORITIES
            .iter()
            .map(|(id, ..)| priority_json(&base, id))
            .collect(),
        "priority/search",
    )
}

pub(super) fn one_priority(desk: &Desk<'_>, id: &str) -> Answer {
    let known = priority(id).filter(|known| known.0 == id);
    let known = known.ok_or_else(|| error::messages(404, &["The priority was not found."]))?;
    Ok(Reply::ok(&priority_json(
        &format!("https://{}", desk.site.host),
        known.0,
    )))
}

pub(super) fn statuses(desk: &Desk<'_>) -> Reply {
    let base = format!("https://{}", desk.site.host);
    Reply::ok(
        &STATUSES
            .iter()
            .map(|status| status_json(&base, status))
            .collect(),
    )
}

pub(super) fn one_status(desk: &Desk<'_>, name: &str) -> Answer {
    let found = status(name).ok_or_else(|| error::messages(404, &["The status was not found."]))?;
    Ok(Reply::ok(&status_json(
        &format!("https://{}", desk.site.host),
        found,
    )))
}

pub(super) fn search_statuses(desk: &Desk<'_>) -> Answer {
    let wanted = desk.call.param("searchString").unwrap_or("").to_lowercase();
    let category = |key: &str| match key {
        "new" => "TODO",
        "done" => "DONE",
        _ => "IN_PROGRESS",
    };
    let all = STATUSES
        .iter()
        .filter(|status| status.name.to_lowercase().contains(&wanted))
        .map(|status| json!({"id": status.id, "name": status.name, "statusCategory": category(status.category), "scope": {"type": "GLOBAL"}, "description": "", "usages": []}));
    paged(desk, all.collect(), "statuses/search")
}

pub(super) fn categories(desk: &Desk<'_>) -> Reply {
    let base = format!("https://{}", desk.site.host);
    Reply::ok(
        &["undefined", "new", "indeterminate", "done"]
            .iter()
            .map(|key| category_json(&base, key))
            .collect(),
    )
}

pub(super) fn issue_types(desk: &Desk<'_>) -> Reply {
    let base = format!("https://{}", desk.site.host);
    Reply::ok(&TYPES.iter().map(|kind| type_json(&base, kind)).collect())
}

pub(super) fn project_types(desk: &Desk<'_>) -> Answer {
    let id = desk.call.param("projectId").unwrap_or("");
    if id.parse::<u64>().is_err() {
        return Err(error::messages(400, &["The project ID must be a number."]));
    }
    Ok(Reply::ok(&project_kinds(desk, projects::find(desk, id)?)))
}

pub(super) fn project_kinds(desk: &Desk<'_>, project: &Project) -> Value {
    let base = format!("https://{}", desk.site.host);
    project
        .issue_types
        .iter()
        .filter_map(|id| issue_type(id))
        .map(|kind| type_json(&base, kind))
        .collect()
}

pub(super) fn labels(desk: &Desk<'_>) -> Answer {
    let all: BTreeSet<&String> = desk
        .site
        .issues
        .iter()
        .flat_map(|issue| &issue.labels)
        .collect();
    let (start, most) = page_bounds(desk, 1000, 1000)?;
    let values: Vec<&&String> = all.iter().skip(start).take(most).collect();
    let last = start + values.len() >= all.len();
    Ok(Reply::ok(
        &json!({"maxResults": most, "startAt": start, "total": all.len(), "isLast": last, "values": values}),
    ))
}

pub(super) fn permissions(desk: &Desk<'_>) -> Answer {
    let wanted = desk.call.list("permissions");
    if wanted.is_empty() {
        return Err(error::messages(
            400,
            &["The 'permissions' query parameter is required."],
        ));
    }
    let project = match (
        desk.call
            .param("projectKey")
            .or(desk.call.param("projectId")),
        desk.call.param("issueKey").or(desk.call.param("issueId")),
    ) {
        (Some(project), _) => Some(projects::find(desk, project)?),
        (None, Some(issue)) => desk.site.project(issues::find(desk, issue)?.project),
        (None, None) => None,
    };
    let mut found = Map::new();
    for key in wanted {
        let have = match (key.as_str(), project) {
            ("ADMINISTER" | "ADMINISTER_PROJECTS" | "SYSTEM_ADMIN", _) => false,
            (
                "CREATE_ISSUES" | "EDIT_ISSUES" | "DELETE_ISSUES" | "ASSIGN_ISSUES"
                | "TRANSITION_ISSUES",
                Some(project),
            ) => desk.writes_project(project),
            (
                "BROWSE_PROJECTS" | "ADD_COMMENTS" | "CREATE_ISSUES" | "EDIT_ISSUES"
                | "DELETE_ISSUES" | "ASSIGN_ISSUES" | "TRANSITION_ISSUES",
                _,
            ) => desk.caller.account.is_some(),
            _ => {
                return Err(error::messages(
                    400,
                    &[&format!("Unrecognized permissions: {key}")],
                ));
            }
        };
        let value = json!({"id": "-1", "key": key, "name": key, "type": "PROJECT", "description": "", "havePermission": have});
        found.insert(key, value);
    }
    Ok(Reply::ok(&json!({"permissions": found})))
}

pub(super) fn server(desk: &Desk<'_>) -> Reply {
    let base = format!("https://{}", desk.site.host);
    Reply::ok(&json!({
        "baseUrl": base, "version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0], "deploymentType": "Cloud", "buildNumber": 100_290,
        "buildDate": "2026-01-01T00:00:00.000+0000", "serverTime": jira_time(desk.now), "scmInfo": "sandbox", "serverTitle": "Jira",
        "defaultLocale": {"locale": "en_US"}, "serverTimeZone": "Etc/UTC",
    }))
}
