//! Reads ADF's inline nodes as running text; what Markdown lacks becomes readable words.

use serde_json::Value;
use time::OffsetDateTime;

use super::link::Link;
use super::tree::{Inline, Style};

/// A node's `type`, or nothing.
pub(super) fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

/// A text attribute of a node, unless it is missing or empty.
pub(super) fn attribute<'node>(node: &'node Value, name: &str) -> Option<&'node str> {
    let value = node["attrs"][name].as_str();
    value.filter(|value| !value.trim().is_empty())
}

/// Reads an inline node, or gives nothing if the node is of another kind.
pub(super) fn read(node: &Value) -> Option<Vec<Inline>> {
    let plain = |text: &str| vec![Inline::plain(text)];
    Some(match kind(node) {
        "text" => text(node),
        "hardBreak" => vec![Inline::Break],
        "mention" => {
            let name = attribute(node, "text").or_else(|| attribute(node, "id"));
            let name = name.unwrap_or("unknown").trim_start_matches('@');
            plain(&format!("@{name}"))
        }
        "emoji" => {
            let text = attribute(node, "text").or_else(|| attribute(node, "shortName"));
            plain(text.unwrap_or_default())
        }
        "date" => plain(&date(&node["attrs"]["timestamp"]).unwrap_or_default()),
        "status" => {
            let text = attribute(node, "text").unwrap_or_default();
            plain(&format!("[{text}]"))
        }
        "inlineCard" | "blockCard" | "embedCard" => card(node),
        "media" | "mediaInline" => media(node),
        "placeholder" => plain(attribute(node, "text").unwrap_or_default()),
        "inlineExtension" => vec![Inline::plain(macro_name(node))],
        _ => return None,
    })
}

/// The readable form of an extension: its own text, or its name in brackets.
pub(super) fn macro_name(node: &Value) -> String {
    let key = attribute(node, "extensionKey").unwrap_or("unknown");
    let text = attribute(node, "text").filter(|text| *text != key);
    text.map_or_else(|| format!("[macro: {key}]"), str::to_owned)
}

fn text(node: &Value) -> Vec<Inline> {
    let text = node["text"].as_str().unwrap_or_default();
    let mut style = Style::default();
    let mut is_code = false;
    for mark in node["marks"].as_array().into_iter().flatten() {
        match kind(mark) {
            "strong" => style.strong = true,
            "em" => style.emphasis = true,
            "strike" => style.strike = true,
            "code" => is_code = true,
            "link" => {
                let href = attribute(mark, "href").unwrap_or_default();
                let title = attribute(mark, "title").unwrap_or_default();
                style.link = Link::new(href, title).or(style.link);
            }
            _ => {}
        }
    }
    if is_code {
        let text = text.to_owned();
        return vec![Inline::Code { text, style }];
    }
    let lines = text
        .split('\n')
        .map(|line| vec![Inline::text(line, &style)]);
    lines.collect::<Vec<_>>().join(&Inline::Break)
}

fn card(node: &Value) -> Vec<Inline> {
    let data = &node["attrs"]["data"];
    let address = attribute(node, "url").or_else(|| data["url"].as_str());
    if let Some(address) = address {
        return linked(address, address);
    }
    let name = data["name"].as_str().unwrap_or("[card]");
    vec![Inline::plain(name)]
}

fn media(node: &Value) -> Vec<Inline> {
    let name = attribute(node, "alt").or_else(|| attribute(node, "__fileName"));
    if let Some(address) = attribute(node, "url") {
        return linked(name.unwrap_or(address), address);
    }
    let name = name.or_else(|| attribute(node, "id")).unwrap_or("unknown");
    vec![Inline::plain(format!("[attachment: {name}]"))]
}

/// Text that leads somewhere, or just the text if the address is not allowed.
pub(super) fn linked(text: &str, address: &str) -> Vec<Inline> {
    let style = Style {
        link: Link::new(address, ""),
        ..Style::default()
    };
    vec![Inline::text(text, &style)]
}

/// A day as YYYY-MM-DD from milliseconds since 1970, which ADF writes as text.
fn date(timestamp: &Value) -> Option<String> {
    let milliseconds = match timestamp {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_i64()?,
    };
    let moment = OffsetDateTime::from_unix_timestamp(milliseconds.div_euclid(1000)).ok()?;
    Some(moment.date().to_string())
}
