//! Puts parts back between the tags and the white space that lie between them and show nothing.

use std::collections::{HashMap, HashSet};

use super::parts::Origin;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::sequence::rising;
use crate::storage::keep::holds_columns;
use crate::storage::xml::{Element, Span};

/// What a written part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A block, an entry or a cell.
    Block,
    /// The header of a table.
    Header,
    /// Another row of it.
    Row,
    /// Running text without an element around it.
    Loose,
    /// A section of a layout with columns.
    Layout,
    /// A column of one.
    Column,
}

/// A part as it is to stand in the page.
#[derive(Debug)]
pub(super) struct Written {
    /// The part that it was, wherever that stood.
    pub(super) old: Option<Source>,
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// Elements in which blocks may stand.
const FOR_BLOCKS: &[&str] = &[
    "",
    "ac:layout-cell",
    "ac:rich-text-body",
    "ac:task-body",
    "ac:adf-content",
    "div",
    "section",
    "header",
    "footer",
    "article",
    "li",
    "td",
    "th",
    "blockquote",
    "dd",
    "dt",
];

/// What lies in `own`, when these are the parts of it.
pub(super) fn between(
    source: &str,
    origins: &[Origin<'_>],
    own: Source,
    written: Vec<Written>,
) -> Result<String, Lost> {
    let container = &origins[own];
    let places: HashMap<Source, usize> = container.parts.iter().copied().zip(0..).collect();
    let places = written.iter().map(|one| places.get(&one.old?).copied());
    let places: Vec<Option<usize>> = places.collect();
    let pairs: Vec<(usize, usize)> = places
        .iter()
        .enumerate()
        .filter_map(|(at, place)| Some((at, (*place)?)))
        .collect();
    // The others were moved.
    let in_place: HashSet<usize> = rising(&pairs).into_iter().map(|(at, _)| at).collect();
    let base = container.holder.map_or("", |holder| holder.name.as_str());
    let mut writer = Writer {
        source,
        glue: glue(origins, own),
        at: 0,
        offset: 0,
        stack: vec![base.to_owned()],
        used: places.iter().flatten().copied().collect(),
        container: Container::of(source, own, container.element),
        written: String::new(),
        after_loose: false,
    };
    for (at, one) in written.into_iter().enumerate() {
        match places[at].filter(|_| in_place.contains(&at)) {
            Some(place) => writer.stay(place, &one),
            None => writer.add(&one)?,
        }
    }
    Ok(writer.finish())
}

/// What lies before each part, and behind the last one.
fn glue(origins: &[Origin<'_>], own: Source) -> Vec<Span> {
    let container = &origins[own];
    let mut from = container.inner.start;
    let mut glue = Vec::new();
    for part in &container.parts {
        let whole = &origins[*part].whole;
        glue.push(from..whole.start);
        from = whole.end;
    }
    glue.push(from..container.inner.end.max(from));
    glue
}

/// What the parts lie in, as far as it says where something new may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    /// A page with a layout, which has nothing outside of it.
    PageWithLayout,
    /// A layout in which nothing but columns may lie.
    Columns,
    /// A table whose rows stand in bodies of it.
    TableWithBodies,
    Other,
}

impl Container {
    fn of(source: &str, own: Source, element: Option<&Element>) -> Self {
        let is_table = |element: &Element| {
            let bodies = ["tbody", "thead", "tfoot"];
            element.name == "table" && bodies.iter().any(|name| element.child(name).is_some())
        };
        if own == 0 && source.contains("<ac:layout>") {
            Self::PageWithLayout
        } else if element.is_some_and(holds_columns) {
            Self::Columns
        } else if element.is_some_and(is_table) {
            Self::TableWithBodies
        } else {
            Self::Other
        }
    }
}

struct Writer<'a> {
    source: &'a str,
    glue: Vec<Span>,
    /// Which glue is next, and how much of it is written.
    at: usize,
    offset: usize,
    /// Elements that are open.
    stack: Vec<String>,
    used: HashSet<usize>,
    container: Container,
    written: String,
    after_loose: bool,
}

impl Writer<'_> {
    /// Writes the next piece of the glue before the next part; false where there is no more of it.
    fn step(&mut self) -> bool {
        let Some(span) = self.glue.get(self.at) else {
            return false;
        };
        let rest = &self.source[span.start + self.offset..span.end];
        if rest.is_empty() {
            return false;
        }
        let (length, tag) = token(rest);
        self.written.push_str(&rest[..length]);
        self.offset += length;
        match tag {
            Tag::Open(name) => self.stack.push(name.to_owned()),
            Tag::Close => {
                self.stack.pop();
            }
            // An empty element ends the text before it, too; white space and comments do not.
            Tag::Other if !rest.starts_with('<') || rest.starts_with("<!") => return true,
            Tag::Other => {}
        }
        self.after_loose = false;
        true
    }

    fn glue_before(&mut self, place: usize) {
        while self.at <= place {
            while self.step() {}
            (self.at, self.offset) = (self.at + 1, 0);
        }
    }

    /// A part that stays where it was among the others.
    fn stay(&mut self, place: usize, one: &Written) {
        self.glue_before(place);
        self.push(one);
    }

    fn push(&mut self, one: &Written) {
        if one.kind == Kind::Loose && self.after_loose {
            self.written.extend(["<p>", &one.text, "</p>"]);
            self.after_loose = false;
            return;
        }
        self.written.push_str(&one.text);
        self.after_loose = one.kind == Kind::Loose;
    }

    /// A part that is new here. It stands in the place of what went, as far as it may.
    fn add(&mut self, one: &Written) -> Result<(), Lost> {
        if self.at + 1 < self.glue.len() && !self.used.contains(&self.at) {
            self.glue_before(self.at);
        }
        let fits = |top: &str| self.may_stand(one.kind, top);
        let in_head = |top: &str| one.kind == Kind::Row && top == "thead";
        let steps = self.steps_until(&fits);
        if let Some(steps) = steps.or_else(|| self.steps_until(&in_head)) {
            for _ in 0..steps {
                self.step();
            }
            self.push(one);
            return Ok(());
        }
        let Some(steps) = self.steps_until(&|top| top == "ac:layout") else {
            return Err(self.misplaced());
        };
        for _ in 0..steps {
            self.step();
        }
        self.in_new_section(one)
    }

    /// How many pieces of the glue lead to a place in such an element.
    fn steps_until(&self, fits: &dyn Fn(&str) -> bool) -> Option<usize> {
        let mut stack: Vec<&str> = self.stack.iter().map(String::as_str).collect();
        let span = self.glue.get(self.at);
        let mut rest = span.map_or("", |span| &self.source[span.start + self.offset..span.end]);
        for steps in 0.. {
            if stack.last().is_some_and(|top| fits(top)) {
                return Some(steps);
            }
            if rest.is_empty() {
                return None;
            }
            let (length, tag) = token(rest);
            rest = &rest[length..];
            match tag {
                Tag::Open(name) => stack.push(name),
                Tag::Close => {
                    stack.pop();
                }
                Tag::Other => {}
            }
        }
        None
    }

    fn may_stand(&self, kind: Kind, top: &str) -> bool {
        match kind {
            Kind::Layout => top == "ac:layout",
            Kind::Column => self.container == Container::Columns && top == "ac:layout-section",
            Kind::Header | Kind::Row => match top {
                "table" => self.container != Container::TableWithBodies,
                // Rows that are none of the header stand in a body, where there is one.
                "thead" => kind == Kind::Header,
                other => matches!(other, "tbody" | "tfoot"),
            },
            Kind::Block | Kind::Loose => {
                let outside = top.is_empty() && self.container == Container::PageWithLayout;
                !outside && FOR_BLOCKS.contains(&top)
                    || matches!(top, "ul" | "ol" | "ac:task-list" | "tr")
            }
        }
    }

    /// Between and behind sections with columns a block has a section of its own.
    fn in_new_section(&mut self, one: &Written) -> Result<(), Lost> {
        let is_text = matches!(one.kind, Kind::Block | Kind::Loose);
        if !is_text {
            return Err(self.misplaced());
        }
        let (open, close) = (
            "<ac:layout-section ac:type=\"single\"><ac:layout-cell>",
            "</ac:layout-cell></ac:layout-section>",
        );
        self.written.extend([open, &one.text, close]);
        Ok(())
    }

    fn misplaced(&self) -> Lost {
        let what = if self.container == Container::Columns {
            "text between the columns of a layout"
        } else {
            "a column, a layout or a text at a place"
        };
        Lost::Misplaced(what.to_owned())
    }

    fn finish(mut self) -> String {
        self.glue_before(self.glue.len().saturating_sub(1));
        self.written
    }
}

enum Tag<'a> {
    Open(&'a str),
    Close,
    Other,
}

/// The first tag of a source, or what lies before it.
fn token(source: &str) -> (usize, Tag<'_>) {
    let until = |end: &str| source.find(end).map_or(source.len(), |at| at + end.len());
    if !source.starts_with('<') {
        return (source.find('<').unwrap_or(source.len()), Tag::Other);
    }
    if source.starts_with("<!--") {
        return (until("-->"), Tag::Other);
    }
    if source.starts_with("<![CDATA[") {
        return (until("]]>"), Tag::Other);
    }
    let mut quote = None;
    let end = source.char_indices().find(|(_, c)| match (quote, *c) {
        (None, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        (Some(open), c) if open == c => {
            quote = None;
            false
        }
        (None, '>') => true,
        _ => false,
    });
    let end = end.map_or(source.len(), |(at, _)| at + 1);
    let tag = &source[1..end];
    let name = tag.find(|c: char| c.is_whitespace() || c == '/' || c == '>');
    let name = &tag[..name.unwrap_or(tag.len())];
    match tag.as_bytes().first() {
        Some(b'/') => (end, Tag::Close),
        Some(b'!' | b'?') => (end, Tag::Other),
        _ if tag.ends_with("/>") => (end, Tag::Other),
        _ => (end, Tag::Open(name)),
    }
}
