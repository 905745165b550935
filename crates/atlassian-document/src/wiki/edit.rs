//! Edits of a text in wiki markup as Markdown.

use super::macros::{Part, parts};
use crate::edit::lost::Lost;
use crate::edit::segments::{Format, Segment, Segments, edited};
use crate::edit::{Losses, Register, is_unchanged};

/// Macros that are blocks and that Markdown says.
const SAID: &[&str] = &[
    "code", "noformat", "quote", "info", "note", "tip", "warning",
];

/// The text after the edit.
pub(crate) fn edit(current: &str, markdown: &str, losses: Losses) -> Result<String, Lost> {
    let read = super::read(current);
    if is_unchanged(&read, markdown, &Register::default()) {
        return Ok(current.to_owned());
    }
    let format = Format {
        write: super::write,
        between: "\n\n",
    };
    let segments = segments(current);
    let shown: Vec<_> = segments
        .list
        .iter()
        .flat_map(|one| one.shown.iter().cloned())
        .collect();
    if shown == super::reader::read_plainly(current) {
        return edited(&segments, markdown, &format, losses);
    }
    match losses {
        Losses::Accepted => Ok(super::write(&crate::words(markdown))),
        Losses::Refused => Err(Lost::Hidden(String::from(
            "a text whose source cannot be followed",
        ))),
    }
}

/// Cuts a text at its empty lines, and where blocks between braces begin and end.
fn segments(source: &str) -> Segments<'_> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut end_of_text = 0;
    for part in parts(source) {
        let Part::Text(text) = part else { continue };
        let from = text.as_ptr() as usize - source.as_ptr() as usize;
        if from > end_of_text {
            ranges.push((end_of_text, from));
        }
        end_of_text = from + text.len();
        paragraphs(text, from, &mut ranges);
    }
    let mut list = Vec::new();
    let mut end = 0;
    for (from, to) in ranges {
        let own = &source[from..to];
        let shown = super::reader::read_plainly(own);
        if !shown.is_empty() {
            list.push(Segment {
                glue: &source[end..from],
                source: own,
                unsayable: unsayable(own),
                shown,
            });
            end = to;
        }
    }
    Segments {
        list,
        tail: &source[end..],
    }
}

/// Lines that follow each other without an empty one.
fn paragraphs(text: &str, at: usize, ranges: &mut Vec<(usize, usize)>) {
    let mut open: Option<(usize, usize)> = None;
    let mut from = at;
    for line in text.split_inclusive('\n') {
        let visible = line.trim();
        if visible.is_empty() {
            ranges.extend(open.take());
        } else {
            let begin = from + line.len() - line.trim_start().len();
            let end = from + line.trim_end().len();
            open = Some((open.map_or(begin, |(begin, _)| begin), end));
        }
        from += line.len();
    }
    ranges.extend(open);
}

/// The first thing in a text that Markdown cannot say, in words.
fn unsayable(source: &str) -> Option<String> {
    if source.starts_with("{code") || source.starts_with("{noformat") {
        return None;
    }
    let bytes = source.as_bytes();
    for (at, c) in source.char_indices() {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        if before == Some(&b'\\') {
            continue;
        }
        let rest = &source[at + c.len_utf8()..];
        let found = match c {
            '{' if before != Some(&b'{') => of_macro(rest),
            '[' if rest.starts_with('^') => Some(String::from("a link to a file")),
            '!' => of_picture(rest, before),
            '?' if rest.starts_with('?') && rest[1..].contains("??") => {
                Some(String::from("a citation"))
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn of_macro(rest: &str) -> Option<String> {
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?;
    let (name, behind) = rest.split_at(length);
    let closes = behind.starts_with(['}', ':']) && behind.contains('}');
    if name.is_empty() || !closes || SAID.contains(&name) {
        return None;
    }
    match name {
        "color" => Some(String::from("a colour")),
        "panel" if !behind.contains('|') => None,
        name => Some(format!("the macro `{{{name}}}`")),
    }
}

fn of_picture(rest: &str, before: Option<&u8>) -> Option<String> {
    if before.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (inside, _) = rest.split_once('!')?;
    let (name, settings) = inside.split_once('|').unwrap_or((inside, ""));
    let is_file = name.contains('.') && !name.contains(char::is_whitespace);
    let said = name.contains("://") && (settings.is_empty() || settings.starts_with("alt="));
    (is_file && !said).then(|| format!("the picture `{name}`"))
}
