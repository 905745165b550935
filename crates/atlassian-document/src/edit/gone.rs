//! What has no place in the edited text where it stood, and what it may become elsewhere.

use super::alike::{Bag, may_become};
use super::cells::trimmed;
use super::counts::own;
use super::form;
use super::part::{Entry, Inside, Part, Row, Shown, Source, key};
use super::plan::Planner;
use crate::tree::{Block, Cell, Item};

/// Something of the current document; entries and rows with the list or the table that they lie in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing<'p> {
    Part(&'p Part),
    Entry(&'p Part, &'p Entry),
    Row(&'p Part, &'p Row),
}

/// Something without a place, and where those begin that do not lie in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone<'p> {
    pub(super) thing: Thing<'p>,
    pub(super) end: usize,
}

/// Something new in the edited text.
#[derive(Debug, Clone)]
pub(super) enum Fresh {
    Block(Block),
    Item(Item),
    Row(Vec<Cell>),
}

impl Fresh {
    /// The same number for what reads the same.
    pub(super) fn key(&self) -> u64 {
        match self {
            Self::Block(block) => key(&(0, block)),
            Self::Item(item) => key(&(1, item)),
            Self::Row(cells) => key(&(2, trimmed(cells))),
        }
    }

    /// The same number for entries that say the same, whatever stands below them.
    pub(super) fn beginning(&self) -> Option<u64> {
        match self {
            Self::Item(item) => own(item),
            Self::Block(_) | Self::Row(_) => None,
        }
    }

    pub(super) fn bag(&self) -> Bag {
        match self {
            Self::Block(block) => Bag::of_blocks(std::slice::from_ref(block)),
            Self::Item(item) => Bag::of_blocks(&item.blocks),
            Self::Row(cells) => Bag::of_cells(cells),
        }
    }
}

impl Thing<'_> {
    pub(super) fn source(&self) -> Source {
        match self {
            Self::Part(part) => part.source,
            Self::Entry(_, entry) => entry.source,
            Self::Row(_, row) => row.source,
        }
    }

    /// As that of something new; none for a frame.
    pub(super) fn key(&self) -> Option<u64> {
        match self {
            Self::Part(part) => match &part.shown {
                Shown::Block(block) => Some(key(&(0, block))),
                Shown::Frame(_) => None,
            },
            Self::Entry(_, entry) => Some(key(&(1, &entry.shown))),
            Self::Row(_, row) => Some(key(&(2, trimmed(&row.shown)))),
        }
    }

    /// As that of something new.
    pub(super) fn beginning(&self) -> Option<u64> {
        match self {
            Self::Entry(_, entry) => own(&entry.shown),
            Self::Part(_) | Self::Row(..) => None,
        }
    }

    pub(super) fn bag(&self) -> Bag {
        match self {
            Self::Part(part) => match &part.shown {
                Shown::Block(block) => Bag::of_blocks(std::slice::from_ref(block)),
                Shown::Frame(_) => Bag::default(),
            },
            Self::Entry(_, entry) => Bag::of_blocks(&entry.shown.blocks),
            Self::Row(_, row) => Bag::of_cells(&row.shown),
        }
    }

    /// What would be lost of it, and of what lies in it, if it were written anew.
    pub(super) fn form(&self) -> Option<String> {
        match self {
            Self::Part(part) => form::within(part),
            Self::Entry(_, entry) => entry.parts.iter().find_map(form::within),
            Self::Row(_, row) => form::of_row(row),
        }
    }

    /// The same of itself alone.
    pub(super) fn own_form(&self) -> Option<String> {
        match self {
            Self::Part(part) => part.form.clone(),
            Self::Entry(..) => None,
            Self::Row(_, row) => form::of_row(row),
        }
    }

    /// Whether something new that reads the same is it.
    pub(super) fn may_be(&self, fresh: &Fresh) -> bool {
        match (self, fresh) {
            (Self::Part(_), Fresh::Block(_)) | (Self::Entry(..), Fresh::Item(_)) => true,
            (Self::Row(_, row), Fresh::Row(cells)) => row.fits(cells.len()),
            _ => false,
        }
    }

    /// Whether it can become something new that reads otherwise.
    pub(super) fn may_become(&self, fresh: &Fresh) -> bool {
        match (self, fresh) {
            (Self::Part(part), Fresh::Block(block)) => may_become(part, block),
            (Self::Entry(_, entry), Fresh::Item(item)) => {
                entry.shown.checked.is_some() == item.checked.is_some()
            }
            (Self::Row(_, row), Fresh::Row(cells)) => row.fits(cells.len()),
            _ => false,
        }
    }
}

impl Row {
    /// Whether it can stand on its own in a table of that width.
    fn fits(&self, width: usize) -> bool {
        let is_joined = self.joined.contains(&true);
        !is_joined && (!self.is_merged || self.shown.len() == width)
    }
}

impl<'p> Planner<'p> {
    /// A part goes, unless a placeholder for it stands elsewhere; what was in a frame may stay.
    pub(super) fn leave(&mut self, part: &'p Part) {
        if let Shown::Frame(reference) = &part.shown
            && self.used.contains(reference)
        {
            return;
        }
        let at = self.begin(Thing::Part(part));
        match &part.inside {
            Inside::Parts(parts) => self.leave_all(parts),
            Inside::List(entries) => {
                for entry in entries {
                    self.leave_entry(part, entry);
                }
            }
            Inside::Table(rows) => {
                for row in rows {
                    self.leave_row(part, row);
                }
            }
            Inside::Whole | Inside::Text(_) | Inside::Code | Inside::Picture => {}
        }
        self.end(at);
    }

    pub(super) fn leave_entry(&mut self, list: &'p Part, entry: &'p Entry) {
        let at = self.begin(Thing::Entry(list, entry));
        self.leave_all(&entry.parts);
        self.end(at);
    }

    pub(super) fn leave_row(&mut self, table: &'p Part, row: &'p Row) {
        let at = self.begin(Thing::Row(table, row));
        for cell in &row.cells {
            self.leave_all(&cell.parts);
        }
        self.end(at);
    }

    fn leave_all(&mut self, parts: &'p [Part]) {
        for part in parts {
            self.leave(part);
        }
    }

    fn begin(&mut self, thing: Thing<'p>) -> usize {
        self.gone.push(Gone { thing, end: 0 });
        self.gone.len() - 1
    }

    fn end(&mut self, at: usize) {
        self.gone[at].end = self.gone.len();
    }
}
