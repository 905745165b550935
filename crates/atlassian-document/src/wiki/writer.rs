//! Writes the tree in Jira's wiki markup.
//!
//! Wiki markup has no blocks inside list entries and no quotes inside quotes (`{quote}` ends at the
//! next `{quote}`), and the same is true of panels: those are written as lines of the entry, and as a
//! part of the outer quote. The number that a list begins with and the titles of links have no place either.

use std::slice;

use super::text::{self, Place};
use crate::tree::flatten::{into_inlines, labelled, task_box, titled};
use crate::tree::language::{self, Target};
use crate::tree::{Block, Cell, Inline, Item, normal, notes};

/// Gives a whole text, without a line feed at its end.
pub(crate) fn write(blocks: &[Block]) -> String {
    let mut parts = Vec::new();
    for block in notes::lower(blocks).iter() {
        self::block(block, Inside::default(), &mut parts);
    }
    parts.join("\n\n")
}

/// The blocks around this one that must not be opened again: they would end instead.
#[derive(Debug, Clone, Copy, Default)]
struct Inside {
    quote: bool,
    panel: bool,
}

fn block(block: &Block, inside: Inside, parts: &mut Vec<String>) {
    match block {
        Block::Paragraph(content) => parts.push(text::write(content, Place::Paragraph)),
        Block::Heading { level, content } => {
            let text = text::write(content, Place::Line);
            parts.push(format!("h{level}. {text}"));
        }
        Block::List { start, items } => {
            let mut lines = Vec::new();
            list(*start, items, "", &mut lines);
            parts.push(lines.join("\n"));
        }
        Block::Code {
            language,
            title,
            text,
        } => parts.push(code(language.as_deref(), title.as_deref(), text)),
        Block::Quote(blocks) if inside.quote => all(blocks, inside, parts),
        Block::Quote(blocks) => {
            let mut inner = Vec::new();
            let quote = true;
            all(blocks, Inside { quote, ..inside }, &mut inner);
            parts.push(format!("{{quote}}\n{}\n{{quote}}", inner.join("\n\n")));
        }
        Block::Panel { kind, blocks } if inside.panel => {
            all(&labelled(&kind.label(), blocks.clone()), inside, parts);
        }
        // Jira has no panels of a kind (`{info}` is Confluence's) and shows a title above this one.
        Block::Panel { kind, blocks } => {
            let mut inner = Vec::new();
            let panel = true;
            all(blocks, Inside { panel, ..inside }, &mut inner);
            let (label, inner) = (kind.label(), inner.join("\n\n"));
            parts.push(format!("{{panel:title={label}}}\n{inner}\n{{panel}}"));
        }
        Block::Details { title, blocks } => {
            let blocks: Vec<Block> = titled(title, blocks.clone()).collect();
            all(&blocks, inside, parts);
        }
        Block::Notes(notes) => all(&notes.concat(), inside, parts),
        Block::Rule => parts.push(String::from("----")),
        Block::Table { header, rows } => parts.push(table(header, rows)),
    }
}

fn all(blocks: &[Block], inside: Inside, parts: &mut Vec<String>) {
    for block in blocks {
        self::block(block, inside, parts);
    }
}

pub(super) fn list(start: Option<u64>, items: &[Item], above: &str, lines: &mut Vec<String>) {
    let marker = if start.is_some() { '#' } else { '*' };
    let markers = format!("{above}{marker}");
    for item in items {
        let is_list = |block: &Block| matches!(block, Block::List { .. });
        let first_list = item.blocks.iter().position(is_list);
        let (text, below) = item
            .blocks
            .split_at(first_list.unwrap_or(item.blocks.len()));
        let mut content = into_inlines(text);
        if let Some(checked) = item.checked {
            content.insert(0, Inline::plain(format!("{} ", task_box(checked))));
        }
        let content = normal::inlines(content);
        lines.push(format!("{markers} {}", text::write(&content, Place::Line)));
        for block in below {
            match block {
                Block::List { start, items } => list(*start, items, &markers, lines),
                // No line goes back to this entry: text behind a list stands with the list's last one.
                block => {
                    let text = text::write(&into_inlines(slice::from_ref(block)), Place::Line);
                    if let Some(last) = lines.last_mut() {
                        last.push_str("\\\\ ");
                        last.push_str(&text);
                    }
                }
            }
        }
    }
}

/// A block of code. Nothing is escaped in it, so that text with `{code}` needs the other macro, which
/// has no language.
fn code(language: Option<&str>, title: Option<&str>, text: &str) -> String {
    let name = if text.contains("{code}") {
        "noformat"
    } else {
        "code"
    };
    let language = language.and_then(|name| language::known(name, Target::Wiki));
    let language = language.filter(|_| name == "code");
    let title = title.map(|title| format!("title={}", parameter(title)));
    let settings: Vec<String> = language.into_iter().chain(title).collect();
    let colon = if settings.is_empty() { "" } else { ":" };
    let settings = settings.join("|");
    format!("{{{name}{colon}{settings}}}\n{text}\n{{{name}}}")
}

/// A text as a setting of a macro, without the signs that would end it.
pub(super) fn parameter(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '|' | '{' | '}'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn table(header: &[Cell], rows: &[Vec<Cell>]) -> String {
    let mut lines = Vec::new();
    if !header.iter().all(Vec::is_empty) {
        lines.push(row("||", header));
    }
    lines.extend(rows.iter().map(|cells| row("|", cells)));
    lines.join("\n")
}

pub(super) fn row(bar: &str, cells: &[Cell]) -> String {
    let mut line = bar.to_owned();
    for cell in cells {
        let text = text::write(cell, Place::Line);
        // Two bars without anything between them would begin a header cell.
        line.push_str(if text.is_empty() { " " } else { &text });
        line.push_str(bar);
    }
    line
}
