//! Puts parts back between the tags and the white space that lie between them and show nothing.

use std::collections::{HashMap, HashSet};

use super::parts::Origin;
use super::tags::{Tag, token};
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::sequence::rising;
use crate::storage::keep::holds_columns;
use crate::storage::xml::{Element, Node, Span};

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
    /// An element that shows no text, without one around it.
    Thing,
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
    let glue = glue(origins, own);
    let mut writer = Writer {
        source,
        homes: homes(source, &glue),
        glue,
        at: 0,
        offset: 0,
        stack: vec![(base, 0)],
        used: places.iter().flatten().copied().collect(),
        container: Container::of(container.holder.or(container.element)),
        written: String::new(),
        after: None,
    };
    for (at, one) in written.into_iter().enumerate() {
        match places[at].filter(|_| in_place.contains(&at)) {
            Some(place) => writer.stay(place, &one),
            None => writer.add(&one, places[at])?,
        }
    }
    Ok(writer.finish())
}

/// For each part where the tags stand that are open around it.
fn homes(source: &str, glue: &[Span]) -> Vec<Vec<usize>> {
    let mut open = vec![0];
    let homes = glue.iter().map(|span| {
        let mut at = span.start;
        while at < span.end {
            let (length, tag) = token(&source[at..span.end]);
            match tag {
                Tag::Open(_) => open.push(at),
                Tag::Close => {
                    open.pop();
                }
                Tag::Other => {}
            }
            at += length;
        }
        open.clone()
    });
    homes.collect()
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
    /// A page of layouts, which has nothing outside of them.
    PageOfLayouts,
    /// A layout in which nothing but columns may lie.
    Columns,
    /// A table whose rows stand in bodies of it.
    TableWithBodies,
    Other,
}

impl Container {
    fn of(element: Option<&Element>) -> Self {
        let is_table = |element: &Element| {
            let bodies = ["tbody", "thead", "tfoot"];
            element.name == "table" && bodies.iter().any(|name| element.child(name).is_some())
        };
        if element.is_some_and(is_page_of_layouts) {
            Self::PageOfLayouts
        } else if element.is_some_and(holds_columns) {
            Self::Columns
        } else if element.is_some_and(is_table) {
            Self::TableWithBodies
        } else {
            Self::Other
        }
    }
}

/// Whether an element is a page on which everything lies in a layout. Where text stands beside one already, more
/// of it may.
fn is_page_of_layouts(element: &Element) -> bool {
    let is_layout = |node: &Node| match node {
        Node::Element(child) => child.name == "ac:layout",
        Node::Text(text, _) => text.trim().is_empty(),
        Node::Literal(..) => false,
    };
    let is_page = element.name.is_empty() && element.child("ac:layout").is_some();
    is_page && element.children.iter().all(is_layout)
}

struct Writer<'a> {
    source: &'a str,
    homes: Vec<Vec<usize>>,
    glue: Vec<Span>,
    /// Which glue is next, and how much of it is written.
    at: usize,
    offset: usize,
    /// Elements that are open, and where the tag of each stands.
    stack: Vec<(&'a str, usize)>,
    used: HashSet<usize>,
    container: Container,
    written: String,
    /// What the last part was, unless a tag follows it.
    after: Option<Kind>,
}

impl Writer<'_> {
    /// Writes the next piece of the glue before the next part; false where there is no more of it.
    fn step(&mut self) -> bool {
        let Some(span) = self.glue.get(self.at) else {
            return false;
        };
        let at = span.start + self.offset;
        let rest = &self.source[at..span.end];
        if rest.is_empty() {
            return false;
        }
        let (length, tag) = token(rest);
        self.written.push_str(&rest[..length]);
        self.offset += length;
        match tag {
            Tag::Open(name) => self.stack.push((name, at)),
            Tag::Close => {
                self.stack.pop();
            }
            // An empty element ends the text before it, too; white space and comments do not.
            Tag::Other if !rest.starts_with('<') || rest.starts_with("<!") => return true,
            Tag::Other => {}
        }
        self.after = None;
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
        // Beside a text a thing would be a part of that, and a text beside a thing, too.
        let runs_on = matches!(
            (self.after, one.kind),
            (Some(Kind::Loose), Kind::Loose | Kind::Thing) | (Some(Kind::Thing), Kind::Loose)
        );
        if runs_on {
            self.written.extend(["<p>", &one.text, "</p>"]);
            self.after = None;
        } else {
            self.written.push_str(&one.text);
            self.after = Some(one.kind);
        }
    }

    /// A part that is new here, or stood elsewhere among the others. It stands in the element that it stood in, or
    /// in the place of what went, as far as it may.
    fn add(&mut self, one: &Written, place: Option<usize>) -> Result<(), Lost> {
        if self.at + 1 < self.glue.len() && !self.used.contains(&self.at) {
            self.glue_before(self.at);
        }
        let home = place.and_then(|place| self.homes.get(place));
        let fits = |top: &str| self.may_stand(one.kind, top);
        let at_home = |stack: &Stack<'_>| {
            let tags = stack.iter().map(|(_, at)| at);
            home.is_some_and(|home| tags.eq(home)) && is_in(stack, &fits)
        };
        let in_head = |top: &str| one.kind == Kind::Row && top == "thead";
        let steps = self.steps_until(&at_home);
        let steps = steps.or_else(|| self.steps_until(&|stack| is_in(stack, &fits)));
        let steps = steps.or_else(|| self.steps_until(&|stack| is_in(stack, &in_head)));
        if let Some(steps) = steps {
            for _ in 0..steps {
                self.step();
            }
            self.push(one);
            return Ok(());
        }
        let in_layout = |stack: &Stack<'_>| is_in(stack, &|top| top == "ac:layout");
        let Some(steps) = self.steps_until(&in_layout) else {
            return Err(self.misplaced());
        };
        for _ in 0..steps {
            self.step();
        }
        self.in_new_section(one)
    }

    /// How many pieces of the glue lead to a place in such an element.
    fn steps_until(&self, fits: &dyn Fn(&Stack<'_>) -> bool) -> Option<usize> {
        let mut stack = self.stack.clone();
        let span = self.glue.get(self.at).cloned().unwrap_or_default();
        let mut at = span.start + self.offset;
        for steps in 0.. {
            if fits(&stack) {
                return Some(steps);
            }
            if at >= span.end {
                return None;
            }
            let (length, tag) = token(&self.source[at..span.end]);
            let from = at;
            at += length;
            match tag {
                Tag::Open(name) => stack.push((name, from)),
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
            Kind::Block | Kind::Loose | Kind::Thing => {
                let outside = top.is_empty() && self.container == Container::PageOfLayouts;
                !outside && FOR_BLOCKS.contains(&top)
                    || matches!(top, "ul" | "ol" | "ac:task-list" | "tr")
            }
        }
    }

    /// Between and behind sections with columns a block has a section of its own.
    fn in_new_section(&mut self, one: &Written) -> Result<(), Lost> {
        let is_text = matches!(one.kind, Kind::Block | Kind::Loose | Kind::Thing);
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

/// Elements that are open, and where the tag of each stands.
type Stack<'a> = [(&'a str, usize)];

fn is_in(stack: &Stack<'_>, fits: &dyn Fn(&str) -> bool) -> bool {
    stack.last().is_some_and(|(top, _)| fits(top))
}
