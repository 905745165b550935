//! Links as Slack writes them, `<https://e.example|two words>`, and addresses with blanks, `[a](https://e.example/a b)`:
//! spelt as `CommonMark` wants them.

use std::ops::Range;

use super::outside::{is_within, meaningless};

/// What begins an address that is meant as one.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// A stretch of the text, and what stands in its place.
type Found = (Range<usize>, String);

/// The text with such links as Markdown; nothing where there are none.
pub(super) fn spelt(markdown: &str) -> Option<String> {
    let mut found: Vec<Found> = with_words(markdown);
    found.extend(with_blanks(markdown));
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|(range, _)| range.start);
    let inert = meaningless(markdown);
    let (mut written, mut from) = (String::with_capacity(markdown.len()), 0);
    for (range, text) in found {
        if range.start >= from && !is_within(&inert, range.start) {
            written.extend([&markdown[from..range.start], &text]);
            from = range.end;
        }
    }
    (from > 0).then(|| written + &markdown[from..])
}

fn is_address(text: &str) -> bool {
    let has_scheme = SCHEMES.iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    });
    has_scheme && !text.contains(['<', '>'])
}

/// Links between angle brackets that say their words behind a bar.
fn with_words(markdown: &str) -> Vec<Found> {
    let signs = markdown.match_indices('<');
    let found = signs.filter_map(|(begin, _)| {
        let rest = &markdown[begin + 1..];
        if !SCHEMES.iter().any(|scheme| rest.starts_with(scheme)) {
            return None;
        }
        let inner = &rest[..rest.find(['>', '<', '\n'])?];
        let end = begin + 1 + inner.len();
        let (address, words) = inner.split_once('|')?;
        // In a table the bar is escaped.
        let address = address.strip_suffix('\\').unwrap_or(address);
        let words = words.trim();
        let is_target = markdown[..begin].ends_with("](") || markdown[..begin].ends_with("]: ");
        let is_link = markdown[end..].starts_with('>')
            && is_address(address)
            && !address.contains(char::is_whitespace)
            && !words.is_empty()
            && !is_target;
        is_link.then(|| {
            let words = words.replace('[', "\\[").replace(']', "\\]");
            (begin..end + 1, format!("[{words}](<{address}>)"))
        })
    });
    found.collect()
}

/// Addresses of links and pictures that have blanks in them.
fn with_blanks(markdown: &str) -> Vec<Found> {
    let signs = markdown.match_indices("](");
    let found = signs.filter_map(|(sign, _)| {
        let begin = sign + 2;
        let rest = &markdown[begin..];
        let line_start = markdown[..sign].rfind('\n').map_or(0, |end| end + 1);
        if !SCHEMES.iter().any(|scheme| rest.starts_with(scheme))
            || !markdown[line_start..sign].contains('[')
        {
            return None;
        }
        let inner = &rest[..closing(rest)?];
        let (address, title) = without_title(inner.trim_end());
        let has_blank = address.contains([' ', '\t']);
        (has_blank && is_address(address))
            .then(|| (sign..begin + inner.len(), format!("](<{address}>{title}")))
    });
    found.collect()
}

/// Where the parenthesis stands that ends an address, on its line.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let end = rest.find(|c| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' if depth > 0 => {
            depth -= 1;
            false
        }
        c => matches!(c, ')' | '\n'),
    })?;
    rest[end..].starts_with(')').then_some(end)
}

/// An address, and the title behind it with the blank before.
fn without_title(inner: &str) -> (&str, &str) {
    let quote = inner
        .chars()
        .next_back()
        .filter(|c| matches!(c, '"' | '\''));
    let begin = quote.and_then(|quote| inner[..inner.len() - 1].rfind(&format!(" {quote}")));
    let (address, title) = inner.split_at(begin.unwrap_or(inner.len()));
    (address.trim_end(), title)
}
