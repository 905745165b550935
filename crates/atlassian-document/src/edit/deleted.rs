//! Which parts were deleted, and do not only stand elsewhere.

use std::collections::HashMap;

use super::part::{Source, key};
use crate::tree::Block;
use crate::tree::keep::look_at_text;

/// How often each text stands in the document, before and after the edit.
pub(super) struct Texts {
    old: HashMap<u64, usize>,
    new: HashMap<u64, usize>,
}

impl Texts {
    pub(super) fn new(old: &[Block], new: &[Block]) -> Self {
        Self {
            old: counted(old),
            new: counted(new),
        }
    }

    /// The parts of which no text stands as often as before.
    pub(super) fn only_deleted(&self, parts: Vec<(Source, Vec<Block>)>) -> Vec<Source> {
        let is_there = |text: &u64| self.new.get(text).copied().unwrap_or_default();
        let stays = |text: &u64| is_there(text) >= self.old.get(text).copied().unwrap_or(1);
        let parts = parts.into_iter();
        let parts = parts.filter(|(_, shown)| !counted(shown).keys().any(stays));
        parts.map(|(source, _)| source).collect()
    }
}

fn counted(blocks: &[Block]) -> HashMap<u64, usize> {
    let mut found = HashMap::new();
    look_at_text(blocks, &mut |content| {
        if !content.is_empty() {
            *found.entry(key(&content)).or_default() += 1;
        }
    });
    found
}
