//! Creating, updating, retitling and deleting pages.

use serde_json::{Map, Value, json};

use super::{bodies, error, pages, spaces};
use crate::clock::start_of;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Page, Version};

/// 400 when a page is made, 409 when it is changed: the latter is also the answer to a stale version, and
/// clients have blamed the version for a title (sooperset/mcp-atlassian#692).
fn duplicate(status: u16) -> Reply {
    let code = if status == 409 {
        "CONFLICT"
    } else {
        "INVALID_REQUEST_PARAMETER"
    };
    error::v2(
        status,
        code,
        "A page with this title already exists: A page already exists with the same TITLE in this space",
    )
}

/// Whether another page of the space has the title; or another blog post of the day that is `at`, because the
/// day is a part of a post's address.
pub(crate) fn taken(
    request: &SiteRequest<'_>,
    kind: &str,
    space: u64,
    title: &str,
    (except, at): (u64, i64),
) -> bool {
    let mut pages = request.site.pages.iter();
    pages.any(|page| {
        page.space == space
            && page.kind == kind
            && page.id != except
            && page.status == "current"
            && page.title.to_lowercase() == title.to_lowercase()
            && (!page.is_post() || start_of("day", page.created) == start_of("day", at))
    })
}

fn checked_title(body: &Map<String, Value>) -> Result<String, Reply> {
    let title = body
        .get("title")
        .and_then(Value::as_str)
        .map_or("", str::trim);
    if title.is_empty() {
        return Err(error::invalid("A title is required"));
    }
    if title.chars().count() > 255 {
        return Err(error::invalid("Title can't be longer than 255 characters"));
    }
    Ok(title.to_owned())
}

/// The answer to a write: the whole page with the body in the form it was sent, and status 200, also for a
/// page that was made.
fn written(request: &SiteRequest<'_>, id: u64) -> Answer {
    let page = request.site.page(id).ok_or_else(error::not_found)?;
    shown(request, page, page.latest())
}

fn shown(request: &SiteRequest<'_>, page: &Page, version: &Version) -> Answer {
    let format = if version.adf.is_some() {
        "atlas_doc_format"
    } else {
        "storage"
    };
    let body = bodies::body_json(version, Some(format), false)?;
    let mut value = pages::json_of(request, page, version, &body);
    value["_links"]["base"] = json!(format!("https://{}/wiki", request.site.host));
    Ok(Reply::ok(&value))
}

/// Whether something is made as a draft.
fn is_draft(body: &Map<String, Value>) -> Result<bool, Reply> {
    match body.get("status").and_then(Value::as_str) {
        None | Some("current") => Ok(false),
        Some("draft") => Ok(true),
        Some(other) => Err(error::invalid(&format!(
            "Provided value '{other}' for 'status' is not valid"
        ))),
    }
}

pub(crate) fn create(request: &mut SiteRequest<'_>, kind: &str) -> Answer {
    let body = error::body(request)?;
    let space_id =
        error::body_id(body.get("spaceId")).ok_or_else(|| error::invalid("spaceId is required"))?;
    let space = spaces::find(request, space_id)?;
    // "No space or no right" is one answer.
    if !request.writes_space(space) {
        return Err(error::not_found());
    }
    let home = space.home;
    let draft = is_draft(&body)?;
    let title = if draft && !body.contains_key("title") {
        String::new()
    } else {
        checked_title(&body)?
    };
    let parent = match kind {
        "page" => parent_of(request, &body, space_id, home)?,
        _ => None,
    };
    let (storage, adf) = match body.get("body") {
        None => (String::new(), None),
        given => bodies::read(given)?,
    };
    if !draft && taken(request, kind, space_id, &title, (0, request.now)) {
        return Err(duplicate(400));
    }
    let (id, author, now) = (request.new_id(), request.me(), request.now);
    let position = request
        .site
        .pages
        .iter()
        .filter(|page| page.parent == parent && page.space == space_id)
        .count();
    let version = Version {
        number: 1,
        title: title.clone(),
        author: author.clone(),
        created: now,
        storage,
        adf,
        ..Version::default()
    };
    request.site.pages.push(Page {
        id,
        kind: kind.to_owned(),
        space: space_id,
        parent,
        position: u64::try_from(position).unwrap_or(0),
        title,
        status: if draft { "draft" } else { "current" }.to_owned(),
        author,
        created: now,
        labels: Vec::new(),
        versions: vec![version],
        draft: None,
        attachments: Vec::new(),
        properties: Vec::new(),
    });
    written(request, id)
}

fn parent_of(
    request: &SiteRequest<'_>,
    body: &Map<String, Value>,
    space: u64,
    home: u64,
) -> Result<Option<u64>, Reply> {
    let given = body.get("parentId").filter(|value| !value.is_null());
    match (given, request.call.flag("root-level")) {
        (Some(_), true) => Err(error::invalid(
            "parentId cannot be given together with root-level",
        )),
        (None, true) => Ok(None),
        (None, false) => Ok(Some(home)),
        (Some(_), false) => {
            let id =
                error::body_id(given).ok_or_else(|| error::invalid("parentId must be an id"))?;
            let folder = request.site.folder(id).map(|folder| folder.space);
            let parent_space = match folder {
                Some(space) => space,
                None => {
                    pages::find(request, id)
                        .map_err(|_| error::v2(404, "NOT_FOUND", "Parent content not found"))?
                        .space
                }
            };
            if parent_space == space {
                Ok(Some(id))
            } else {
                Err(error::invalid("Parent page must be in the same space"))
            }
        }
    }
}

/// Whether a place in the tree is a page or something below it.
pub(crate) fn is_below(request: &SiteRequest<'_>, mut place: Option<u64>, page: u64) -> bool {
    while let Some(id) = place {
        if id == page {
            return true;
        }
        let folder = request.site.folder(id).map(|folder| folder.parent);
        place = folder.or_else(|| request.site.page(id).and_then(|page| page.parent));
    }
    false
}

/// The place of a page that the caller may change.
fn writable(request: &SiteRequest<'_>, id: &str, kind: &str) -> Result<usize, Reply> {
    let page = pages::find_kind(request, error::id(id)?, kind)?;
    let (id, space) = (page.id, page.space);
    if !request
        .site
        .space(space)
        .is_some_and(|space| request.writes_space(space))
    {
        return Err(error::v2(
            403,
            "FORBIDDEN",
            "User does not have permission to edit this page",
        ));
    }
    request
        .site
        .pages
        .iter()
        .position(|page| page.id == id)
        .ok_or_else(error::not_found)
}

/// An update needs all of its parts.
fn all_given(body: &Map<String, Value>) -> Result<(), Reply> {
    let missing = ["id", "status", "title", "body", "version"]
        .into_iter()
        .find(|name| body.get(*name).is_none_or(Value::is_null));
    missing.map_or(Ok(()), |name| {
        Err(error::invalid(&format!("{name} is required")))
    })
}

pub(crate) fn update(request: &mut SiteRequest<'_>, id: &str, kind: &str) -> Answer {
    let body = error::body(request)?;
    let index = writable(request, id, kind)?;
    all_given(&body)?;
    let page = &request.site.pages[index];
    if error::body_id(body.get("id")) != Some(page.id) {
        return Err(error::invalid(
            "The id in the path does not match the id in the body",
        ));
    }
    if error::body_id(body.get("spaceId")).is_some_and(|space| space != page.space) {
        return Err(error::invalid("A page cannot be moved to another space"));
    }
    let status = new_status(page, &body)?;
    let title = checked_title(&body)?;
    let (storage, adf) = bodies::read(body.get("body"))?;
    let expected = next_number(page, status);
    let version = body.get("version").unwrap_or(&Value::Null);
    check_number(page, expected, version)?;
    let is_draft = status == "draft";
    if !is_draft && taken(request, kind, page.space, &title, (page.id, page.created)) {
        return Err(duplicate(409));
    }
    let parent = match body.get("parentId").filter(|value| !value.is_null()) {
        None => page.parent,
        Some(_) => parent_of(request, &body, page.space, page.id)?,
    };
    if is_below(request, parent, page.id) {
        return Err(error::invalid("A page cannot be moved below itself"));
    }
    let next = Version {
        number: expected,
        title,
        message: version["message"].as_str().unwrap_or("").to_owned(),
        minor: false,
        author: request.me(),
        created: request.now,
        storage,
        adf,
    };
    let page = &mut request.site.pages[index];
    if is_draft && page.status != "draft" {
        // Readers see what was published until the draft is.
        page.draft = Some(next.clone());
        let mut answer = page.clone();
        "draft".clone_into(&mut answer.status);
        return shown(request, &answer, &next);
    }
    page.title.clone_from(&next.title);
    page.parent = parent;
    status.clone_into(&mut page.status);
    page.draft = None;
    page.versions
        .retain(|version| version.number != next.number);
    page.versions.push(next);
    let id = page.id;
    written(request, id)
}

/// The status after a write. Whoever sends "current" takes an archived page out of the archive.
fn new_status<'b>(page: &Page, body: &'b Map<String, Value>) -> Result<&'b str, Reply> {
    let status = body.get("status").and_then(Value::as_str).unwrap_or("");
    let stays = status == page.status && status == "archived";
    if matches!(status, "current" | "draft") || stays {
        return Ok(status);
    }
    Err(error::invalid(&format!(
        "Provided value '{status}' for 'status' is not valid"
    )))
}

/// The number that a write must bring. A draft is number 1 however often it is written, that of a published
/// page, too (<https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/>); so the first
/// version that is published is number 1, as if there had been no draft.
fn next_number(page: &Page, status: &str) -> u64 {
    if status == "draft" || page.status == "draft" {
        1
    } else {
        page.latest().number + 1
    }
}

fn check_number(page: &Page, expected: u64, version: &Value) -> Result<(), Reply> {
    match version["number"].as_u64() {
        None => Err(error::invalid("version.number is required")),
        Some(number) if number != expected => {
            let text = format!(
                "Version must be incremented when updating a page. Current Version: [{}]. Provided version: [{number}]",
                page.latest().number
            );
            Err(error::v2(409, "CONFLICT", &text))
        }
        Some(_) => Ok(()),
    }
}

pub(crate) fn retitle(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let body = error::body(request)?;
    let index = writable(request, id, "page")?;
    let page = &request.site.pages[index];
    if body.get("status").and_then(Value::as_str) != Some(page.status.as_str()) {
        return Err(error::invalid(
            "status must be the current status of the page",
        ));
    }
    let title = checked_title(&body)?;
    let at = (page.id, page.created);
    if page.status == "current" && taken(request, "page", page.space, &title, at) {
        return Err(duplicate(400));
    }
    let mut next = page.latest().clone();
    next.number = next_number(page, &page.status);
    next.title.clone_from(&title);
    next.author = request.me();
    next.created = request.now;
    let page = &mut request.site.pages[index];
    page.title = title;
    page.versions
        .retain(|version| version.number != next.number);
    page.versions.push(next);
    let id = page.id;
    written(request, id)
}

pub(crate) fn delete(request: &mut SiteRequest<'_>, id: &str, kind: &str) -> Answer {
    let index = writable(request, id, kind)?;
    let (id, parent, status) = {
        let page = &request.site.pages[index];
        (page.id, page.parent, page.status.clone())
    };
    match (
        status.as_str(),
        request.call.flag("purge"),
        request.call.flag("draft"),
    ) {
        ("trashed", true, _) => {
            return Err(error::v2(
                403,
                "FORBIDDEN",
                "Only a space administrator may purge a page",
            ));
        }
        (_, true, _) => return Err(error::invalid("Only a trashed page can be purged")),
        ("draft", false, true) => {
            request.site.pages.remove(index);
        }
        ("draft" | "trashed", ..) => return Err(error::not_found()),
        (_, _, true) => {
            let draft = request.site.pages[index].draft.take();
            draft.ok_or_else(error::not_found)?;
        }
        _ => {
            "trashed".clone_into(&mut request.site.pages[index].status);
            for child in request
                .site
                .pages
                .iter_mut()
                .filter(|child| child.parent == Some(id))
            {
                child.parent = parent;
            }
        }
    }
    Ok(Reply::empty(204))
}
