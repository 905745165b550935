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
    let mut found = Vec::new();
    let mut text_end = 0;
    for (event, range) in events(source).0 {
        match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => found.push(range),
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
