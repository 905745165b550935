//! What stands at the ends of running text and belongs to its place, not to it.

use crate::edit::weave::Text;
use crate::storage::xml::{Span, unseen_length};

/// A stretch of the source without the white space and the comments at its ends.
pub(super) fn seen(source: &str, span: Span) -> Span {
    let own = &source[span.clone()];
    let (mut from, mut to) = (0, own.len());
    loop {
        from += own[from..to].len() - own[from..to].trim_ascii_start().len();
        match unseen_length(&own[from..to]) {
            Some(length) => from += length,
            None => break,
        }
    }
    loop {
        to = from + own[from..to].trim_ascii_end().len();
        match own[from..to].rfind("<!--") {
            Some(at) if unseen_length(&own[from + at..to]) == Some(to - from - at) => {
                to = from + at;
            }
            _ => break,
        }
    }
    span.start + from..span.start + to
}

/// The running text without the white space around it that lies outside of its place.
pub(super) fn trimmed(mut text: Text) -> Text {
    let inner = text.inner.clone();
    let is_in = |span: &Span| inner.start <= span.start && span.end <= inner.end;
    let keeps: Vec<bool> = text.spans.iter().map(is_in).collect();
    let mut keep = keeps.iter();
    text.units.retain(|_| *keep.next().unwrap_or(&true));
    let mut keep = keeps.iter();
    text.chains.retain(|_| *keep.next().unwrap_or(&true));
    text.spans.retain(|span| is_in(span));
    text
}
