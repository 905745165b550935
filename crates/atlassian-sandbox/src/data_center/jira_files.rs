//! Files of issues on Jira Data Center: they lie on the host itself, for whoever may see the issue.

use serde_json::{Value, json};

use super::{base, people};
use crate::clock::jira_time;
use crate::jira::attachments;
use crate::media_host;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Attachment;

pub(super) fn json_of(request: &SiteRequest<'_>, file: &Attachment) -> Value {
    let base = base(request);
    let name: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    json!({
        "self": format!("{base}/rest/api/2/attachment/{}", file.id),
        "id": file.id.to_string(),
        "filename": file.name,
        "author": people::in_jira(request, &file.author),
        "created": jira_time(file.created),
        "size": file.size,
        "mimeType": file.media_type,
        "content": format!("{base}/secure/attachment/{}/{name}", file.id),
    })
}

pub(super) fn add(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let (issue, count) = attachments::store(request, issue)?;
    let files = &request.site.issues[issue].attachments;
    let new = files.iter().skip(files.len() - count);
    Ok(Reply::ok(&new.map(|file| json_of(request, file)).collect()))
}

fn find<'a>(request: &'a SiteRequest<'_>, id: &str) -> Result<&'a Attachment, Reply> {
    let (issue, place) = attachments::find(request, id)?;
    Ok(&request.site.issues[issue].attachments[place])
}

pub(super) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    Ok(Reply::ok(&json_of(request, find(request, id)?)))
}

pub(super) fn content(request: &SiteRequest<'_>, id: &str) -> Answer {
    Ok(media_host::bytes(request.call, find(request, id)?))
}
