//! Edits as Markdown that leave alone what Markdown does not show.
//!
//! The current document is read in parts, and the edited Markdown in pieces. What is the same in both
//! keeps its source, what changed is changed inside its source, and placeholders bring back the nodes
//! that they stand for. Each format reads its parts and writes the plan; what lies between is here.

mod alike;
mod cells;
mod counts;
mod deleted;
pub(crate) mod elsewhere;
mod entries;
mod form;
mod gone;
pub(crate) mod grafts;
pub(crate) mod hidden;
mod likely;
pub(crate) mod lines;
mod literal;
pub(crate) mod lost;
pub(crate) mod merge;
mod moved;
mod pairs;
pub(crate) mod part;
mod piece;
pub(crate) mod plan;
pub(crate) mod renamed;
pub(crate) mod rewrapped;
pub(crate) mod same_tasks;
pub(crate) mod sequence;
mod sign;
mod sites;
mod stretches;
pub(crate) mod text;
pub(crate) mod unchanged;
mod unsayable;
pub(crate) mod unseen;
pub(crate) mod weave;

use std::borrow::Cow;

use lost::Lost;
pub(crate) use part::Register;
use part::{Inside, Part};
use piece::Piece;
use plan::Planned;
use renamed::Renamed;
use unchanged::Unchanged;

use crate::markdown;
use crate::tree::{Block, notes, people};

impl Part {
    /// Gives every sequence of parts directly inside.
    fn each_inside<'p>(&'p self, give: &mut dyn FnMut(&'p [Part])) {
        match &self.inside {
            Inside::Parts(parts) => give(parts),
            Inside::List(entries) => entries.iter().for_each(|entry| give(&entry.parts)),
            Inside::Table(rows) => {
                let cells = rows.iter().flat_map(|row| &row.cells);
                cells.for_each(|cell| give(&cell.parts));
            }
            Inside::Whole | Inside::Text(_) | Inside::Code | Inside::Picture => {}
        }
    }
}

/// What becomes of an edit that would destroy something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Losses {
    /// It is refused.
    Refused,
    /// It is carried out: what Markdown cannot say goes where it is in the way.
    Accepted,
}

/// What an edit asks for: its blocks, whose placeholders have the document's words, and the pictures whose words are others.
pub(crate) struct Changed {
    pub(crate) blocks: Vec<Block>,
    pub(crate) renamed: Vec<Renamed>,
}

/// The edited text, whose placeholders stand for something in the document; nothing where it is the one that the
/// document shows.
pub(crate) fn changed(
    shown: &[Block],
    edited: Vec<Block>,
    register: &Register,
    losses: Losses,
) -> Result<Option<Changed>, Lost> {
    let changed = piece::checked(edited, register, losses)?;
    let is_same = changed.blocks == shown && changed.renamed.is_empty();
    Ok((!is_same).then_some(changed))
}

/// The edited text, with Markdown for the wiki markup and the slips that came into it. Where the document shows such as its
/// text, nobody can tell, and all of it is text.
pub(crate) fn meant<'e>(shown: &[Block], edited: &'e str) -> Cow<'e, str> {
    let mut meant = Cow::Borrowed(edited);
    for mend in [markdown::without_wiki_markup, markdown::without_slips] {
        let is_text = |text: &str| matches!(mend(text), Cow::Owned(_));
        let mended = match mend(&meant) {
            Cow::Owned(mended) if !is_text(&markdown::write(shown)) => mended,
            _ => continue,
        };
        meant = Cow::Owned(mended);
    }
    meant
}

/// An edited text in a format that holds no names: people are called as the document shows them.
pub(crate) fn read_with_names_of(shown: &[Block], edited: &str) -> Vec<Block> {
    let blocks = markdown::read(edited);
    if edited.contains("accountid:") {
        people::named_as_in(blocks, shown)
    } else {
        blocks
    }
}

/// The edited text as the plan wants it: blocks, and these put together to pieces.
pub(crate) struct Edited {
    blocks: Vec<Block>,
    pieces: Vec<Piece>,
}

impl Edited {
    pub(crate) fn new(blocks: &[Block], register: &Register) -> Result<Self, Lost> {
        let blocks = notes::lower(blocks).into_owned();
        let pieces = piece::pieces(&blocks, register)?;
        Ok(Self { blocks, pieces })
    }

    /// What stays as a whole where it stands.
    pub(crate) fn unchanged(&self) -> Unchanged<'_> {
        Unchanged::of(&self.pieces)
    }
}

/// Plans the edit of a document.
pub(crate) fn planned(
    parts: &[Part],
    register: &Register,
    edited: &Edited,
    losses: Losses,
) -> Result<Planned, Lost> {
    plan::plan(parts, register, edited, losses)
}
