//! Reads running text in wiki markup.
//!
//! A mark opens before visible text unless a word character stands before it, and closes behind
//! visible text unless one stands after it; in braces, as in `{*}`, it may stand anywhere.

use std::sync::Arc;

use super::link::{Bracket, bare_address, bracket, picture};
use super::tokens::{Token, find_near, plain, stands_at, tokens};
use crate::tree::link::Link;
use crate::tree::node::named_mention;
use crate::tree::{Inline, Script, Style, node};

/// Reads one line; a forced break inside it stays one.
pub(crate) fn read_line(line: &str) -> Vec<Inline> {
    read_tokens(&tokens(line))
}

/// Reads the tokens of one line, or of a part of one.
pub(crate) fn read_tokens(tokens: &[Token]) -> Vec<Inline> {
    let mut reader = Reader {
        tokens,
        group_ends: group_ends(tokens),
        inlines: Vec::new(),
    };
    reader.stretch(0, tokens.len(), &Style::default());
    reader.inlines
}

/// The longest macro within a line.
const LONGEST_MACRO: usize = 100;

/// For every place where a group opens that marks cannot look into, where it ends: links and
/// literal text. Neither holds another one of its kind, so one walk from the end finds them all.
pub(crate) fn group_ends(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut ends = vec![None; tokens.len()];
    let (mut bracket_end, mut code_end) = (None, None);
    for at in (0..tokens.len()).rev() {
        match tokens[at] {
            Token::Bare(']') => bracket_end = Some(at),
            Token::Bare('[') => {
                let end: Option<usize> = bracket_end.take();
                let fits = |end: &usize| bracket(&tokens[at + 1..*end]).is_some();
                ends[at] = end.filter(fits).map(|end| end + 1);
            }
            Token::Bare('}') if stands_at(tokens, at, "}}") => code_end = Some(at),
            Token::Bare('{') if stands_at(tokens, at, "{{") => {
                ends[at] = code_end.take().map(|end: usize| end + 2);
            }
            _ => {}
        }
    }
    ends
}

struct Reader<'a> {
    tokens: &'a [Token],
    group_ends: Vec<Option<usize>>,
    inlines: Vec<Inline>,
}

impl Reader<'_> {
    fn stretch(&mut self, from: usize, to: usize, style: &Style) {
        let mut at = from;
        // Once a mark was found not to close in this stretch, it does not close later either.
        let mut unclosed: Vec<String> = Vec::new();
        while at < to {
            at = self
                .group(at, to, style)
                .or_else(|| self.mark(at, to, style, &mut unclosed))
                .unwrap_or_else(|| {
                    self.one(at, style);
                    at + 1
                });
        }
    }

    fn one(&mut self, at: usize, style: &Style) {
        match self.tokens[at] {
            Token::Break => self.inlines.push(Inline::Break),
            Token::Bare(c) | Token::Literal(c) => self.text(c.to_string(), style),
        }
    }

    fn text(&mut self, text: String, style: &Style) {
        match self.inlines.last_mut() {
            Some(Inline::Text {
                text: last,
                style: of_last,
            }) if of_last == style => last.push_str(&text),
            _ => self.inlines.push(Inline::text(text, style)),
        }
    }

    fn word_before(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| self.tokens[before].char().is_alphanumeric())
    }

    /// Code, links, pictures and macros within a line.
    fn group(&mut self, at: usize, to: usize, style: &Style) -> Option<usize> {
        let end = match self.tokens[at] {
            Token::Bare('{') if self.group_ends[at].is_some() => self.code(at, style)?,
            Token::Bare('{') => self.invisible(at)?,
            Token::Bare('[') if self.group_ends[at].is_some() => self.bracket(at, to, style)?,
            Token::Bare('!') if !self.word_before(at) => {
                let (name, words, end) = picture(self.tokens, at)?;
                if name.contains("://") {
                    self.inlines.extend(Inline::image(&name, "", &words, style));
                } else {
                    self.text(name, style);
                }
                end
            }
            _ if style.link.is_none() && !self.word_before(at) => {
                let end = bare_address(self.tokens, at)?.min(to);
                let address = plain(&self.tokens[at..end]);
                let link = Link::new(&address, "");
                self.text(address, &linked(style, link));
                end
            }
            _ => return None,
        };
        (end <= to).then_some(end)
    }

    fn code(&mut self, at: usize, style: &Style) -> Option<usize> {
        let end = self.group_ends[at]?;
        let text = plain(&self.tokens[at + 2..end - 2]);
        let style = style.clone();
        self.inlines.push(Inline::Code { text, style });
        Some(end)
    }

    /// Macros that only colour what they surround, or mark a place: no form in Markdown, the text stays.
    fn invisible(&self, at: usize) -> Option<usize> {
        let end = find_near(self.tokens, at + 1, "}", LONGEST_MACRO)?;
        let name = plain(&self.tokens[at + 1..end]);
        let known = name == "color" || name.starts_with("color:") || name.starts_with("anchor:");
        known.then_some(end + 1)
    }

    fn bracket(&mut self, at: usize, to: usize, style: &Style) -> Option<usize> {
        let end = self.group_ends[at].filter(|end| *end <= to)?;
        match bracket(&self.tokens[at + 1..end - 1])? {
            Bracket::Name(name) => self.text(name, style),
            Bracket::Person(account, name) => {
                self.inlines.push(named_mention(&account, &name));
            }
            Bracket::Link { label, address } => {
                let link = Link::new(&address, "").filter(|_| style.link.is_none());
                let leads = link.is_some() || style.link.is_some();
                let (from, inner) = (at + 1, linked(style, link));
                let before = self.inlines.len();
                // The label must not be joined to the text before it.
                self.inlines.push(Inline::plain(""));
                if plain(label) == address {
                    self.text(address.clone(), &inner);
                } else {
                    self.stretch(from, from + label.len(), &inner);
                }
                if !leads {
                    let content = self.inlines.split_off(before);
                    self.inlines.extend(node::linked(content, &address, ""));
                }
            }
        }
        Some(end)
    }

    /// A marked stretch that opens at `at`.
    fn mark(
        &mut self,
        at: usize,
        to: usize,
        style: &Style,
        unclosed: &mut Vec<String>,
    ) -> Option<usize> {
        let braced = stands_at(self.tokens, at, "{");
        let marker = match self.tokens.get(at + usize::from(braced))? {
            Token::Bare(marker @ ('*' | '_' | '-' | '?' | '+' | '^' | '~')) => *marker,
            _ => return None,
        };
        let inner = marked(style, marker)?;
        let sign = match (braced, marker) {
            (true, '?') => return None,
            (true, marker) => format!("{{{marker}}}"),
            (false, '?') => String::from("??"),
            (false, marker) => marker.to_string(),
        };
        if !stands_at(self.tokens, at, &sign) || unclosed.contains(&sign) {
            return None;
        }
        let from = at + sign.len();
        let opens = braced
            || !self.word_before(at)
                && self.tokens.get(from).is_some_and(|next| {
                    !next.char().is_whitespace() && *next != Token::Bare(marker)
                });
        if !opens {
            return None;
        }
        let Some(end) = self.closing(from, to, &sign, braced) else {
            unclosed.push(sign);
            return None;
        };
        self.stretch(from, end, &inner);
        Some(end + sign.len())
    }

    fn closing(&self, from: usize, to: usize, sign: &str, braced: bool) -> Option<usize> {
        let mut at = from;
        while at < to {
            if let Some(end) = self.group_ends[at] {
                at = end;
                continue;
            }
            let closes = stands_at(self.tokens, at, sign) && at + sign.len() <= to && {
                let after = self.tokens.get(at + sign.len());
                let word_after = after.is_some_and(|next| next.char().is_alphanumeric());
                // A mark in braces is not one without them.
                let in_braces = stands_at(self.tokens, at.saturating_sub(1), "{");
                let before = self.tokens[at - 1].char();
                braced || at > from && !before.is_whitespace() && !word_after && !in_braces
            };
            if closes {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

fn linked(style: &Style, link: Option<Arc<Link>>) -> Style {
    Style {
        link: link.or_else(|| style.link.clone()),
        ..style.clone()
    }
}

/// The style inside a mark; none where it is in force already.
fn marked(style: &Style, marker: char) -> Option<Style> {
    let mut inner = style.clone();
    if let Some(script) = script(marker) {
        return inner.script.replace(script).is_none().then_some(inner);
    }
    // A citation, `??title??`, is shown in italics.
    let mark = match marker {
        '*' => &mut inner.strong,
        '-' => &mut inner.strike,
        '+' => &mut inner.underline,
        _ => &mut inner.emphasis,
    };
    if *mark {
        return None;
    }
    *mark = true;
    Some(inner)
}

/// `^super^` and `~sub~`.
fn script(marker: char) -> Option<Script> {
    match marker {
        '^' => Some(Script::Super),
        '~' => Some(Script::Sub),
        _ => None,
    }
}
