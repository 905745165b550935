//! Reads running text in wiki markup.
//!
//! A mark opens before visible text unless a word character stands before it, and closes behind
//! visible text unless one stands after it; in braces, as in `{*}`, it may stand anywhere.

use std::ops::Range;

use super::link::{Bracket, bare_address, bracket, picture};
use super::marks::{effect, linked, marked};
use super::running::Running;
use super::signs::{Sign, sign};
use super::text;
use super::tokens::{Token, find_near, plain, stands_at, tokens};
use crate::edit::weave::{Effect, Wrapper};
use crate::tree::keep::Keep;
use crate::tree::link::Link;
use crate::tree::node::named_mention;
use crate::tree::{Inline, Style, node};

/// A line, or a part of one: its tokens and where each stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) tokens: &'a [Token],
    pub(crate) spans: &'a [Range<usize>],
}

/// Reads a line into running text. A placeholder's reference comes from `named`, which is given a word for
/// what it stands for and its source.
pub(crate) fn read_tokens(
    line: Line<'_>,
    source: &str,
    running: &mut Running,
    named: &mut dyn FnMut(&str, &str) -> String,
) {
    let mut reader = Reader {
        tokens: line.tokens,
        spans: line.spans,
        source,
        group_ends: group_ends(line.tokens),
        last_colour: (0..line.tokens.len())
            .rev()
            .find(|at| stands_at(line.tokens, *at, COLOUR_END)),
        running,
        chain: Vec::new(),
        named,
    };
    reader.stretch(0, line.tokens.len(), &Style::default());
}

/// What ends a colour.
const COLOUR_END: &str = "{color}";

/// How far the end of a colour is looked for.
const FARTHEST_END: usize = 4096;

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

struct Reader<'a, 'r> {
    tokens: &'a [Token],
    spans: &'a [Range<usize>],
    source: &'a str,
    group_ends: Vec<Option<usize>>,
    /// Where the last colour ends: behind that, none is looked for.
    last_colour: Option<usize>,
    running: &'r mut Running,
    /// Marks that are open.
    chain: Vec<usize>,
    named: &'r mut dyn FnMut(&str, &str) -> String,
}

impl Reader<'_, '_> {
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
            Token::Break => self.whole(vec![Inline::Break], at, at + 1),
            Token::Bare(c) | Token::Literal(c) => self.character((c, false), style, at),
        }
    }

    /// A character of text, or of literal text.
    fn character(&mut self, character: (char, bool), style: &Style, at: usize) {
        let span = self.span(at, at + 1);
        let chain = &self.chain;
        self.running.push_character(character, style, span, chain);
    }

    /// Where some tokens stand.
    fn span(&self, from: usize, to: usize) -> Range<usize> {
        let start = self.spans.get(from).map_or(0, |span| span.start);
        let end = to.checked_sub(1).and_then(|last| self.spans.get(last));
        start..end.map_or(start, |span| span.end.max(start))
    }

    /// Text that some tokens are read as.
    fn whole(&mut self, inlines: Vec<Inline>, from: usize, to: usize) {
        let span = self.span(from, to);
        self.running.push(inlines, span, &self.chain);
    }

    /// What lies between two signs.
    fn within(
        &mut self,
        [open, close]: [Range<usize>; 2],
        effect: Effect,
        inside: impl FnOnce(&mut Self),
    ) {
        let (open, close) = (
            self.span(open.start, open.end),
            self.span(close.start, close.end),
        );
        self.chain.push(self.running.text.wrappers.len());
        self.running.text.wrappers.push(Wrapper {
            open,
            close,
            effect,
        });
        inside(self);
        self.chain.pop();
    }

    fn keep(&mut self, word: &str, label: &str, from: usize, to: usize) {
        let own = self.source.get(self.span(from, to)).unwrap_or_default();
        let reference = (self.named)(word, own);
        let keep = Keep::new(&reference, label, word == "image");
        self.whole(vec![Inline::Keep(keep)], from, to);
    }

    fn word_before(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| self.tokens[before].char().is_alphanumeric())
    }

    /// Code, links, pictures and macros within a line.
    fn group(&mut self, at: usize, to: usize, style: &Style) -> Option<usize> {
        match self.tokens[at] {
            Token::Bare('{') if self.group_ends[at].is_some_and(|end| end <= to) => {
                self.code(at, style)
            }
            Token::Bare('{') => self
                .colour(at, to, style)
                .or_else(|| self.macro_sign(at, to)),
            Token::Bare('[') if self.group_ends[at].is_some() => self.bracket(at, to, style),
            Token::Bare('!') if !self.word_before(at) => self.picture(at, to, style),
            _ if style.link.is_none() && !self.word_before(at) => {
                let end = bare_address(self.tokens, at)?.min(to);
                let address = plain(&self.tokens[at..end]);
                let style = linked(style, Link::new(&address, ""));
                for (index, c) in address.chars().enumerate() {
                    self.character((c, false), &style, at + index);
                }
                Some(end)
            }
            _ => None,
        }
    }

    fn code(&mut self, at: usize, style: &Style) -> Option<usize> {
        let end = self.group_ends[at]?;
        let (open, close) = (at..at + 2, end - 2..end);
        self.within([open, close], Effect::Code, |reader| {
            for place in at + 2..end - 2 {
                let c = reader.tokens[place].char();
                reader.character((c, true), style, place);
            }
        });
        Some(end)
    }

    /// A picture that lies elsewhere, with words for it at most, says itself.
    fn picture(&mut self, at: usize, to: usize, style: &Style) -> Option<usize> {
        let (name, words, end) = picture(self.tokens, at).filter(|(.., end)| *end <= to)?;
        let content = plain(&self.tokens[at + 1..end - 1]);
        let settings = content.split_once('|').map_or("", |(_, settings)| settings);
        let is_plain = settings.is_empty() || settings == format!("alt={words}");
        let image = Inline::image(&name, "", &words, style);
        if name.contains("://") && is_plain && matches!(image.as_slice(), [Inline::Image { .. }]) {
            self.whole(image, at, end);
        } else {
            let label = if words.is_empty() { &name } else { &words };
            self.keep("image", label, at, end);
        }
        Some(end)
    }

    /// Colours have no form in Markdown: the text stays, and with it its colour.
    fn colour(&mut self, at: usize, to: usize, style: &Style) -> Option<usize> {
        let Sign {
            content, end: from, ..
        } = sign(self.tokens, at)?;
        if !content.starts_with("color:") {
            return None;
        }
        self.last_colour.filter(|last| *last >= from)?;
        let end = find_near(self.tokens, from, COLOUR_END, FARTHEST_END)?;
        let behind = end + COLOUR_END.len();
        if behind > to || end == from {
            return None;
        }
        self.within([at..from, end..behind], Effect::Hidden, |reader| {
            reader.stretch(from, end, style);
        });
        Some(behind)
    }

    fn macro_sign(&mut self, at: usize, to: usize) -> Option<usize> {
        let sign = sign(self.tokens, at).filter(|sign| sign.end <= to && sign.is_macro())?;
        let is_anchor = sign.name == "anchor";
        let label = if is_anchor {
            sign.content.replacen(':', ": ", 1)
        } else {
            format!("macro: {}", sign.content)
        };
        let word = if is_anchor { "anchor" } else { "macro" };
        self.keep(word, &label, at, sign.end);
        Some(sign.end)
    }

    fn bracket(&mut self, at: usize, to: usize, style: &Style) -> Option<usize> {
        let end = self.group_ends[at].filter(|end| *end <= to)?;
        match bracket(&self.tokens[at + 1..end - 1])? {
            Bracket::Name(name) => self.keep("file", &name, at, end),
            Bracket::Person(account, name) => {
                self.whole(vec![named_mention(&account, &name)], at, end);
            }
            Bracket::Link { label, address } => {
                // An address that is shown as it is: braces and brackets in it are written in percents.
                let shown = plain(label);
                let is_shown =
                    address.contains('%') && plain(&tokens(&text::address(&shown), 0).0) == address;
                let address = if is_shown { shown } else { address };
                let link = Link::new(&address, "").filter(|_| style.link.is_none());
                let inner = linked(style, link.clone());
                let (from, length) = (at + 1, label.len());
                if inner.link.is_none() {
                    // What cannot be a link is said in words.
                    let words = vec![Inline::text(plain(label), style)];
                    self.whole(node::linked(words, &address, ""), at, end);
                } else if !is_shown && plain(label) == address {
                    self.whole(vec![Inline::text(address.clone(), &inner)], at, end);
                } else {
                    let effect = link.map_or(Effect::Hidden, Effect::Link);
                    let signs = [at..from, from + length..end];
                    self.within(signs, effect, |reader| {
                        reader.stretch(from, from + length, &inner);
                    });
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
        let behind = end + sign.len();
        self.within([at..from, end..behind], effect(marker), |reader| {
            reader.stretch(from, end, &inner);
        });
        Some(behind)
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
