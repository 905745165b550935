//! A validator for ADF, written from the grammar alone and not from the writer.

use std::collections::HashSet;

use serde_json::Value;

/// Checks a whole document; gives the first mistake.
pub(super) fn check(document: &Value) -> Result<(), String> {
    keys(document, &["type", "version", "content"])?;
    if document["type"] != "doc" || document["version"] != 1 {
        return Err("the root is no doc of version 1".to_owned());
    }
    let mut identifiers = HashSet::new();
    for node in content(document)? {
        check_block(node, BLOCKS, &mut identifiers)?;
    }
    Ok(())
}

const BLOCKS: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "blockquote",
    "rule",
    "table",
    "taskList",
    "panel",
    "expand",
    "mediaSingle",
];
const IN_ITEM: &[&str] = &[
    "paragraph",
    "bulletList",
    "orderedList",
    "codeBlock",
    "mediaSingle",
];
const IN_CELL: &[&str] = &["paragraph", "mediaSingle"];
const IN_PANEL: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "rule",
    "taskList",
    "mediaSingle",
];
const IN_INNER: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "rule",
    "taskList",
    "mediaSingle",
    "blockquote",
    "panel",
];
const IN_DETAILS: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "rule",
    "taskList",
    "mediaSingle",
    "blockquote",
    "panel",
    "table",
    "nestedExpand",
];

fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

fn content(node: &Value) -> Result<&Vec<Value>, String> {
    let content = node["content"].as_array();
    content.ok_or_else(|| format!("no content in {node}"))
}

fn keys(node: &Value, allowed: &[&str]) -> Result<(), String> {
    let object = node.as_object().ok_or("a node is no object")?;
    match object.keys().find(|key| !allowed.contains(&key.as_str())) {
        Some(key) => Err(format!("unknown key {key} in {node}")),
        None => Ok(()),
    }
}

fn filled(node: &Value) -> Result<&Vec<Value>, String> {
    let content = content(node)?;
    if content.is_empty() {
        return Err(format!("{} without content", kind(node)));
    }
    Ok(content)
}

fn check_block(
    node: &Value,
    allowed: &[&str],
    identifiers: &mut HashSet<String>,
) -> Result<(), String> {
    keys(node, &["type", "attrs", "content"])?;
    if !allowed.contains(&kind(node)) {
        return Err(format!("{} may not stand here", kind(node)));
    }
    match kind(node) {
        "paragraph" => {
            keys(node, &["type", "content"])?;
            content(node)?.iter().try_for_each(check_inline)
        }
        "heading" => {
            keys(&node["attrs"], &["level"])?;
            let level = node["attrs"]["level"].as_u64();
            if !level.is_some_and(|level| (1..=6).contains(&level)) {
                return Err("a heading without a level".to_owned());
            }
            content(node)?.iter().try_for_each(check_inline)
        }
        "bulletList" | "orderedList" => check_list(node, identifiers),
        "codeBlock" => check_code(node),
        "blockquote" => filled(node)?
            .iter()
            .try_for_each(|child| check_block(child, IN_ITEM, identifiers)),
        "rule" => keys(node, &["type"]),
        "panel" | "expand" | "nestedExpand" => check_frame(node, identifiers),
        "mediaSingle" => check_picture(node),
        "table" => check_table(node, identifiers),
        "taskList" => check_tasks(node, identifiers),
        other => Err(format!("unknown node {other}")),
    }
}

fn check_frame(node: &Value, identifiers: &mut HashSet<String>) -> Result<(), String> {
    let (attribute, inside) = match kind(node) {
        "panel" => ("panelType", IN_PANEL),
        "expand" => ("title", IN_DETAILS),
        _ => ("title", IN_INNER),
    };
    keys(&node["attrs"], &[attribute])?;
    let kinds = ["info", "note", "tip", "success", "warning", "error"];
    let value = node["attrs"][attribute]
        .as_str()
        .ok_or("an attribute is missing")?;
    if attribute == "panelType" && !kinds.contains(&value) {
        return Err(format!("no kind of panel: {value}"));
    }
    let mut content = filled(node)?.iter();
    content.try_for_each(|child| check_block(child, inside, identifiers))
}

fn check_picture(node: &Value) -> Result<(), String> {
    keys(&node["attrs"], &["layout"])?;
    let [media] = content(node)?.as_slice() else {
        return Err("not one picture".to_owned());
    };
    keys(media, &["type", "attrs", "marks"])?;
    keys(&media["attrs"], &["type", "url", "alt"])?;
    for mark in media["marks"].as_array().into_iter().flatten() {
        check_address(mark["attrs"]["href"].as_str().unwrap_or_default())?;
    }
    let address = media["attrs"]["url"].as_str().unwrap_or_default();
    let external = kind(media) == "media" && media["attrs"]["type"] == "external";
    if !external || !address.starts_with("http") {
        return Err(format!("not a picture from outside: {media}"));
    }
    Ok(())
}

fn check_list(node: &Value, identifiers: &mut HashSet<String>) -> Result<(), String> {
    let order = &node["attrs"]["order"];
    if kind(node) == "orderedList" && !order.is_u64() {
        return Err("an ordered list without order".to_owned());
    }
    for item in filled(node)? {
        keys(item, &["type", "content"])?;
        let children = filled(item)?;
        let first = ["paragraph", "codeBlock", "mediaSingle"];
        if kind(item) != "listItem" || !first.contains(&kind(&children[0])) {
            return Err(format!("not a list item: {item}"));
        }
        for child in children {
            check_block(child, IN_ITEM, identifiers)?;
        }
    }
    Ok(())
}

fn check_code(node: &Value) -> Result<(), String> {
    if let Some(attributes) = node.get("attrs") {
        keys(attributes, &["language"])?;
    }
    for child in content(node)? {
        keys(child, &["type", "text"])?;
        if kind(child) != "text" || child["text"].as_str().is_none_or(str::is_empty) {
            return Err("code holds something else than text".to_owned());
        }
    }
    Ok(())
}

fn check_table(node: &Value, identifiers: &mut HashSet<String>) -> Result<(), String> {
    for row in filled(node)? {
        if kind(row) != "tableRow" {
            return Err("not a row".to_owned());
        }
        for cell in filled(row)? {
            if !["tableHeader", "tableCell"].contains(&kind(cell)) {
                return Err("not a cell".to_owned());
            }
            for child in filled(cell)? {
                check_block(child, IN_CELL, identifiers)?;
            }
        }
    }
    Ok(())
}

fn check_tasks(node: &Value, identifiers: &mut HashSet<String>) -> Result<(), String> {
    check_identifier(node, identifiers)?;
    if kind(&filled(node)?[0]) != "taskItem" {
        return Err("a task list does not begin with a task".to_owned());
    }
    for child in content(node)? {
        if kind(child) == "taskList" {
            check_tasks(child, identifiers)?;
            continue;
        }
        check_identifier(child, identifiers)?;
        let state = &child["attrs"]["state"];
        if kind(child) != "taskItem" || !(state == "TODO" || state == "DONE") {
            return Err(format!("not a task: {child}"));
        }
        content(child)?.iter().try_for_each(check_inline)?;
    }
    Ok(())
}

fn check_identifier(node: &Value, identifiers: &mut HashSet<String>) -> Result<(), String> {
    let identifier = node["attrs"]["localId"].as_str().unwrap_or_default();
    if identifier.is_empty() || !identifiers.insert(identifier.to_owned()) {
        return Err(format!("localId missing or used twice: {identifier}"));
    }
    Ok(())
}

fn check_inline(node: &Value) -> Result<(), String> {
    if kind(node) == "hardBreak" {
        return keys(node, &["type"]);
    }
    if kind(node) == "mention" {
        keys(&node["attrs"], &["id", "text"])?;
        let id = node["attrs"]["id"].as_str().unwrap_or_default();
        return if id.is_empty() {
            Err("a mention of nobody".to_owned())
        } else {
            Ok(())
        };
    }
    keys(node, &["type", "text", "marks"])?;
    let text = node["text"].as_str().unwrap_or_default();
    if kind(node) != "text" || text.is_empty() || text.contains('\n') {
        return Err(format!("not a text: {node}"));
    }
    let mut seen = HashSet::new();
    for mark in node["marks"].as_array().into_iter().flatten() {
        if !seen.insert(kind(mark).to_owned()) {
            return Err(format!("a mark is there twice: {node}"));
        }
        match kind(mark) {
            "strong" | "em" | "strike" | "underline" | "code" => keys(mark, &["type"])?,
            "subsup" => {
                let kind = &mark["attrs"]["type"];
                if !(kind == "sub" || kind == "sup") {
                    return Err(format!("neither above nor below: {mark}"));
                }
            }
            "link" => {
                keys(mark, &["type", "attrs"])?;
                keys(&mark["attrs"], &["href", "title"])?;
                check_address(mark["attrs"]["href"].as_str().unwrap_or_default())?;
            }
            other => return Err(format!("unknown mark {other}")),
        }
    }
    let others = seen.iter().any(|mark| mark != "code" && mark != "link");
    if seen.contains("code") && others {
        return Err(format!("code with another mark: {node}"));
    }
    Ok(())
}

fn check_address(href: &str) -> Result<(), String> {
    let allowed = ["http:", "https:", "mailto:", "ftp:", "/", "#"];
    let href = href.to_lowercase();
    if !allowed.iter().any(|start| href.starts_with(start)) {
        return Err(format!("not an address to write: {href}"));
    }
    Ok(())
}
