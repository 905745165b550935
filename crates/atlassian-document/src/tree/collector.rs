//! Gathers blocks and loose running text while a reader walks through a document.

use super::{Block, Inline};

/// Loose text becomes a paragraph as soon as a block follows it: storage format lets text stand beside
/// blocks (`<li>text<ul>…</ul></li>`), and the tree does not.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    blocks: Vec<Block>,
    pending: Vec<Inline>,
}

impl Collector {
    /// Adds running text to the open paragraph.
    pub(crate) fn inline(&mut self, inline: Inline) {
        self.pending.push(inline);
    }

    /// Adds several pieces of running text to the open paragraph.
    pub(crate) fn inlines(&mut self, inlines: impl IntoIterator<Item = Inline>) {
        self.pending.extend(inlines);
    }

    /// Ends the open paragraph and adds a block.
    pub(crate) fn block(&mut self, block: impl IntoIterator<Item = Block>) {
        self.flush();
        self.blocks.extend(block);
    }

    /// Ends the open paragraph.
    pub(crate) fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        self.blocks.extend(Block::paragraph(pending));
    }

    /// Gives the open paragraph away, not yet in normal form.
    pub(crate) fn take_inlines(&mut self) -> Vec<Inline> {
        std::mem::take(&mut self.pending)
    }

    /// How many pieces of running text the open paragraph has.
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Takes the running text of the open paragraph from this piece on; all of it, if it has become
    /// shorter since the piece was counted.
    pub(crate) fn take_from(&mut self, from: usize) -> Vec<Inline> {
        let from = if from <= self.pending.len() { from } else { 0 };
        self.pending.split_off(from)
    }

    /// The last piece of running text of the open paragraph.
    pub(crate) fn last(&mut self) -> Option<&mut Inline> {
        self.pending.last_mut()
    }

    /// Gives everything gathered.
    pub(crate) fn finish(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }
}
