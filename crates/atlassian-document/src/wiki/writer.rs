//! Writes the tree in Jira's wiki markup.
//!
//! Blocks of an entry stand on the lines below its own: an empty line would end the list. So there are no paragraphs
//! in it, which are written as lines of one text, and nothing goes back to an entry behind the list below it: that
//! stands with the list's last entry. There are no quotes inside quotes (`{quote}` ends at the next `{quote}`), and
//! the same is true of panels: those are written as a part of the outer one. The number that a list begins with and
//! the titles of links have no place either.

use std::borrow::Cow;
use std::slice;

use super::lines::{begins_block, entry_below};
use super::macros::ends_with_sign;
use super::text::{self, Place};
use crate::tree::flatten::{into_inlines, labelled, task_box, titled};
use crate::tree::language::{self, Target};
use crate::tree::{Block, Cell, Inline, Item, notes};

/// Gives a whole text, without a line feed at its end.
pub(crate) fn write(blocks: &[Block]) -> String {
    write_inside(&notes::lower(blocks), Inside::default())
}

/// Gives blocks that stand inside of others.
pub(super) fn write_inside(blocks: &[Block], inside: Inside) -> String {
    let mut parts = Vec::new();
    all(blocks, inside, &mut parts);
    parts.join("\n\n")
}

/// The blocks around this one that must not be opened again: they would end instead.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Inside {
    pub(super) quote: bool,
    pub(super) panel: bool,
}

/// What can be written where these blocks stand: those that cannot are said by others.
pub(super) fn standing(blocks: &[Block], inside: Inside) -> Vec<Cow<'_, Block>> {
    let mut standing = Vec::with_capacity(blocks.len());
    for block in blocks {
        let other: Vec<Block> = match block {
            Block::Quote(blocks) if inside.quote => blocks.clone(),
            Block::Panel { kind, blocks } if inside.panel => {
                labelled(&kind.label(), blocks.clone())
            }
            Block::Details { title, blocks } => titled(title, blocks.clone()).collect(),
            Block::Notes(notes) => notes.concat(),
            Block::List {
                start: Some(start @ LEAST_YEAR..),
                items,
            } => numbered(*start, items),
            // Its end would stand in it, whichever macro it is in.
            Block::Code { title, text, .. } if literal_macro(text).is_none() => {
                let lines = Block::paragraph(into_inlines(slice::from_ref(block)));
                let lines = lines.into_iter().collect();
                match title {
                    Some(title) => titled(title, lines).collect(),
                    None => lines,
                }
            }
            block => {
                standing.push(Cow::Borrowed(block));
                continue;
            }
        };
        let other = self::standing(&other, inside).into_iter();
        standing.extend(other.map(|block| Cow::Owned(block.into_owned())));
    }
    standing
}

/// From this number on the start of a list is a year, or an amount, and no count: it must not be lost.
const LEAST_YEAR: u64 = 1_000;

/// Entries as paragraphs that begin with their numbers.
fn numbered(start: u64, items: &[Item]) -> Vec<Block> {
    let items = (start..).zip(items);
    let blocks = items.flat_map(|(number, item)| {
        let mark = item.checked.map(task_box);
        let words = [Some(format!("{number}.")), mark.map(str::to_owned)];
        let words: Vec<String> = words.into_iter().flatten().collect();
        labelled_by_text(&format!("{} ", words.join(" ")), &item.blocks)
    });
    blocks.collect()
}

/// Blocks whose first paragraph begins with a text.
fn labelled_by_text(label: &str, blocks: &[Block]) -> Vec<Block> {
    let mut content = vec![Inline::plain(label.to_owned())];
    let mut others = blocks;
    if let [Block::Paragraph(text), rest @ ..] = blocks {
        content.extend(text.iter().cloned());
        others = rest;
    }
    let first = Block::paragraph(content);
    first.into_iter().chain(others.iter().cloned()).collect()
}

fn all(blocks: &[Block], inside: Inside, parts: &mut Vec<String>) {
    for block in standing(blocks, inside) {
        parts.push(self::block(&block, inside));
    }
}

fn block(block: &Block, inside: Inside) -> String {
    match block {
        Block::Paragraph(content) => text::write(content, Place::Paragraph),
        Block::Heading { level, content } => {
            let text = text::write(content, Place::Line);
            format!("h{level}. {text}")
        }
        Block::List { start, items } => {
            let mut lines = Vec::new();
            list(*start, items, "", inside, &mut lines);
            lines.join("\n")
        }
        Block::Code {
            language,
            title,
            text,
        } => code(language.as_deref(), title.as_deref(), text),
        Block::Quote(blocks) => {
            let quote = true;
            let inner = write_inside(blocks, Inside { quote, ..inside });
            format!("{{quote}}\n{inner}\n{{quote}}")
        }
        // Jira has no panels of a kind (`{info}` is Confluence's) and shows a title above this one.
        Block::Panel { kind, blocks } => {
            let panel = true;
            let inner = write_inside(blocks, Inside { panel, ..inside });
            let label = kind.label();
            format!("{{panel:title={label}}}\n{inner}\n{{panel}}")
        }
        Block::Rule => String::from("----"),
        Block::Table { header, rows } => table(header, rows),
        Block::Details { .. } | Block::Notes(_) => write_inside(slice::from_ref(block), inside),
    }
}

/// Writes the lines of a list below an entry with markers.
pub(super) fn list(
    start: Option<u64>,
    items: &[Item],
    above: &str,
    inside: Inside,
    lines: &mut Vec<String>,
) {
    let marker = if start.is_some() { '#' } else { '*' };
    entries(items, &format!("{above}{marker}"), inside, lines);
}

/// Writes the lines of entries with markers.
pub(super) fn entries(items: &[Item], markers: &str, inside: Inside, lines: &mut Vec<String>) {
    for item in items {
        lines.push(format!("{markers} "));
        let mut holds = Holds::Nothing;
        let mut blocks = standing(&item.blocks, inside);
        if let Some(checked) = item.checked {
            with_box(&mut blocks, checked);
        }
        for block in blocks {
            if let Block::List { start, items } = &*block {
                list(*start, items, markers, inside, lines);
                holds = lines.last().map_or(holds, |last| Holds::of(last));
            } else {
                let written = in_entry(&block, inside, holds);
                holds = written.add(holds, lines);
            }
        }
    }
}

/// Puts the box of a task before its text.
fn with_box(blocks: &mut Vec<Cow<'_, Block>>, checked: bool) {
    let mut content = vec![Inline::plain(format!("{} ", task_box(checked)))];
    if let Some(Block::Paragraph(text)) = blocks.first().map(|first| &**first) {
        content.extend(text.iter().cloned());
        blocks.remove(0);
    }
    blocks.splice(0..0, Block::paragraph(content).map(Cow::Owned));
}

/// What an entry ends with so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Holds {
    #[default]
    Nothing,
    Text,
    Table,
    Other,
}

impl Holds {
    /// What the last line of an entry is.
    pub(super) fn of(lines: &str) -> Self {
        let last = lines.rsplit('\n').next().unwrap_or_default().trim();
        let own = entry_below(last).map_or(last, |entry| last[entry.text..].trim());
        match own {
            "" => Self::Nothing,
            own if own.starts_with('|') => Self::Table,
            own if begins_block(own) || ends_with_sign(own) => Self::Other,
            _ => Self::Text,
        }
    }
}

/// A block of an entry.
pub(super) struct InEntry {
    pub(super) text: String,
    pub(super) holds: Holds,
}

impl InEntry {
    /// Adds it to the last of some lines, or puts it below them; gives what the entry ends with then.
    fn add(self, before: Holds, lines: &mut Vec<String>) -> Holds {
        match (lines.last_mut(), between(before, self.holds)) {
            (Some(last), Some(between)) => last.extend([between, &self.text]),
            _ => lines.push(self.text),
        }
        self.holds
    }
}

/// What stands between two things of an entry that share a line.
pub(super) fn between(before: Holds, next: Holds) -> Option<&'static str> {
    match (before, next) {
        (Holds::Nothing, _) => Some(""),
        (Holds::Text, Holds::Text) => Some("\\\\ "),
        _ => None,
    }
}

/// Writes a block that stands in an entry, behind what that holds, and is no list.
pub(super) fn in_entry(block: &Block, inside: Inside, before: Holds) -> InEntry {
    let is_table = matches!(block, Block::Table { .. });
    match block {
        // Two tables would be one.
        Block::Paragraph(_) | Block::Table { .. } if !is_table || before == Holds::Table => {
            let content = into_inlines(slice::from_ref(block));
            InEntry {
                text: text::write(&content, Place::Line),
                holds: Holds::Text,
            }
        }
        block => InEntry {
            text: self::block(block, inside),
            holds: if is_table { Holds::Table } else { Holds::Other },
        },
    }
}

/// The macro that can hold a literal text: nothing is escaped in it, so that its end must not stand there.
fn literal_macro(text: &str) -> Option<&'static str> {
    let can_hold = |name: &&str| !text.contains(&format!("{{{name}}}"));
    ["code", "noformat"].into_iter().find(can_hold)
}

/// A block of code. The other macro, for text with `{code}` in it, has no language.
fn code(language: Option<&str>, title: Option<&str>, text: &str) -> String {
    let name = literal_macro(text).unwrap_or("noformat");
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
