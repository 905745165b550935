//! Gives the nodes that Markdown cannot say their references.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::inline::{attribute, kind, macro_name};
use crate::tree::Inline;
use crate::tree::flatten;
use crate::tree::keep::{Keep, digest, is_frame};
use crate::tree::panel::Panel;

/// The key of a node's reference. No node has one of its own: U+0000 is in no name.
pub(crate) const KEY: &str = "\0keep";

/// How deep values may lie inside each other; common JSON readers stop at 128.
const MAXIMUM_LEVELS: usize = 160;

/// The kinds of nodes that are read as something that Markdown has, or that only stand inside others.
const SAID: &[&str] = &[
    "doc",
    "text",
    "hardBreak",
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "listItem",
    "decisionList",
    "decisionItem",
    "taskList",
    "taskItem",
    "blockTaskItem",
    "codeBlock",
    "blockquote",
    "rule",
    "table",
    "tableRow",
    "tableHeader",
    "tableCell",
    "caption",
    "expand",
    "nestedExpand",
];

/// Nodes that hold running text: what is unknown in them is a piece of it.
const TEXTS: &[&str] = &[
    "paragraph",
    "heading",
    "caption",
    "taskItem",
    "decisionItem",
    "codeBlock",
];

/// What a reference begins with: a short word for the kind of a node. None: Markdown says it.
fn word(node: &Value, in_text: bool) -> Option<&'static str> {
    Some(match kind(node) {
        "" => return None,
        // People whom Markdown can name say themselves.
        "mention" => {
            let account = attribute(node, "id").unwrap_or_default();
            return Inline::mention(account, "").is_none().then_some("mention");
        }
        "date" => "date",
        "status" => "status",
        // A character says itself.
        "emoji" => {
            let text = attribute(node, "text").unwrap_or_default();
            return (text.is_empty() || text.is_ascii()).then_some("emoji");
        }
        // An address says itself, too.
        "inlineCard" | "blockCard" | "embedCard" => {
            let data = node["attrs"]["data"]["url"].as_str();
            let address = attribute(node, "url").or(data);
            return address.is_none().then_some("card");
        }
        "media" | "mediaInline" if attribute(node, "url").is_some() => return None,
        "mediaSingle" if is_external(node) => return None,
        "mediaSingle" | "media" => "media",
        "mediaInline" => "file",
        "mediaGroup" => "files",
        "placeholder" => "hint",
        "extension" | "inlineExtension" => "macro",
        "bodiedExtension" => "body",
        "panel" => {
            let name = attribute(node, "panelType").unwrap_or("info");
            return Panel::named(name).is_none().then_some("panel");
        }
        "layoutSection" => "layout",
        "layoutColumn" => "column",
        known if SAID.contains(&known) => return None,
        _ if in_text => "inline",
        _ if !children(node).is_empty() => "frame",
        _ => "node",
    })
}

fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

/// A picture from elsewhere, and nothing with it: its address says it.
fn is_external(node: &Value) -> bool {
    matches!(children(node), [media] if attribute(media, "url").is_some())
}

/// The same document with a reference at every node that Markdown cannot say; none for a document that
/// is too deep to be followed.
pub(crate) fn identified(document: &Value) -> Option<Value> {
    (!is_too_deep(document)).then(|| identify(document, false, &mut HashMap::new()))
}

/// Found without calling itself: a document from the network must not choose how deep our stack goes.
fn is_too_deep(document: &Value) -> bool {
    let mut open = vec![(document, 0)];
    while let Some((value, level)) = open.pop() {
        if level > MAXIMUM_LEVELS {
            return true;
        }
        match value {
            Value::Array(values) => open.extend(values.iter().map(|value| (value, level + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|value| (value, level + 1))),
            _ => {}
        }
    }
    false
}

fn identify(node: &Value, in_text: bool, seen: &mut HashMap<String, usize>) -> Value {
    match node {
        Value::Array(nodes) => {
            let nodes = nodes.iter();
            let nodes = nodes.map(|node| identify(node, in_text, seen));
            nodes.collect()
        }
        Value::Object(fields) => {
            let mut copy = Map::new();
            let word = word(node, in_text);
            if let Some(word) = word {
                copy.insert(KEY.to_owned(), Value::from(reference(word, node, seen)));
            }
            let opaque = word.is_some_and(|word| !is_frame(word));
            let holds_text = TEXTS.contains(&kind(node));
            for (name, value) in fields {
                let value = match (name.as_str(), value) {
                    // What a placeholder covers needs no references of its own.
                    ("content", Value::Array(_)) if !opaque => identify(value, holds_text, seen),
                    _ => value.clone(),
                };
                copy.insert(name.clone(), value);
            }
            Value::Object(copy)
        }
        other => other.clone(),
    }
}

/// A node's reference: made from all of it, or from all but the content of a frame. Equal nodes are
/// counted.
fn reference(word: &str, node: &Value, seen: &mut HashMap<String, usize>) -> String {
    let text = if is_frame(word) {
        let fields = ["type", "attrs", "marks"].map(|name| node[name].to_string());
        fields.concat()
    } else {
        node.to_string()
    };
    let reference = format!("{word}-{}", digest(&text));
    let count = seen.entry(reference.clone()).or_default();
    *count += 1;
    match *count {
        1 => reference,
        number => format!("{reference}-{number}"),
    }
}

/// The reference of a node that has one.
pub(crate) fn reference_of(node: &Value) -> Option<&str> {
    node[KEY].as_str()
}

/// Whether a node is of a kind that is not known and is no frame, either.
pub(crate) fn is_unknown(node: &Value) -> bool {
    let begins = |word| reference_of(node).is_some_and(|reference| reference.starts_with(word));
    begins("node-") || begins("inline-")
}

/// A placeholder for a node that has a reference, with the words that a reader would see.
pub(crate) fn placeholder(node: &Value, words: &[Inline]) -> Option<Inline> {
    let reference = reference_of(node)?;
    let text = flatten::words(words);
    let label = text.trim().trim_start_matches('[').trim_end_matches(']');
    let is_picture = matches!(kind(node), "mediaSingle" | "media");
    let label = label.strip_prefix("attachment: ").unwrap_or(label);
    let label = if label.trim().is_empty() {
        kind(node)
    } else {
        label
    };
    Some(Inline::Keep(Keep::new(reference, label, is_picture)))
}

/// What a frame or a group of files is called.
pub(crate) fn title(node: &Value) -> String {
    let given = |name: &str| attribute(node, name).map(str::to_owned);
    match kind(node) {
        "panel" => capitalised(attribute(node, "panelType").unwrap_or("info")),
        "layoutSection" => String::from("layout"),
        "layoutColumn" => String::from("column"),
        "bodiedExtension" | "extension" => {
            let name = macro_name(node);
            name.trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned()
        }
        "mediaSingle" | "mediaGroup" => {
            let names = children(node).iter().map(|child| {
                if kind(child) == "caption" {
                    let texts = children(child).iter();
                    return texts.filter_map(|node| node["text"].as_str()).collect();
                }
                let names = ["alt", "__fileName", "id"];
                let name = names.iter().find_map(|name| attribute(child, name));
                name.unwrap_or("attachment").to_owned()
            });
            names.collect::<Vec<_>>().join(", ")
        }
        other => given("title").unwrap_or_else(|| other.to_owned()),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Takes the references out again.
pub(crate) fn without_references(node: &Value) -> Value {
    match node {
        Value::Array(nodes) => nodes.iter().map(without_references).collect(),
        Value::Object(fields) => {
            let mut copy = fields.clone();
            copy.remove(KEY);
            if let Some(content) = copy.get_mut("content") {
                *content = without_references(content);
            }
            Value::Object(copy)
        }
        other => other.clone(),
    }
}
