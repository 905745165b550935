//! What stands in a line of wiki markup: strong and emphasised text, code, links, mentions.

use serde_json::{Value, json};

/// The nodes of a line; none for an empty one.
pub(super) fn nodes(line: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let at_word = !plain.ends_with(char::is_alphanumeric);
        let special = special(rest).filter(|_| at_word || !matches!(first, '*' | '_'));
        if let Some((node, length)) = special {
            push_text(&mut found, &mut plain);
            found.push(node);
            rest = &rest[length..];
        } else {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    push_text(&mut found, &mut plain);
    found
}

fn push_text(found: &mut Vec<Value>, plain: &mut String) {
    if !plain.is_empty() {
        found.push(json!({"type": "text", "text": plain}));
        plain.clear();
    }
}

/// A node that begins here, and how many bytes it takes.
fn special(rest: &str) -> Option<(Value, usize)> {
    if let Some(inner) = rest.strip_prefix("{{") {
        let end = inner.find("}}").filter(|end| *end > 0)?;
        let node = json!({"type": "text", "text": inner[..end], "marks": [{"type": "code"}]});
        return Some((node, end + 4));
    }
    if let Some(inner) = rest.strip_prefix('[') {
        let end = inner.find(']').filter(|end| *end > 0)?;
        return Some((link(&inner[..end])?, end + 2));
    }
    let (mark, kind) = match rest.chars().next()? {
        '*' => ('*', "strong"),
        '_' => ('_', "em"),
        _ => return None,
    };
    let inner = &rest[1..];
    let end = inner.find(mark)?;
    let text = &inner[..end];
    let follows_word = inner[end + 1..].starts_with(char::is_alphanumeric);
    let is_marked = !text.is_empty() && text.trim() == text && !follows_word;
    is_marked.then(|| {
        let node = json!({"type": "text", "text": text, "marks": [{"type": kind}]});
        (node, end + 2)
    })
}

/// What stands between square brackets, if it is a link or a mention.
fn link(inside: &str) -> Option<Value> {
    if let Some(id) = inside.strip_prefix("~accountid:") {
        return Some(json!({"type": "mention", "attrs": {"id": id, "text": format!("@{id}")}}));
    }
    let (text, address) = inside.rsplit_once('|').unwrap_or((inside, inside));
    let is_address = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| address.starts_with(scheme));
    (is_address && !text.is_empty()).then(|| {
        json!({"type": "text", "text": text, "marks": [{"type": "link", "attrs": {"href": address}}]})
    })
}
