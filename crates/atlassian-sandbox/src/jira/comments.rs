//! Comments on issues.

use serde_json::{Map, Value, json};

use super::fields::html_of;
use super::{error, issues, lengths, media, page_bounds, users};
use crate::adf_check;
use crate::clock::jira_time;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, IssueComment};

fn json_of(
    request: &SiteRequest<'_>,
    issue: &Issue,
    comment: &IssueComment,
    rendered: bool,
) -> Value {
    let author = users::user_json(request, &comment.author);
    let mut value = json!({
        "self": format!("https://{}/rest/api/3/issue/{}/comment/{}", request.site.host, issue.id, comment.id),
        "id": comment.id.to_string(),
        "author": author,
        "body": comment.body,
        "updateAuthor": author,
        "created": jira_time(comment.created),
        "updated": jira_time(comment.updated),
        "jsdPublic": !comment.internal,
    });
    if let Some(visibility) = &comment.visibility {
        value["visibility"] = visibility.clone();
    }
    if rendered {
        value["renderedBody"] = json!(html_of(Some(&comment.body)));
    }
    value
}

/// A page of comments: items under `comments`, no `isLast`; every list of Jira's names its items differently.
pub(crate) fn page_json(
    request: &SiteRequest<'_>,
    issue: &Issue,
    shown: &[&IssueComment],
    start: usize,
    most: usize,
) -> Value {
    let rendered = request
        .call
        .list("expand")
        .iter()
        .any(|name| name == "renderedBody");
    let comments: Vec<Value> = shown
        .iter()
        .map(|comment| json_of(request, issue, comment, rendered))
        .collect();
    json!({
        "self": format!("https://{}/rest/api/3/issue/{}/comment", request.site.host, issue.id),
        "startAt": start, "maxResults": most, "total": issue.comments.len(), "comments": comments,
    })
}

pub(crate) fn list(request: &SiteRequest<'_>, id_or_key: &str) -> Answer {
    let issue = issues::find(request, id_or_key)?;
    let (start, most) = page_bounds(request, 100, 100)?;
    let mut all: Vec<&IssueComment> = issue.comments.iter().collect();
    match request.call.param("orderBy") {
        None | Some("created" | "+created" | " created") => {}
        Some("-created") => all.reverse(),
        Some(other) => {
            return Err(error::messages(
                400,
                &[&format!("The orderBy value '{other}' is not supported.")],
            ));
        }
    }
    let shown: Vec<&IssueComment> = all.into_iter().skip(start).take(most).collect();
    Ok(Reply::ok(&page_json(request, issue, &shown, start, most)))
}

fn one<'a>(issue: &'a Issue, id: &str) -> Result<&'a IssueComment, Reply> {
    let found = issue
        .comments
        .iter()
        .find(|comment| comment.id.to_string() == id);
    found.ok_or_else(|| {
        error::messages(404, &[&format!("Can not find a comment for the id: {id}.")])
    })
}

pub(crate) fn get(request: &SiteRequest<'_>, id_or_key: &str, id: &str) -> Answer {
    let issue = issues::find(request, id_or_key)?;
    let rendered = request
        .call
        .list("expand")
        .iter()
        .any(|name| name == "renderedBody");
    Ok(Reply::ok(&json_of(
        request,
        issue,
        one(issue, id)?,
        rendered,
    )))
}

/// The checked `body` and `visibility` of a request.
fn content(body: &Map<String, Value>) -> Result<(Value, Option<Value>), Reply> {
    let text = body.get("body").unwrap_or(&Value::Null);
    checked(text)?;
    Ok((text.clone(), identified_readers(body)?))
}

/// Who is to read it, with what identifies the role or group.
pub(super) fn identified_readers(body: &Map<String, Value>) -> Result<Option<Value>, Reply> {
    let mut readers = readers(body)?;
    if let Some(readers) = &mut readers {
        let known = of_kind(readers);
        let known = known.iter().find(|(name, _)| readers["value"] == *name);
        readers["identifier"] = json!(known.map(|(_, identifier)| identifier));
    }
    Ok(readers)
}

/// Roles and groups of a site by name, and by what identifies them for ever: a role is identified by its name.
const ROLES: &[(&str, &str)] = &[
    ("Administrators", "Administrators"),
    ("Developers", "Developers"),
    ("Service Desk Team", "Service Desk Team"),
];
const GROUPS: &[(&str, &str)] = &[
    (
        "jira-administrators",
        "276f955c-63d7-42c8-9520-92d01dca0625",
    ),
    (
        "jira-software-users",
        "5e2c6a3e-90d4-4b7a-8f6e-1d2b3c4d5e6f",
    ),
];

fn of_kind(readers: &Value) -> &'static [(&'static str, &'static str)] {
    if readers["type"] == "role" {
        ROLES
    } else {
        GROUPS
    }
}

/// Who is to read a comment: a role or a group by its name in `value`, or, on Cloud, by its `identifier`
/// (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/>).
pub(crate) fn readers(body: &Map<String, Value>) -> Result<Option<Value>, Reply> {
    let wanted = body.get("visibility");
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_null()) else {
        return Ok(None);
    };
    let refused = |text: &str| error::field("visibility", text);
    if !matches!(wanted["type"].as_str(), Some("role" | "group")) {
        return Err(refused(
            "Comment visibility type must be 'role' or 'group'.",
        ));
    }
    let named = wanted["value"].as_str().or(wanted["identifier"].as_str());
    let named = named.ok_or_else(|| refused("Comment visibility value must be given."))?;
    let known = of_kind(wanted)
        .iter()
        .find(|(name, identifier)| *name == named || *identifier == named);
    let (name, _) =
        known.ok_or_else(|| refused(&format!("{}: {named} does not exist.", wanted["type"])))?;
    Ok(Some(json!({"type": wanted["type"], "value": name})))
}

/// Whether a comment is to be hidden from who made the request: a property that Jira Service Management
/// reads (<https://developer.atlassian.com/cloud/jira/service-desk/jira-service-desk-platform-entity-properties/>).
pub(crate) fn is_internal(body: &Map<String, Value>) -> bool {
    let properties = body.get("properties").and_then(Value::as_array);
    properties.into_iter().flatten().any(|property| {
        property["key"] == "sd.public.comment" && property["value"]["internal"] == true
    })
}

/// Refuses a comment body that is not valid, non-empty ADF.
pub(crate) fn checked(text: &Value) -> Result<(), Reply> {
    match text {
        Value::Null => return Err(error::field("comment", "Comment body can not be empty!")),
        Value::String(_) => {
            return Err(error::field("comment", "Comment body is not valid!"));
        }
        _ => {}
    }
    adf_check::check(text).map_err(|_| error::messages(400, &["INVALID_INPUT"]))?;
    lengths::document(text).map_err(|problem| error::messages(400, &[&problem]))?;
    if text["content"].as_array().is_none_or(Vec::is_empty) {
        return Err(error::field("comment", "Comment body can not be empty!"));
    }
    Ok(())
}

/// Appends a comment to an issue and gives its place.
pub(crate) fn append(
    request: &mut SiteRequest<'_>,
    index: usize,
    body: Value,
    visibility: Option<Value>,
) -> usize {
    let (id, author, now) = (request.new_id(), request.me(), request.now);
    let issue = &mut request.site.issues[index];
    issue.comments.push(IssueComment {
        id,
        author,
        body,
        visibility,
        internal: false,
        created: now,
        updated: now,
    });
    issue.updated = now;
    issue.comments.len() - 1
}

pub(crate) fn add(request: &mut SiteRequest<'_>, id_or_key: &str) -> Answer {
    let body = error::body(request)?;
    issues::find(request, id_or_key)?;
    let (text, visibility) = content(&body)?;
    let index = issues::find_to_write(request, id_or_key)?;
    let place = append(request, index, text, visibility);
    request.site.issues[index].comments[place].internal = is_internal(&body);
    let issue = &request.site.issues[index];
    Ok(Reply::json(
        201,
        &json_of(request, issue, &issue.comments[place], false),
    ))
}

pub(crate) fn edit(request: &mut SiteRequest<'_>, id_or_key: &str, id: &str) -> Answer {
    let body = error::body(request)?;
    one(issues::find(request, id_or_key)?, id)?;
    let (text, visibility) = content(&body)?;
    let index = issues::find_to_write(request, id_or_key)?;
    let now = request.now;
    let before = request.site.issues[index].clone();
    let issue = &mut request.site.issues[index];
    issue.updated = now;
    if let Some(comment) = issue
        .comments
        .iter_mut()
        .find(|comment| comment.id.to_string() == id)
    {
        comment.body = text;
        comment.updated = now;
        comment.visibility = visibility.or_else(|| comment.visibility.take());
    }
    media::forget_unshown(&before, issue);
    let issue = &request.site.issues[index];
    Ok(Reply::ok(&json_of(request, issue, one(issue, id)?, false)))
}

pub(crate) fn delete(request: &mut SiteRequest<'_>, id_or_key: &str, id: &str) -> Answer {
    let author = one(issues::find(request, id_or_key)?, id)?.author.clone();
    let index = issues::find_to_write(request, id_or_key)?;
    let lead = request
        .site
        .project(request.site.issues[index].project)
        .map(|project| project.lead.clone());
    if author != request.me() && lead != Some(request.me()) {
        // 400, not 403, by Jira's OpenAPI document.
        return Err(error::messages(
            400,
            &["You do not have permission to delete this comment."],
        ));
    }
    let before = request.site.issues[index].clone();
    let issue = &mut request.site.issues[index];
    issue
        .comments
        .retain(|comment| comment.id.to_string() != id);
    media::forget_unshown(&before, issue);
    Ok(Reply::empty(204))
}
