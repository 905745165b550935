//! The current document in parts: what Markdown shows of each, and where the format finds it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::text::Unit;
use crate::tree::flatten::task_box;
use crate::tree::keep::Keep;
use crate::tree::{Block, Cell, Inline, Item, Style};

/// A number under which a format finds the source of a part.
pub(crate) type Source = usize;

/// A block of the current document, together with what lies invisible behind it.
#[derive(Debug)]
pub(crate) struct Part {
    /// Where it is.
    pub(crate) source: Source,
    /// What Markdown shows.
    pub(crate) shown: Shown,
    /// A number for all that it is; the same for parts that differ in identifiers only.
    pub(crate) nature: u64,
    /// What would be lost unseen if it were written anew, in words.
    pub(crate) unsayable: Option<String>,
    /// What it is beside what Markdown shows, in words, if written anew it would be something else.
    pub(crate) form: Option<String>,
    /// What it is made of.
    pub(crate) inside: Inside,
}

impl Part {
    /// A block that stays where it stands: nobody asks what else it is.
    pub(crate) fn unchanged(source: Source, block: Block) -> Self {
        Self {
            source,
            shown: Shown::Block(block),
            nature: 0,
            unsayable: None,
            form: None,
            inside: Inside::Whole,
        }
    }
}

/// What Markdown shows of a part.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shown {
    /// A block.
    Block(Block),
    /// A frame, by its reference; its content is inside.
    Frame(String),
}

/// What a part is made of, as far as it can be changed.
#[derive(Debug)]
pub(crate) enum Inside {
    /// It stays or goes as a whole.
    Whole,
    /// Running text: a paragraph or a heading.
    Text(Vec<Unit>),
    /// Literal text.
    Code,
    /// A picture that lies at an address, and nothing else.
    Picture,
    /// Blocks: a quotation or a frame.
    Parts(Vec<Part>),
    /// A list.
    List(Vec<Entry>),
    /// A table.
    Table(Vec<Row>),
}

/// An entry of a list.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Where it is.
    pub(crate) source: Source,
    /// What Markdown shows.
    pub(crate) shown: Item,
    /// As that of a part.
    pub(crate) nature: u64,
    /// Whether the format has a box for it; otherwise a box is a part of its text.
    pub(crate) is_task: bool,
    /// What it holds.
    pub(crate) parts: Vec<Part>,
}

impl Entry {
    /// The white space behind the box that is a part of an entry's text, and before what follows it.
    pub(super) fn behind_box(&self, follows: Option<&Inline>) -> String {
        let first = self.parts.first().map(|part| &part.shown);
        let text = match first {
            Some(Shown::Block(Block::Paragraph(content))) => match content.first() {
                Some(Inline::Text { text, .. }) => text.as_str(),
                _ => "",
            },
            _ => "",
        };
        let had_box = self.shown.checked.is_some();
        let behind = text.chars().skip(task_box(true).len());
        let space: String = behind
            .take_while(|c| had_box && c.is_whitespace())
            .collect();
        // A box ends where something else begins, and before words that are marked as it is at a space.
        let is_words = |inline: &Inline| {
            inline
                .style()
                .is_some_and(|style| *style == Style::default())
        };
        let needs_none = had_box && !follows.is_some_and(is_words);
        if space.is_empty() && !needs_none {
            String::from(" ")
        } else {
            space
        }
    }
}

/// A row of a table that is not empty.
#[derive(Debug)]
pub(crate) struct Row {
    /// Where it is.
    pub(crate) source: Source,
    /// What Markdown shows, as wide as the table.
    pub(crate) shown: Vec<Cell>,
    /// As that of a part.
    pub(crate) nature: u64,
    /// Whether it is the header, which shows nothing if all of its cells are empty.
    pub(crate) is_header: bool,
    /// Its own cells; one that is shown but is none of them is filled in.
    pub(crate) cells: Vec<Field>,
    /// Whether a cell of its table reaches over others.
    pub(crate) is_merged: bool,
    /// Whether a cell reaches over it and the row above it, and over it and the one below it.
    pub(crate) joined: [bool; 2],
}

/// A cell of a table.
#[derive(Debug)]
pub(crate) struct Field {
    /// Where it is.
    pub(crate) source: Source,
    /// The column that it is shown in.
    pub(crate) column: usize,
    /// What Markdown shows.
    pub(crate) shown: Cell,
    /// What it holds.
    pub(crate) parts: Vec<Part>,
}

/// What a placeholder stands for.
#[derive(Debug)]
pub(crate) struct Known {
    /// The placeholder as it is shown.
    pub(crate) keep: Arc<Keep>,
    /// Whether it is a block of its own and no piece of running text.
    pub(crate) is_block: bool,
}

/// Every node that has a placeholder, by its reference.
#[derive(Debug, Default)]
pub(crate) struct Register {
    /// The nodes.
    pub(crate) nodes: HashMap<String, Known>,
    /// Whether pictures are blocks of their own and no running text.
    pub(crate) pictures_apart: bool,
    /// Whether a block that stood elsewhere may stand in a new entry of a list.
    pub(crate) entries_hold_blocks: bool,
    /// Whether the format has lists of tasks.
    pub(crate) has_tasks: bool,
}

impl Register {
    /// What a reference stands for.
    pub(crate) fn get(&self, reference: &str) -> Option<&Known> {
        self.nodes.get(reference)
    }
}

/// A number that is the same for equal things.
pub(crate) fn key<Thing: Hash>(thing: &Thing) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}
