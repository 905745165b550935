//! Writes running text in wiki markup, so that it means what the tree says and nothing else.
//!
//! A backslash makes a special character literal. Where a backslash would itself be text, or is not
//! understood, a character reference does.

use crate::tree::file::File;
use crate::tree::keep::{Keep, mark};
use crate::tree::link::Link;
use crate::tree::nesting::{Mark, Sink, nest};
use crate::tree::{Inline, Script, Style};

/// Where running text is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A paragraph, which may have several lines.
    Paragraph,
    /// A heading, an entry of a list or a cell, on one line.
    Line,
}

/// Gives the markup; a line break is a new line where there can be one.
pub(crate) fn write(inlines: &[Inline], place: Place) -> String {
    let lines: Vec<String> = inlines
        .split(|inline| *inline == Inline::Break)
        .map(line)
        .collect();
    let mut written = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            let blank = line.is_empty() || lines[index - 1].is_empty();
            let broken = place == Place::Line || blank;
            written.push_str(if broken { "\\\\ " } else { "\n" });
        }
        written.push_str(line);
    }
    written
}

/// One line: marks do not reach beyond it, because Jira ends them with their line.
fn line(inlines: &[Inline]) -> String {
    let mut writer = Writer::default();
    nest(inlines, &mut writer);
    spell(&writer.pieces)
}

/// A part of the written text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Open(char),
    Close(char),
}

#[derive(Default)]
struct Writer<'tree> {
    pieces: Vec<Piece>,
    /// Marks that are open.
    open: Vec<Mark<'tree>>,
    /// Marks that were opened before the link they lie in, because a link's text is plain.
    hoisted: Vec<Mark<'tree>>,
    inside_link: bool,
    /// The link's text is its address, which is written once.
    is_address: bool,
}

fn marker(mark: Mark<'_>) -> Option<char> {
    match mark {
        Mark::Strong => Some('*'),
        Mark::Emphasis => Some('_'),
        Mark::Strike => Some('-'),
        Mark::Underline => Some('+'),
        Mark::Script(Script::Super) => Some('^'),
        Mark::Script(Script::Sub) => Some('~'),
        Mark::Link(_) => None,
    }
}

impl<'tree> Sink<'tree> for Writer<'tree> {
    fn open(&mut self, mark: Mark<'tree>, covered: &'tree [Inline]) {
        let Mark::Link(link) = mark else {
            if !self.hoisted.contains(&mark) {
                self.pieces.extend(marker(mark).map(Piece::Open));
                self.open.push(mark);
            }
            return;
        };
        // What all of the link's text carries is marked around it.
        let carried = |mark: &Mark<'tree>| {
            let carries = |run: &Inline| run.style().is_some_and(|style| carries(style, *mark));
            !self.open.contains(mark) && covered.iter().all(carries)
        };
        self.hoisted = MARKS.into_iter().filter(carried).collect();
        self.pieces.extend(
            self.hoisted
                .iter()
                .filter_map(|mark| marker(*mark))
                .map(Piece::Open),
        );
        self.pieces.push(Piece::Text(String::from("[")));
        self.inside_link = true;
        self.is_address = matches!(covered, [Inline::Text { text, .. }] if *text == link.href && link.is_absolute())
            && !link.href.contains(['{', '}']);
    }

    fn close(&mut self, mark: Mark<'tree>, _: &'tree [Inline]) {
        let Mark::Link(link) = mark else {
            if !self.hoisted.contains(&mark) {
                self.pieces.extend(marker(mark).map(Piece::Close));
                self.open.pop();
            }
            return;
        };
        let bar = if self.is_address { "" } else { "|" };
        let address = address(&link.href);
        self.pieces.push(Piece::Text(format!("{bar}{address}]")));
        let hoisted = std::mem::take(&mut self.hoisted);
        let signs = hoisted.into_iter().rev().filter_map(marker);
        self.pieces.extend(signs.map(Piece::Close));
        (self.inside_link, self.is_address) = (false, false);
    }

    fn text(&mut self, text: &'tree str) {
        if !self.is_address {
            let begins_line = self.pieces.is_empty();
            // Marks are characters, too: `*#*` is an entry of a list, not a bold number sign.
            let is_mark = |piece: &Piece| matches!(piece, Piece::Open(_));
            let only_marks_before = self.pieces.iter().all(is_mark);
            let text = escaped(text, begins_line, only_marks_before, self.inside_link);
            self.pieces.push(Piece::Text(text));
        }
    }

    fn code(&mut self, text: &'tree str) {
        let code = literal(text);
        self.pieces.push(Piece::Text(format!("{{{{{code}}}}}")));
    }

    fn keep(&mut self, keep: &'tree Keep) {
        self.pieces.push(Piece::Text(mark(&keep.reference)));
    }

    fn line_break(&mut self) {
        self.pieces.push(Piece::Text(String::from("\\\\ ")));
    }

    fn image(&mut self, source: &'tree Link, text: &'tree str) {
        // A mark of exclamation behind a word is one.
        let after_word = matches!(self.pieces.last(), Some(Piece::Text(text)) if text.ends_with(char::is_alphanumeric));
        let space = if after_word { " " } else { "" };
        let address = match File::at(source) {
            Some(file) => file.name,
            None => address(&source.href).replace('!', "%21"),
        };
        let words = alternative(text);
        let settings = if words.trim().is_empty() {
            String::new()
        } else {
            format!("|alt={words}")
        };
        self.pieces
            .push(Piece::Text(format!("{space}!{address}{settings}!")));
    }

    fn mention(&mut self, account: &'tree str, _: &'tree str) {
        self.pieces.push(Piece::Text(format!("[~{account}]")));
    }
}

/// Literal text, without the braces around it.
pub(super) fn literal(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' | '}' | '\\' | '&' | '*' | '_' | '-' | '+' | '^' | '~' | '[' | ']' | '|' | '!'
            | '?' => code.push_str(&reference(c)),
            other => code.push(other),
        }
    }
    code
}

/// The marks that text can carry.
const MARKS: [Mark<'static>; 6] = [
    Mark::Strike,
    Mark::Strong,
    Mark::Emphasis,
    Mark::Underline,
    Mark::Script(Script::Super),
    Mark::Script(Script::Sub),
];

fn carries(style: &Style, mark: Mark<'_>) -> bool {
    match mark {
        Mark::Strike => style.strike,
        Mark::Strong => style.strong,
        Mark::Emphasis => style.emphasis,
        Mark::Underline => style.underline,
        Mark::Script(script) => style.script == Some(script),
        Mark::Link(_) => false,
    }
}

/// Words for a picture: what would end them is left out.
pub(super) fn alternative(text: &str) -> String {
    let plain = |c: &char| {
        !matches!(
            c,
            '!' | '|' | ',' | '=' | '\\' | '&' | '[' | ']' | '{' | '}'
        )
    };
    text.chars().filter(plain).collect()
}

fn reference(c: char) -> String {
    format!("&#{};", u32::from(c))
}

/// An address: what would end it is percent-encoded.
pub(super) fn address(href: &str) -> String {
    let href = href.replace('[', "%5B").replace(']', "%5D");
    let href = href.replace('{', "%7B").replace('}', "%7D");
    let characters: Vec<char> = href.chars().collect();
    let mut written = String::with_capacity(href.len());
    for (index, c) in characters.iter().enumerate() {
        if *c == '&' && starts_reference(&characters[index + 1..]) {
            written.push_str("&amp;");
        } else {
            written.push(*c);
        }
    }
    written
}

fn starts_reference(after: &[char]) -> bool {
    let end = after
        .iter()
        .position(|c| !c.is_ascii_alphanumeric() && *c != '#');
    end.is_some_and(|end| end > 0 && after[end] == ';')
}

/// Letters that Jira turns into little pictures.
const EMOTICONS: [&str; 18] = [
    ":)", ":(", ":P", ":D", ";)", "(y)", "(n)", "(i)", "(/)", "(x)", "(!)", "(+)", "(-)", "(?)",
    "(on)", "(off)", "(*)", "(flag)",
];

/// Schemes whose addresses become links by themselves.
const SCHEMES: [&str; 4] = ["http", "https", "ftp", "mailto"];

/// Text with everything escaped that would be markup where it stands.
pub(super) fn escaped(
    text: &str,
    begins_line: bool,
    only_marks_before: bool,
    inside_link: bool,
) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    for (index, c) in characters.iter().copied().enumerate() {
        let before = index.checked_sub(1).map(|before| characters[before]);
        let next = characters.get(index + 1).copied();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inside_word = is_word(before) && is_word(next);
        let at_start = only_marks_before && index == 0;
        let backslash = match c {
            '[' | '{' | '|' => true,
            ']' => inside_link,
            '-' => !(inside_word || before == Some(' ') && next == Some(' ')),
            '*' | '_' | '+' | '^' | '~' => !inside_word,
            '!' => !is_word(before) && next != Some(' '),
            '?' => before == Some('?') || next == Some('?'),
            '#' => at_start,
            ':' | ';' | '(' => is_emoticon(&characters[index..]),
            _ => false,
        };
        if backslash {
            written.extend(['\\', c]);
        } else if c == '\\'
            || c == '.' && begins_line && is_block_prefix(&characters[..index])
            || c == ':' && ends_with_scheme(&characters[..index])
        {
            written.push_str(&reference(c));
        } else if c == '&' && starts_reference(&characters[index + 1..]) {
            written.push_str("&amp;");
        } else {
            written.push(c);
        }
    }
    written
}

fn is_emoticon(rest: &[char]) -> bool {
    EMOTICONS.iter().any(|emoticon| {
        emoticon.chars().count() <= rest.len()
            && emoticon.chars().zip(rest).all(|(one, other)| one == *other)
    })
}

/// `h1` to `h6` and `bq`, which begin a block before a full stop.
fn is_block_prefix(start: &[char]) -> bool {
    matches!(start, ['b', 'q'] | ['h', '1'..='6'])
}

fn ends_with_scheme(before: &[char]) -> bool {
    SCHEMES.iter().any(|scheme| {
        let length = scheme.len();
        before.len() >= length
            && scheme
                .chars()
                .zip(&before[before.len() - length..])
                .all(|(one, other)| one.eq_ignore_ascii_case(other))
    })
}

/// Spells marks without braces where a reader sees them anyway.
fn spell(pieces: &[Piece]) -> String {
    let mut written = String::new();
    // For every mark that is open, whether it is in braces.
    let mut braced: Vec<bool> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let sign = match piece {
            Piece::Text(text) => {
                written.push_str(text);
                continue;
            }
            Piece::Open(sign) => {
                let before = written.chars().last();
                braced
                    .push(before.is_some_and(char::is_alphanumeric) || !stands_well(pieces, index));
                *sign
            }
            Piece::Close(sign) => *sign,
        };
        let in_braces = match piece {
            Piece::Close(_) => braced.pop().unwrap_or(true),
            _ => braced.last().copied().unwrap_or(true),
        };
        if in_braces {
            written.extend(['{', sign, '}']);
        } else {
            written.push(sign);
        }
    }
    written
}

/// Whether the mark that opens at `open` begins and ends at visible text and not before a word.
fn stands_well(pieces: &[Piece], open: usize) -> bool {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Open(_) | Piece::Close(_) => None,
    };
    let mut depth = 0_usize;
    for (index, piece) in pieces.iter().enumerate().skip(open) {
        match piece {
            Piece::Open(_) => depth += 1,
            Piece::Close(_) => depth -= 1,
            Piece::Text(_) => continue,
        }
        if depth == 0 {
            let first = pieces[open..index].iter().find_map(text);
            let last = pieces[open..index].iter().rev().find_map(text);
            let blank_start = first.is_some_and(|text| text.starts_with(char::is_whitespace));
            let blank_end = last.is_some_and(|text| text.ends_with(char::is_whitespace));
            let word_after = match pieces.get(index + 1) {
                Some(Piece::Text(text)) => text.starts_with(char::is_alphanumeric),
                _ => false,
            };
            return !(blank_start || blank_end || word_after);
        }
    }
    false
}
