//! Writes the tree as Markdown that reads back as the same tree.
//!
//! One spelling for everything, chosen so that `CommonMark` readers agree on it, not only the one that
//! is used here. A property test holds that it reads back the same.

use super::escape::longest_run;
use super::inline::{self, Place};
use crate::tree::flatten::task_box;
use crate::tree::panel::Panel;
use crate::tree::{Block, Cell, Inline, Item};

/// A space of its own, which is not visible text.
const INVISIBLE: &str = " &#32;";

/// What no reader takes for text at the start of a document, and how it is written where it is some.
const MARK: char = '\u{feff}';
const ENCODED_MARK: &str = "&#65279;";

/// Gives a whole document, without a line feed at its end.
pub(crate) fn write(blocks: &[Block]) -> String {
    let written = lines(blocks, None, false).join("\n");
    match written.strip_prefix(MARK) {
        Some(rest) => format!("{ENCODED_MARK}{rest}"),
        None => written,
    }
}

/// Writes blocks under each other.
///
/// `marker` is the list marker on the same line as the first block, if there is one. A tight
/// sequence has no blank lines between its blocks.
fn lines(blocks: &[Block], marker: Option<char>, tight: bool) -> Vec<String> {
    let mut written = Vec::new();
    // Two lists in a row are one list unless their markers differ (`CommonMark`, section 5.3), and a
    // list right after a marker needs another one, too.
    let mut taken = marker;
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 && !tight {
            written.push(String::new());
        }
        match block {
            Block::Paragraph(content) => {
                let text = inline::write(content, Place::Paragraph);
                written.extend(text.split('\n').map(str::to_owned));
            }
            Block::Heading { level, content } => {
                let text = inline::write(content, Place::Heading);
                written.push(format!("{} {text}", "#".repeat(usize::from(*level))));
            }
            Block::List { start, items } => {
                let marker = list_marker(*start, taken);
                written.extend(list(*start, marker, items));
                taken = Some(marker);
                continue;
            }
            Block::Code {
                language,
                title,
                text,
            } => {
                written.extend(code(language.as_deref(), title.as_deref(), text));
            }
            Block::Quote(blocks) => {
                let content = inside(blocks).into_iter();
                written.extend(content.map(|line| prefixed("> ", &line)));
            }
            Block::Panel { kind, blocks } => written.extend(panel(*kind, blocks)),
            Block::Details { title, blocks } => {
                let title = html_text(title);
                written.extend([
                    "<details>".to_owned(),
                    format!("<summary>{title}</summary>"),
                ]);
                written.push(String::new());
                written.extend(lines(blocks, None, false));
                written.extend([String::new(), "</details>".to_owned()]);
            }
            Block::Notes(notes) => written.extend(self::notes(notes)),
            // Dashes after a list's dash would be one longer rule (`CommonMark`, section 4.1).
            Block::Rule if index == 0 && marker.is_some() => written.push("___".to_owned()),
            Block::Rule => written.push("---".to_owned()),
            Block::Table { header, rows } => written.extend(table(header, rows)),
        }
        taken = None;
    }
    written
}

/// Blocks that stand inside of something. Some readers let an empty entry at the end of a quotation end
/// what is around it.
fn inside(blocks: &[Block]) -> Vec<String> {
    let mut content = lines(blocks, None, false);
    if ends_with_empty_item(blocks)
        && let Some(last) = content.last_mut()
    {
        last.push_str(INVISIBLE);
    }
    content
}

/// A quotation whose first line says the kind.
fn panel(kind: Panel, blocks: &[Block]) -> Vec<String> {
    let mut content = vec![format!("[!{}]", kind.name())];
    // Whatever is no text would belong to the line above, or make a heading of it.
    if !matches!(blocks.first(), Some(Block::Paragraph(_))) {
        content.push(String::new());
    }
    content.extend(inside(blocks));
    let content = content.into_iter();
    content.map(|line| prefixed("> ", &line)).collect()
}

/// The notes of the document, under each other.
fn notes(notes: &[Vec<Block>]) -> Vec<String> {
    let mut written = Vec::new();
    for (number, blocks) in (1..).zip(notes) {
        if number > 1 {
            written.push(String::new());
        }
        let mut content = inside(blocks).into_iter();
        let first = content.next().unwrap_or_default();
        written.push(prefixed(&format!("[^{number}]: "), &first));
        written.extend(content.map(|line| prefixed("    ", &line)));
    }
    written
}

/// Text between tags.
fn html_text(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// A line behind a prefix, whose space is not left dangling before nothing.
fn prefixed(prefix: &str, line: &str) -> String {
    if line.is_empty() {
        prefix.trim_end().to_owned()
    } else {
        format!("{prefix}{line}")
    }
}

fn list_marker(start: Option<u64>, taken: Option<char>) -> char {
    match (start, taken) {
        (Some(_), Some('.')) => ')',
        (Some(_), _) => '.',
        (None, Some('-')) => '*',
        (None, _) => '-',
    }
}

fn list(start: Option<u64>, marker: char, items: &[Item]) -> Vec<String> {
    let tight = items.iter().all(is_tight);
    let mut written = Vec::new();
    for (index, item) in (0..).zip(items) {
        if index > 0 && !tight {
            written.push(String::new());
        }
        let head = match start {
            Some(start) => format!("{}{marker} ", start.saturating_add(index)),
            None => format!("{marker} "),
        };
        let indent = " ".repeat(head.len());
        let mut content = lines(&item.blocks, Some(marker), tight);
        if let Some(checked) = item.checked {
            let task = task_box(checked);
            match (item.blocks.first(), content.first_mut()) {
                (Some(Block::Paragraph(_)), Some(first)) => *first = format!("{task} {first}"),
                _ => content.insert(0, task.to_owned()),
            }
        }
        let mut content = content.into_iter();
        written.push(prefixed(&head, &content.next().unwrap_or_default()));
        written.extend(content.map(|line| prefixed(&indent, &line)));
    }
    written
}

/// Whether an entry can do without blank lines. A list that follows text directly must start
/// with 1 and with an entry that is not empty (`CommonMark` section 5.3).
fn is_tight(item: &Item) -> bool {
    let interrupts = |start: &Option<u64>, items: &[Item]| {
        matches!(start, None | Some(1)) && items.iter().all(is_tight) && {
            let first = items.first().and_then(|item| item.blocks.first());
            matches!(first, Some(Block::Paragraph(_)))
        }
    };
    match item.blocks.as_slice() {
        [] | [Block::Paragraph(_)] => true,
        [Block::List { items, .. }] => items.iter().all(is_tight),
        [Block::Paragraph(_), Block::List { start, items }] => interrupts(start, items),
        _ => false,
    }
}

fn ends_with_empty_item(blocks: &[Block]) -> bool {
    match blocks.last() {
        Some(Block::List { items, .. }) => items
            .last()
            .is_some_and(|item| item.blocks.is_empty() || ends_with_empty_item(&item.blocks)),
        Some(Block::Quote(blocks) | Block::Panel { blocks, .. }) => ends_with_empty_item(blocks),
        _ => false,
    }
}

/// A fenced code block, with a longer fence than any in its text (`CommonMark`, section 4.5).
fn code(language: Option<&str>, title: Option<&str>, text: &str) -> Vec<String> {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    let title = title.map(|title| {
        let title = title.replace('\\', "\\\\").replace('&', "\\&");
        let space = if language.is_some() { " " } else { "" };
        format!("{space}title=\"{title}\"")
    });
    let info = [language.map(str::to_owned), title];
    let info: String = info.into_iter().flatten().collect();
    let mut written = vec![format!("{fence}{info}")];
    if !text.is_empty() {
        written.extend(text.split('\n').map(str::to_owned));
    }
    written.push(fence);
    written
}

/// A table; where there is no header an empty one stands, because GFM (section 4.10) requires one.
fn table(header: &[Cell], rows: &[Vec<Cell>]) -> Vec<String> {
    let mut written = vec![row(header)];
    written.push(format!("|{}", " --- |".repeat(header.len())));
    written.extend(rows.iter().map(|cells| row(cells)));
    written
}

fn row(cells: &[Vec<Inline>]) -> String {
    let mut written = String::from("|");
    for cell in cells {
        let text = inline::write(cell, Place::Cell);
        written.extend([" ", &text, " |"]);
    }
    written
}
