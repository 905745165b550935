//! People as they are named on Data Center, `[~mia]`: out of habit that is written into Markdown, too.

use std::borrow::Cow;

use super::outside::meaningless;
use super::reader::source;

/// What a mention begins with, and what it is in Markdown.
const SIGN: &str = "[~";
const MENTION: &str = "[~accountid:";

/// The longest user name.
const LONGEST: usize = 128;

/// The text with `[~accountid:mia]` for `[~mia]`, outside of code and of links.
pub(crate) fn with_user_names(markdown: &str) -> Cow<'_, str> {
    if !markdown.contains(SIGN) {
        return Cow::Borrowed(markdown);
    }
    let text = source(markdown);
    let literal = meaningless(&text);
    let (mut written, mut from) = (String::new(), 0);
    for (at, _) in text.match_indices(SIGN) {
        let before = literal.partition_point(|range| range.end <= at);
        let is_literal = literal
            .get(before)
            .is_some_and(|range| range.start <= at + 1);
        if at >= from && !is_literal && is_mention(&text, at) {
            written.extend([&text[from..at], MENTION]);
            from = at + SIGN.len();
        }
    }
    if written.is_empty() {
        return Cow::Borrowed(markdown);
    }
    Cow::Owned(written + &text[from..])
}

/// Whether a user name stands in the brackets at a place, and the brackets stand for themselves.
fn is_mention(text: &str, at: usize) -> bool {
    let inside = &text[at + SIGN.len()..];
    let in_name = |c: char| c.is_ascii_alphanumeric() || "._@+-".contains(c);
    let length = inside.find(|c| !in_name(c)).unwrap_or(inside.len());
    let behind = &inside[length..];
    let is_closed = (1..=LONGEST).contains(&length) && behind.starts_with(']');
    let leads = behind.starts_with("](") || behind.starts_with("][");
    // In an address it is a part of that.
    let is_inside = text[..at].ends_with(|c: char| c.is_alphanumeric() || "/[!\\".contains(c));
    is_closed && !leads && !is_inside
}
