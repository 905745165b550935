//! What else Confluence Data Center answers: pages as they were, comments by their ids, and files of pages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::confluence::{find, page, problem};
use super::{base, confluence_json, confluence_properties, people};
use crate::clock::confluence_time;
use crate::jira::attachments::{Part, form};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Attachment, Page, PageComment, Version};

/// Answers a path after `/rest/api/`; `None` if no such endpoint is here.
pub(super) fn answer(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["content", id]) if request.call.param("status") == Some("historical") => {
            old_page(request, id)
        }
        ("GET", ["content", id]) if comment_of(request, id).is_some() => one_comment(request, id),
        ("GET", ["rest", "experimental", "content", id, "version"]) => versions(request, id),
        ("GET", ["rest", "experimental", "content", id, "version", number]) => {
            one_version(request, id, number)
        }
        (_, ["content", id, "property", rest @ ..]) => {
            return confluence_properties::answer(request, id, rest);
        }
        ("GET", ["content", id, "history"]) => history(request, id),
        ("GET", ["content", id, "child", "attachment"]) => files(request, id),
        ("POST", ["content", id, "child", "attachment"]) => add(request, id, None),
        ("POST", ["content", id, "child", "attachment", file, "data"]) => {
            add(request, id, Some(file))
        }
        ("DELETE", ["content", id]) if id.starts_with("att") => delete(request, id),
        _ => return None,
    })
}

/// A page at an earlier version: its present one is none of those.
/// <https://docs.atlassian.com/ConfluenceServer/rest/8.5.0/#api/content-getContentById>
fn old_page(request: &SiteRequest<'_>, id: &str) -> Answer {
    let found = find(request, id)?;
    let number = request.call.param("version").unwrap_or_default();
    let mut versions = found.versions.iter();
    let place = versions.position(|version| version.number.to_string() == number);
    let place = place.filter(|place| place + 1 < found.versions.len());
    let missing = || {
        problem(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let place = place.ok_or_else(missing)?;
    let mut old = found.clone();
    old.versions.truncate(place + 1);
    old.title = old.latest().title.clone();
    let mut value = confluence_json::page(request, &old);
    value["status"] = json!("historical");
    value["id"] = json!((found.id * 1_000 + place as u64).to_string());
    Ok(Reply::ok(&value))
}

/// The versions of a page, the newest first. Not where the rest of the API is.
/// <https://confluence.atlassian.com/confkb/how-to-retrieve-all-previous-versions-of-content-using-the-rest-api-1044789048.html>
fn versions(request: &SiteRequest<'_>, id: &str) -> Answer {
    let found = find(request, id)?;
    let newest: Vec<&Version> = found.versions.iter().rev().collect();
    page(request, &newest, 200, |version| {
        confluence_json::version(request, version)
    })
}

/// Who made a page, and its latest version.
/// <https://docs.atlassian.com/ConfluenceServer/rest/8.5.0/#api/content-getHistory>
fn history(request: &SiteRequest<'_>, id: &str) -> Answer {
    let found = find(request, id)?;
    let versions = &found.versions;
    let mut value = json!({
        "latest": true, "createdBy": people::in_confluence(request, &found.author),
        "createdDate": confluence_time(found.created),
        "lastUpdated": confluence_json::version(request, found.latest()),
        "_links": {"self": format!("{}/rest/api/content/{id}/history", base(request))},
    });
    if let Some(before) = versions.iter().rev().nth(1) {
        value["previousVersion"] = confluence_json::version(request, before);
    }
    Ok(Reply::ok(&value))
}

fn one_version(request: &SiteRequest<'_>, id: &str, number: &str) -> Answer {
    let mut versions = find(request, id)?.versions.iter();
    let version = versions.find(|version| version.number.to_string() == number);
    let missing = || problem(404, &format!("No version {number} of content {id} found"));
    let shown = confluence_json::version(request, version.ok_or_else(missing)?);
    Ok(Reply::ok(&shown))
}

fn comment_of<'a>(request: &'a SiteRequest<'_>, id: &str) -> Option<&'a PageComment> {
    let mut all = request.site.page_comments.iter();
    let found = all.find(|comment| comment.id.to_string() == id)?;
    find(request, &found.page.to_string()).ok().map(|_| found)
}

fn one_comment(request: &SiteRequest<'_>, id: &str) -> Answer {
    let missing = || {
        problem(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let comment = comment_of(request, id).ok_or_else(missing)?;
    let mut value = confluence_json::comment(request, comment);
    if request
        .call
        .list("expand")
        .iter()
        .any(|name| name == "container")
    {
        let holder = find(request, &comment.page.to_string())?;
        value["container"] =
            json!({"id": holder.id.to_string(), "type": holder.kind, "title": holder.title});
    }
    Ok(Reply::ok(&value))
}

/// The comment that a new one replies to: the last of its ancestors, on the same page.
pub(super) fn answered(
    request: &SiteRequest<'_>,
    body: &serde_json::Map<String, Value>,
    page: u64,
) -> Result<Option<u64>, Reply> {
    let above = body.get("ancestors").and_then(Value::as_array);
    let Some(above) = above.and_then(|above| above.last()) else {
        return Ok(None);
    };
    let id = above["id"].as_str().unwrap_or_default();
    let comment = comment_of(request, id).filter(|comment| comment.page == page);
    let missing = || problem(400, "The parent of the comment is not on this content");
    comment.map(|comment| Some(comment.id)).ok_or_else(missing)
}

pub(super) fn json_of(request: &SiteRequest<'_>, page: &Page, file: &Attachment) -> Value {
    let name: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    json!({
        "id": format!("att{}", file.id), "type": "attachment", "status": "current", "title": file.name,
        "version": {
            "by": people::in_confluence(request, &file.author), "when": confluence_time(file.created),
            "number": file.version, "message": file.comment, "minorEdit": false,
        },
        "metadata": {"mediaType": file.media_type, "comment": file.comment},
        "extensions": {"mediaType": file.media_type, "fileSize": file.size, "comment": file.comment},
        "_links": {
            "download": format!("/download/attachments/{}/{name}?version={}", page.id, file.version),
            "self": format!("{}/rest/api/content/att{}", base(request), file.id),
        },
    })
}

/// The file with this id, of a page that the caller sees; with the page where that is asked for.
pub(super) fn file(request: &SiteRequest<'_>, id: &str) -> Option<Value> {
    let number: u64 = id.strip_prefix("att")?.parse().ok()?;
    let mut pages = request.site.pages.iter();
    let (page, file) = pages.find_map(|page| {
        let mut files = page.attachments.iter();
        Some((page, files.find(|file| file.id == number)?))
    })?;
    let page = find(request, &page.id.to_string()).ok()?;
    let mut value = json_of(request, page, file);
    let wanted = request.call.list("expand");
    if wanted.iter().any(|name| name == "container") {
        value["container"] =
            json!({"id": page.id.to_string(), "type": page.kind, "title": page.title});
    }
    Some(value)
}

fn files(request: &SiteRequest<'_>, id: &str) -> Answer {
    let holder = find(request, id)?;
    let (name, kind) = (
        request.call.param("filename"),
        request.call.param("mediaType"),
    );
    let found: Vec<&Attachment> = holder
        .attachments
        .iter()
        .filter(|file| name.is_none_or(|name| file.name == name))
        .filter(|file| kind.is_none_or(|kind| file.media_type == kind))
        .collect();
    page(request, &found, 200, |file| json_of(request, holder, file))
}

/// The place of a page whose files the caller may change.
fn place(request: &SiteRequest<'_>, id: &str) -> Result<usize, Reply> {
    let (number, space) = find(request, id).map(|page| (page.id, page.space))?;
    let space = request.site.space(space);
    if !space.is_some_and(|space| request.writes_space(space)) {
        return Err(problem(403, "User not permitted to attach files here"));
    }
    let mut all = request.site.pages.iter();
    let found = all.position(|page| page.id == number);
    found.ok_or_else(|| problem(404, "No content found"))
}

/// A new file, or another version of one. One whose name is taken is refused as new.
fn add(request: &mut SiteRequest<'_>, id: &str, file: Option<&str>) -> Answer {
    let token = request.call.header("x-atlassian-token");
    if !matches!(token, Some("no-check" | "nocheck")) {
        return Err(problem(403, "XSRF check failed"));
    }
    let kind = request.call.header("content-type").unwrap_or("");
    let parts: Vec<Part> = form(kind, &request.call.body).unwrap_or_default();
    let comment = parts.iter().find(|part| part.field == "comment");
    let comment = comment.map(|part| String::from_utf8_lossy(&part.bytes).into_owned());
    let mut parts = parts.into_iter().filter(|part| part.field == "file");
    let part = parts
        .next()
        .ok_or_else(|| problem(400, "At least one attachment must be provided"))?;
    let place = place(request, id)?;
    let known = request.site.pages[place].attachments.iter();
    let known = match file {
        Some(file) => {
            let number = file.trim_start_matches("att");
            let mut known = known.filter(|known| known.id.to_string() == number);
            let missing = || problem(404, "No attachment found on this content.");
            Some(
                known
                    .next()
                    .map(|known| (known.id, known.version))
                    .ok_or_else(missing)?,
            )
        }
        None if known.clone().any(|known| known.name == part.name) => {
            let why = format!(
                "Cannot add a new attachment with same file name as an existing attachment: {}",
                part.name
            );
            return Err(problem(400, &why));
        }
        None => None,
    };
    let (number, version) =
        known.map_or_else(|| (request.new_id(), 1), |(id, version)| (id, version + 1));
    let added = Attachment {
        id: number,
        name: part.name,
        media_type: part.kind,
        author: request.me(),
        created: request.now,
        size: part.bytes.len(),
        content: STANDARD.encode(&part.bytes),
        version,
        comment: comment.unwrap_or_default(),
    };
    let shown = json_of(request, &request.site.pages[place], &added);
    let files = &mut request.site.pages[place].attachments;
    files.retain(|known| known.id != number);
    files.push(added);
    Ok(Reply::ok(&if file.is_some() {
        shown
    } else {
        json!({"results": [shown], "size": 1})
    }))
}

fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let number = id.trim_start_matches("att").to_owned();
    let has_it = |page: &&Page| {
        page.attachments
            .iter()
            .any(|file| file.id.to_string() == number)
    };
    let holder = request.site.pages.iter().find(has_it).map(|page| page.id);
    let missing = || {
        problem(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let place = place(request, &holder.ok_or_else(missing)?.to_string())?;
    let files = &mut request.site.pages[place].attachments;
    files.retain(|file| file.id.to_string() != number);
    Ok(Reply::empty(204))
}
