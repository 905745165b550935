//! What stands two columns below a numbered entry and is meant to lie in it: `CommonMark` (section 5.2) wants three there,
//! and would end the list.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::outside::{behind_quotation, indent, is_within, literal_among};
use super::reader::events;

/// How many lists inside each other are put right.
const DEEPEST: usize = 6;

/// How far to the right of a number everything is meant to lie below it.
const LEAST: usize = 2;

/// The text with such lines further right; nothing where there are none.
pub(super) fn nested(markdown: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for _ in 0..DEEPEST {
        match once(found.as_deref().unwrap_or(markdown)) {
            Some(text) => found = Some(text),
            None => break,
        }
    }
    found
}

/// A numbered entry: how many signs of quotations stand before it, where it begins, and where its text does.
struct Above {
    quotations: usize,
    indent: usize,
    content: usize,
}

impl Above {
    /// Whether it goes on to a line: another list, a heading, or a text behind an empty line ends it.
    fn goes_on(&self, text: &str, column: usize, is_after_empty: bool) -> bool {
        let begins_other = is_after_empty || is_bullet(text) || text.starts_with(['#', '`', '~']);
        column > self.indent || !begins_other
    }
}

/// Where entries of lists begin.
fn entries(events: &[(Event<'_>, Range<usize>)]) -> HashSet<usize> {
    let items = events.iter().filter_map(|(event, range)| {
        let is_item = matches!(event, Event::Start(Tag::Item));
        is_item.then_some(range.start)
    });
    items.collect()
}

fn once(markdown: &str) -> Option<String> {
    if !markdown.lines().any(is_candidate) {
        return None;
    }
    let events = events(markdown).0;
    let items = entries(&events);
    let literal = literal_among(markdown, &events, |_| false);
    let lines: Vec<&str> = markdown.split_inclusive('\n').collect();
    let (mut written, mut at, mut is_changed) = (String::new(), 0, false);
    let mut above: Option<Above> = None;
    // From which column on lines go further right, and how far.
    let mut moved: Option<(usize, usize)> = None;
    let mut is_after_empty = false;
    for (index, line) in lines.iter().enumerate() {
        let start = at;
        at += line.len();
        let (quotation, own) = line.split_at(behind_quotation(line));
        let (column, text) = (indent(own), own.trim_start_matches([' ', '\t']));
        let place = start + line.len() - text.len();
        if own.trim().is_empty() {
            written.push_str(line);
            is_after_empty = true;
            continue;
        }
        let quotations = quotation.matches('>').count();
        if above
            .as_ref()
            .is_some_and(|above| above.quotations != quotations)
        {
            (above, moved) = (None, None);
        }
        moved = moved.filter(|(from, _)| column >= *from);
        let is_code = is_within(&literal, place) && fence(text).is_none();
        if let (None, false, Some(above)) = (&moved, is_code, &above)
            && (above.indent + LEAST..above.content).contains(&column)
            && is_child(text, &lines[index + 1..], column)
        {
            moved = Some((column, above.content - column));
        }
        if let Some((_, further)) = moved {
            written.push_str(quotation);
            written.extend(std::iter::repeat_n(' ', further));
            written.push_str(own);
            is_changed = true;
        } else {
            written.push_str(line);
            let is_item = (start..=place).any(|place| items.contains(&place));
            let width = content_of_number(text).filter(|_| is_item && !is_code);
            let entry = width.map(|width| Above {
                quotations,
                indent: column,
                content: column + width,
            });
            above = entry.or(above.filter(|above| above.goes_on(text, column, is_after_empty)));
        }
        is_after_empty = false;
    }
    is_changed.then_some(written)
}

fn is_candidate(line: &str) -> bool {
    let own = &line[behind_quotation(line)..];
    indent(own) >= LEAST && {
        let text = own.trim_start_matches([' ', '\t']);
        is_bullet(text) || fence(text).is_some() || content_of_number(text).is_some()
    }
}

/// Whether a line begins what can lie in an entry: bullets, numbers from one on, or code whose lines all go with it.
fn is_child(text: &str, behind: &[&str], column: usize) -> bool {
    let is_first = text.starts_with("1. ") || text.starts_with("1) ");
    let holds = |fence: &str| {
        let end = behind.iter().position(|line| {
            let line = &line[behind_quotation(line)..];
            line.trim_start().starts_with(fence)
        });
        end.is_some_and(|end| {
            behind[..=end].iter().all(|line| {
                let line = &line[behind_quotation(line)..];
                line.trim().is_empty() || indent(line) >= column
            })
        })
    };
    is_first || is_bullet(text) || fence(text).is_some_and(holds)
}

/// Whether a text begins with the sign of a bullet, and is no rule.
fn is_bullet(text: &str) -> bool {
    let has_words = text
        .chars()
        .any(|c| !matches!(c, '-' | '*' | '+' | ' ' | '\t' | '\r' | '\n'));
    let rest = text.strip_prefix(['-', '*', '+']);
    has_words && rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// What begins code.
fn fence(text: &str) -> Option<&'static str> {
    ["```", "~~~"]
        .into_iter()
        .find(|fence| text.starts_with(fence))
}

/// How wide a number and the blanks behind it are.
fn content_of_number(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    let behind = rest.strip_prefix(['.', ')'])?;
    let words = behind.trim_start_matches(' ');
    let blanks = behind.len() - words.len();
    let is_number = (1..=9).contains(&digits) && blanks > 0 && !words.trim().is_empty();
    // What stands further right is code (`CommonMark`, section 5.2).
    is_number.then_some(digits + 1 + if blanks > 4 { 1 } else { blanks })
}
