//! Documents in Atlassian's own form (ADF), also where they come as a text, or in one of the spellings that programs and
//! models make of them.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::python_literal::as_json;

/// Nodes that stand in a document themselves.
const BLOCKS: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "taskList",
    "decisionList",
    "codeBlock",
    "blockquote",
    "rule",
    "panel",
    "table",
    "expand",
    "mediaSingle",
    "mediaGroup",
    "layoutSection",
    "blockCard",
    "embedCard",
    "extension",
    "bodiedExtension",
];

/// Nodes that stand in running text.
const INLINES: &[&str] = &[
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "date",
    "status",
    "inlineCard",
    "inlineExtension",
    "mediaInline",
    "placeholder",
];

/// Nodes that stand in others only.
const PARTS: &[&str] = &[
    "listItem",
    "taskItem",
    "decisionItem",
    "tableRow",
    "tableHeader",
    "tableCell",
    "media",
    "caption",
    "nestedExpand",
    "layoutColumn",
];

/// What nodes have.
const KEYS: &[&str] = &["type", "attrs", "content", "marks", "text", "version"];

/// How often a text may be encoded.
const MOST_TIMES: usize = 3;

/// Why a text is not written as Markdown that is meant as a document.
pub(crate) const BROKEN: &str = "seems to be a document in Atlassian's form (ADF) that cannot be read as one; send {\"type\": \"doc\", \"version\": 1, \"content\": […]} as valid JSON, or write the text in Markdown";

/// Whether a value certainly is a document in Atlassian's form, or the content of one.
pub(crate) fn is_document(value: &Value) -> bool {
    document_of(value).is_some()
}

/// The document that a text consists of. Nobody writes one as Markdown, and many programs send every
/// value as a text.
pub(crate) fn document_in(text: &str) -> Option<Value> {
    document_of(&value_in(text, MOST_TIMES)?)
}

/// Whether a text is meant as a document, and is none: shown as it stands it would be of use to nobody.
pub(crate) fn is_broken_document(text: &str) -> bool {
    let own = without_fence(text.trim());
    let begins = own.starts_with(['{', '[']);
    let squeezed = || -> String {
        let signs = own.chars().filter(|c| !c.is_whitespace());
        signs.map(|c| if c == '\'' { '"' } else { c }).collect()
    };
    let is_meant = || {
        let signs = squeezed();
        let is_node = signs.contains("\"type\":\"paragraph\"") && signs.contains("\"content\":[");
        let begins = signs.starts_with("{\"") || signs.starts_with("[{\"");
        begins && (signs.contains("\"type\":\"doc\"") || is_node)
    };
    if !begins || !own.contains("type") || !is_meant() {
        return false;
    }
    let is_cut_off = || {
        let read = serde_json::from_str::<Value>(&as_json(own).unwrap_or(Cow::Borrowed(own)));
        read.is_err_and(|error| error.is_eof())
    };
    let is_all = own.ends_with(['}', ']']) || is_cut_off();
    is_all && document_in(text).is_none()
}

/// The value that a text is the JSON of.
fn value_in(text: &str, times: usize) -> Option<Value> {
    let own = without_fence(text.trim());
    if !own.starts_with(['{', '[', '"']) {
        return None;
    }
    let read = serde_json::from_str(own).ok();
    let read = read.or_else(|| serde_json::from_str(&as_json(own)?).ok());
    match read? {
        Value::String(inner) if times > 1 => value_in(&inner, times - 1),
        value => Some(value),
    }
}

/// What lies in the fence that is all of a text.
fn without_fence(text: &str) -> &str {
    let rest = text.trim_start_matches('`');
    let fence = &text[..text.len() - rest.len()];
    let Some((info, inner)) = rest.split_once('\n').filter(|_| fence.len() >= 3) else {
        return text;
    };
    let is_named = ["", "json", "adf", "python"]
        .iter()
        .any(|name| info.trim().eq_ignore_ascii_case(name));
    match inner.strip_suffix(fence) {
        Some(inner) if is_named && !inner.contains(fence) => inner.trim(),
        _ => text,
    }
}

/// The whole document that a value is, or is the content of.
pub(crate) fn document_of(value: &Value) -> Option<Value> {
    match value {
        Value::Object(fields) if value["type"] == "doc" => {
            let has_content = value["content"].is_array();
            let has_version = value["version"].is_number();
            let mut document = fields.clone();
            document.entry("version").or_insert(json!(1));
            document.entry("content").or_insert(json!([]));
            (has_content || has_version).then_some(Value::Object(document))
        }
        Value::Object(fields) if !fields.contains_key("type") => {
            let is_known = |name: &String| matches!(name.as_str(), "version" | "content");
            let nodes = value["content"].as_array()?;
            fields.keys().all(is_known).then(|| around(nodes)).flatten()
        }
        Value::Object(_) => {
            // Alone it must say more than a name that other JSON has, too.
            let says_more = value["content"].is_array() || value["text"].is_string();
            says_more
                .then(|| around(std::slice::from_ref(value)))
                .flatten()
        }
        Value::Array(nodes) => around(nodes),
        _ => None,
    }
}

/// A document of nodes that may stand in one; running text becomes a paragraph.
fn around(nodes: &[Value]) -> Option<Value> {
    let is = |names: &[&str], node: &Value| {
        let kind = node["type"].as_str();
        kind.is_some_and(|kind| names.contains(&kind))
    };
    let may_stand = |node: &Value| is_node(node) && (is(BLOCKS, node) || is(INLINES, node));
    if nodes.is_empty() || !nodes.iter().all(may_stand) {
        return None;
    }
    let mut content: Vec<Value> = Vec::new();
    for stretch in nodes.chunk_by(|one, other| is(INLINES, one) && is(INLINES, other)) {
        if is(INLINES, &stretch[0]) {
            content.push(json!({ "type": "paragraph", "content": stretch }));
        } else {
            content.extend_from_slice(stretch);
        }
    }
    Some(json!({ "type": "doc", "version": 1, "content": content }))
}

/// Whether a value is a node, and what lies in it, too.
fn is_node(value: &Value) -> bool {
    let Some(fields) = value.as_object() else {
        return false;
    };
    let kind = value["type"].as_str().unwrap_or_default();
    let is_known = [BLOCKS, INLINES, PARTS]
        .iter()
        .any(|names| names.contains(&kind));
    let has_text = (kind == "text") == value["text"].is_string();
    let content = fields.get("content").map(Value::as_array);
    let holds_nodes =
        content.is_none_or(|content| content.is_some_and(|nodes| nodes.iter().all(is_node)));
    let names = fields.keys().map(String::as_str);
    is_known && has_text && holds_nodes && names.into_iter().all(|name| KEYS.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hi() -> Value {
        json!({ "type": "paragraph", "content": [{ "type": "text", "text": "It's \"on\"\nnow – ✓" }] })
    }

    fn document() -> Value {
        json!({ "type": "doc", "version": 1, "content": [hi()] })
    }

    #[test]
    fn only_a_whole_document_is_one() {
        assert!(document_in(" {\"type\":\"doc\",\"version\":1,\"content\":[]}\n").is_some());
        for text in [
            "",
            "{}",
            "[]",
            "{\"type\":\"doc\"}",
            "{\"type\":\"paragraph\",\"version\":1}",
            "{\"type\":\"table\"}",
            "{\"type\":\"text\",\"text\":\"x\",\"id\":1}",
            "{\"type\":\"status\",\"content\":[{\"type\":\"novelty\"}]}",
            "[{\"type\":\"listItem\",\"content\":[]}]",
            "[{\"type\":\"paragraph\"},\"words\"]",
            "{\"content\":[{\"id\":1}]}",
            "\"words\"",
            "See {\"type\":\"doc\",\"version\":1}",
            "{\"type\":\"doc\",\"version\":1} and more",
            "Look:\n```json\n{\"type\":\"doc\",\"version\":1}\n```",
            "```json\n{\"type\":\"doc\",\"version\":1}\n```\nand\n```json\n{}\n```",
            "```yaml\n{\"type\":\"doc\",\"version\":1}\n```",
        ] {
            assert!(document_in(text).is_none(), "{text}");
        }
    }

    #[test]
    fn every_spelling_of_a_document_is_that_document() {
        let text = document().to_string();
        let once_more = Value::from(text.clone()).to_string();
        let python = "{'type': 'doc', 'version': 1, 'content': [{'type': 'paragraph', 'content': [{'type': 'text', 'text': 'It\\'s \"on\"\\nnow – \\u2713'}]}]}";
        for text in [
            text.clone(),
            once_more.clone(),
            Value::from(once_more).to_string(),
            format!("```json\n{text}\n```"),
            format!("````\n{text}\n````\n"),
            python.to_owned(),
            json!({ "type": "doc", "content": [hi()] }).to_string(),
            json!({ "version": 1, "content": [hi()] }).to_string(),
            json!([hi()]).to_string(),
            hi().to_string(),
            hi()["content"].to_string(),
            hi()["content"][0].to_string(),
        ] {
            assert_eq!(document_in(&text), Some(document()), "{text}");
            assert!(!is_broken_document(&text), "{text}");
        }
        for value in [document(), json!([hi()]), hi()] {
            assert!(is_document(&value), "{value}");
        }
    }

    #[test]
    fn running_text_and_blocks_beside_each_other_are_a_document() {
        let (text, rule) = (
            json!({ "type": "text", "text": "a" }),
            json!({ "type": "rule" }),
        );
        let paragraph = json!({ "type": "paragraph", "content": [text, text] });
        assert_eq!(
            document_in(&json!([text, text, rule, rule]).to_string()),
            Some(json!({ "type": "doc", "version": 1, "content": [paragraph, rule, rule] }))
        );
    }

    #[test]
    fn a_document_that_cannot_be_read_is_told_from_words() {
        let text = document().to_string();
        for broken in [
            text.replace("}]", "},]"),
            text.replace("\"text\"}", "\"novelty\"}")
                .replace("\"doc\"", "\"page\""),
            text[..text.len() - 3].to_owned(),
            format!("```json\n{}\n```", text.replace("[{", "[,{")),
            "{'type': 'doc', 'content': [{'type': 'paragraph'}".to_owned(),
            "{\"type\": \"doc\"}".to_owned(),
        ] {
            assert!(is_broken_document(&broken), "{broken}");
        }
        for words in [
            "{\"type\":\"doc\",\"version\":1} and more".to_owned(),
            format!("Send this:\n\n```json\n{}\n```", &text[..40]),
            "{code}\n\"type\": \"doc\"\n{code}".to_owned(),
            "[docs](https://example.com)".to_owned(),
            "{\"type\": \"page\", \"doc\": 1".to_owned(),
        ] {
            assert!(!is_broken_document(&words), "{words}");
        }
    }
}
