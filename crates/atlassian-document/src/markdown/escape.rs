//! Spells one character of plain text so that Markdown reads it back as itself.

use super::inline::{Piece, Place};

/// The longest name of a character reference (HTML: `CounterClockwiseContourIntegral`).
const MAXIMUM_REFERENCE: usize = 40;

/// `CommonMark`: an ordered list marker has at most nine digits.
const MAXIMUM_DIGITS: usize = 9;

/// Whether the character at `index` needs a backslash.
///
/// `digits` is how many digits stand between the start of the line and `index`, if nothing else
/// does; `Some(0)` means that the character begins a line.
pub(crate) fn needs_backslash(
    pieces: &[Piece],
    index: usize,
    digits: Option<usize>,
    place: Place,
) -> bool {
    let Some(Piece::Char(c)) = pieces.get(index) else {
        return false;
    };
    let next = character(pieces, index + 1);
    let begins_line = digits == Some(0);
    match c {
        '\\' | '`' | '*' | '[' | ']' | '~' => true,
        // Inside a word an underscore is no emphasis (`CommonMark`, section 6.2): `snake_case` stays readable.
        '_' => {
            let before = index.checked_sub(1).and_then(|i| character(pieces, i));
            let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !(is_word(before) && is_word(next))
        }
        // Anything else can begin a tag or an e-mail address.
        '<' => next != Some(' '),
        '&' => starts_reference(pieces, index + 1),
        // Only a link behind it makes a picture of it.
        '!' => matches!(pieces.get(index + 1), Some(Piece::Raw(_))),
        // GFM, section 4.10: a pipe ends a cell, and at the start of a line it may begin a table.
        '|' => place == Place::Cell || begins_line,
        // `CommonMark`, section 4.2: number signs at the end of a heading are not part of it.
        '#' if place == Place::Heading => index + 1 == pieces.len(),
        '#' => begins_line && starts_heading(pieces, index),
        '>' | '=' => begins_line,
        '+' => begins_line && ends_word(next),
        '-' => begins_line && (ends_word(next) || matches!(next, Some('-' | '|' | ':'))),
        ':' => begins_line && (ends_word(next) || matches!(next, Some('-' | ':' | '|'))),
        '.' | ')' => digits.is_some_and(|count| count > 0) && ends_word(next),
        _ => false,
    }
}

/// The digits before the piece after `index`, as [`needs_backslash`] wants them.
pub(crate) fn count_digits(piece: &Piece, digits: Option<usize>) -> Option<usize> {
    match piece {
        Piece::Break => Some(0),
        Piece::Char(c) if c.is_ascii_digit() => digits
            .map(|count| count + 1)
            .filter(|count| *count <= MAXIMUM_DIGITS),
        _ => None,
    }
}

fn character(pieces: &[Piece], index: usize) -> Option<char> {
    match pieces.get(index) {
        Some(Piece::Char(c)) => Some(*c),
        _ => None,
    }
}

fn ends_word(next: Option<char>) -> bool {
    next.is_none_or(|c| c == ' ' || c == '\t')
}

fn starts_heading(pieces: &[Piece], index: usize) -> bool {
    let after = (index..pieces.len()).find(|i| character(pieces, *i) != Some('#'));
    ends_word(after.and_then(|i| character(pieces, i)))
}

fn starts_reference(pieces: &[Piece], index: usize) -> bool {
    let rest = pieces.iter().skip(index).take(MAXIMUM_REFERENCE);
    let end = rest
        .map(|piece| match piece {
            Piece::Char(c) => *c,
            _ => ' ',
        })
        .find(|c| !c.is_ascii_alphanumeric() && *c != '#');
    end == Some(';')
}

/// An address or a title inside a link: only backslashes, quotes and references are special.
pub(crate) fn link_part(text: &str, place: Place) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, c) in text.char_indices() {
        let special = match c {
            '\\' | '"' => true,
            '|' => place == Place::Cell,
            '&' => {
                let rest = text[index + 1..].chars().take(MAXIMUM_REFERENCE);
                let mut rest = rest.skip_while(|c| c.is_ascii_alphanumeric() || *c == '#');
                rest.next() == Some(';')
            }
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A code span, fenced with more backticks than it holds in a row; one space at each end is not part
/// of it (`CommonMark`, section 6.1).
pub(crate) fn code_span(text: &str, place: Place) -> String {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let text = match place {
        // GFM, section 4.10: a pipe ends a cell even inside a code span, unless it is escaped.
        Place::Cell => text.replace('|', "\\|"),
        Place::Paragraph | Place::Heading => text.to_owned(),
    };
    let spaced = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
    let padding = if spaced || text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{padding}{text}{padding}{fence}")
}

/// How often a character stands in a row at most.
pub(crate) fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut current = 0;
    for c in text.chars() {
        current = if c == wanted { current + 1 } else { 0 };
        longest = longest.max(current);
    }
    longest
}
