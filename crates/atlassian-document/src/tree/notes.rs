//! Notes, which only Markdown has: elsewhere they are raised numbers and a list behind a rule.
//!
//! That shape is read back as notes, because it is ours and hardly anything else has it: every
//! number of the list stands somewhere in the text.

use std::borrow::Cow;

use super::{Block, Inline, Item, Script, Style, normal};

/// How deep blocks may lie inside each other before notes in them are left as they are.
const MAXIMUM_LEVELS: usize = 200;

/// Gives the document without notes, as the formats that lack them have it.
pub(crate) fn lower(blocks: &[Block]) -> Cow<'_, [Block]> {
    let Some((Block::Notes(notes), text)) = blocks.split_last() else {
        return Cow::Borrowed(blocks);
    };
    let items = notes.iter().map(|blocks| Item {
        checked: None,
        blocks: blocks.clone(),
    });
    let mut lowered = text.to_vec();
    lowered.push(Block::Rule);
    lowered.extend(Block::list(Some(1), items.collect()));
    each_text(&mut lowered, 0, &mut |content| {
        for inline in content.iter_mut() {
            if let Inline::Note(number) = *inline {
                *inline = Inline::text(format!("[{number}]"), &raised());
            }
        }
        *content = normal::inlines(std::mem::take(content));
    });
    Cow::Owned(lowered)
}

/// Gives the document with notes, if it ends as one that was [`lower`]ed.
pub(crate) fn raise(mut blocks: Vec<Block>) -> Vec<Block> {
    let [
        ..,
        Block::Rule,
        Block::List {
            start: Some(1),
            items,
        },
    ] = blocks.as_slice()
    else {
        return blocks;
    };
    let notes = items.len();
    let mut found = vec![false; notes];
    let mut look = |content: &mut Vec<Inline>| {
        for number in content.iter().filter_map(numbers).flatten() {
            if let Some(found) = number.checked_sub(1).and_then(|index| found.get_mut(index)) {
                *found = true;
            }
        }
    };
    if items.iter().any(|item| item.checked.is_some()) {
        return blocks;
    }
    each_text(&mut blocks, 0, &mut look);
    if found.contains(&false) {
        return blocks;
    }
    each_text(&mut blocks, 0, &mut |content| {
        let replaced = std::mem::take(content).into_iter().flat_map(|inline| {
            let known = numbers(&inline)
                .filter(|numbers| numbers.iter().all(|number| (1..=notes).contains(number)));
            known.map_or_else(
                || vec![inline],
                |numbers| numbers.into_iter().map(Inline::Note).collect(),
            )
        });
        *content = replaced.collect();
    });
    if let Some(Block::List { items, .. }) = blocks.pop() {
        blocks.pop();
        blocks.push(Block::Notes(
            items.into_iter().map(|item| item.blocks).collect(),
        ));
    }
    blocks
}

fn raised() -> Style {
    Style {
        script: Some(Script::Super),
        ..Style::default()
    }
}

/// The numbers of a raised text such as `[1]` or `[1][2]`.
fn numbers(inline: &Inline) -> Option<Vec<usize>> {
    let Inline::Text { text, style } = inline else {
        return None;
    };
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let numbers = inner.split("][").map(|number| number.parse().ok());
    let numbers: Option<Vec<usize>> = numbers.collect();
    numbers.filter(|_| *style == raised())
}

/// Shows all running text, wherever it stands.
fn each_text(blocks: &mut [Block], level: usize, change: &mut impl FnMut(&mut Vec<Inline>)) {
    if level == MAXIMUM_LEVELS {
        return;
    }
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => change(content),
            Block::List { items, .. } => {
                for item in items {
                    each_text(&mut item.blocks, level + 1, change);
                }
            }
            Block::Quote(blocks) | Block::Panel { blocks, .. } | Block::Details { blocks, .. } => {
                each_text(blocks, level + 1, change);
            }
            Block::Table { header, rows } => {
                let rows = rows.iter_mut().flatten();
                header.iter_mut().chain(rows).for_each(&mut *change);
            }
            Block::Notes(notes) => {
                for note in notes {
                    each_text(note, level + 1, change);
                }
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
}
