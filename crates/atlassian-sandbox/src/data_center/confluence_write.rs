//! Writing to Confluence Data Center: pages, comments and labels, all of them `content`.

use serde_json::{Map, Value};

use super::confluence::{find, problem};
use super::{confluence_json, confluence_more, people};
use crate::confluence::page_write::{is_below, taken};
use crate::confluence::v1::is_label;
use crate::state::SiteRequest;
use crate::storage;
use crate::wiki;
use crate::wire::{Answer, Reply};
use crate::world::{Label, Page, PageComment, Space, Version};

fn read(request: &SiteRequest<'_>) -> Result<Map<String, Value>, Reply> {
    if request.caller.account.is_none() {
        return Err(problem(403, "Could not create content: not permitted"));
    }
    if request.call.content_type() != "application/json" {
        return Err(problem(415, "HTTP 415 Unsupported Media Type"));
    }
    match serde_json::from_slice(&request.call.body) {
        Ok(Value::Object(body)) => Ok(body),
        _ => Err(problem(400, "Could not parse the request body")),
    }
}

/// The body as storage: nested under its representation, never the flat form of Cloud's v2; people by user name
/// or key, never by account id. Wiki markup is turned into storage when it is written
/// (<https://developer.atlassian.com/server/confluence/confluence-rest-api-examples/>).
fn storage_of(request: &SiteRequest<'_>, body: &Map<String, Value>) -> Result<String, Reply> {
    let given = body.get("body").unwrap_or(&Value::Null);
    let (storage, wiki) = (&given["storage"], &given["wiki"]);
    if let (Some(markup), true) = (wiki["value"].as_str(), wiki["representation"] == "wiki") {
        return Ok(storage::storage_of(&wiki::document_of(markup)));
    }
    let Some(text) = storage["value"]
        .as_str()
        .filter(|_| storage["representation"] == "storage")
    else {
        return Err(problem(400, "Content body must be given as body.storage"));
    };
    let wrong = |text: String| problem(400, &format!("Error parsing xhtml: {text}"));
    let nodes = storage::parse(text).map_err(wrong)?;
    if nodes.iter().any(names_nobody) {
        return Err(wrong("ri:user needs ri:userkey or ri:username".to_owned()));
    }
    Ok(with_keys(request, text))
}

/// Whether a person stands in it without a user name and key
/// (<https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html>).
fn names_nobody(node: &storage::Node) -> bool {
    let known = ["ri:username", "ri:userkey"];
    (node.name() == "ri:user" && known.iter().all(|name| node.attribute(name).is_none()))
        || node.children().iter().any(names_nobody)
}

/// User names become keys, which stay when a name changes
/// (<https://developer.atlassian.com/server/confluence/renamable-users-in-confluence-5-2>). Literal text stays.
fn with_keys(request: &SiteRequest<'_>, text: &str) -> String {
    const LITERAL: &str = "<![CDATA[";
    let mut parts = text.split(LITERAL);
    let keyed = |markup: &str| {
        let mut markup = markup.to_owned();
        for account in request.accounts {
            let named = format!("<ri:user ri:username=\"{}\"", account.id);
            let key = people::confluence_key(request, &account.id).unwrap_or_default();
            markup = markup.replace(&named, &format!("<ri:user ri:userkey=\"{key}\""));
        }
        markup
    };
    let mut stored = keyed(parts.next().unwrap_or_default());
    for part in parts {
        let (literal, markup) = part.split_at(part.find("]]>").unwrap_or(part.len()));
        stored.extend([LITERAL, literal, &keyed(markup)]);
    }
    stored
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

fn space_to_write<'a>(request: &'a SiteRequest<'_>, key: &str) -> Result<&'a Space, Reply> {
    let found = request
        .site
        .spaces
        .iter()
        .find(|space| space.key == key && request.sees_space(space));
    match found {
        Some(space) if request.writes_space(space) => Ok(space),
        Some(_) => Err(problem(403, "User not permitted to write in this space")),
        None => Err(problem(404, &format!("No space found with key : {key}"))),
    }
}

/// `POST content`: a page or a comment, by its `type`.
pub(crate) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = read(request)?;
    match body.get("type").and_then(Value::as_str) {
        Some(kind @ ("page" | "blogpost")) => create_page(request, &body, kind),
        Some("comment") => create_comment(request, &body),
        _ => Err(problem(400, "type is required")),
    }
}

fn first_version(request: &SiteRequest<'_>, title: &str, storage: String) -> Version {
    Version {
        number: 1,
        title: title.to_owned(),
        author: request.me(),
        created: request.now,
        storage,
        ..Version::default()
    }
}

fn create_page(request: &mut SiteRequest<'_>, body: &Map<String, Value>, kind: &str) -> Answer {
    let key = body
        .get("space")
        .and_then(|space| space["key"].as_str())
        .unwrap_or("");
    let space = space_to_write(request, key)?;
    let (space_id, home) = (space.id, space.home);
    let title = title_of(body)?;
    let storage = storage_of(request, body)?;
    let parent = match body
        .get("ancestors")
        .and_then(|above| above[0]["id"].as_str())
    {
        Some(id) => find(request, id)?.id,
        None => home,
    };
    if taken(request, kind, space_id, &title, (0, request.now)) {
        return Err(problem(
            400,
            "A page with this title already exists: A page already exists with the title in the space",
        ));
    }
    let version = first_version(request, &title, storage);
    let (id, author, created) = (request.new_id(), request.me(), request.now);
    request.site.pages.push(Page {
        id,
        kind: kind.to_owned(),
        space: space_id,
        parent: (kind == "page").then_some(parent),
        position: 0,
        title,
        status: "current".to_owned(),
        author,
        created,
        labels: Vec::new(),
        versions: vec![version],
        draft: None,
        attachments: Vec::new(),
        properties: Vec::new(),
    });
    Ok(Reply::ok(&confluence_json::page(
        request,
        find(request, &id.to_string())?,
    )))
}

fn create_comment(request: &mut SiteRequest<'_>, body: &Map<String, Value>) -> Answer {
    let container = body
        .get("container")
        .map_or(&Value::Null, |container| container);
    let on = find(request, container["id"].as_str().unwrap_or(""))?;
    if container["type"] != on.kind.as_str() {
        return Err(problem(
            400,
            "The type of the container is not that of the content",
        ));
    }
    let page = on.id;
    let parent = confluence_more::answered(request, body, page)?;
    let storage = storage_of(request, body)?;
    let version = first_version(request, "", storage);
    let (id, author, created) = (request.new_id(), request.me(), request.now);
    let comment = PageComment {
        id,
        page,
        parent,
        selection: None,
        author,
        created,
        versions: vec![version],
    };
    let made = confluence_json::comment(request, &comment);
    request.site.page_comments.push(comment);
    Ok(Reply::ok(&made))
}

/// The place of a page that the caller may change.
pub(super) fn place(request: &SiteRequest<'_>, id: &str) -> Result<usize, Reply> {
    let (id, space) = {
        let page = find(request, id)?;
        (page.id, page.space)
    };
    if !request
        .site
        .space(space)
        .is_some_and(|space| request.writes_space(space))
    {
        return Err(problem(403, "User not permitted to change this content"));
    }
    let found = request.site.pages.iter().position(|page| page.id == id);
    found.ok_or_else(|| problem(404, "No content found"))
}

pub(crate) fn update(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let body = read(request)?;
    let index = place(request, id)?;
    let kind = request.site.pages[index].kind.as_str();
    if body.get("type").and_then(Value::as_str) != Some(kind) {
        return Err(problem(400, "type is required"));
    }
    let title = title_of(&body)?;
    let storage = storage_of(request, &body)?;
    let page = &request.site.pages[index];
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
    // The last of the pages above it is the one it lies in.
    let above = body.get("ancestors").and_then(Value::as_array);
    let parent = above.and_then(|above| above.last()).map(|page| {
        let id = page["id"]
            .as_str()
            .map_or_else(|| page["id"].to_string(), str::to_owned);
        find(request, &id).map(|page| page.id)
    });
    let parent = parent.transpose()?.or(page.parent);
    if is_below(request, parent, page.id) {
        return Err(problem(400, "A page cannot be moved below itself"));
    }
    let own = (page.id, page.created);
    if taken(request, &page.kind, page.space, &title, own) {
        return Err(problem(400, "A page with this title already exists"));
    }
    let next = Version {
        number: expected,
        ..first_version(request, &title, storage)
    };
    let page = &mut request.site.pages[index];
    page.title = title;
    page.parent = parent;
    page.versions.push(next);
    Ok(Reply::ok(&confluence_json::page(
        request,
        &request.site.pages[index],
    )))
}

pub(crate) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let index = place(request, id)?;
    "trashed".clone_into(&mut request.site.pages[index].status);
    Ok(Reply::empty(204))
}

pub(crate) fn label(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let index = place(request, id)?;
    let given: Value = serde_json::from_slice(&request.call.body)
        .map_err(|_| problem(400, "Could not parse the request body"))?;
    for item in given.as_array().map(Vec::as_slice).unwrap_or_default() {
        let name = item["name"].as_str().unwrap_or("").to_lowercase();
        if !is_label(&name) {
            return Err(problem(400, "The label is not valid"));
        }
        let id = request.new_id();
        let labels = &mut request.site.pages[index].labels;
        if labels.iter().all(|known| known.name != name) {
            labels.push(Label {
                id,
                prefix: "global".to_owned(),
                name,
            });
        }
    }
    Ok(Reply::ok(
        &confluence_json::page(request, &request.site.pages[index])["metadata"]["labels"],
    ))
}

pub(crate) fn unlabel(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let index = place(request, id)?;
    let name = request.call.param("name").unwrap_or("").to_owned();
    request.site.pages[index]
        .labels
        .retain(|label| label.name != name);
    Ok(Reply::empty(204))
}
