//! Blocks of raw HTML inside Markdown: lists, tables, quotations, literal text, and frames without meaning.

use std::collections::HashMap;

use super::frames::{Frame, Row};
use super::html::is_inline;
use super::reader::Reader;
use super::tokens::{Tag, Token, tokens};
use crate::tree::flatten::{strong, words};
use crate::tree::{Block, Inline};

/// Tags that open something only where they are closed again: people also write of tags.
const CLOSED: [&str; 4] = ["ul", "ol", "table", "blockquote"];

/// Tags of frames without meaning, which only part what stands before and behind them.
const LAYOUT: [&str; 19] = [
    "p",
    "div",
    "center",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "figure",
    "figcaption",
    "address",
    "dl",
    "dt",
    "dd",
    "caption",
    "thead",
    "tbody",
];

/// The kinds of lists.
const LISTS: [&str; 2] = ["ul", "ol"];

/// Where the closing tags of lists, tables and quotations stand in the source.
#[derive(Default)]
pub(super) struct Ends(HashMap<&'static str, Vec<usize>>);

impl Ends {
    pub(super) fn of(source: &str) -> Self {
        let mut ends: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (place, _) in source.match_indices("</") {
            let rest = &source.as_bytes()[place + 2..];
            let is = |name: &&&'static str| {
                let begin = rest.get(..name.len());
                begin.is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
                    && !rest.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
            };
            if let Some(name) = CLOSED.iter().find(is) {
                ends.entry(*name).or_default().push(place);
            }
        }
        Self(ends)
    }

    /// Where the next such tag behind a place stands.
    fn next(&self, name: &str, from: usize) -> Option<usize> {
        let places = self.0.get(name)?;
        let next = places.partition_point(|place| *place < from);
        places.get(next).copied()
    }
}

impl Reader {
    /// Whether indented lines go on with HTML that was opened before the empty line above them, and are no code.
    pub(super) fn goes_on(&self, lines: &str) -> bool {
        self.innermost_tag().is_some() && lines.trim_start().starts_with('<')
    }

    /// Lines of HTML that Markdown takes for code.
    pub(super) fn begin_html(&mut self, within: std::ops::Range<usize>) {
        self.flush();
        self.within = within;
        self.html = Some(String::new());
    }

    pub(super) fn raw_html(&mut self, html: &str) {
        self.html.get_or_insert_default().push_str(html);
    }

    pub(super) fn end_html(&mut self) {
        let html = self.html.take().unwrap_or_default();
        self.html_block(&html);
        self.end_literal();
        self.flush();
    }

    /// A block of HTML, which ends at an empty line or where its comment does.
    pub(super) fn html_block(&mut self, html: &str) {
        let tokens = tokens(html.trim_end());
        let known = |token: &Token<'_>| match token {
            Token::Comment => true,
            Token::Text(_) => false,
            Token::Tag(tag) => is_block(&tag.name) || is_inline(&tag.name),
        };
        // Lines of HTML are layout; lines of something unknown are shown as they are.
        let layout = tokens.iter().any(known);
        let start = self.within.start;
        for token in tokens {
            if self.literal.is_some() {
                self.literal_token(&token);
                continue;
            }
            match token {
                Token::Comment => {}
                Token::Text(text) if layout => {
                    let text = crate::storage::xml::resolve_all(text);
                    self.text(&text.replace('\n', " "));
                }
                Token::Text(text) => self.lines(text),
                Token::Tag(tag) if tag.name == "pre" && !tag.closing => {
                    self.flush();
                    self.literal = Some(<(String, String)>::default());
                }
                Token::Tag(tag) => {
                    if !self.block_tag(&tag, start) && !self.inline_tag(&tag) {
                        self.lines(tag.source);
                    }
                }
            }
        }
    }

    fn lines(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.collector.inline(Inline::Break);
            }
            self.text(line);
        }
    }

    /// Literal text goes on to the tag that closes it; marks in it have no place in code.
    fn literal_token(&mut self, token: &Token<'_>) {
        let Some((language, gathered)) = &mut self.literal else {
            return;
        };
        match token {
            Token::Comment => {}
            Token::Text(text) => gathered.push_str(&crate::storage::xml::resolve_all(text)),
            Token::Tag(tag) if tag.name == "pre" && tag.closing => self.end_literal(),
            Token::Tag(tag) if tag.name == "code" => {
                let class = tag.attribute("class");
                let mut names = class.split_whitespace();
                if let Some(name) = names.find_map(|name| name.strip_prefix("language-")) {
                    name.clone_into(language);
                }
            }
            Token::Tag(tag) if tag.name == "br" => gathered.push('\n'),
            Token::Tag(tag) if is_inline(&tag.name) => {}
            Token::Tag(tag) => gathered.push_str(tag.source),
        }
    }

    /// Ends literal text; the line feeds after the opening tag and before the closing one are layout.
    pub(super) fn end_literal(&mut self) {
        if let Some((language, text)) = self.literal.take() {
            let text = text.strip_prefix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\n').unwrap_or(text);
            self.collector.block([Block::code(&language, text)]);
        }
    }

    /// Reads a tag that stands between blocks; gives whether it was understood.
    pub(super) fn block_tag(&mut self, tag: &Tag<'_>, start: usize) -> bool {
        match (tag.name.as_str(), tag.closing) {
            ("details", false) => {
                let title = String::new();
                self.open(Frame::Details { title }, Some("details"));
            }
            ("details", true) => {
                self.close_html(&["details"]);
            }
            ("summary" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6", false)
            | ("tfoot" | "colgroup" | "col", _) => self.flush(),
            ("summary", true) => self.summary(),
            ("hr", false) => {
                self.flush();
                self.collector.block([Block::Rule]);
            }
            (name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6"), true) => {
                self.heading(name[1..].parse().unwrap_or(6));
            }
            (name, _) if LAYOUT.contains(&name) => self.flush(),
            (name @ ("ul" | "ol" | "table" | "blockquote" | "tr" | "td" | "th" | "li"), true) => {
                return self.close_html(&[name]);
            }
            (name, false) => return self.open_tag(name, tag, start),
            _ => return false,
        }
        true
    }

    /// Opens a list, a table, a quotation, or a part of one.
    fn open_tag(&mut self, name: &str, tag: &Tag<'_>, start: usize) -> bool {
        let ends = |reader: &Self| {
            let end = reader.ends.next(name, start);
            end.is_some_and(|end| end < reader.within.end)
        };
        match name {
            "ul" | "ol" | "table" | "blockquote" if !ends(self) => return false,
            "ul" => {
                let items = Vec::new();
                self.open(Frame::List { start: None, items }, Some("ul"));
            }
            "ol" => {
                let start = Some(tag.attribute("start").trim().parse().unwrap_or(1));
                let items = Vec::new();
                self.open(Frame::List { start, items }, Some("ol"));
            }
            "blockquote" => self.open(Frame::Quote(None), Some("blockquote")),
            "table" => self.open(Frame::Table { rows: Vec::new() }, Some("table")),
            "li" if self.close_to(&LISTS) => {
                self.open(Frame::Item { checked: None }, Some("li"));
            }
            "tr" if self.close_to(&["table"]) => self.open(Frame::Row(Row::default()), Some("tr")),
            "td" | "th" if self.close_to(&["tr", "table"]) => self.open_cell(name == "th", tag),
            _ => return false,
        }
        true
    }

    fn open_cell(&mut self, is_header: bool, tag: &Tag<'_>) {
        if self.innermost_tag() == Some("table") {
            self.open(Frame::Row(Row::default()), Some("tr"));
        }
        let [columns, rows] =
            ["colspan", "rowspan"].map(|name| tag.attribute(name).trim().parse().ok());
        let cell = Frame::Cell {
            is_header,
            columns,
            rows,
        };
        self.open(cell, Some(if is_header { "th" } else { "td" }));
    }

    /// The text before the end of a summary is the title of what it opens.
    fn summary(&mut self) {
        self.tags.clear();
        let content = self.collector.take_inlines();
        if let Some((Frame::Details { title }, _)) = self.frames.last_mut()
            && title.is_empty()
        {
            *title = words(&content);
        } else {
            self.collector.inline(strong(&words(&content)));
            self.flush();
        }
    }
}

fn is_block(name: &str) -> bool {
    let others = [
        "details", "summary", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "tfoot", "colgroup", "col",
        "li", "tr", "td", "th",
    ];
    CLOSED.contains(&name) || LAYOUT.contains(&name) || others.contains(&name)
}
