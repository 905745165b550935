//! What programs keep with the content of Confluence Data Center, by key.
//!
//! <https://docs.atlassian.com/ConfluenceServer/rest/8.5.0/#api/content/{id}/property>

use serde_json::{Value, json};

use super::base;
use super::confluence::{find, page, problem};
use super::confluence_write::place;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::ContentProperty;

/// Answers a path after `/rest/api/content/{id}/property`.
pub(super) fn answer(request: &mut SiteRequest<'_>, id: &str, rest: &[&str]) -> Option<Answer> {
    Some(match (request.method(), rest) {
        ("GET", []) => list(request, id),
        ("POST", []) => create(request, id, None),
        ("GET", [key]) => get(request, id, key),
        ("POST", [key]) => create(request, id, Some(key)),
        ("PUT", [key]) => update(request, id, key),
        ("DELETE", [key]) => delete(request, id, key),
        _ => return None,
    })
}

fn json_of(request: &SiteRequest<'_>, id: &str, property: &ContentProperty) -> Value {
    let key = &property.key;
    json!({
        "id": property.id.to_string(), "key": key, "value": property.value,
        "version": {"number": property.version, "minorEdit": false},
        "_links": {"self": format!("{}/rest/api/content/{id}/property/{key}", base(request))},
    })
}

fn missing(key: &str) -> Reply {
    problem(404, &format!("No property found with key: {key}"))
}

fn list(request: &SiteRequest<'_>, id: &str) -> Answer {
    let found: Vec<&ContentProperty> = find(request, id)?.properties.iter().collect();
    page(request, &found, 200, |property| {
        json_of(request, id, property)
    })
}

fn get(request: &SiteRequest<'_>, id: &str, key: &str) -> Answer {
    let mut all = find(request, id)?.properties.iter();
    let found = all.find(|property| property.key == key);
    found
        .map(|property| Reply::ok(&json_of(request, id, property)))
        .ok_or_else(|| missing(key))
}

fn sent(request: &SiteRequest<'_>) -> Result<Value, Reply> {
    serde_json::from_slice(&request.call.body)
        .map_err(|_| problem(400, "Could not parse the request body"))
}

fn create(request: &mut SiteRequest<'_>, id: &str, key: Option<&str>) -> Answer {
    let body = sent(request)?;
    let place = place(request, id)?;
    let key = key.or(body["key"].as_str()).unwrap_or_default();
    if key.is_empty() {
        return Err(problem(400, "A content property needs a key"));
    }
    let mut known = request.site.pages[place].properties.iter();
    if known.any(|property| property.key == key) {
        return Err(problem(409, "Property with this key already exists"));
    }
    let made = ContentProperty {
        id: request.new_id(),
        key: key.to_owned(),
        value: body["value"].clone(),
        version: 1,
        author: request.me(),
        created: request.now,
    };
    let shown = json_of(request, id, &made);
    request.site.pages[place].properties.push(made);
    Ok(Reply::ok(&shown))
}

fn update(request: &mut SiteRequest<'_>, id: &str, key: &str) -> Answer {
    let body = sent(request)?;
    let place = place(request, id)?;
    let mut all = request.site.pages[place].properties.iter_mut();
    let property = all.find(|property| property.key == key);
    let property = property.ok_or_else(|| missing(key))?;
    if body["version"]["number"].as_u64() != Some(property.version + 1) {
        return Err(problem(409, "Version must be incremented on update"));
    }
    property.version += 1;
    property.value = body["value"].clone();
    let changed = property.clone();
    Ok(Reply::ok(&json_of(request, id, &changed)))
}

fn delete(request: &mut SiteRequest<'_>, id: &str, key: &str) -> Answer {
    let place = place(request, id)?;
    let all = &mut request.site.pages[place].properties;
    let before = all.len();
    all.retain(|property| property.key != key);
    if all.len() == before {
        return Err(missing(key));
    }
    Ok(Reply::empty(204))
}
