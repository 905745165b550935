//! Lists with the signs that people paste and type, `• one`, which are text in Markdown.

use pulldown_cmark::Tag;

use super::outside::{behind_quotation, indent, is_within, literal};

/// Signs that begin an entry. Two of them are what Word writes for its own.
const SIGNS: [char; 13] = [
    '•', '◦', '▪', '▫', '●', '○', '■', '‣', '⁃', '∙', '·', '\u{f0b7}', '\u{f0a7}',
];

/// A dash, which also begins what somebody says: several lines of it are a list.
const DASH: char = '–';

/// From this column on a line is code, if nothing stands before it.
const CODE: usize = 4;

/// A line that begins with such a sign.
#[derive(Debug, Clone, Copy)]
struct Entry<'s> {
    /// The signs of the quotation before it.
    quotation: &'s str,
    indent: usize,
    sign: char,
    text: &'s str,
}

/// The text with such lists as Markdown; nothing where there are none.
pub(super) fn as_lists(markdown: &str) -> Option<String> {
    if !markdown.contains(SIGNS) && !markdown.contains(DASH) {
        return None;
    }
    let literal = literal(markdown, |tag| matches!(tag, Tag::Table(_)));
    let mut at = 0;
    let lines: Vec<(&str, Option<Entry<'_>>)> = markdown
        .split_inclusive('\n')
        .map(|line| {
            let place = at + line.len() - line.trim_start_matches([' ', '\t', '>']).len();
            at += line.len();
            (line, entry(line).filter(|_| !is_within(&literal, place)))
        })
        .collect();
    let is_dash = |at: Option<usize>| {
        let line = at.and_then(|at| lines.get(at));
        line.and_then(|(_, entry)| *entry)
            .is_some_and(|entry| entry.sign == DASH)
    };
    let mut written = Written::default();
    for (index, (line, entry)) in lines.iter().enumerate() {
        let is_entry = |entry: &Entry<'_>| {
            entry.sign != DASH || is_dash(index.checked_sub(1)) || is_dash(Some(index + 1))
        };
        match entry.filter(is_entry) {
            Some(entry) => written.entry(entry),
            None => written.other(line),
        }
    }
    written.has_entries.then_some(written.text)
}

fn entry(line: &str) -> Option<Entry<'_>> {
    let (quotation, own) = line.split_at(behind_quotation(line));
    let inner = own.trim_start_matches([' ', '\t']);
    let sign = inner.chars().next()?;
    let rest = &inner[sign.len_utf8()..];
    let is_entry = (sign == DASH || SIGNS.contains(&sign))
        && rest.starts_with(char::is_whitespace)
        && !rest.trim().is_empty();
    is_entry.then(|| Entry {
        quotation,
        indent: indent(own),
        sign,
        text: rest.trim_start(),
    })
}

/// The text as it is written anew.
#[derive(Default)]
struct Written {
    text: String,
    has_entries: bool,
    /// The entries above: how far each was indented, and its sign.
    above: Vec<(usize, char)>,
    /// How far the first of them is indented.
    first: usize,
    /// Whether a list of Markdown goes on.
    is_in_list: bool,
}

impl Written {
    fn entry(&mut self, entry: Entry<'_>) {
        let own = (entry.indent, entry.sign);
        if self.above.is_empty() {
            let is_code = entry.indent >= CODE && !self.is_in_list;
            self.first = if is_code { 0 } else { entry.indent };
        }
        while self.above.last().is_some_and(|last| last.0 > entry.indent) {
            self.above.pop();
        }
        match self.above.iter().position(|above| *above == own) {
            Some(place) => self.above.truncate(place + 1),
            None => self.above.push(own),
        }
        // The line break before it would be a backslash at the end of a paragraph.
        let before = self.text.trim_end_matches('\n').len();
        let backslashes =
            self.text[..before].len() - self.text[..before].trim_end_matches('\\').len();
        if self.text.len() == before + 1 && backslashes % 2 == 1 {
            self.text.remove(before - 1);
        }
        let depth = self.above.len() - 1;
        let column = self.first + 2 * depth;
        self.text.push_str(entry.quotation);
        self.text.extend(std::iter::repeat_n(' ', column));
        self.text.extend(["- ", entry.text]);
        self.has_entries = true;
    }

    fn other(&mut self, line: &str) {
        let own = &line[behind_quotation(line)..];
        if !own.trim().is_empty() {
            self.above.clear();
            let marker = own
                .trim_start()
                .trim_start_matches(|c: char| c.is_ascii_digit());
            let is_marker = marker.starts_with(['-', '*', '+', '.', ')']);
            self.is_in_list = is_marker || self.is_in_list && indent(own) > 0;
        }
        self.text.push_str(line);
    }
}
