//! What entries of lists and rows of tables say, counted in the document and in the edited text: what stands in both
//! moved at most, and nothing else became it.

use std::collections::HashMap;

use super::cells::trimmed;
use super::part::{Entry, Inside, Part, Row, Shown, key};
use crate::tree::{Block, Cell, Item};

/// How often each stands in the document, and in the edited text.
#[derive(Debug, Default)]
pub(super) struct Counts(HashMap<u64, [usize; 2]>);

impl Counts {
    pub(super) fn of(old: &[Part], new: &[Block]) -> Self {
        let mut counts = Self::default();
        counts.parts(old);
        counts.blocks(new, 1);
        counts
    }

    /// Whether something old cannot have become something new: one of them stands on the other side, too.
    pub(super) fn differ(&self, old: Option<u64>, new: Option<u64>) -> bool {
        old != new && (self.stays(old) || self.was_there(new))
    }

    /// Whether something old stands in the edited text.
    pub(super) fn stays(&self, key: Option<u64>) -> bool {
        self.of_key(key).is_some_and(|[old, new]| new >= old)
    }

    fn was_there(&self, key: Option<u64>) -> bool {
        self.of_key(key).is_some_and(|[old, new]| old >= new)
    }

    fn of_key(&self, key: Option<u64>) -> Option<[usize; 2]> {
        self.0.get(&key?).copied()
    }

    fn add(&mut self, key: Option<u64>, side: usize) {
        if let Some(key) = key {
            self.0.entry(key).or_default()[side] += 1;
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match &part.inside {
                Inside::List(entries) => {
                    for Entry { shown, .. } in entries {
                        self.add(own(shown), 0);
                    }
                }
                Inside::Table(rows) => {
                    for Row { shown, .. } in rows {
                        self.add(of_row(shown), 0);
                    }
                }
                Inside::Whole => {
                    if let Shown::Block(block) = &part.shown {
                        self.blocks(std::slice::from_ref(block), 0);
                    }
                }
                Inside::Parts(_) | Inside::Text(_) | Inside::Code | Inside::Picture => {}
            }
            part.each_inside(&mut |inside| self.parts(inside));
        }
    }

    fn blocks(&mut self, blocks: &[Block], side: usize) {
        for block in blocks {
            match block {
                Block::List { items, .. } => {
                    for item in items {
                        self.add(own(item), side);
                        self.blocks(&item.blocks, side);
                    }
                }
                Block::Table { header, rows } => {
                    for row in std::iter::once(header).chain(rows) {
                        self.add(of_row(row), side);
                    }
                }
                Block::Quote(blocks)
                | Block::Panel { blocks, .. }
                | Block::Details { blocks, .. } => self.blocks(blocks, side),
                _ => {}
            }
        }
    }
}

/// What an entry says, whatever stands below it.
pub(super) fn own(item: &Item) -> Option<u64> {
    let first = item.blocks.first();
    let text = first.filter(|block| !matches!(block, Block::List { .. }));
    text.map(|text| key(&(3, text)))
}

/// What a row says; none where it is empty.
pub(super) fn of_row(cells: &[Cell]) -> Option<u64> {
    let cells = trimmed(cells);
    (!cells.is_empty()).then(|| key(&(4, cells)))
}
