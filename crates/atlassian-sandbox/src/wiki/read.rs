//! Wiki markup as a document.

use serde_json::{Value, json};

use super::inline::nodes;
use super::lists;

/// The document of a text; `null` of an empty one.
pub(crate) fn document_of(text: &str) -> Value {
    let text = text.replace("\r\n", "\n");
    if text.trim().is_empty() {
        return Value::Null;
    }
    let lines: Vec<&str> = text.lines().collect();
    json!({"type": "doc", "version": 1, "content": blocks(&lines)})
}

pub(super) fn blocks(lines: &[&str]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut place = 0;
    while let Some(line) = lines.get(place) {
        if line.trim().is_empty() {
            place += 1;
            continue;
        }
        let (node, taken) = block(&lines[place..]);
        found.push(node);
        place += taken.max(1);
    }
    found
}

/// The block that begins at the first line, and how many lines it takes.
fn block(lines: &[&str]) -> (Value, usize) {
    let line = lines[0].trim_end();
    if let Some((level, title)) = heading(line) {
        let node = json!({"type": "heading", "attrs": {"level": level}, "content": nodes(title)});
        return (node, 1);
    }
    if line == "----" {
        return (json!({"type": "rule"}), 1);
    }
    if let Some(text) = line.strip_prefix("bq. ") {
        return (
            json!({"type": "blockquote", "content": [paragraph(&[text])]}),
            1,
        );
    }
    if let Some(found) = code(lines) {
        return found;
    }
    if let Some((_, inner)) = fenced(lines, "quote") {
        let node = json!({"type": "blockquote", "content": blocks(inner)});
        return (node, inner.len() + 2);
    }
    if marks(line).is_some() {
        let (entries, count) = lists::entries(lines);
        return (lists::list(&entries, 1), count);
    }
    let count = 1 + lines[1..].iter().take_while(|line| !starts(line)).count();
    (paragraph(&lines[..count]), count)
}

/// Whether a line ends the paragraph before it.
pub(super) fn starts(line: &str) -> bool {
    line.trim().is_empty() || marks(line).is_some() || heading(line).is_some()
}

/// Literal text that begins at the first line, and how many lines it takes.
pub(super) fn code(lines: &[&str]) -> Option<(Value, usize)> {
    let names = ["code", "noformat"];
    let (language, inner) = names.iter().find_map(|name| fenced(lines, name))?;
    let text = inner.join("\n");
    let content: Vec<Value> = (!text.is_empty())
        .then(|| json!({"type": "text", "text": text}))
        .into_iter()
        .collect();
    let mut node = json!({"type": "codeBlock", "attrs": {}, "content": content});
    if !language.is_empty() {
        node["attrs"]["language"] = json!(language);
    }
    Some((node, inner.len() + 2))
}

pub(super) fn paragraph(lines: &[&str]) -> Value {
    let mut content = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        if place > 0 {
            content.push(json!({"type": "hardBreak"}));
        }
        content.extend(nodes(line));
    }
    json!({"type": "paragraph", "content": content})
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let (mark, title) = line.split_once(". ")?;
    let level: u8 = mark.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some((level, title))
}

/// The lines between `{name}` and `{name}`, and what follows a colon in the first of them.
pub(super) fn fenced<'a>(lines: &'a [&'a str], name: &str) -> Option<(&'a str, &'a [&'a str])> {
    let inside = lines[0].trim().strip_prefix('{')?.strip_suffix('}')?;
    let option = inside.strip_prefix(name)?;
    let option = option
        .strip_prefix(':')
        .or_else(|| option.is_empty().then_some(""))?;
    let end = format!("{{{name}}}");
    let last = lines[1..].iter().position(|line| line.trim() == end)?;
    Some((option, &lines[1..=last]))
}

/// The marks of a line of a list.
pub(super) fn marks(line: &str) -> Option<&str> {
    let (marks, text) = line.split_once(' ')?;
    let known = !marks.is_empty() && marks.chars().all(|mark| matches!(mark, '*' | '#'));
    let dash = marks == "-";
    ((known || dash) && !text.trim().is_empty()).then_some(marks)
}
