//! Attachments of issues: upload as multipart, read, delete.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{error, issues, users};
use crate::clock::jira_time;
use crate::media_host;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Attachment;

/// The largest file: the `uploadLimit` of Jira's OpenAPI example.
const UPLOAD_LIMIT: usize = 10_485_760;

pub(crate) fn settings() -> Reply {
    Reply::ok(&json!({"enabled": true, "uploadLimit": UPLOAD_LIMIT}))
}

pub(crate) fn json_of(request: &SiteRequest<'_>, attachment: &Attachment) -> Value {
    let base = format!("https://{}/rest/api/3/attachment", request.site.host);
    let mut value = json!({
        "self": format!("{base}/{}", attachment.id),
        "id": attachment.id.to_string(),
        "filename": attachment.name,
        "author": users::user_json(request, &attachment.author),
        "created": jira_time(attachment.created),
        "size": attachment.size,
        "mimeType": attachment.media_type,
        "content": format!("{base}/content/{}", attachment.id),
    });
    if is_picture(attachment) {
        value["thumbnail"] = json!(format!("{base}/thumbnail/{}", attachment.id));
    }
    value
}

fn is_picture(attachment: &Attachment) -> bool {
    attachment.media_type.starts_with("image/")
}

/// A part of a form.
pub(crate) struct Part {
    pub(crate) field: String,
    /// The name of a file, empty for a text.
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) bytes: Vec<u8>,
}

/// The parts of a form.
pub(crate) fn form(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let boundary = content_type
        .split(';')
        .find_map(|part| part.trim().strip_prefix("boundary="))?
        .trim_matches('"');
    let mark = format!("--{boundary}").into_bytes();
    let starts: Vec<usize> = body
        .windows(mark.len())
        .enumerate()
        .filter(|(_, window)| *window == mark)
        .map(|(index, _)| index)
        .collect();
    let mut parts = Vec::new();
    for pair in starts.windows(2) {
        let part = body.get(pair[0] + mark.len() + 2..pair[1].checked_sub(2)?)?;
        let split = part.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..split]).into_owned();
        let quoted = |name: &str| {
            let rest = head.split(&format!("{name}=\"")).nth(1)?;
            rest.split('"').next().map(str::to_owned)
        };
        let kind = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-type:")
                .map(|kind| kind.trim().to_owned())
        });
        parts.push(Part {
            field: quoted(" name")?,
            name: quoted("filename").unwrap_or_default(),
            kind: kind.unwrap_or_else(|| "application/octet-stream".to_owned()),
            bytes: part[split + 4..].to_vec(),
        });
    }
    Some(parts)
}

/// Keeps the files of an upload; gives the place of their issue and how many they are.
pub(crate) fn store(
    request: &mut SiteRequest<'_>,
    id_or_key: &str,
) -> Result<(usize, usize), Reply> {
    // A form can be sent by any page in a browser; this header cannot (Jira REST API, "Add attachment").
    if !matches!(
        request.call.header("x-atlassian-token"),
        Some("no-check" | "nocheck")
    ) {
        return Err(Reply::text(403, "XSRF check failed"));
    }
    let index = issues::find_to_write(request, id_or_key)?;
    if request.call.content_type() != "multipart/form-data" {
        return Err(error::messages(415, &["Unsupported Media Type"]));
    }
    let kind = request.call.header("content-type").unwrap_or("");
    let parts = form(kind, &request.call.body).unwrap_or_default();
    let files: Vec<Part> = parts
        .into_iter()
        .filter(|part| part.field == "file")
        .collect();
    if files.is_empty() {
        return Err(error::messages(
            400,
            &["No file part was found in the request."],
        ));
    }
    if files.len() > 60 || files.iter().any(|part| part.bytes.len() > UPLOAD_LIMIT) {
        return Err(error::messages(
            413,
            &["The attachment is larger than the configured maximum."],
        ));
    }
    let count = files.len();
    for part in files {
        let (id, author, created) = (request.new_id(), request.me(), request.now);
        let attachment = Attachment {
            id,
            name: part.name,
            media_type: part.kind,
            author,
            created,
            size: part.bytes.len(),
            content: STANDARD.encode(&part.bytes),
            version: 0,
            comment: String::new(),
        };
        request.site.issues[index].attachments.push(attachment);
    }
    Ok((index, count))
}

pub(crate) fn add(request: &mut SiteRequest<'_>, id_or_key: &str) -> Answer {
    let (issue, count) = store(request, id_or_key)?;
    let files = &request.site.issues[issue].attachments;
    let new = files.iter().skip(files.len() - count);
    Ok(Reply::ok(&new.map(|file| json_of(request, file)).collect()))
}

/// Places of the issue and the attachment, for a caller who sees them.
pub(crate) fn find(request: &SiteRequest<'_>, id: &str) -> Result<(usize, usize), Reply> {
    let missing = || error::messages(404, &["The attachment with id does not exist"]);
    for (index, issue) in request.site.issues.iter().enumerate() {
        if let Some(place) = issue
            .attachments
            .iter()
            .position(|attachment| attachment.id.to_string() == id)
        {
            issues::find(request, &issue.key).map_err(|_| missing())?;
            return Ok((index, place));
        }
    }
    Err(missing())
}

pub(crate) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    let (issue, place) = find(request, id)?;
    let attachment = &request.site.issues[issue].attachments[place];
    let mut value = json_of(request, attachment);
    // A number here and a string in lists, as Jira's OpenAPI document has it.
    value["id"] = json!(attachment.id);
    Ok(Reply::ok(&value))
}

pub(crate) fn content(request: &SiteRequest<'_>, id: &str) -> Answer {
    let (issue, place) = find(request, id)?;
    Ok(sent(
        request,
        &request.site.issues[issue].attachments[place],
    ))
}

/// The bytes lie elsewhere, behind a signed address that must not get the caller's credential.
fn sent(request: &SiteRequest<'_>, attachment: &Attachment) -> Reply {
    if request.call.param("redirect") == Some("false") {
        return media_host::bytes(request.call, attachment);
    }
    Reply::empty(303).with("location", &media_host::address(request, attachment))
}

/// Pictures are their own thumbnails here; of other files there is none.
pub(crate) fn thumbnail(request: &SiteRequest<'_>, id: &str) -> Answer {
    let (issue, place) = find(request, id)?;
    let attachment = &request.site.issues[issue].attachments[place];
    if !is_picture(attachment) {
        return Err(error::messages(
            404,
            &["The thumbnail for the attachment was not found."],
        ));
    }
    Ok(sent(request, attachment))
}

pub(crate) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let (issue, place) = find(request, id)?;
    let key = request.site.issues[issue].key.clone();
    issues::find_to_write(request, &key)?;
    request.site.issues[issue].attachments.remove(place);
    Ok(Reply::empty(204))
}
