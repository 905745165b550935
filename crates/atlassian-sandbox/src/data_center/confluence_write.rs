//! Writing to Confluence Data Center: pages, comments and labels, all of them `content`.

use serde_json::{Map, Value};

use super::confluence::{find, problem};
use super::confluence_json;
use crate::state::Desk;
use crate::storage;
use crate::wire::{Answer, Reply};
use crate::world::{Label, Page, PageComment, Space, Version};

fn read(desk: &Desk<'_>) -> Result<Map<String, Value>, Reply> {
    if desk.caller.account.is_none() {
        return Err(problem(403, "Could not create content: not permitted"));
    }
    if desk.call.content_type() != "application/json" {
        return Err(problem(415, "HTTP 415 Unsupported Media Type"));
    }
    match serde_json::from_slice(&desk.call.body) {
        Ok(Value::Object(body)) => Ok(body),
        _ => Err(problem(400, "Could not parse the request body")),
    }
}

/// The storage body: nested under its representation, never Cloud's flat form.
fn storage_of(body: &Map<String, Value>) -> Result<String, Reply> {
    let storage = body
        .get("body")
        .map_or(&Value::Null, |body| &body["storage"]);
    let Some(text) = storage["value"]
        .as_str()
        .filter(|_| storage["representation"] == "storage")
    else {
        return Err(problem(400, "Content body must be given as body.storage"));
    };
    storage::parse(text).map_err(|text| problem(400, &format!("Error parsing xhtml: {text}")))?;
    Ok(text.to_owned())
}

fn title_of(body: &Map<String, Value>) -> Result<String, Reply> {
    let title = body
        .get("title")
        .and_then(Value::as_str)
        .map_or("", str::trim);
    if title.is_empty() || title.chars().count() > 255 {
        return Err(problem(
            400,
            "A page must have a title of at most 255 characters",
        ));
    }
    Ok(title.to_owned())
}

fn space_to_write<'a>(desk: &'a Desk<'_>, key: &str) -> Result<&'a Space, Reply> {
    let found = desk
        .site
        .spaces
        .iter()
        .find(|space| space.key == key && desk.sees_space(space));
    match found {
        Some(space) if desk.writes_space(space) => Ok(space),
        Some(_) => Err(problem(403, "User not permitted to write in this space")),
        None => Err(problem(404, &format!("No space found with key : {key}"))),
    }
}

/// `POST content`: a page or a comment, by its `type`.
pub(super) fn create(desk: &mut Desk<'_>) -> Answer {
    let body = read(desk)?;
    match body.get("type").and_then(Value::as_str) {
        Some("page") => create_page(desk, &body),
        Some("comment") => create_comment(desk, &body),
        _ => Err(problem(400, "type is required")),
    }
}

fn first_version(desk: &Desk<'_>, title: &str, storage: String) -> Version {
    Version {
        number: 1,
        title: title.to_owned(),
        author: desk.me(),
        created: desk.now,
        storage,
        ..Version::default()
    }
}

fn create_page(desk: &mut Desk<'_>, body: &Map<String, Value>) -> Answer {
    let key = body
        .get("space")
        .and_then(|space| space["key"].as_str())
        .unwrap_or("");
    let space = space_to_write(desk, key)?;
    let (space_id, home) = (space.id, space.home);
    let title = title_of(body)?;
    let storage = storage_of(body)?;
    let parent = match body
        .get("ancestors")
        .and_then(|above| above[0]["id"].as_str())
    {
        Some(id) => find(desk, id)?.id,
        None => home,
    };
    if taken(desk, space_id, &title, 0) {
        return Err(problem(
            400,
            "A page with this title already exists: A page already exists with the title in the space",
        ));
    }
    let version = first_version(desk, &title, storage);
    let (id, author, created) = (desk.new_id(), desk.me(), desk.now);
    desk.site.pages.push(Page {
        id,
        space: space_id,
        parent: Some(parent),
        position: 0,
        title,
        status: "current".to_owned(),
        author,
        created,
        labels: Vec::new(),
        versions: vec![version],
    });
    Ok(Reply::ok(&confluence_json::page(
        desk,
        find(desk, &id.to_string())?,
    )))
}

fn taken(desk: &Desk<'_>, space: u64, title: &str, except: u64) -> bool {
    desk.site.pages.iter().any(|page| {
        page.space == space
            && page.id != except
            && page.status == "current"
            && page.title.eq_ignore_ascii_case(title)
    })
}

fn create_comment(desk: &mut Desk<'_>, body: &Map<String, Value>) -> Answer {
    let container = body
        .get("container")
        .map_or(&Value::Null, |container| container);
    let page = find(desk, container["id"].as_str().unwrap_or(""))?.id;
    let storage = storage_of(body)?;
    let version = first_version(desk, "", storage);
    let (id, author, created) = (desk.new_id(), desk.me(), desk.now);
    let comment = PageComment {
        id,
        page,
        parent: None,
        selection: None,
        author,
        created,
        versions: vec![version],
    };
    let made = confluence_json::comment(desk, &comment);
    desk.site.page_comments.push(comment);
    Ok(Reply::ok(&made))
}

/// The place of a page that the caller may change.
fn place(desk: &Desk<'_>, id: &str) -> Result<usize, Reply> {
    let (id, space) = {
        let page = find(desk, id)?;
        (page.id, page.space)
    };
    if !desk
        .site
        .space(space)
        .is_some_and(|space| desk.writes_space(space))
    {
        return Err(problem(403, "User not permitted to change this content"));
    }
    let found = desk.site.pages.iter().position(|page| page.id == id);
    found.ok_or_else(|| problem(404, "No content found"))
}

pub(super) fn update(desk: &mut Desk<'_>, id: &str) -> Answer {
    let body = read(desk)?;
    let index = place(desk, id)?;
    if body.get("type").and_then(Value::as_str) != Some("page") {
        return Err(problem(400, "type is required"));
    }
    let title = title_of(&body)?;
    let storage = storage_of(&body)?;
    let page = &desk.site.pages[index];
    let expected = page.latest().number + 1;
    let given = body
        .get("version")
        .and_then(|version| version["number"].as_u64());
    if given != Some(expected) {
        return Err(problem(
            409,
            &format!(
                "Version must be incremented on update. Current version is: {}",
                expected - 1
            ),
        ));
    }
    if taken(desk, page.space, &title, page.id) {
        return Err(problem(400, "A page with this title already exists"));
    }
    let next = Version {
        number: expected,
        ..first_version(desk, &title, storage)
    };
    let page = &mut desk.site.pages[index];
    page.title = title;
    page.versions.push(next);
    Ok(Reply::ok(&confluence_json::page(
        desk,
        &desk.site.pages[index],
    )))
}

pub(super) fn delete(desk: &mut Desk<'_>, id: &str) -> Answer {
    let index = place(desk, id)?;
    "trashed".clone_into(&mut desk.site.pages[index].status);
    Ok(Reply::empty(204))
}

pub(super) fn label(desk: &mut Desk<'_>, id: &str) -> Answer {
    let index = place(desk, id)?;
    let given: Value = serde_json::from_slice(&desk.call.body)
        .map_err(|_| problem(400, "Could not parse the request body"))?;
    for item in given.as_array().map(Vec::as_slice).unwrap_or_default() {
        let name = item["name"].as_str().unwrap_or("").to_lowercase();
        if name.is_empty() || name.contains(' ') {
            return Err(problem(400, "The label is not valid"));
        }
        let id = desk.new_id();
        let labels = &mut desk.site.pages[index].labels;
        if labels.iter().all(|known| known.name != name) {
            labels.push(Label {
                id,
                prefix: "global".to_owned(),
                name,
            });
        }
    }
    Ok(Reply::ok(
        &confluence_json::page(desk, &desk.site.pages[index])["metadata"]["labels"],
    ))
}

pub(super) fn unlabel(desk: &mut Desk<'_>, id: &str) -> Answer {
    let index = place(desk, id)?;
    let name = desk.call.param("name").unwrap_or("").to_owned();
    desk.site.pages[index]
        .labels
        .retain(|label| label.name != name);
    Ok(Reply::empty(204))
}
