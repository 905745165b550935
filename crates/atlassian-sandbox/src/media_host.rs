//! Where the bytes of attachments lie: at addresses of their own, which are signed and live for a short time.
//!
//! Jira and Confluence do not give files themselves but send there (303 and 302); the address needs no credential
//! and must not be given one (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/>,
//! "Get attachment content").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::MINUTE;
use crate::random::sha256_text;
use crate::state::{SiteRequest, State};
use crate::wire::{Answer, Call, Reply};
use crate::world::Attachment;

/// How long an address can be used; ours, Atlassian names no time.
const LIFE: i64 = 10 * MINUTE;

/// The address of an attachment's bytes.
pub(crate) fn address(request: &SiteRequest<'_>, attachment: &Attachment) -> String {
    let id = attachment.media_id();
    let expires = request.now + LIFE;
    let host = if request.behaviour.own_addresses {
        request.own_address
    } else {
        "https://api.media.atlassian.com"
    };
    let name: String = url::form_urlencoded::byte_serialize(attachment.name.as_bytes()).collect();
    format!(
        "{host}/file/{id}/binary?token={expires}.{}&name={name}",
        signature(&id, expires)
    )
}

fn signature(id: &str, expires: i64) -> String {
    let mut text = sha256_text(&format!("media of the sandbox {id} {expires}"));
    text.retain(char::is_alphanumeric);
    text.truncate(32);
    text
}

/// `GET /file/{id}/binary`.
pub(crate) fn answer(state: &State, call: &Call, id: &str) -> Answer {
    let refused = || Err(Reply::text(403, "Forbidden"));
    let Some((expires, given)) = call.param("token").and_then(|token| token.split_once('.')) else {
        return refused();
    };
    let Ok(expires) = expires.parse::<i64>() else {
        return refused();
    };
    if expires < state.now() || given != signature(id, expires) {
        return refused();
    }
    let found = state.saved.world.sites.iter().find_map(|site| {
        let of_issues = site.issues.iter().flat_map(|issue| &issue.attachments);
        let mut all = of_issues.chain(site.pages.iter().flat_map(|page| &page.attachments));
        all.find(|attachment| attachment.media_id() == id)
    });
    match found {
        Some(attachment) => Ok(bytes(call, attachment)),
        None => Err(Reply::text(404, "Not Found")),
    }
}

/// The bytes, or the part of them that is asked for: one range, as people's downloads are resumed.
pub(crate) fn bytes(call: &Call, attachment: &Attachment) -> Reply {
    let all = STANDARD.decode(&attachment.content).unwrap_or_default();
    let reply = |status: u16, body: Vec<u8>| {
        let mut reply = Reply::empty(status)
            .with("content-type", &attachment.media_type)
            .with("accept-ranges", "bytes")
            .with(
                "content-disposition",
                &format!("attachment; filename*=UTF-8''{}", quoted(&attachment.name)),
            );
        reply.body = body;
        reply
    };
    let Some(wanted) = call
        .header("range")
        .and_then(|text| text.strip_prefix("bytes="))
    else {
        return reply(200, all);
    };
    match range(wanted, all.len()) {
        Some((first, last)) => {
            let part = all[first..=last].to_vec();
            reply(206, part).with(
                "content-range",
                &format!("bytes {first}-{last}/{}", all.len()),
            )
        }
        None => Reply::empty(416).with("content-range", &format!("bytes */{}", all.len())),
    }
}

fn quoted(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// First and last byte of a range such as `2-5`, `2-` and `-3`.
fn range(wanted: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = wanted.split_once('-')?;
    let end = length.checked_sub(1)?;
    match (first.trim(), last.trim()) {
        ("", count) => {
            let count: usize = count.parse().ok().filter(|count| *count > 0)?;
            Some((length.saturating_sub(count), end))
        }
        (first, last) => {
            let first: usize = first.parse().ok()?;
            let last: usize = if last.is_empty() {
                end
            } else {
                last.parse().ok()?
            };
            (first <= last && first <= end).then_some((first, last.min(end)))
        }
    }
}
