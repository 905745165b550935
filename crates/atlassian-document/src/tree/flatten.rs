//! Shapes that a format lacks, said with the ones it has: labels, cells, task boxes, plain text.
//!
//! The words are kept and the shape is lost. Only task boxes are read back.

use std::sync::Arc;

use super::file::File;
use super::link::Link;
use super::{Block, Inline, Item, Style};

/// The text that begins an open task where there are no task lists.
pub(crate) const OPEN_BOX: &str = "[ ]";
/// The text that begins a finished task where there are no task lists.
pub(crate) const CHECKED_BOX: &str = "[x]";

/// The box of a task.
pub(crate) fn task_box(checked: bool) -> &'static str {
    if checked { CHECKED_BOX } else { OPEN_BOX }
}

/// Whether an entry is a task that holds one line of text and at most a list of such tasks: ADF's
/// `taskItem` holds running text only, and a nested `taskList` stands beside it.
pub(crate) fn is_simple_task(item: &Item) -> bool {
    let nested = |items: &[Item]| items.iter().all(is_simple_task);
    item.checked.is_some()
        && match item.blocks.as_slice() {
            [] | [Block::Paragraph(_)] => true,
            [Block::List { start: None, items }]
            | [Block::Paragraph(_), Block::List { start: None, items }] => nested(items),
            _ => false,
        }
}

/// Whether an entry holds tasks and nothing else: they stand below no task.
pub(crate) fn is_below_none(item: &Item) -> bool {
    let is_task = |item: &Item| item.checked.is_some() || is_below_none(item);
    let holds_tasks = |block: &Block| matches!(block, Block::List { start: None, items } if items.iter().all(is_task));
    item.checked.is_none() && !item.blocks.is_empty() && item.blocks.iter().all(holds_tasks)
}

/// Turns an entry that begins with the text `[ ]` or `[x]` into a task: that is how our writers say
/// "task" where the format has no task list, and how people type it.
pub(crate) fn read_task_box(item: &mut Item) {
    let Some(Block::Paragraph(content)) = item.blocks.first_mut() else {
        return;
    };
    let Some(Inline::Text { text, style }) = content.first_mut() else {
        return;
    };
    let checked = match text.get(..3) {
        Some(OPEN_BOX) => false,
        Some(CHECKED_BOX | "[X]") => true,
        _ => return,
    };
    let rest = &text[3..];
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    if item.checked.is_some() || *style != Style::default() || !ends {
        return;
    }
    *text = rest.to_owned();
    item.checked = Some(checked);
    let content = std::mem::take(content);
    item.blocks.splice(..1, Block::paragraph(content));
}

/// A text in strong emphasis.
pub(crate) fn strong(text: &str) -> Inline {
    let style = Style {
        strong: true,
        ..Style::default()
    };
    Inline::text(text, &style)
}

/// Content that begins with a label in strong emphasis.
pub(crate) fn labelled(label: &str, mut blocks: Vec<Block>) -> Vec<Block> {
    let label = strong(&format!("{label}:"));
    if let Some(Block::Paragraph(content)) = blocks.first_mut() {
        let mut labelled = vec![label, Inline::plain(" ")];
        labelled.append(content);
        blocks.splice(..1, Block::paragraph(labelled));
    } else {
        blocks.splice(..0, Block::paragraph(vec![label]));
    }
    blocks
}

/// The words of running text, on one line and without marks.
pub(crate) fn words(inlines: &[Inline]) -> String {
    let words = inlines.iter().map(|inline| match inline {
        Inline::Text { text, .. } | Inline::Code { text, .. } | Inline::Image { text, .. } => {
            text.clone()
        }
        Inline::Break => " ".to_owned(),
        Inline::Keep(keep) => keep.label.clone(),
        Inline::Mention { account, name } => Inline::mentioned(account, name),
        Inline::Note(number) => format!("[{number}]"),
    });
    words.collect()
}

/// A picture where only text can stand: its words, or its address, which lead where it leads or lies.
pub(crate) fn picture_text(source: &Arc<Link>, text: &str, style: &Style) -> Inline {
    if let Some(file) = File::at(source) {
        // What lies beside the text has no address.
        let shown = if text.is_empty() { &file.name } else { text };
        return Inline::text(shown, style);
    }
    let text = if text.is_empty() { &source.href } else { text };
    let link = style.link.clone().or_else(|| Some(Arc::clone(source)));
    Inline::text(
        text,
        &Style {
            link,
            ..style.clone()
        },
    )
}

/// A title in strong emphasis before the content that it can open.
pub(crate) fn titled(title: &str, blocks: Vec<Block>) -> impl Iterator<Item = Block> {
    Block::paragraph(vec![strong(title)])
        .into_iter()
        .chain(blocks)
}

/// All running text of some blocks, one line for every paragraph, entry, row and line of code.
pub(crate) fn into_inlines(blocks: &[Block]) -> Vec<Inline> {
    let mut lines = Vec::new();
    push_all(blocks, &mut lines);
    lines.join(&Inline::Break)
}

fn push_all(blocks: &[Block], lines: &mut Vec<Vec<Inline>>) {
    for block in blocks {
        push_lines(block, lines);
    }
}

fn push_lines(block: &Block, lines: &mut Vec<Vec<Inline>>) {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => lines.push(content.clone()),
        Block::List { start, items } => {
            for (index, item) in (0..).zip(items) {
                let marker = match (item.checked, start) {
                    (Some(checked), _) => task_box(checked).to_owned(),
                    (None, Some(start)) => format!("{}.", start.saturating_add(index)),
                    (None, None) => "•".to_owned(),
                };
                let mut line = vec![Inline::plain(format!("{marker} "))];
                line.extend(into_inlines(&item.blocks));
                lines.push(line);
            }
        }
        Block::Code { text, .. } => {
            let style = Style::default;
            lines.extend(text.lines().map(|line| {
                let text = line.to_owned();
                vec![Inline::Code {
                    text,
                    style: style(),
                }]
            }));
        }
        Block::Quote(blocks) => push_all(blocks, lines),
        Block::Panel { kind, blocks } => {
            let blocks = labelled(&kind.label(), blocks.clone());
            push_all(&blocks, lines);
        }
        Block::Details { title, blocks } => {
            lines.push(vec![strong(title)]);
            push_all(blocks, lines);
        }
        Block::Notes(notes) => notes.iter().for_each(|blocks| push_all(blocks, lines)),
        Block::Rule => lines.push(vec![Inline::plain("———")]),
        Block::Table { header, rows } => {
            let rows = [header].into_iter().chain(rows);
            let rows = rows.filter(|row| !row.iter().all(Vec::is_empty));
            lines.extend(rows.map(|row| row.join(&Inline::plain(" | "))));
        }
    }
}
