//! What of a call and of its answer depends on the version of the API and on the way the call came in.
//!
//! Version 3 has documents where version 2 has wiki markup
//! (<https://developer.atlassian.com/cloud/jira/platform/rest/v2/intro/>). `latest` is version 2. Addresses of things are absolute:
//! those of the gateway for OAuth, of the site for API tokens (reported in pycontribs/jira and n8n threads, which
//! had to cope with both).

use serde_json::{Map, Value};

use super::custom_fields::CRITERIA;
use super::{error, lengths};
use crate::state::SiteRequest;
use crate::wiki;
use crate::wire::{Answer, Call, Reply};

/// Members that hold an address of the API.
const ADDRESSES: [&str; 10] = [
    "self",
    "nextPage",
    "content",
    "thumbnail",
    "autoCompleteUrl",
    "iconUrl",
    "16x16",
    "24x24",
    "32x32",
    "48x48",
];
/// Fields of issues that hold a text of several lines.
const TEXTS: [&str; 3] = ["description", "environment", CRITERIA];

/// Runs the handler of version 3 for a call of `version`.
pub(crate) fn answer(
    request: &mut SiteRequest<'_>,
    version: &str,
    path: &[&str],
    handler: impl FnOnce(&mut SiteRequest<'_>, &[&str]) -> Option<Answer>,
) -> Option<Answer> {
    let result = if version == "3" {
        handler(request, path)
    } else {
        match read(request.call, path) {
            Ok(call) => handler(&mut with_call(request, &call), path),
            Err(refused) => Some(Err(refused)),
        }
    }?;
    // A file is what somebody uploaded, whatever it looks like.
    if matches!(path, ["attachment", "content" | "thumbnail", ..]) && result.is_ok() {
        return Some(result);
    }
    let shown = |reply: Reply| written(request, version, reply);
    Some(result.map(shown).map_err(shown))
}

/// The same request with another call.
pub(crate) fn with_call<'b>(request: &'b mut SiteRequest<'_>, call: &'b Call) -> SiteRequest<'b> {
    SiteRequest {
        site: &mut *request.site,
        accounts: request.accounts,
        next_id: &mut *request.next_id,
        behaviour: request.behaviour,
        own_address: request.own_address,
        call,
        caller: request.caller.clone(),
        now: request.now,
    }
}

/// A call of version 2 as one of version 3.
fn read(call: &Call, path: &[&str]) -> Result<Call, Reply> {
    let mut read = call.clone();
    if call.content_type() != "application/json" || call.body.is_empty() {
        return Ok(read);
    }
    let Ok(Value::Object(mut body)) = serde_json::from_slice(&call.body) else {
        return Ok(read);
    };
    match path {
        ["issue", _, "comment", ..] => text(&mut body, "body", "comment")?,
        ["issue", _, "worklog", ..] => text(&mut body, "comment", "comment")?,
        ["issueLink"] => {
            if let Some(Value::Object(comment)) = body.get_mut("comment") {
                text(comment, "body", "comment")?;
            }
        }
        ["issue", ..] => {
            issue(&mut body)?;
            for item in entries(body.get_mut("issueUpdates")) {
                if let Value::Object(item) = item {
                    issue(item)?;
                }
            }
        }
        _ => {}
    }
    read.body = Value::Object(body).to_string().into_bytes();
    Ok(read)
}

fn entries(list: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    list.and_then(Value::as_array_mut).into_iter().flatten()
}

/// The `fields` and the `update` of an issue.
fn issue(body: &mut Map<String, Value>) -> Result<(), Reply> {
    if let Some(Value::Object(fields)) = body.get_mut("fields") {
        for name in TEXTS {
            text(fields, name, name)?;
        }
    }
    let Some(Value::Object(update)) = body.get_mut("update") else {
        return Ok(());
    };
    for (name, operations) in update {
        for operation in entries(Some(operations)) {
            let Value::Object(operation) = operation else {
                continue;
            };
            if TEXTS.contains(&name.as_str()) {
                text(operation, "set", name)?;
            }
            for verb in ["add", "edit"] {
                if let Some(Value::Object(inner)) = operation.get_mut(verb) {
                    match name.as_str() {
                        "comment" => text(inner, "body", "comment")?,
                        "worklog" => text(inner, "comment", "comment")?,
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(())
}

/// Turns the markup of a member into a document. A document is refused here, as a string is in version 3.
fn text(object: &mut Map<String, Value>, member: &str, field: &str) -> Result<(), Reply> {
    match object.get_mut(member) {
        Some(Value::String(markup)) => {
            lengths::text(markup).map_err(|problem| error::field(field, &problem))?;
            let document = wiki::document_of(markup);
            object.insert(member.to_owned(), document);
            Ok(())
        }
        None | Some(Value::Null) => Ok(()),
        Some(_) if field == "comment" => Err(error::messages(
            400,
            &["Can not deserialize instance of java.lang.String out of START_OBJECT token"],
        )),
        Some(_) => Err(error::field(field, "Operation value must be a string")),
    }
}

/// An answer of version 3 as one of `version`, with the addresses of the way the call came in.
fn written(request: &SiteRequest<'_>, version: &str, mut reply: Reply) -> Reply {
    let is_json = reply
        .headers
        .iter()
        .any(|(name, value)| name == "content-type" && value.starts_with("application/json"));
    let Some(mut value) = is_json
        .then(|| serde_json::from_slice::<Value>(&reply.body).ok())
        .flatten()
    else {
        return located(request, version, reply, None);
    };
    let words = Words {
        from: format!("https://{}/rest/", request.site.host),
        to: format!("{}/rest/", request.address()),
        version,
    };
    words.translate(&mut value, "");
    reply.body = value.to_string().into_bytes();
    let made = value["self"].as_str().filter(|_| reply.status == 201);
    let made = made.map(str::to_owned);
    located(request, version, reply, made)
}

/// What was made says where it is (<https://developer.atlassian.com/server/jira/platform/rest-apis/>).
fn located(
    request: &SiteRequest<'_>,
    version: &str,
    mut reply: Reply,
    made: Option<String>,
) -> Reply {
    let words = Words {
        from: format!("https://{}/rest/", request.site.host),
        to: format!("{}/rest/", request.address()),
        version,
    };
    for (name, value) in &mut reply.headers {
        if name == "location" {
            *value = words.address(value);
        }
    }
    match made {
        Some(address) => reply.with("location", &address),
        None => reply,
    }
}

struct Words<'a> {
    from: String,
    to: String,
    version: &'a str,
}

impl Words<'_> {
    fn address(&self, address: &str) -> String {
        match address.strip_prefix(&self.from) {
            None => address.to_owned(),
            Some(rest) => match rest.strip_prefix("api/3/") {
                Some(rest) => format!("{}api/{}/{rest}", self.to, self.version),
                None => format!("{}{rest}", self.to),
            },
        }
    }

    fn translate(&self, value: &mut Value, member: &str) {
        match value {
            Value::String(text) if ADDRESSES.contains(&member) => *text = self.address(text),
            Value::Array(entries) => entries
                .iter_mut()
                .for_each(|entry| self.translate(entry, "")),
            Value::Object(object) if self.version != "3" && is_document(object) => {
                *value = Value::String(wiki::wiki_of(value));
            }
            Value::Object(object) => {
                for (name, inner) in object {
                    self.translate(inner, name);
                }
            }
            _ => {}
        }
    }
}

fn is_document(object: &Map<String, Value>) -> bool {
    object.get("type").is_some_and(|kind| kind == "doc") && object.contains_key("version")
}
