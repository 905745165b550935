//! The normal form of running text: two spellings of the same text give the same tree.
//!
//! Runs are merged, marks begin and end at visible text, white space at the edges is gone, addresses
//! are links, and characters that XML 1.0 cannot hold are replaced.
//!
//! Why at all: ADF refuses an empty text node, Markdown cannot begin emphasis before a space
//! (`CommonMark`, section 6.2), and white space at the edges of a line does not survive Markdown.

use std::sync::Arc;

use super::address::Stretch;
use super::link::Link;
use super::{Inline, Style, address};

/// The longest name of a programming language that is kept.
const MAXIMUM_LANGUAGE: usize = 40;

/// Brings running text to normal form.
pub(crate) fn inlines(inlines: Vec<Inline>) -> Vec<Inline> {
    if is_normal(&inlines) {
        return inlines;
    }
    let mut pieces = split(inlines);
    trim_marks(&mut pieces);
    merge(trim_edges(pieces))
}

/// Whether there is nothing to do, as for most cells of tables: one plain text at most, of characters that stay.
fn is_normal(inlines: &[Inline]) -> bool {
    match inlines {
        [] => true,
        [Inline::Text { text, style }] => {
            let begun = text.chars().next().is_some_and(|c| !c.is_whitespace());
            let ended = !text.ends_with(char::is_whitespace);
            let stays = |c: char| one_line_char(c) == c;
            let is_plain = begun && ended && *style == Style::default();
            is_plain && text.chars().all(stays) && !address::may_be_in(text)
        }
        _ => false,
    }
}

/// Brings running text to normal form on one line: a line break becomes a space, because an ATX
/// heading ends with its line (`CommonMark`, section 4.2).
pub(crate) fn one_line(content: Vec<Inline>) -> Vec<Inline> {
    let without_breaks = inlines(content)
        .into_iter()
        .map(|inline| match inline {
            Inline::Break => Inline::plain(" "),
            other => other,
        })
        .collect();
    inlines(without_breaks)
}

/// Literal text of a code block: line feeds only.
pub(crate) fn code_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().map(storable).collect()
}

/// The title of a code block, on one line and without what would end it in Markdown.
pub(crate) fn code_title(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let same = |c: char| {
        if matches!(c, '"' | '`') {
            '\''
        } else {
            storable(c)
        }
    };
    let title: String = words.join(" ").chars().map(same).collect();
    (!title.is_empty()).then_some(title)
}

/// The leading part of an info string that can be a language's name.
///
/// `CommonMark` (section 4.5) lets an info string hold anything; Confluence and Jira take a bare name.
pub(crate) fn language(info: &str) -> Option<String> {
    let name: String = info
        .trim()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(*c))
        .take(MAXIMUM_LANGUAGE)
        .collect();
    (!name.is_empty()).then_some(name)
}

/// Replaces what is no character of XML 1.0 (section 2.2), which cannot hold it even as a reference:
/// one such character makes Confluence refuse the page.
pub(crate) fn storable(c: char) -> char {
    match c {
        '\t' | '\n' => c,
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        c if c < ' ' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

fn one_line_char(c: char) -> char {
    match c {
        '\n' | '\r' => ' ',
        other => storable(other),
    }
}

fn is_blank(inline: &Inline) -> bool {
    matches!(inline, Inline::Text { text, .. } if text.chars().all(char::is_whitespace))
}

/// Cuts white space at both ends of every text into pieces of their own.
fn split(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut pieces = Vec::with_capacity(inlines.len());
    for inline in merge(inlines) {
        match inline {
            Inline::Text { text, style } => {
                let text: String = text.chars().map(one_line_char).collect();
                for (part, found) in addresses(&text, &style) {
                    let link = style.link.clone().or(found);
                    split_text(
                        part,
                        &Style {
                            link,
                            ..style.clone()
                        },
                        &mut pieces,
                    );
                }
            }
            Inline::Code { text, style } => {
                let text: String = text.chars().map(one_line_char).collect();
                pieces.push(Inline::Code { text, style });
            }
            // A picture cannot be bold.
            Inline::Image {
                source,
                text,
                style,
            } => {
                let link = style.link;
                let style = Style {
                    link,
                    ..Style::default()
                };
                pieces.push(Inline::Image {
                    source,
                    text,
                    style,
                });
            }
            other
            @ (Inline::Break | Inline::Keep(_) | Inline::Mention { .. } | Inline::Note(_)) => {
                pieces.push(other);
            }
        }
    }
    pieces
}

/// The stretches of a text that leads nowhere yet, and where those lead that are addresses.
fn addresses<'text>(text: &'text str, style: &Style) -> Vec<(&'text str, Option<Arc<Link>>)> {
    if style.link.is_some() {
        return vec![(text, None)];
    }
    let stretches = address::split(text).into_iter();
    let stretches = stretches.map(|stretch| match stretch {
        Stretch::Text(part) => (part, None),
        Stretch::Address(part) => (part, Link::new(part, "")),
        Stretch::Mailbox(part) => (part, Link::new(&format!("mailto:{part}"), "")),
    });
    stretches.collect()
}

fn split_text(text: &str, style: &Style, pieces: &mut Vec<Inline>) {
    let rest = text.trim_start();
    let (before, rest) = text.split_at(text.len() - rest.len());
    let (core, after) = rest.split_at(rest.trim_end().len());
    let parts = [before, core, after].into_iter();
    let parts = parts.filter(|part| !part.is_empty());
    pieces.extend(parts.map(|part| Inline::text(part, style)));
}

/// Takes every mark off the white space at the ends of the stretch that it covers: `** a**` is no
/// emphasis in Markdown (`CommonMark`, section 6.2) and `* a*` none in wiki markup.
fn trim_marks(pieces: &mut [Inline]) {
    trim_mark(pieces, |style| style.strong, |style| style.strong = false);
    trim_mark(
        pieces,
        |style| style.emphasis,
        |style| style.emphasis = false,
    );
    trim_mark(pieces, |style| style.strike, |style| style.strike = false);
    trim_mark(
        pieces,
        |style| style.underline,
        |style| style.underline = false,
    );
    trim_mark(pieces, |style| style.script, |style| style.script = None);
    trim_mark(
        pieces,
        |style| style.link.clone(),
        |style| style.link = None,
    );
}

fn trim_mark<Value: PartialEq + Default>(
    pieces: &mut [Inline],
    value: impl Fn(&Style) -> Value,
    clear: impl Fn(&mut Style),
) {
    let same = |left: &Inline, right: &Inline| {
        left.style().map(&value).unwrap_or_default()
            == right.style().map(&value).unwrap_or_default()
    };
    for stretch in pieces.chunk_by_mut(same) {
        let visible = stretch.iter().position(|piece| !is_blank(piece));
        let start = visible.unwrap_or(stretch.len());
        let end = stretch.iter().rposition(|piece| !is_blank(piece));
        let end = end.map_or(start, |last| last + 1);
        let (head, tail) = stretch.split_at_mut(end);
        for piece in head[..start].iter_mut().chain(tail) {
            if let Inline::Text { style, .. } = piece {
                clear(style);
            }
        }
    }
}

/// Drops white space and line breaks at both ends, and white space beside line breaks.
fn trim_edges(pieces: Vec<Inline>) -> Vec<Inline> {
    let mut kept: Vec<Inline> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let at_line_start = matches!(kept.last(), None | Some(Inline::Break));
        if is_blank(&piece) {
            if !at_line_start {
                kept.push(piece);
            }
        } else if piece == Inline::Break {
            while kept.last().is_some_and(is_blank) {
                kept.pop();
            }
            if !kept.is_empty() {
                kept.push(piece);
            }
        } else {
            kept.push(piece);
        }
    }
    while kept
        .last()
        .is_some_and(|last| is_blank(last) || *last == Inline::Break)
    {
        kept.pop();
    }
    kept
}

/// Joins neighbours of one style and drops empty runs.
fn merge(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut merged: Vec<Inline> = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match (merged.last_mut(), inline) {
            (_, Inline::Text { text, .. } | Inline::Code { text, .. }) if text.is_empty() => {}
            (
                Some(Inline::Text {
                    text: last,
                    style: of_last,
                }),
                Inline::Text { text, style },
            )
            | (
                Some(Inline::Code {
                    text: last,
                    style: of_last,
                }),
                Inline::Code { text, style },
            ) if *of_last == style => last.push_str(&text),
            (_, other) => merged.push(other),
        }
    }
    merged
}
