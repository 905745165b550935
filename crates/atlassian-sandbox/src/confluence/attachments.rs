//! Files of pages and blog posts: written in v1, read and deleted in v2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{error, pages, paging};
use crate::clock::confluence_time;
use crate::jira::attachments::{Part, form};
use crate::media_host;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Attachment, Page};

/// The largest file, as Confluence is set up at first: 100 MB; here as large as a call may be.
const LIMIT: usize = 100 * 1024 * 1024;

fn download(page: &Page, file: &Attachment) -> String {
    let name: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    let version = file.version;
    format!(
        "/download/attachments/{}/{name}?version={version}&api=v2",
        page.id
    )
}

pub(super) fn webui(page: &Page, file: &Attachment) -> String {
    format!(
        "/pages/viewpageattachments.action?pageId={}&preview=%2F{}%2F{}",
        page.id, page.id, file.id
    )
}

fn version(file: &Attachment) -> Value {
    json!({
        "number": file.version, "message": file.comment, "minorEdit": false, "authorId": file.author,
        "createdAt": confluence_time(file.created),
    })
}

/// As v2 shows a file.
fn json_of(page: &Page, file: &Attachment) -> Value {
    let mut value = json!({
        "id": format!("att{}", file.id),
        "status": "current",
        "title": file.name,
        "createdAt": confluence_time(file.created),
        "mediaType": file.media_type,
        "mediaTypeDescription": "File",
        "comment": file.comment,
        "fileId": file.media_id(),
        "fileSize": file.size,
        "webuiLink": webui(page, file),
        "downloadLink": download(page, file),
        "version": version(file),
        "_links": {"webui": webui(page, file), "download": download(page, file)},
    });
    let of = if page.is_post() {
        "blogPostId"
    } else {
        "pageId"
    };
    value[of] = json!(page.id.to_string());
    value
}

/// As v1 shows a file.
fn old_json(request: &SiteRequest<'_>, page: &Page, file: &Attachment) -> Value {
    let id = format!("att{}", file.id);
    json!({
        "id": id,
        "type": "attachment",
        "status": "current",
        "title": file.name,
        "version": {"number": file.version, "message": file.comment, "minorEdit": false, "when": confluence_time(file.created)},
        "metadata": {"mediaType": file.media_type, "comment": file.comment},
        "extensions": {"mediaType": file.media_type, "fileSize": file.size, "comment": file.comment, "fileId": file.media_id()},
        "_links": {
            "webui": webui(page, file), "download": download(page, file),
            "self": format!("https://{}/wiki/rest/api/content/{id}", request.site.host),
        },
    })
}

type Placed<'a> = (&'a Page, &'a Attachment);

/// A page of files, narrowed by `filename` and `mediaType`.
fn listed(request: &SiteRequest<'_>, mut found: Vec<Placed<'_>>) -> Answer {
    let call = request.call;
    if let Some(name) = call.param("filename") {
        found.retain(|(_, file)| file.name == name);
    }
    if let Some(kind) = call.param("mediaType") {
        found.retain(|(_, file)| file.media_type == kind);
    }
    paging::page(request, &found, &|_, (page, file)| json_of(page, file))
}

pub(super) fn of_page(request: &SiteRequest<'_>, id: &str, kind: &str) -> Answer {
    let page = pages::find_kind(request, error::id(id)?, kind)?;
    listed(
        request,
        page.attachments.iter().map(|file| (page, file)).collect(),
    )
}

/// Those of all pages that the caller sees.
pub(super) fn all(request: &SiteRequest<'_>) -> Answer {
    let seen = |page: &&Page| pages::find_any(request, page.id).is_ok() && page.status == "current";
    let pages = request.site.pages.iter().filter(seen);
    let files = pages.flat_map(|page| page.attachments.iter().map(move |file| (page, file)));
    listed(request, files.collect())
}

/// Places of the page and the file, for a caller who sees them. Ids begin with `att`.
fn find(request: &SiteRequest<'_>, id: &str) -> Result<(usize, usize), Reply> {
    let number = id.strip_prefix("att").unwrap_or(id);
    for (place, page) in request.site.pages.iter().enumerate() {
        let mut files = page.attachments.iter();
        let found = files.position(|file| file.id.to_string() == number);
        if let Some(found) = found.filter(|_| pages::find_any(request, page.id).is_ok()) {
            return Ok((place, found));
        }
    }
    Err(error::not_found())
}

pub(super) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    let (page, file) = find(request, id)?;
    let page = &request.site.pages[page];
    let mut value = json_of(page, &page.attachments[file]);
    value["_links"]["base"] = json!(format!("https://{}/wiki", request.site.host));
    Ok(Reply::ok(&value))
}

/// Where files are written on: the page, for somebody who may change it.
fn writable(request: &SiteRequest<'_>, id: &str) -> Result<usize, Reply> {
    let missing = || {
        error::v1(
            404,
            &format!("No content found with id: ContentId{{id={id}}}"),
        )
    };
    let number = id.parse().map_err(|_| missing())?;
    let page = pages::find_any(request, number).map_err(|_| missing())?;
    let space = request.site.space(page.space);
    if !space.is_some_and(|space| request.writes_space(space)) {
        return Err(error::v1(
            403,
            "User does not have permission to attach files here.",
        ));
    }
    let mut all = request.site.pages.iter();
    all.position(|page| page.id == number).ok_or_else(missing)
}

pub(super) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let (page, file) = find(request, id)?;
    writable(request, &request.site.pages[page].id.to_string()).map_err(|_| {
        error::v2(
            403,
            "FORBIDDEN",
            "User does not have permission to delete this attachment",
        )
    })?;
    request.site.pages[page].attachments.remove(file);
    Ok(Reply::empty(204))
}

/// The files of an upload, and the remark that came with them.
fn uploaded(request: &SiteRequest<'_>) -> Result<(Vec<Part>, String), Reply> {
    // A form can be sent by any page in a browser; this header cannot.
    let token = request.call.header("x-atlassian-token");
    if !matches!(token, Some("no-check" | "nocheck")) {
        return Err(error::v1(403, "XSRF check failed"));
    }
    if request.call.content_type() != "multipart/form-data" {
        return Err(error::v1(415, "Unsupported Media Type"));
    }
    let kind = request.call.header("content-type").unwrap_or("");
    let parts = form(kind, &request.call.body).unwrap_or_default();
    let text = |name: &str| {
        let found = parts.iter().find(|part| part.field == name);
        found.map(|part| String::from_utf8_lossy(&part.bytes).into_owned())
    };
    let comment = text("comment").unwrap_or_default();
    let files: Vec<Part> = parts
        .into_iter()
        .filter(|part| part.field == "file")
        .collect();
    if files.is_empty() {
        return Err(error::v1(400, "At least one attachment must be provided"));
    }
    if files.iter().any(|part| part.bytes.len() > LIMIT) {
        return Err(error::v1(413, "The attachment is too large"));
    }
    Ok((files, comment))
}

fn put(
    request: &mut SiteRequest<'_>,
    page: usize,
    part: Part,
    comment: &str,
    id: u64,
    version: u64,
) -> Value {
    let file = Attachment {
        id,
        name: part.name,
        media_type: part.kind,
        author: request.me(),
        created: request.now,
        size: part.bytes.len(),
        content: STANDARD.encode(&part.bytes),
        version,
        comment: comment.to_owned(),
    };
    let shown = old_json(request, &request.site.pages[page], &file);
    let files = &mut request.site.pages[page].attachments;
    files.retain(|known| known.id != id);
    files.push(file);
    shown
}

/// Adds files; one whose name is taken is refused unless it `replaces` what is there.
pub(super) fn add(request: &mut SiteRequest<'_>, id: &str, replaces: bool) -> Answer {
    let (files, comment) = uploaded(request)?;
    let page = writable(request, id)?;
    let mut results = Vec::new();
    for part in files {
        let mut known = request.site.pages[page].attachments.iter();
        let known = known
            .find(|file| file.name == part.name)
            .map(|file| (file.id, file.version));
        let (file, version) = match known {
            Some((file, version)) if replaces => (file, version + 1),
            Some(_) => {
                return Err(error::v1(
                    400,
                    &format!(
                        "Cannot add a new attachment with same file name as an existing attachment: {}",
                        part.name
                    ),
                ));
            }
            None => (request.new_id(), 1),
        };
        results.push(put(request, page, part, &comment, file, version));
    }
    let size = results.len();
    let links = json!({"base": format!("https://{}/wiki", request.site.host), "context": "/wiki"});
    Ok(Reply::ok(
        &json!({"results": results, "start": 0, "limit": size, "size": size, "_links": links}),
    ))
}

/// Another version of a file.
pub(super) fn replace(request: &mut SiteRequest<'_>, id: &str, file: &str) -> Answer {
    let (mut files, comment) = uploaded(request)?;
    let page = writable(request, id)?;
    let (elsewhere, place) = find(request, file)?;
    if elsewhere != page {
        return Err(error::v1(404, "No attachment found on this content."));
    }
    let known = &request.site.pages[page].attachments[place];
    let (number, version, name) = (known.id, known.version + 1, known.name.clone());
    let mut part = files.swap_remove(0);
    part.name = name;
    let shown = put(request, page, part, &comment, number, version);
    Ok(Reply::ok(&shown))
}

/// Sends to where the bytes lie.
pub(super) fn content(request: &SiteRequest<'_>, id: &str, file: &str) -> Answer {
    let missing = || error::v1(404, "No attachment found on this content.");
    let (page, place) = find(request, file).map_err(|_| missing())?;
    let page = &request.site.pages[page];
    if page.id.to_string() != id {
        return Err(missing());
    }
    Ok(Reply::found(&media_host::address(
        request,
        &page.attachments[place],
    )))
}
