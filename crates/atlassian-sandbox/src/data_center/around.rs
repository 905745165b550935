//! What lies around issues on Jira Data Center, and boards: as on Cloud, but for people, who have names, and addresses.

use serde_json::Value;

use super::{base, people};
use crate::jira::{agile, around, dialect, metadata};
use crate::state::SiteRequest;
use crate::wire::{Answer, Call, Reply};

/// Answers a path after `/rest/api/2/`; `None` if no such endpoint exists.
pub(super) fn answer(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    let call = named(request.call);
    let mut inner = dialect::with_call(request, &call);
    let answer = dialect::answer(&mut inner, "2", path, around::answer)?;
    Some(
        answer
            .map(|reply| local(request, reply))
            .map_err(|reply| local(request, reply)),
    )
}

/// Answers a path after `/rest/agile/1.0/`.
pub(super) fn boards(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    let answer = agile::answer(request, path)?;
    Some(
        answer
            .map(|reply| local(request, reply))
            .map_err(|reply| local(request, reply)),
    )
}

/// The resolutions, as on Cloud.
pub(super) fn resolutions(request: &SiteRequest<'_>) -> Reply {
    local_json(request, &metadata::resolutions(request))
}

/// An answer of Cloud's with the addresses and the version of this host.
pub(super) fn local_json(request: &SiteRequest<'_>, reply: &Reply) -> Reply {
    let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    Reply::ok(&shown(request, value))
}

/// People are given by name here; the names are the ids of this host's accounts.
fn named(call: &Call) -> Call {
    let mut call = call.clone();
    call.query.retain(|(name, _)| name != "accountId");
    for (name, _) in call.query.iter_mut().filter(|(name, _)| name == "username") {
        "accountId".clone_into(name);
    }
    call
}

/// Addresses of this host, and people as it shows them.
fn local(request: &SiteRequest<'_>, mut reply: Reply) -> Reply {
    let (from, to) = (
        format!("https://{}/", request.site.host),
        base(request) + "/",
    );
    for (name, value) in &mut reply.headers {
        if name == "location" {
            *value = value
                .replace(&format!("{}/", request.address()), &to)
                .replace(&from, &to);
        }
    }
    if let Ok(mut value) = serde_json::from_slice::<Value>(&reply.body) {
        translate(request, &mut value, &from, &to);
        // What was written for the address of the call.
        let called = format!("{}/", request.address());
        translate(request, &mut value, &called, &to);
        reply.body = value.to_string().into_bytes();
    }
    reply
}

/// A value of Cloud's as this host shows it.
pub(super) fn shown(request: &SiteRequest<'_>, mut value: Value) -> Value {
    let host = format!("https://{}/", request.site.host);
    let base = base(request);
    let version = format!("{host}rest/api/3/");
    translate(
        request,
        &mut value,
        &version,
        &format!("{base}/rest/api/2/"),
    );
    translate(request, &mut value, &host, &format!("{base}/"));
    value
}

fn translate(request: &SiteRequest<'_>, value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text.starts_with(from) => *text = text.replacen(from, to, 1),
        Value::Array(entries) => {
            for entry in entries {
                translate(request, entry, from, to);
            }
        }
        Value::Object(object) => {
            if let Some(Value::String(name)) = object.get("accountId") {
                *value = people::in_jira(request, name);
                return;
            }
            for inner in object.values_mut() {
                translate(request, inner, from, to);
            }
        }
        _ => {}
    }
}
