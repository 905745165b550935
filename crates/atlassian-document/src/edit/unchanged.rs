//! What stays as a whole where it stands: nobody has to look into it.

use std::collections::HashMap;

use super::part::key;
use super::piece::Piece;
use crate::tree::Block;

/// Where blocks lie beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Within<'r> {
    /// In the document itself.
    Document,
    /// In a frame, by its reference.
    Frame(&'r str),
    /// In a quotation, an entry, a cell.
    Other,
}

/// How often a block stands in a sequence.
type Counts = HashMap<u64, usize>;

/// The blocks of the edited text, for the document and for each frame.
#[derive(Debug, Default)]
pub(crate) struct Unchanged<'p> {
    document: Counts,
    frames: HashMap<&'p str, Counts>,
}

impl<'p> Unchanged<'p> {
    /// Those of some pieces.
    pub(crate) fn of(pieces: &'p [Piece]) -> Self {
        let mut unchanged = Self::default();
        unchanged.document = unchanged.counted(pieces);
        unchanged
    }

    fn counted(&mut self, pieces: &'p [Piece]) -> Counts {
        let mut counts = Counts::new();
        for piece in pieces {
            match piece {
                Piece::Block(block) => *counts.entry(key(block)).or_default() += 1,
                Piece::Frame(reference, inside) => {
                    let inside = self.counted(inside);
                    self.frames.insert(reference, inside);
                }
            }
        }
        counts
    }

    /// Of the blocks that lie in a sequence now those that stand in it after the edit at least as often: each of them
    /// is one that stays. `old` may hold further blocks.
    pub(crate) fn stays<'b>(
        &self,
        within: Within<'_>,
        old: impl Iterator<Item = &'b Block>,
    ) -> Stays {
        let new = match within {
            Within::Document => Some(&self.document),
            Within::Frame(reference) => self.frames.get(reference),
            Within::Other => None,
        };
        let Some(new) = new.filter(|new| !new.is_empty()) else {
            return Stays::default();
        };
        let mut counts = Counts::new();
        for block in old {
            *counts.entry(key(block)).or_default() += 1;
        }
        counts.retain(|block, count| new.get(block).is_some_and(|new| new >= count));
        Stays(counts)
    }
}

/// Blocks of a sequence that stay.
#[derive(Debug, Default)]
pub(crate) struct Stays(Counts);

impl Stays {
    /// Whether a block of the sequence stays.
    pub(crate) fn holds(&self, block: &Block) -> bool {
        !self.0.is_empty() && self.0.contains_key(&key(block))
    }
}
