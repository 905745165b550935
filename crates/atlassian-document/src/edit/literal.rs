//! Finds placeholders that became mere text: their nodes would go without a word.

use std::collections::HashSet;

use super::part::Register;
use crate::tree::keep::END;
use crate::tree::{Block, Inline};

/// The reference of a node of the document that is named in literal text, or in an address, and has no
/// placeholder of its own any more.
///
/// A reference is made from what the node is, so that no other text holds one.
pub(crate) fn reference(
    blocks: &[Block],
    register: &Register,
    used: &HashSet<String>,
) -> Option<String> {
    if register.nodes.is_empty() {
        return None;
    }
    let find = |text: &str| {
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let parts = parts.filter(|part| part.contains('-'));
        // An encoded colon may stand before it.
        let names = parts.flat_map(|part| [Some(part), part.get("3A".len()..)]);
        let mut names = names.flatten().map(str::to_ascii_lowercase);
        names.find(|name| {
            let own = name.strip_prefix(END).unwrap_or(name);
            register.get(own).is_some() && !used.contains(name)
        })
    };
    blocks.iter().find_map(|block| in_block(block, &find))
}

type Find<'a> = &'a dyn Fn(&str) -> Option<String>;

fn in_block(block: &Block, find: Find<'_>) -> Option<String> {
    let in_blocks = |blocks: &[Block]| blocks.iter().find_map(|block| in_block(block, find));
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => in_text(content, find),
        Block::List { items, .. } => items.iter().find_map(|item| in_blocks(&item.blocks)),
        Block::Code { text, .. } => find(text),
        Block::Quote(blocks) | Block::Panel { blocks, .. } => in_blocks(blocks),
        Block::Details { title, blocks } => find(title).or_else(|| in_blocks(blocks)),
        Block::Notes(notes) => notes.iter().find_map(|note| in_blocks(note)),
        Block::Table { header, rows } => {
            let mut cells = std::iter::once(header).chain(rows).flatten();
            cells.find_map(|cell| in_text(cell, find))
        }
        Block::Rule => None,
    }
}

fn in_text(content: &[Inline], find: Find<'_>) -> Option<String> {
    content.iter().find_map(|inline| {
        let link = inline.style().and_then(|style| style.link.as_ref());
        let said = match inline {
            Inline::Text { text, .. } | Inline::Code { text, .. } => find(text),
            Inline::Image { source, text, .. } => find(text).or_else(|| find(&source.href)),
            Inline::Break | Inline::Keep(_) | Inline::Mention { .. } | Inline::Note(_) => None,
        };
        said.or_else(|| find(&link?.href))
    })
}
