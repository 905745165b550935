//! Links from issues to what lies outside Jira.

use serde_json::{Map, Value, json};

use super::{error, issues};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, RemoteLink};

fn json_of(request: &SiteRequest<'_>, issue: &Issue, link: &RemoteLink) -> Value {
    let mut value = link.body.clone();
    value["id"] = json!(link.id);
    value["self"] = json!(address(request, issue, link.id));
    if value.get("application").is_none() {
        value["application"] = json!({});
    }
    value
}

fn address(request: &SiteRequest<'_>, issue: &Issue, id: u64) -> String {
    format!(
        "https://{}/rest/api/3/issue/{}/remotelink/{id}",
        request.site.host, issue.id
    )
}

fn missing() -> Reply {
    error::messages(404, &["The remote issue link does not exist."])
}

/// By its id or by the id that its maker gave it.
fn one<'a>(issue: &'a Issue, id: &str) -> Result<&'a RemoteLink, Reply> {
    let mut all = issue.around.remote_links.iter();
    all.find(|link| link.id.to_string() == id || link.body["globalId"] == id)
        .ok_or_else(missing)
}

pub(super) fn list(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    if let Some(id) = request.call.param("globalId") {
        return Ok(Reply::ok(&json_of(request, issue, one(issue, id)?)));
    }
    let all = issue.around.remote_links.iter();
    Ok(Reply::ok(
        &all.map(|link| json_of(request, issue, link)).collect(),
    ))
}

pub(super) fn get(request: &SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    Ok(Reply::ok(&json_of(request, issue, one(issue, id)?)))
}

/// What was sent; its object must have a title and an address.
fn read(request: &SiteRequest<'_>) -> Result<Map<String, Value>, Reply> {
    let body = error::body(request)?;
    error::closed(
        &body,
        &["globalId", "application", "relationship", "object"],
    )?;
    let object = body.get("object").unwrap_or(&Value::Null);
    for (name, told) in [
        ("title", "'title' is required."),
        ("url", "'url' is required."),
    ] {
        if object[name]
            .as_str()
            .is_none_or(|text| text.trim().is_empty())
        {
            return Err(error::field(name, told));
        }
    }
    Ok(body)
}

/// Makes one, or changes the one with the same global id: 201 or 200.
pub(super) fn set(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let body = read(request)?;
    let place = issues::find_to_write(request, issue)?;
    let known = body
        .get("globalId")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let known = known.and_then(|id| {
        one(&request.site.issues[place], &id)
            .ok()
            .map(|link| link.id)
    });
    let id = known.unwrap_or_else(|| request.new_id());
    let links = &mut request.site.issues[place].around.remote_links;
    links.retain(|link| link.id != id);
    links.push(RemoteLink {
        id,
        body: Value::Object(body),
    });
    let address = address(request, &request.site.issues[place], id);
    let status = if known.is_some() { 200 } else { 201 };
    Ok(Reply::json(status, &json!({"id": id, "self": address})))
}

pub(super) fn update(request: &mut SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let body = read(request)?;
    let place = issues::find_to_write(request, issue)?;
    let id = one(&request.site.issues[place], id)?.id;
    let links = &mut request.site.issues[place].around.remote_links;
    for link in links.iter_mut().filter(|link| link.id == id) {
        link.body = Value::Object(body.clone());
    }
    Ok(Reply::empty(204))
}

pub(super) fn delete(request: &mut SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let place = issues::find_to_write(request, issue)?;
    let id = one(&request.site.issues[place], id)?.id;
    let links = &mut request.site.issues[place].around.remote_links;
    links.retain(|link| link.id != id);
    Ok(Reply::empty(204))
}
