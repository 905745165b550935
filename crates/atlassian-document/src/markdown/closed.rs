//! Strong text that ends with punctuation right before a word, `**Note:**text`: people and models mean the end of it.
//!
//! `CommonMark` (section 6.2) reads marks behind punctuation and before a word as text. Only such pairs are helped of which
//! it makes nothing, and that cannot be anything else.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::cjk::{BESIDE, Run, named, run};

/// Strong, which is what people write so.
const STRONG: &str = "**";

/// What strong text ends with before a word, and what it begins with behind one.
const ENDS: &str = ":.!?)]}\"'”’»…%";
const BEGINS: &str = "(\"“„«";

/// The source with something beside such marks that lets them open and close; nothing where there is no such mark.
pub(super) fn closed(source: &str, events: &[(Event<'_>, Range<usize>)]) -> Option<String> {
    if !source.contains(STRONG) {
        return None;
    }
    let runs = unread(source, events);
    let (mut written, mut from) = (String::new(), 0);
    let mut runs = runs.iter().peekable();
    while let Some((block, open)) = runs.next() {
        let Some((_, close)) = runs.peek().filter(|(other, _)| other == block) else {
            continue;
        };
        let Some(at) = helped(source, open, close) else {
            continue;
        };
        written.extend([&source[from..at], BESIDE]);
        from = at;
        runs.next();
    }
    (from > 0).then(|| written + &source[from..])
}

/// The place beside one of two marks that makes a pair of them.
fn helped(source: &str, open: &Run, close: &Run) -> Option<usize> {
    let sides = |run: &Run| {
        let before = source[..run.start].chars().next_back().unwrap_or(' ');
        let after = source[run.end..].chars().next().unwrap_or(' ');
        (before, after)
    };
    let ((before, first), (last, after)) = (sides(open), sides(close));
    let is_full = !first.is_whitespace() && !last.is_whitespace();
    let opens = !before.is_alphanumeric();
    let closes = !after.is_alphanumeric() && !BEGINS.contains(after);
    if is_full && opens && ENDS.contains(last) && after.is_alphanumeric() {
        return Some(close.end);
    }
    let begins = before.is_alphanumeric() && BEGINS.contains(first);
    (is_full && begins && closes).then_some(open.start)
}

/// The marks of strong text that are read as text, each with the block that it stands in.
fn unread(source: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<(usize, Run)> {
    let named = named(events);
    let (mut found, mut block, mut is_literal) = (Vec::new(), 0, false);
    let mut seen_to = 0;
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => is_literal = true,
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => is_literal = false,
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::TableCell)
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => block += 1,
            Event::Text(_) if !is_literal => {
                for (at, _) in source[range.clone()].match_indices('*') {
                    let at = range.start + at;
                    // No sign of a long run is looked at twice.
                    if at >= seen_to
                        && let Some(run) = run(source, at)
                    {
                        seen_to = run.end;
                        found.push((block, run));
                    }
                }
            }
            _ => {}
        }
    }
    found.retain(|(_, run): &(usize, Run)| {
        if source[run.start..run.end] != *STRONG {
            return false;
        }
        let before = named.partition_point(|name| name.start <= run.start);
        let last = before.checked_sub(1).and_then(|last| named.get(last));
        last.is_none_or(|last| last.end <= run.start)
    });
    found
}
