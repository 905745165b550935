//! Emphasis beside Chinese, Japanese and Korean text, which has no spaces between its words.
//!
//! `CommonMark` (section 6.2) reads `**注意：**内容` as text: behind punctuation a mark closes before white space or
//! punctuation only. People and models write it all the time. So a mark with such a character on one side, and no white
//! space on the other, may open and close, as the amendments for these languages have it
//! (<https://github.com/tats-u/markdown-cjk-friendly>). What has none of these characters is read as ever.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

/// Whether a character belongs to Chinese, Japanese or Korean writing, punctuation and wide forms among them.
pub(super) fn is_cjk(c: char) -> bool {
    let found = matches!(c,
        '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}'
        | '\u{1b000}'..='\u{1b2ff}'
        | '\u{20000}'..='\u{3ffff}');
    found && !c.is_whitespace()
}

/// What is put beside such marks: for `CommonMark` it is punctuation, and nobody sees it.
pub(super) const BESIDE: &str = "<!---->";

/// The source with something beside such marks that lets them open and close; nothing where there is no such mark.
pub(super) fn befriended(source: &str, events: &[(Event<'_>, Range<usize>)]) -> Option<String> {
    if !source.contains(['*', '~']) || !source.chars().any(is_cjk) {
        return None;
    }
    let mut places = BTreeSet::new();
    for run in runs(source, events) {
        let before = source[..run.start].chars().next_back();
        let after = source[run.end..].chars().next();
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let is_beside = is_cjk(before) || is_cjk(after);
        let has_space = before.is_whitespace() || after.is_whitespace();
        let is_in_word = before.is_alphanumeric() && after.is_alphanumeric();
        if is_beside && !has_space && !is_in_word {
            let sides = [(run.start, before), (run.end, after)].into_iter();
            let sides = sides.filter(|(_, c)| !c.is_ascii_punctuation());
            places.extend(sides.map(|(at, _)| at));
        }
    }
    let (mut written, mut from) = (String::new(), 0);
    for at in &places {
        written.extend([&source[from..*at], BESIDE]);
        from = *at;
    }
    (!places.is_empty()).then(|| written + &source[from..])
}

/// The runs of marks in running text, read as emphasis or as text.
fn runs(source: &str, events: &[(Event<'_>, Range<usize>)]) -> BTreeSet<Run> {
    let mut found = BTreeSet::new();
    // In literal text a mark is a sign; the name of a reference and an address must stay what they are.
    let mut literal = 0_usize;
    for (event, range) in events {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => literal += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                literal = literal.saturating_sub(1);
            }
            _ if literal > 0 => {}
            Event::Text(_) => {
                let own = &source[range.clone()];
                let signs = own.match_indices(['*', '~']);
                found.extend(signs.filter_map(|(at, _)| run(source, range.start + at)));
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {
                let ends = [Some(range.start), range.end.checked_sub(1)];
                found.extend(ends.into_iter().flatten().filter_map(|at| run(source, at)));
            }
            _ => {}
        }
    }
    let named = named(events);
    found.retain(|run| {
        let before = named.partition_point(|name| name.start <= run.start);
        before
            .checked_sub(1)
            .is_none_or(|last| named[last].end <= run.start)
    });
    found
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The run that the sign at a place belongs to; an escaped sign belongs to none.
pub(super) fn run(source: &str, at: usize) -> Option<Run> {
    let bytes = source.as_bytes();
    let sign = *bytes.get(at).filter(|sign| matches!(sign, b'*' | b'~'))?;
    let count = |bytes: &mut dyn Iterator<Item = &u8>, wanted: u8| {
        bytes.take_while(|byte| **byte == wanted).count()
    };
    let mut start = at - count(&mut bytes[..at].iter().rev(), sign);
    let end = at + count(&mut bytes[at..].iter(), sign);
    let backslashes = count(&mut bytes[..start].iter().rev(), b'\\');
    start += backslashes % 2;
    (start <= at).then_some(Run { start, end })
}

/// Where links stand that are named or are their own address, in order and none inside of another.
pub(super) fn named(events: &[(Event<'_>, Range<usize>)]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (event, range) in events {
        if let Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) = event
            && *link_type != LinkType::Inline
            && found.last().is_none_or(|last| last.end <= range.start)
        {
            found.push(range.clone());
        }
    }
    found
}
