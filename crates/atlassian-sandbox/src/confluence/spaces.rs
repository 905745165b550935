//! Spaces.

use serde_json::{Value, json};

use super::{error, paging};
use crate::clock::confluence_time;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Space;

/// The space with this id, if the caller sees it.
pub(crate) fn find<'a>(request: &'a SiteRequest<'_>, id: u64) -> Result<&'a Space, Reply> {
    request
        .site
        .space(id)
        .filter(|space| request.sees_space(space))
        .ok_or_else(error::not_found)
}

fn json_of(request: &SiteRequest<'_>, space: &Space) -> Value {
    let description = match request.call.param("description-format") {
        Some(format @ ("plain" | "view")) => {
            json!({format: {"representation": format, "value": space.description}})
        }
        _ => Value::Null,
    };
    json!({
        "id": space.id.to_string(),
        "key": space.key,
        "name": space.name,
        "type": space.kind,
        "status": space.status,
        "authorId": space.author,
        "createdAt": confluence_time(space.created),
        "homepageId": space.home.to_string(),
        "currentActiveAlias": space.key,
        "spaceOwnerId": space.author,
        "description": description,
        "icon": null,
        "_links": {"webui": format!("/spaces/{}", space.key)},
    })
}

const KINDS: [&str; 7] = [
    "global",
    "personal",
    "collaboration",
    "knowledge_base",
    "system",
    "onboarding",
    "xflow_sample_space",
];

pub(crate) fn list(request: &SiteRequest<'_>) -> Answer {
    let call = request.call;
    let (ids, keys) = (call.list("ids"), call.list("keys"));
    if ids.len() > 250 || keys.len() > 250 {
        return Err(error::invalid("At most 250 values can be given"));
    }
    for id in &ids {
        error::id(id)?;
    }
    let kind = call.param("type");
    if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
        return Err(error::invalid(&format!(
            "Provided value '{kind}' for 'type' is not valid"
        )));
    }
    let status = call.param("status");
    if let Some(status) =
        status.filter(|status| !["current", "archived", "trashed"].contains(status))
    {
        return Err(error::invalid(&format!(
            "Provided value '{status}' for 'status' is not valid"
        )));
    }
    let mut found: Vec<&Space> = request
        .site
        .spaces
        .iter()
        .filter(|space| request.sees_space(space))
        .filter(|space| ids.is_empty() || ids.contains(&space.id.to_string()))
        .filter(|space| keys.is_empty() || keys.contains(&space.key))
        .filter(|space| kind.is_none_or(|kind| space.kind == kind))
        .filter(|space| status.is_none_or(|status| space.status == status))
        .collect();
    let sort = call.param("sort").unwrap_or("id");
    match sort.trim_start_matches('-') {
        "id" => found.sort_by_key(|space| space.id),
        "key" => found.sort_by(|one, other| one.key.cmp(&other.key)),
        "name" => found.sort_by_key(|space| space.name.to_lowercase()),
        _ => {
            return Err(error::invalid(&format!(
                "Provided value '{sort}' for 'sort' is not valid"
            )));
        }
    }
    if sort.starts_with('-') {
        found.reverse();
    }
    paging::page(request, &found, &|request, space| json_of(request, space))
}

pub(crate) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    let space = find(request, error::id(id)?)?;
    let mut value = json_of(request, space);
    value["_links"]["base"] = json!(format!("https://{}/wiki", request.site.host));
    Ok(Reply::ok(&value))
}
