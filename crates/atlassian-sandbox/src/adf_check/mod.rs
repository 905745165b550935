//! Whether a document is valid ADF: the minimal grammar that Jira and Confluence accept when something is written.
//!
//! After the JSON schema behind <http://go.atlassian.com/adf-json-schema> and
//! <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>. Where they leave room
//! (line feeds in text, tasks without `localId`), it is as strict as the strictest report.

mod rules;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use rules::{ITEM_FIRST, TOP, content_model, rule_of, string};

type Object = Map<String, Value>;

/// How deep a document may nest.
const DEPTH: usize = 60;

/// Checks a whole document; the error names the node.
pub(crate) fn check(document: &Value) -> Result<(), String> {
    let root = document
        .as_object()
        .ok_or("the document is not an object")?;
    keys(root, &["type", "version", "content"])?;
    if root.get("type") != Some(&Value::from("doc")) || root.get("version") != Some(&Value::from(1))
    {
        return Err("the root must be a doc of version 1".to_owned());
    }
    let children = root
        .get("content")
        .and_then(Value::as_array)
        .ok_or("doc: content is required")?;
    children.iter().try_for_each(|child| node(child, TOP, 1))
}

fn keys(object: &Object, allowed: &[&str]) -> Result<(), String> {
    object
        .keys()
        .find(|key| !allowed.contains(&key.as_str()))
        .map_or(Ok(()), |key| Err(format!("unknown key {key}")))
}

fn node(value: &Value, allowed: &[&str], depth: usize) -> Result<(), String> {
    let object = value.as_object().ok_or("a node is not an object")?;
    let kind = object
        .get("type")
        .and_then(Value::as_str)
        .ok_or("a node has no type")?;
    if depth > DEPTH {
        return Err(format!("{kind}: nested too deeply"));
    }
    if !allowed.contains(&kind) {
        return Err(format!("{kind}: not allowed here"));
    }
    if kind == "text" {
        return text(object);
    }
    keys(object, &["type", "attrs", "content", "marks"])
        .map_err(|problem| format!("{kind}: {problem}"))?;
    attributes(kind, object.get("attrs")).map_err(|problem| format!("{kind}: {problem}"))?;
    marks_of_block(kind, object, depth)?;
    children(kind, object, depth)
}

fn children(kind: &str, object: &Object, depth: usize) -> Result<(), String> {
    let Some((allowed, least)) = content_model(kind) else {
        return if object.contains_key("content") {
            Err(format!("{kind}: takes no content"))
        } else {
            Ok(())
        };
    };
    let empty = Vec::new();
    let items = match object.get("content") {
        None => &empty,
        Some(content) => content
            .as_array()
            .ok_or_else(|| format!("{kind}: content is not an array"))?,
    };
    if items.len() < least {
        return Err(format!("{kind}: content must not be empty"));
    }
    for (index, item) in items.iter().enumerate() {
        let here = if kind == "listItem" && index == 0 {
            ITEM_FIRST
        } else {
            allowed
        };
        node(item, here, depth + 1)?;
        if kind == "codeBlock" && item.get("marks").is_some() {
            return Err("codeBlock: its text takes no marks".to_owned());
        }
        let line_break = item
            .get("text")
            .and_then(Value::as_str)
            .is_some_and(|text| text.contains('\n'));
        if kind != "codeBlock" && line_break {
            return Err(format!("{kind}: a line break inside a text node"));
        }
    }
    Ok(())
}

fn marks_of_block(kind: &str, object: &Object, depth: usize) -> Result<(), String> {
    let allowed: &[&str] = match kind {
        "paragraph" | "heading" if depth == 1 => &["alignment", "indentation"],
        "codeBlock" | "expand" if depth == 1 => &["breakout"],
        "media" => &["link", "border", "annotation"],
        "inlineCard" | "mention" | "emoji" | "status" | "date" => &["annotation"],
        _ => &[],
    };
    let Some(marks) = object.get("marks") else {
        return Ok(());
    };
    let marks = marks
        .as_array()
        .ok_or_else(|| format!("{kind}: marks is not an array"))?;
    let fits = |mark: &Value| {
        mark.get("type")
            .and_then(Value::as_str)
            .is_some_and(|name| allowed.contains(&name))
    };
    if !marks.iter().all(fits) {
        return Err(format!("{kind}: a mark that is not allowed here"));
    }
    let mut links = marks.iter().filter(|mark| mark["type"] == "link");
    links.try_for_each(|link| text_mark(link).map(drop))
}

fn attributes(kind: &str, attrs: Option<&Value>) -> Result<(), String> {
    let rules = rule_of(kind);
    let empty = Object::new();
    let attrs = match attrs {
        None => &empty,
        Some(value) => value.as_object().ok_or("attrs is not an object")?,
    };
    for (name, required, fits) in rules {
        match attrs.get(*name) {
            None if *required => return Err(format!("attribute {name} is required")),
            Some(value) if !fits(value) => {
                return Err(format!("attribute {name} has a wrong value"));
            }
            _ => {}
        }
    }
    if matches!(kind, "inlineCard" | "blockCard") && attrs.is_empty() {
        return Err("url or data is required".to_owned());
    }
    let known = |name: &String| name == "localId" || rules.iter().any(|(known, ..)| known == name);
    attrs
        .keys()
        .find(|name| !known(name))
        .map_or(Ok(()), |name| Err(format!("unknown attribute {name}")))
}

fn text(object: &Object) -> Result<(), String> {
    keys(object, &["type", "text", "marks"]).map_err(|problem| format!("text: {problem}"))?;
    if !object.get("text").is_some_and(string) {
        return Err("text: must not be empty".to_owned());
    }
    let Some(marks) = object.get("marks") else {
        return Ok(());
    };
    let marks = marks.as_array().ok_or("text: marks is not an array")?;
    let mut names = Vec::new();
    for mark in marks {
        names.push(text_mark(mark)?);
    }
    let doubled = names
        .iter()
        .enumerate()
        .any(|(index, name)| names[..index].contains(name));
    if doubled {
        return Err("text: a mark twice".to_owned());
    }
    if names.contains(&"code")
        && names
            .iter()
            .any(|name| !matches!(*name, "code" | "link" | "annotation"))
    {
        return Err("text: code combines with link only".to_owned());
    }
    Ok(())
}

/// Schemes of addresses that go on with two slashes.
const WITH_SLASHES: &str =
    "http https ftp ftps gopher integrity file smb dynamicsnav jamfselfservice scp sftp hipchat";

/// Schemes of other addresses.
const BARE: &str = "mailto skype callto facetime git irc irc6 news nntp feed cvs svn mvn ssh itms notes sourcetree \
urn tel xmpp telnet vnc rdp whatsapp slack sip sips magnet";

/// Whether an address is one of those that Atlassian's own check knows (`isSafeUrl` of npm's
/// `@atlaskit/adf-schema`): with one of its schemes, or beginning with `/` or `#`. What is relative to a file
/// (`docs/a.md`) is none.
fn leads_somewhere(href: &str) -> bool {
    let href = href.trim();
    match href.split_once(':') {
        _ if href.starts_with(['/', '#']) => true,
        Some((scheme, rest)) => {
            let is_among = |schemes: &str| {
                let mut schemes = schemes.split(' ');
                schemes.any(|known| known.eq_ignore_ascii_case(scheme))
            };
            is_among(BARE) || (rest.starts_with("//") && is_among(WITH_SLASHES))
        }
        None => false,
    }
}

fn text_mark(mark: &Value) -> Result<&str, String> {
    let object = mark.as_object().ok_or("text: a mark is not an object")?;
    keys(object, &["type", "attrs"]).map_err(|problem| format!("mark: {problem}"))?;
    let name = object
        .get("type")
        .and_then(Value::as_str)
        .ok_or("text: a mark has no type")?;
    let attribute = |key: &str| {
        object
            .get("attrs")
            .and_then(|attrs| attrs.get(key))
            .and_then(Value::as_str)
    };
    let color = |text: &str| {
        text.len() == 7
            && text.starts_with('#')
            && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let (fits, allowed): (bool, &[&str]) = match name {
        "strong" | "em" | "strike" | "underline" | "code" => (true, &[]),
        "link" => (
            attribute("href").is_some_and(leads_somewhere),
            &["href", "title", "id", "collection", "occurrenceKey"],
        ),
        "subsup" => (matches!(attribute("type"), Some("sub" | "sup")), &["type"]),
        "textColor" | "backgroundColor" => (attribute("color").is_some_and(color), &["color"]),
        "annotation" => (attribute("id").is_some(), &["id", "annotationType"]),
        _ => return Err(format!("text: unknown mark {name}")),
    };
    let known = match object.get("attrs") {
        None => true,
        Some(attrs) => attrs
            .as_object()
            .is_some_and(|attrs| keys(attrs, allowed).is_ok()),
    };
    if fits && known {
        Ok(name)
    } else {
        Err(format!("text: mark {name} has wrong attributes"))
    }
}
