//! Cuts a line of Jira's wiki markup into characters that mean themselves and characters that may be markup.

use std::ops::Range;

/// One character of a line, or a forced line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// A character that may be markup.
    Bare(char),
    /// A character that was escaped, and is text whatever it is.
    Literal(char),
    /// `\\`.
    Break,
}

impl Token {
    /// The character; a line break is a space.
    pub(crate) fn char(self) -> char {
        match self {
            Self::Bare(c) | Self::Literal(c) => c,
            Self::Break => ' ',
        }
    }
}

/// The longest character reference that is understood.
const LONGEST_REFERENCE: usize = 10;

/// Reads backslashes and character references of a line that begins at `offset` of its source. Gives for
/// each token where it stands there, too.
pub(crate) fn tokens(line: &str, offset: usize) -> (Vec<Token>, Vec<Range<usize>>) {
    let characters: Vec<char> = line.chars().collect();
    let (mut tokens, mut spans) = (Vec::with_capacity(characters.len()), Vec::new());
    let (mut at, mut from) = (0, offset);
    while let Some(c) = characters.get(at).copied() {
        let next = characters.get(at + 1).copied();
        let (token, length) = match (reference(c, &characters[at + 1..]), c, next) {
            (Some((decoded, length)), ..) => (Token::Literal(decoded), 1 + length),
            (None, '\\', Some('\\')) => (Token::Break, 2),
            (None, '\\', Some(escaped)) if escaped.is_ascii_punctuation() => {
                (Token::Literal(escaped), 2)
            }
            _ => (Token::Bare(c), 1),
        };
        let bytes: usize = characters[at..at + length]
            .iter()
            .map(|c| c.len_utf8())
            .sum();
        tokens.push(token);
        spans.push(from..from + bytes);
        (at, from) = (at + length, from + bytes);
    }
    (tokens, spans)
}

/// The character of a reference such as `&amp;` or `&#92;`, and how long it is behind its first.
fn reference(first: char, after: &[char]) -> Option<(char, usize)> {
    if first != '&' {
        return None;
    }
    let end = after
        .iter()
        .take(LONGEST_REFERENCE)
        .position(|c| *c == ';')?;
    let name: String = after[..end].iter().collect();
    let decoded = match name.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((decoded, end + 1))
}

/// Whether an unescaped `text` stands at this place.
pub(crate) fn stands_at(tokens: &[Token], at: usize, text: &str) -> bool {
    text.chars()
        .enumerate()
        .all(|(index, c)| tokens.get(at + index) == Some(&Token::Bare(c)))
}

/// Where an unescaped `text` stands first, from `from` on and not far behind it: a text full of
/// openings must not be searched to its end for each of them.
pub(crate) fn find_near(
    tokens: &[Token],
    from: usize,
    text: &str,
    distance: usize,
) -> Option<usize> {
    let end = tokens.len().min(from.saturating_add(distance));
    (from..end).find(|at| stands_at(tokens, *at, text))
}

/// The characters of some tokens.
pub(crate) fn plain(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.char()).collect()
}
