//! Writes running text as Markdown.
//!
//! Emphasis only works where `CommonMark`'s flanking rules allow it (section 6.2). Where a neighbour
//! stands in the way it is written as a character reference, which counts as punctuation. Strong
//! emphasis is written with `**` and emphasis with `_`, so that no two runs can melt together.

use super::cjk::is_cjk;
use super::escape::{code_span, count_digits, link_part, needs_backslash};
use crate::tree::Inline;
use crate::tree::keep::Keep;
use crate::tree::link::Link;
use crate::tree::nesting::{Mark, Sink, nest};

/// Where running text is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A paragraph, which begins a line.
    Paragraph,
    /// A heading, on one line.
    Heading,
    /// A cell of a table, on one line and without bare pipes.
    Cell,
}

/// A part of the written text that stays in one piece.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A character of plain text.
    Char(char),
    /// A character written as a reference.
    Encoded(char),
    /// Syntax that is already spelled out.
    Raw(String),
    /// A line break.
    Break,
    /// The beginning of a mark.
    Open(&'static str),
    /// The end of a mark.
    Close(&'static str),
}

/// Gives the Markdown for running text; only a paragraph can have several lines.
pub(crate) fn write(inlines: &[Inline], place: Place) -> String {
    let pieces = Vec::new();
    let mut writer = Writer {
        pieces,
        place,
        inside_autolink: false,
    };
    nest(inlines, &mut writer);
    let mut pieces = writer.pieces;
    super::intraword::starred(&mut pieces);
    // What is encoded turns into punctuation, which can disturb the mark on its other side.
    while separate_opening(&mut pieces) | separate_closing(&mut pieces) {}
    spell(&pieces, place)
}

struct Writer {
    pieces: Vec<Piece>,
    place: Place,
    inside_autolink: bool,
}

impl Sink<'_> for Writer {
    fn open(&mut self, mark: Mark<'_>, covered: &[Inline]) {
        if autolink(mark, covered).is_some() {
            self.inside_autolink = true;
            return;
        }
        self.pieces.push(match mark {
            Mark::Link(_) => Piece::Raw("[".to_owned()),
            Mark::Underline | Mark::Script(_) => Piece::Raw(format!("<{}>", mark.element())),
            other => Piece::Open(delimiter(other)),
        });
    }

    fn close(&mut self, mark: Mark<'_>, covered: &[Inline]) {
        if let Some(href) = autolink(mark, covered) {
            self.inside_autolink = false;
            self.pieces.push(Piece::Raw(format!("<{href}>")));
            return;
        }
        self.pieces.push(match mark {
            Mark::Link(link) => Piece::Raw(format!("]({})", self.target(link))),
            Mark::Underline | Mark::Script(_) => Piece::Raw(format!("</{}>", mark.element())),
            other => Piece::Close(delimiter(other)),
        });
    }

    fn text(&mut self, text: &str) {
        if !self.inside_autolink {
            self.pieces.extend(text.chars().map(Piece::Char));
        }
    }

    fn code(&mut self, text: &str) {
        self.pieces.push(Piece::Raw(code_span(text, self.place)));
    }

    fn line_break(&mut self) {
        self.pieces.push(Piece::Break);
    }

    fn keep(&mut self, keep: &Keep) {
        let opening = if keep.is_picture { "![" } else { "[" };
        self.pieces.push(Piece::Raw(opening.to_owned()));
        self.pieces.extend(keep.label.chars().map(Piece::Char));
        self.pieces
            .push(Piece::Raw(format!("]({})", keep.address())));
    }

    fn image(&mut self, source: &Link, text: &str) {
        self.pieces.push(Piece::Raw("![".to_owned()));
        self.pieces.extend(text.chars().map(Piece::Char));
        self.pieces
            .push(Piece::Raw(format!("]({})", self.target(source))));
    }

    fn mention(&mut self, account: &str, name: &str) {
        let name = if name.is_empty() { account } else { name };
        self.pieces.push(Piece::Raw("@[".to_owned()));
        self.pieces.extend(name.chars().map(Piece::Char));
        self.pieces
            .push(Piece::Raw(format!("](accountid:{account})")));
    }

    fn note(&mut self, number: usize) {
        self.pieces.push(Piece::Raw(format!("[^{number}]")));
    }
}

impl Writer {
    /// An address and its title, as they stand in brackets.
    fn target(&self, link: &Link) -> String {
        let mut href = link_part(&link.href, self.place);
        // Parentheses would have to be balanced (`CommonMark`, section 6.3).
        if href.contains(['(', ')']) {
            href = format!("<{href}>");
        }
        let title = link.title.as_ref();
        let title = title.map(|title| format!(" \"{}\"", link_part(title, self.place)));
        format!("{href}{}", title.unwrap_or_default())
    }
}

fn delimiter(mark: Mark<'_>) -> &'static str {
    match mark {
        Mark::Strong => "**",
        Mark::Emphasis => "_",
        Mark::Strike => "~~",
        Mark::Link(_) | Mark::Underline | Mark::Script(_) => "",
    }
}

/// A link that shows its own address can be written between angle brackets.
fn autolink<'tree>(mark: Mark<'tree>, covered: &[Inline]) -> Option<&'tree str> {
    let (Mark::Link(link), [Inline::Text { text, style }]) = (mark, covered) else {
        return None;
    };
    let href = link.href.as_str();
    let mailbox = href.strip_prefix("mailto:").filter(|name| is_mailbox(name));
    let shown = [Some(href), mailbox].into_iter().flatten();
    let mut shown = shown.filter(|shown| text == shown);
    let is_plain = link.is_absolute() && link.title.is_none() && style.is_unmarked();
    shown.next().filter(|_| is_plain)
}

/// Whether an e-mail address can stand between angle brackets (`CommonMark`, section 6.5).
fn is_mailbox(text: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label = |label: &str| {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let ends = !label.starts_with('-') && !label.ends_with('-');
        ends && (1..=63).contains(&label.len()) && label.chars().all(inside)
    };
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && name.chars().all(in_name) && domain.split('.').all(is_label)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Punctuation,
    Word,
    /// Writing without spaces, beside which every mark but `_` opens and closes.
    Cjk,
    /// Punctuation for some readers, a letter for others.
    Unsure,
}

fn class(piece: Option<&Piece>) -> Class {
    match piece {
        None | Some(Piece::Break) => Class::Space,
        Some(Piece::Char(c)) if c.is_whitespace() => Class::Space,
        Some(Piece::Char(c)) if c.is_ascii_punctuation() => Class::Punctuation,
        Some(Piece::Char(c)) if is_cjk(*c) => Class::Cjk,
        Some(Piece::Char(c)) if c.is_alphanumeric() => Class::Word,
        Some(Piece::Char(_)) => Class::Unsure,
        Some(_) => Class::Punctuation,
    }
}

fn encode(piece: Option<&mut Piece>) -> bool {
    if let Some(piece) = piece
        && let Piece::Char(c) = *piece
    {
        *piece = Piece::Encoded(c);
        return true;
    }
    false
}

/// Whether a mark between these opens, or closes.
fn is_flanking(mark: &str, inside: Class, outside: Class) -> bool {
    let is_free = matches!(outside, Class::Space | Class::Punctuation);
    is_free
        || mark != "_" && (inside == Class::Word || inside == Class::Cjk || outside == Class::Cjk)
}

/// Makes every opening mark left-flanking; gives whether anything had to change.
fn separate_opening(pieces: &mut [Piece]) -> bool {
    let mut changed = false;
    for index in (0..pieces.len()).rev() {
        let Piece::Open(mark) = pieces[index] else {
            continue;
        };
        if class(pieces.get(index + 1)) == Class::Space {
            changed |= encode(pieces.get_mut(index + 1));
        }
        let Some(before) = index.checked_sub(1) else {
            continue;
        };
        let inside = class(pieces.get(index + 1));
        let outside = class(pieces.get(before));
        if !is_flanking(mark, inside, outside) {
            changed |= encode(pieces.get_mut(before));
        }
    }
    changed
}

/// Makes every closing mark right-flanking; gives whether anything had to change.
fn separate_closing(pieces: &mut [Piece]) -> bool {
    let mut changed = false;
    for index in 1..pieces.len() {
        let Piece::Close(mark) = pieces[index] else {
            continue;
        };
        if class(pieces.get(index - 1)) == Class::Space {
            changed |= encode(pieces.get_mut(index - 1));
        }
        let inside = class(pieces.get(index - 1));
        let outside = class(pieces.get(index + 1));
        if !is_flanking(mark, inside, outside) {
            changed |= encode(pieces.get_mut(index + 1));
        }
    }
    changed
}

/// Whether a link at the start holds literal text that would make it a link reference definition
/// (`CommonMark` section 4.7).
fn looks_like_definition(pieces: &[Piece]) -> bool {
    let Some((Piece::Raw(first), others)) = pieces.split_first() else {
        return false;
    };
    let literal = |piece: &Piece| matches!(piece, Piece::Raw(raw) if raw.contains("]:"));
    first == "[" && others.iter().any(literal)
}

fn spell(pieces: &[Piece], place: Place) -> String {
    let mut written = String::new();
    if place == Place::Paragraph && looks_like_definition(pieces) {
        // A space that is not visible text.
        written.push_str("&#32;");
    }
    let line_start = (place == Place::Paragraph).then_some(0);
    let mut digits = line_start;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Char(c) => {
                if needs_backslash(pieces, index, digits, place) {
                    written.push('\\');
                }
                written.push(*c);
            }
            Piece::Encoded(c) => written.extend(["&#", &u32::from(*c).to_string(), ";"]),
            Piece::Raw(raw) => written.push_str(raw),
            Piece::Break if place == Place::Paragraph => written.push_str("\\\n"),
            Piece::Break => written.push_str("<br>"),
            Piece::Open(mark) | Piece::Close(mark) => written.push_str(mark),
        }
        digits = count_digits(piece, digits).filter(|_| line_start.is_some());
    }
    written
}
