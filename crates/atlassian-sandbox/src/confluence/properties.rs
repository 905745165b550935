//! What programs keep with pages and blog posts: values of JSON under keys, with a version of their own.
//!
//! <https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-content-properties/>

use serde_json::{Value, json};

use super::{error, pages, paging};
use crate::clock::confluence_time;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{ContentProperty, Page};

fn json_of(property: &ContentProperty) -> Value {
    json!({
        "id": property.id.to_string(), "key": property.key, "value": property.value,
        "version": {
            "number": property.version, "message": "", "minorEdit": false, "authorId": property.author,
            "createdAt": confluence_time(property.created),
        },
    })
}

fn holder<'a>(request: &'a SiteRequest<'_>, plural: &str, id: &str) -> Result<&'a Page, Reply> {
    pages::find_kind(request, error::id(id)?, plural.trim_end_matches('s'))
}

/// The place of a page or blog post that the caller may change.
fn place(request: &SiteRequest<'_>, plural: &str, id: &str) -> Result<usize, Reply> {
    let (number, space) = holder(request, plural, id).map(|page| (page.id, page.space))?;
    let space = request.site.space(space);
    if !space.is_some_and(|space| request.writes_space(space)) {
        return Err(error::v2(403, "FORBIDDEN", "Forbidden"));
    }
    let mut all = request.site.pages.iter();
    all.position(|page| page.id == number)
        .ok_or_else(error::not_found)
}

fn one<'a>(page: &'a Page, id: &str) -> Result<&'a ContentProperty, Reply> {
    let id = error::id(id)?;
    let mut all = page.properties.iter();
    all.find(|property| property.id == id)
        .ok_or_else(error::not_found)
}

pub(super) fn list(request: &SiteRequest<'_>, plural: &str, id: &str) -> Answer {
    let page = holder(request, plural, id)?;
    let key = request.call.param("key");
    let found = page.properties.iter();
    let found: Vec<&ContentProperty> = found
        .filter(|property| key.is_none_or(|key| property.key == key))
        .collect();
    paging::page(request, &found, &|_, property| json_of(property))
}

pub(super) fn get(request: &SiteRequest<'_>, plural: &str, id: &str, property: &str) -> Answer {
    let page = holder(request, plural, id)?;
    Ok(Reply::ok(&json_of(one(page, property)?)))
}

/// A new property; its key must be free.
pub(super) fn create(request: &mut SiteRequest<'_>, plural: &str, id: &str) -> Answer {
    let body = error::body(request)?;
    let place = place(request, plural, id)?;
    let key = body.get("key").and_then(Value::as_str).unwrap_or_default();
    if key.is_empty() || !body.contains_key("value") {
        return Err(error::invalid("key and value are required"));
    }
    let mut known = request.site.pages[place].properties.iter();
    if known.any(|property| property.key == key) {
        return Err(error::v2(
            409,
            "CONFLICT",
            "A property with this key already exists",
        ));
    }
    let made = ContentProperty {
        id: request.new_id(),
        key: key.to_owned(),
        value: body["value"].clone(),
        version: 1,
        author: request.me(),
        created: request.now,
    };
    let shown = json_of(&made);
    request.site.pages[place].properties.push(made);
    Ok(Reply::ok(&shown))
}

/// Another value, with the number of the next version.
pub(super) fn update(
    request: &mut SiteRequest<'_>,
    plural: &str,
    id: &str,
    property: &str,
) -> Answer {
    let body = error::body(request)?;
    let place = place(request, plural, id)?;
    let mut changed = one(&request.site.pages[place], property)?.clone();
    let number = body
        .get("version")
        .map_or(&Value::Null, |version| &version["number"]);
    if number.as_u64() != Some(changed.version + 1) {
        return Err(error::v2(409, "CONFLICT", "Version must be incremented"));
    }
    changed.version += 1;
    changed.value = body.get("value").cloned().unwrap_or_default();
    (changed.author, changed.created) = (request.me(), request.now);
    let shown = json_of(&changed);
    let all = &mut request.site.pages[place].properties;
    for known in all.iter_mut().filter(|known| known.id == changed.id) {
        *known = changed.clone();
    }
    Ok(Reply::ok(&shown))
}

pub(super) fn delete(
    request: &mut SiteRequest<'_>,
    plural: &str,
    id: &str,
    property: &str,
) -> Answer {
    let place = place(request, plural, id)?;
    let property = one(&request.site.pages[place], property)?.id;
    let all = &mut request.site.pages[place].properties;
    all.retain(|known| known.id != property);
    Ok(Reply::empty(204))
}
