//! What an edit changes in a single node, and looks for in one.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::adf::inline::{self, attribute, kind};
use crate::adf::reader::children;
use crate::adf::text::link_mark;
use crate::tree::language::{self, Target};
use crate::tree::{Block, Inline};

/// The block of code with another text, and another language if there is one.
pub(super) fn code(node: &Value, language: Option<&str>, text: &str) -> Value {
    let mut node = node.clone();
    let content = match text {
        "" => json!([]),
        text => json!([{ "type": "text", "text": text }]),
    };
    node["content"] = content;
    let known = node["attrs"]["language"].as_str();
    let known = known.and_then(crate::tree::normal::language);
    if language == known.as_deref() {
        return node;
    }
    match language.and_then(|name| language::known(name, Target::Adf)) {
        Some(language) => node["attrs"]["language"] = Value::from(language),
        None => remove(&mut node, "language"),
    }
    node
}

/// The picture with other words, or leading elsewhere; where it stands and how large it is stays.
pub(super) fn repictured(node: &Value, picture: &Inline) -> Value {
    let mut node = node.clone();
    let media = match kind(&node) {
        "mediaSingle" => node.pointer_mut("/content/0"),
        _ => Some(&mut node),
    };
    let (Some(media), Inline::Image { text, style, .. }) = (media, picture) else {
        return node;
    };
    let read = inline::read(media);
    let [
        Inline::Image {
            text: words,
            style: old,
            ..
        },
    ] = read.as_deref().unwrap_or_default()
    else {
        return node;
    };
    if words != text {
        match text.as_str() {
            "" => remove(media, "alt"),
            text => media["attrs"]["alt"] = Value::from(text),
        }
    }
    if old.link != style.link {
        let marks = media["marks"].as_array().into_iter().flatten();
        let mut marks: Vec<Value> = marks.filter(|mark| kind(mark) != "link").cloned().collect();
        marks.extend(style.link.as_ref().map(|link| link_mark(link)));
        if marks.is_empty() {
            media.as_object_mut().map(|fields| fields.remove("marks"));
        } else {
            media["marks"] = Value::from(marks);
        }
    }
    node
}

/// Takes an attribute off a node, and the attributes if it was the last.
pub(super) fn remove(node: &mut Value, attribute: &str) {
    let Some(attributes) = node.get_mut("attrs").and_then(Value::as_object_mut) else {
        return;
    };
    attributes.remove(attribute);
    if attributes.is_empty()
        && let Some(fields) = node.as_object_mut()
    {
        fields.remove("attrs");
    }
}

/// Whether a paragraph would show nothing.
pub(super) fn is_blank(node: &Value) -> bool {
    let is_blank = |node: &Value| {
        let text = node["text"].as_str();
        text.is_some_and(|text| text.trim().is_empty()) || kind(node) == "hardBreak"
    };
    children(node).iter().all(is_blank)
}

/// The first mention of each account.
pub(super) fn mentions<'d>(node: &'d Value, found: &mut HashMap<&'d str, &'d Value>) {
    if kind(node) == "mention"
        && let Some(account) = attribute(node, "id")
    {
        found.entry(account).or_insert(node);
    }
    for child in children(node) {
        mentions(child, found);
    }
}

/// Gives what can be opened another title, unless it is shown as this one.
pub(super) fn retitle(node: &mut Value, new: &str) {
    let title = attribute(node, "title").unwrap_or_default();
    let shown = match Block::details(title, Vec::new()) {
        Some(Block::Details { title, .. }) => title,
        _ => String::new(),
    };
    if shown != new {
        node["attrs"]["title"] = Value::from(new);
    }
}
