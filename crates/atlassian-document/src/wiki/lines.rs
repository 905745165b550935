//! What a line of wiki markup begins: a heading, an entry of a list, a row of a table.

use std::ops::Range;

use super::inline::group_ends;
use super::signs;
use super::tokens::Token;
use crate::tree::MAXIMUM_DEPTH;

/// `h1. ` to `h6. `: the level and the text.
pub(super) fn heading(line: &str) -> Option<(u64, &str)> {
    let rest = line.strip_prefix('h')?;
    let level = rest
        .chars()
        .next()?
        .to_digit(10)
        .filter(|level| (1..=6).contains(level))?;
    let text = rest[1..].strip_prefix('.')?;
    text.starts_with(char::is_whitespace)
        .then_some((u64::from(level), text))
}

/// Four dashes are a rule; two and three are dashes of text.
pub(super) fn is_rule(line: &str) -> bool {
    line.len() >= 4 && line.bytes().all(|byte| byte == b'-')
}

/// Whether a line is no text that goes on; entries of lists are not meant.
pub(super) fn begins_block(own: &str) -> bool {
    heading(own).is_some() || own.starts_with("bq. ") || is_rule(own) || own.starts_with('|')
}

/// An entry of a list: its markers, one for each level, and where in the line its text begins.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) markers: Vec<char>,
    pub(super) text: usize,
}

/// Markers, white space, text. A trailing space that was cut off may have been all the text. Two dashes are one of
/// text, where no list goes on.
pub(super) fn entry(line: &str) -> Option<Entry> {
    entry_below(line).filter(|_| !line.starts_with("--"))
}

/// An entry that goes on with a list.
pub(super) fn entry_below(line: &str) -> Option<Entry> {
    let length = line.find(|c| !"*#-".contains(c)).unwrap_or(line.len());
    let (markers, text) = line.split_at(length);
    let spaced = text.starts_with(char::is_whitespace);
    let bare = text.is_empty() && !markers.contains('-');
    if markers.is_empty() || !(spaced || bare) {
        return None;
    }
    Some(Entry {
        markers: markers.chars().take(MAXIMUM_DEPTH).collect(),
        text: length,
    })
}

/// The bars of a row, single or double, as ranges of its tokens.
pub(super) fn bars(tokens: &[Token]) -> Vec<Range<usize>> {
    let bar = Token::Bare('|');
    let (group_ends, sign_ends) = (group_ends(tokens), signs::ends(tokens));
    let mut bars = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(end) = group_ends[at].or(sign_ends[at]) {
            at = end;
        } else if tokens[at] == bar {
            let length = if tokens.get(at + 1) == Some(&bar) {
                2
            } else {
                1
            };
            bars.push(at..at + length);
            at += length;
        } else {
            at += 1;
        }
    }
    bars
}
