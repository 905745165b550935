//! The source of a text without its code and its escaped characters, which mean nothing.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::reader::{events, source};

/// The source outside of code.
pub(crate) fn outside_code(markdown: &str) -> String {
    let source = source(markdown);
    let mut plain = String::with_capacity(source.len());
    let mut from = 0;
    for range in meaningless(&source) {
        if range.start > from {
            plain.push_str(&source[from..range.start]);
        }
        if range.end > from {
            plain.push(' ');
            from = range.end;
        }
    }
    plain.push_str(&source[from..]);
    plain
}

/// Where code and escaped characters stand, in order.
pub(super) fn meaningless(source: &str) -> Vec<Range<usize>> {
    inert(source, &events(source).0, |_| false)
}

/// Where lines stand that are not Markdown's own, in order: code, HTML, and these blocks; and escaped characters.
pub(super) fn literal(source: &str, blocks: fn(&Tag<'_>) -> bool) -> Vec<Range<usize>> {
    literal_among(source, &events(source).0, blocks)
}

/// The same of a text that is parsed already.
pub(super) fn literal_among(
    source: &str,
    events: &[(Event<'_>, Range<usize>)],
    blocks: fn(&Tag<'_>) -> bool,
) -> Vec<Range<usize>> {
    inert(source, events, |tag| {
        matches!(tag, Tag::HtmlBlock) || blocks(tag)
    })
}

/// Whether a place lies in one of these stretches, which are in order.
pub(super) fn is_within(stretches: &[Range<usize>], place: usize) -> bool {
    let before = stretches.partition_point(|stretch| stretch.start <= place);
    let near = stretches[..before].iter().rev().take(2);
    near.into_iter().any(|stretch| stretch.contains(&place))
}

/// How many columns of white space a line begins with.
pub(super) fn indent(line: &str) -> usize {
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.fold(0, |column, byte| match byte {
        b'\t' => column / TAB * TAB + TAB,
        _ => column + 1,
    })
}

/// Where the text of a line begins behind the signs of quotations.
pub(super) fn behind_quotation(line: &str) -> usize {
    let last = line.len() - line.trim_start_matches([' ', '>']).len();
    let sign = line[..last].rfind('>').map(|sign| sign + 1);
    sign.map_or(0, |sign| sign + usize::from(line[sign..].starts_with(' ')))
}

/// How far apart the stops of tabs are (`CommonMark`, section 2.2).
const TAB: usize = 4;

fn inert(
    source: &str,
    events: &[(Event<'_>, Range<usize>)],
    blocks: impl Fn(&Tag<'_>) -> bool,
) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut text_end = 0;
    for (event, range) in events {
        let range = range.clone();
        match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => found.push(range),
            Event::Start(tag) if blocks(tag) => found.push(range),
            Event::Text(_) => {
                // The backslash before an escaped character belongs to no text.
                let before = source[..range.start].strip_suffix('\\');
                if let Some(before) = before.filter(|before| before.len() >= text_end) {
                    let escaped = source[range.start..].chars().next();
                    let end = range.start + escaped.map_or(0, char::len_utf8);
                    found.push(before.len()..end);
                }
                text_end = range.end;
            }
            _ => {}
        }
    }
    found
}
