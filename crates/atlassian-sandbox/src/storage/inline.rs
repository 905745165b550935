//! Inline content of storage as ADF text nodes with marks.

use serde_json::{Value, json};

use super::tree::Node;

/// Inline ADF nodes of some storage nodes; white space is folded as HTML does.
pub(crate) fn inline_nodes(nodes: &[Node]) -> Vec<Value> {
    let mut found = Vec::new();
    for node in nodes {
        collect(node, &[], &mut found);
    }
    trim(&mut found);
    found
}

fn collect(node: &Node, marks: &[Value], found: &mut Vec<Value>) {
    if let Node::Text(text) = node {
        push_text(&fold(text), marks, found);
        return;
    }
    let mark = match node.name() {
        "strong" | "b" => Some(json!({"type": "strong"})),
        "em" | "i" => Some(json!({"type": "em"})),
        "u" => Some(json!({"type": "underline"})),
        "s" | "del" => Some(json!({"type": "strike"})),
        "code" => Some(json!({"type": "code"})),
        "sub" | "sup" => Some(json!({"type": "subsup", "attrs": {"type": node.name()}})),
        "a" => node
            .attribute("href")
            .filter(|href| !href.is_empty())
            .map(|href| json!({"type": "link", "attrs": {"href": href}})),
        "ac:inline-comment-marker" => node.attribute("ac:ref").map(|reference| {
            json!({"type": "annotation", "attrs": {"id": reference, "annotationType": "inlineComment"}})
        }),
        _ => None,
    };
    match (mark, node.name()) {
        (Some(mark), _) => {
            let inner = with_mark(marks, mark);
            for child in node.children() {
                collect(child, &inner, found);
            }
        }
        (None, "br") => found.push(json!({"type": "hardBreak"})),
        (None, "time") => {
            let at = node
                .attribute("datetime")
                .and_then(crate::clock::parse_day)
                .unwrap_or(0);
            found.push(json!({"type": "date", "attrs": {"timestamp": at.to_string()}}));
        }
        (None, "ac:emoticon") => {
            found.push(json!({"type": "emoji", "attrs": {"shortName": node.attribute("ac:emoji-shortname").unwrap_or(":smile:")}}));
        }
        (None, "ac:link") => link(node, marks, found),
        (None, "ac:structured-macro") => inline_macro(node, marks, found),
        (None, "ac:parameter") => {}
        (None, _) => node
            .children()
            .iter()
            .for_each(|child| collect(child, marks, found)),
    }
}

/// A code mark tolerates only links and comments beside it; a mark already there is not doubled, but several
/// comments may be about the same words.
fn with_mark(marks: &[Value], mark: Value) -> Vec<Value> {
    let kind = |value: &Value| value["type"].as_str().unwrap_or("").to_owned();
    let coded = kind(&mark) == "code";
    let already_coded = marks.iter().any(|known| kind(known) == "code");
    let mut inner: Vec<Value> = marks
        .iter()
        .filter(|known| !coded || beside_code(&kind(known)))
        .cloned()
        .collect();
    let doubled = match kind(&mark).as_str() {
        "annotation" => inner.contains(&mark),
        name => inner.iter().any(|known| kind(known) == name),
    };
    if !doubled && (!already_coded || beside_code(&kind(&mark))) {
        inner.push(mark);
    }
    inner
}

fn beside_code(mark: &str) -> bool {
    matches!(mark, "link" | "annotation")
}

fn link(node: &Node, marks: &[Value], found: &mut Vec<Value>) {
    if let Some(user) = node
        .child("ri:user")
        .and_then(|user| user.attribute("ri:account-id"))
    {
        found.push(json!({"type": "mention", "attrs": {"id": user, "text": ""}}));
        return;
    }
    let title = node
        .child("ri:page")
        .and_then(|page| page.attribute("ri:content-title"))
        .unwrap_or("");
    let text = node.text();
    push_text(
        if text.trim().is_empty() {
            title
        } else {
            text.trim()
        },
        marks,
        found,
    );
}

fn inline_macro(node: &Node, marks: &[Value], found: &mut Vec<Value>) {
    if node.attribute("ac:name") == Some("status") {
        let color = match node
            .parameter("colour")
            .unwrap_or_default()
            .to_lowercase()
            .as_str()
        {
            "green" => "green",
            "red" => "red",
            "yellow" => "yellow",
            "blue" => "blue",
            "purple" => "purple",
            _ => "neutral",
        };
        let text = node
            .parameter("title")
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| "STATUS".to_owned());
        found.push(json!({"type": "status", "attrs": {"text": text, "color": color}}));
    } else {
        push_text(
            &fold(
                &node
                    .child("ac:plain-text-body")
                    .map(Node::text)
                    .unwrap_or_default(),
            ),
            marks,
            found,
        );
    }
}

fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        let blank = matches!(character, ' ' | '\n' | '\r' | '\t');
        if !blank {
            folded.push(character);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

fn push_text(text: &str, marks: &[Value], found: &mut Vec<Value>) {
    if text.is_empty() {
        return;
    }
    let node = if marks.is_empty() {
        json!({"type": "text", "text": text})
    } else {
        json!({"type": "text", "text": text, "marks": marks})
    };
    if let Some(last) = found.last_mut()
        && last["type"] == "text"
        && last.get("marks") == node.get("marks")
    {
        let joined = format!("{}{text}", last["text"].as_str().unwrap_or(""));
        last["text"] = Value::String(joined);
        return;
    }
    found.push(node);
}

/// Drops white space at both ends of a block.
fn trim(found: &mut Vec<Value>) {
    let trimmed = |value: &Value, start: bool| {
        let text = value["text"].as_str().unwrap_or("");
        if start {
            text.trim_start_matches(' ').to_owned()
        } else {
            text.trim_end_matches(' ').to_owned()
        }
    };
    if let Some(first) = found.first_mut().filter(|first| first["type"] == "text") {
        first["text"] = Value::String(trimmed(first, true));
    }
    if let Some(last) = found
        .last_mut()
        .filter(|last| last["type"] == "text" && last.get("marks").is_none())
    {
        last["text"] = Value::String(trimmed(last, false));
    }
    found.retain(|node| node["type"] != "text" || node["text"] != "");
}
