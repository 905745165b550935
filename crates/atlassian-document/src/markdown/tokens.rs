//! Cuts raw HTML into tags, comments and text.

use crate::storage::xml::resolve_all;

/// A part of raw HTML.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// `<!-- … -->`.
    Comment,
    /// A tag.
    Tag(Tag<'a>),
    /// Anything else.
    Text(&'a str),
}

/// An opening or closing tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// The name in small letters.
    pub(super) name: String,
    /// Whether it closes.
    pub(super) closing: bool,
    /// The whole of it.
    pub(super) source: &'a str,
}

/// The longest tag; a longer one is text.
const LONGEST_TAG: usize = 4_000;

/// Reads from the start to the end; what is no tag is text.
pub(super) fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut from, mut at) = (0, 0);
    // Once the end of a comment was not found, it does not come later either.
    let mut comments_end = true;
    while let Some(found) = html[at..].find('<') {
        let open = at + found;
        at = open + 1;
        let rest = &html[open..];
        let (token, length) = if rest.starts_with("<!--") {
            let end = comments_end.then(|| rest.find("-->")).flatten();
            comments_end = end.is_some();
            let Some(end) = end else { continue };
            (Token::Comment, end + 3)
        } else {
            let Some(tag) = tag(rest) else { continue };
            let length = tag.source.len();
            (Token::Tag(tag), length)
        };
        tokens.push(Token::Text(&html[from..open]));
        tokens.push(token);
        (from, at) = (open + length, open + length);
    }
    tokens.push(Token::Text(&html[from..]));
    tokens.retain(|token| !matches!(token, Token::Text("")));
    tokens
}

/// The tag at the start of a text.
fn tag(text: &str) -> Option<Tag<'_>> {
    let inner = text.strip_prefix('<')?;
    let (closing, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')?;
    let name = inner[..length].to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if !inner[length..].starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')) {
        return None;
    }
    let mut quote = None;
    for (index, c) in text.char_indices().take(LONGEST_TAG) {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => {
                let source = &text[..=index];
                return Some(Tag {
                    name,
                    closing,
                    source,
                });
            }
            _ => {}
        }
    }
    None
}

impl Tag<'_> {
    /// An attribute's value with its references resolved; empty where there is none.
    pub(super) fn attribute(&self, wanted: &str) -> String {
        let space = |c: char| c.is_whitespace() || c == '/';
        let inner = self
            .source
            .trim_start_matches(['<', '/'])
            .trim_end_matches('>');
        let mut rest = inner.get(self.name.len()..).unwrap_or_default();
        loop {
            rest = rest.trim_start_matches(space);
            let length = rest
                .find(|c: char| space(c) || c == '=')
                .unwrap_or(rest.len());
            let (name, after) = rest.split_at(length);
            if name.is_empty() && after.is_empty() {
                return String::new();
            }
            let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
                rest = after;
                continue;
            };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => {
                    let value = &value[1..];
                    value.split_once(quote).unwrap_or((value, ""))
                }
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return resolve_all(value);
            }
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    #[test]
    fn attributes_are_read_in_every_spelling() {
        let html = "<IMG src='a>b' alt = \"x &amp; y\" title=z checked/>";
        let read = tokens(html);
        let [Token::Tag(tag)] = read.as_slice() else {
            panic!("{read:?}")
        };
        assert_eq!(tag.name, "img");
        let values = ["src", "alt", "title", "checked", "missing"].map(|name| tag.attribute(name));
        assert_eq!(values, ["a>b", "x & y", "z", "", ""]);
    }

    #[test]
    fn what_is_no_tag_is_text() {
        for html in ["<", "< b>", "<b", "<1>", "<!-- a", "<b \"", "</>", "<b.c>"] {
            let read = tokens(html);
            assert!(
                read.iter().all(|token| matches!(token, Token::Text(_))),
                "{read:?}"
            );
        }
    }
}
