//! Reads Jira's wiki markup into the tree: unknown markup stays readable text.

use super::parts;
use crate::tree::{Block, notes};

/// Reads a whole text.
pub(crate) fn read(source: &str) -> Vec<Block> {
    notes::raise(parts::read(&with_line_feeds(source)).blocks())
}

/// A carriage return on its own ends a line, too; before a line feed it is white space.
pub(super) fn with_line_feeds(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut characters = source.chars().peekable();
    while let Some(c) = characters.next() {
        let is_alone = c == '\r' && characters.peek() != Some(&'\n');
        text.push(if is_alone { '\n' } else { c });
    }
    text
}
