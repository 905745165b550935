//! Attachments of issues: upload as multipart, read, delete.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::clock::jira_time;
use super::super::state::Desk;
use super::super::wire::{Answer, Reply};
use super::super::world::Attachment;
use super::{error, issues, users};

/// The largest file.
const UPLOAD_LIMIT: usize = 10_485_760;

pub(super) fn settings() -> Reply {
    Reply::ok(&json!({"enabled": true, "uploadLimit": UPLOAD_LIMIT}))
}

pub(super) fn json_of(desk: &Desk<'_>, attachment: &Attachment) -> Value {
    let base = format!("https://{}/rest/api/3/attachment", desk.site.host);
    json!({
        "self": format!("{base}/{}", attachment.id),
        "id": attachment.id.to_string(),
        "filename": attachment.name,
        "author": users::user_json(desk, &attachment.author),
        "created": jira_time(attachment.created),
        "size": attachment.size,
        "mimeType": attachment.media_type,
        "content": format!("{base}/content/{}", attachment.id),
    })
}

/// Name, media type and bytes of each part called `file`.
fn parts(content_type: &str, body: &[u8]) -> Option<Vec<(String, String, Vec<u8>)>> {
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
    let mut files = Vec::new();
    for pair in starts.windows(2) {
        let part = body.get(pair[0] + mark.len() + 2..pair[1].checked_sub(2)?)?;
        let split = part.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..split]).into_owned();
        if !head.contains("name=\"file\"") {
            continue;
        }
        let name = head
            .split("filename=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())?
            .to_owned();
        let kind = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-type:")
                .map(|kind| kind.trim().to_owned())
        });
        files.push((
            name,
            kind.unwrap_or_else(|| "application/octet-stream".to_owned()),
            part[split + 4..].to_vec(),
        ));
    }
    Some(files)
}

pub(super) fn add(desk: &mut Desk<'_>, id_or_key: &str) -> Answer {
    if !matches!(
        desk.call.header("x-atlassian-token"),
        Some("no-check" | "nocheck")
    ) {
        return Err(Reply::text(403, "XSRF check failed"));
    }
    let index = issues::find_to_write(desk, id_or_key)?;
    if desk.call.content_type() != "multipart/form-data" {
        return Err(error::messages(415, &["Unsupported Media Type"]));
    }
    let files = parts(
        desk.call.header("content-type").unwrap_or(""),
        &desk.call.body,
    )
    .filter(|files| !files.is_empty());
    let files =
        files.ok_or_else(|| error::messages(400, &["No file part was found in the request."]))?;
    if files.len() > 60 || files.iter().any(|(.., bytes)| bytes.len() > UPLOAD_LIMIT) {
        return Err(error::messages(
            413,
            &["The attachment is larger than the configured maximum."],
        ));
    }
    let mut answers = Vec::new();
    for (name, media_type, bytes) in files {
        let (id, author, created) = (desk.new_id(), desk.me(), desk.now);
        let attachment = Attachment {
            id,
            name,
            media_type,
            author,
            created,
            size: bytes.len(),
            content: STANDARD.encode(&bytes),
        };
        answers.push(json_of(desk, &attachment));
        desk.site.issues[index].attachments.push(attachment);
    }
    Ok(Reply::ok(&Value::Array(answers)))
}

/// Places of the issue and the attachment, for a caller who sees them.
fn find(desk: &Desk<'_>, id: &str) -> Result<(usize, usize), Reply> {
    let missing = || error::messages(404, &["The attachment with id does not exist"]);
    for (index, issue) in desk.site.issues.iter().enumerate() {
        if let Some(place) = issue
            .attachments
            .iter()
            .position(|attachment| attachment.id.to_string() == id)
        {
            issues::find(desk, &issue.key).map_err(|_| missing())?;
            return Ok((index, place));
        }
    }
    Err(missing())
}

pub(super) fn get(desk: &Desk<'_>, id: &str) -> Answer {
    let (issue, place) = find(desk, id)?;
    Ok(Reply::ok(&json_of(
        desk,
        &desk.site.issues[issue].attachments[place],
    )))
}

pub(super) fn content(desk: &Desk<'_>, id: &str) -> Answer {
    let (issue, place) = find(desk, id)?;
    let attachment = &desk.site.issues[issue].attachments[place];
    if desk.call.param("redirect") != Some("false") {
        return Ok(Reply::empty(303).with(
            "location",
            &format!("https://api.media.atlassian.com/file/{id}/binary?token=signed"),
        ));
    }
    let mut reply = Reply::empty(200).with("content-type", &attachment.media_type);
    reply.body = STANDARD.decode(&attachment.content).unwrap_or_default();
    Ok(reply)
}

pub(super) fn delete(desk: &mut Desk<'_>, id: &str) -> Answer {
    let (issue, place) = find(desk, id)?;
    let key = desk.site.issues[issue].key.clone();
    issues::find_to_write(desk, &key)?;
    desk.site.issues[issue].attachments.remove(place);
    Ok(Reply::empty(204))
}
