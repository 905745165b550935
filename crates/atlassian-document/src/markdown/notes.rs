//! Gathers the notes of a document while it is read: GFM's `[^label]` and `[^label]: text`.

use std::collections::HashMap;

use crate::tree::Block;

/// Notes by their labels; numbers are given in the order in which they are first referred to.
#[derive(Debug, Default)]
pub(super) struct Notes {
    numbers: HashMap<String, usize>,
    notes: Vec<Vec<Block>>,
}

impl Notes {
    /// The number of the note with this label.
    pub(super) fn number(&mut self, label: &str) -> usize {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        self.notes.push(Vec::new());
        self.numbers.insert(label.to_owned(), self.notes.len());
        self.notes.len()
    }

    /// What the note says. One that nobody refers to is kept: it is text that somebody wrote.
    pub(super) fn define(&mut self, label: &str, blocks: Vec<Block>) {
        let number = self.number(label);
        if let Some(note) = number
            .checked_sub(1)
            .and_then(|index| self.notes.get_mut(index))
        {
            note.extend(blocks);
        }
    }

    /// All of them, if there are any.
    pub(super) fn finish(self) -> Option<Block> {
        (!self.notes.is_empty()).then_some(Block::Notes(self.notes))
    }
}
