//! How alike two texts are: by the share of their words that are the same.

use std::collections::HashMap;

use super::part::{Inside, Part, Shown};
use crate::tree::flatten::into_inlines;
use crate::tree::{Block, Cell, Inline};

/// How alike a part and a block are; 0 for different kinds, which cannot become each other.
pub(crate) fn part(part: &Part, block: &Block) -> f32 {
    let Shown::Block(shown) = &part.shown else {
        return 0.0;
    };
    let same_frame = std::mem::discriminant(shown) == std::mem::discriminant(block);
    let fits = match (&part.inside, block) {
        (Inside::Parts(_), _) if !same_frame => false,
        (Inside::Text(_), Block::Paragraph(_) | Block::Heading { .. })
        | (Inside::Code, Block::Code { .. })
        | (Inside::Parts(_), Block::Quote(_) | Block::Panel { .. } | Block::Details { .. })
        | (Inside::Table(_), Block::Table { .. }) => true,
        (Inside::List(entries), Block::List { start, items }) => {
            let ordered = matches!(shown, Block::List { start: Some(_), .. });
            // Whole lists of tasks hold simple tasks only.
            let tasks = entries.iter().all(|entry| entry.is_task);
            ordered == start.is_some()
                && (!tasks || items.iter().all(crate::tree::flatten::is_simple_task))
        }
        _ => false,
    };
    if !fits {
        return 0.0;
    }
    // Placeholders on their own stand for one node each.
    let alone = crate::tree::keep::is_alone;
    if alone(shown).is_some() || alone(block).is_some() {
        return 0.0;
    }
    blocks(std::slice::from_ref(shown), std::slice::from_ref(block)).max(0.01)
}

/// How alike the words of some blocks are.
pub(crate) fn blocks(old: &[Block], new: &[Block]) -> f32 {
    texts(&into_inlines(old), &into_inlines(new))
}

/// How alike the words of two rows are.
pub(crate) fn cells(old: &[Cell], new: &[Cell]) -> f32 {
    let space = Inline::plain(" ");
    texts(&old.join(&space), &new.join(&space))
}

/// How alike the words of two texts are.
pub(crate) fn texts(old: &[Inline], new: &[Inline]) -> f32 {
    let (old, new) = (words(old), words(new));
    let (all_old, all_new): (u32, u32) = (old.values().sum(), new.values().sum());
    if all_old + all_new == 0 {
        return 1.0;
    }
    let both = old
        .iter()
        .map(|(word, count)| new.get(word).copied().unwrap_or_default().min(*count));
    let both: u32 = both.sum();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a measure of likeness need not be exact"
    )]
    let share = 2.0 * both as f32 / (all_old + all_new) as f32;
    share
}

fn words(inlines: &[Inline]) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for inline in inlines {
        match inline {
            Inline::Text { text, .. } | Inline::Code { text, .. } => {
                for word in text.split(|c: char| !c.is_alphanumeric()) {
                    if !word.is_empty() {
                        *counts.entry(word.to_owned()).or_default() += 1;
                    }
                }
            }
            Inline::Keep(keep) => *counts.entry(keep.address()).or_default() += 3,
            Inline::Mention { account, .. } => *counts.entry(account.clone()).or_default() += 1,
            Inline::Image { source, .. } => *counts.entry(source.href.clone()).or_default() += 3,
            Inline::Break | Inline::Note(_) => {}
        }
    }
    counts
}
