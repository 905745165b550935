//! Gathers blocks and loose running text while a reader walks through a document.

use super::tree::{Block, Inline};

/// Loose text becomes a paragraph as soon as a block follows it.
#[derive(Debug, Default)]
pub(super) struct Collector {
    blocks: Vec<Block>,
    pending: Vec<Inline>,
}

impl Collector {
    /// Adds running text to the open paragraph.
    pub(super) fn inline(&mut self, inline: Inline) {
        self.pending.push(inline);
    }

    /// Adds several pieces of running text to the open paragraph.
    pub(super) fn inlines(&mut self, inlines: impl IntoIterator<Item = Inline>) {
        self.pending.extend(inlines);
    }

    /// Ends the open paragraph and adds a block.
    pub(super) fn block(&mut self, block: impl IntoIterator<Item = Block>) {
        self.flush();
        self.blocks.extend(block);
    }

    /// Ends the open paragraph.
    pub(super) fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        self.blocks.extend(Block::paragraph(pending));
    }

    /// Gives the open paragraph away, not yet in normal form.
    pub(super) fn take_inlines(&mut self) -> Vec<Inline> {
        std::mem::take(&mut self.pending)
    }

    /// Gives everything gathered.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }
}
