//! The new blocks of a plan, also those that lie in others: where something that stood elsewhere may be put.

use super::alike::Bag;
use super::moved::{Elsewhere, Grafts, graft};
use super::plan::{EntryPlan, FieldPlan, Plan, RowPlan};
use crate::tree::keep::is_alone;
use crate::tree::{Block, Item};

/// A new block.
pub(super) enum Site<'s> {
    /// A plan of its own.
    Plan(&'s mut Plan),
    /// A block inside of a new one.
    Inner(&'s mut Block),
}

impl Site<'_> {
    /// The block, and whether it lies inside of a new one.
    pub(super) fn block(&self) -> Option<&Block> {
        match self {
            Self::Plan(Plan::Fresh(block)) => Some(block),
            Self::Plan(_) => None,
            Self::Inner(block) => Some(block),
        }
    }

    /// Puts something else there.
    pub(super) fn put(self, elsewhere: Elsewhere, grafts: &mut Grafts) {
        match self {
            Self::Plan(plan) => *plan = Plan::Elsewhere(Box::new(elsewhere)),
            Self::Inner(block) => {
                *block = graft(grafts.len());
                grafts.push(elsewhere);
            }
        }
    }
}

/// Gives every site and how deep it lies; looks into one where it is told to.
pub(super) struct Visitor<'v> {
    pub(super) into_entries: bool,
    pub(super) visit: &'v mut dyn FnMut(Site<'_>, usize) -> bool,
}

impl Visitor<'_> {
    pub(super) fn plans(&mut self, plans: &mut [Plan]) {
        for plan in plans {
            match plan {
                Plan::Fresh(_) => {
                    if (self.visit)(Site::Plan(plan), 0)
                        && let Plan::Fresh(block) = plan
                    {
                        self.inside(block, 1);
                    }
                }
                Plan::Elsewhere(elsewhere) => self.plans(std::slice::from_mut(&mut elsewhere.plan)),
                Plan::Inside(_, plans) | Plan::Panel(_, _, plans) | Plan::Details(_, _, plans) => {
                    self.plans(plans);
                }
                Plan::List(_, _, entries) => self.entries(entries),
                Plan::Table(_, _, rows) => rows.iter_mut().for_each(|row| self.row(row)),
                Plan::Keep(_) | Plan::Text(..) | Plan::Code(..) | Plan::Picture(..) => {}
            }
        }
    }

    fn entries(&mut self, entries: &mut [EntryPlan]) {
        for entry in entries {
            match entry {
                EntryPlan::Changed(_, _, plans) => self.plans(plans),
                EntryPlan::Fresh(item) => self.item(item, 0),
                EntryPlan::Keep(_) => {}
            }
        }
    }

    fn row(&mut self, row: &mut RowPlan) {
        if let RowPlan::Changed(_, fields) = row {
            for field in fields {
                if let FieldPlan::Changed(_, plans, _) = field {
                    self.plans(plans);
                }
            }
        }
    }

    fn inside(&mut self, block: &mut Block, depth: usize) {
        match block {
            Block::Quote(blocks) | Block::Panel { blocks, .. } | Block::Details { blocks, .. } => {
                self.blocks(blocks, depth);
            }
            Block::List { items, .. } => {
                for item in items {
                    self.item(item, depth);
                }
            }
            _ => {}
        }
    }

    /// A task holds running text.
    fn item(&mut self, item: &mut Item, depth: usize) {
        if self.into_entries && item.checked.is_none() {
            self.blocks(&mut item.blocks, depth);
        }
    }

    fn blocks(&mut self, blocks: &mut [Block], depth: usize) {
        for block in blocks {
            if is_alone(block).is_none() && (self.visit)(Site::Inner(block), depth) {
                self.inside(block, depth + 1);
            }
        }
    }
}

/// The words of everything new in some plans.
pub(super) fn new_words(plans: &[Plan], found: &mut Vec<Bag>) {
    for plan in plans {
        match plan {
            Plan::Fresh(block) => found.push(Bag::of_blocks(std::slice::from_ref(block))),
            Plan::Elsewhere(elsewhere) => {
                new_words(std::slice::from_ref(&elsewhere.plan), found);
            }
            Plan::Inside(_, plans) | Plan::Panel(_, _, plans) | Plan::Details(_, _, plans) => {
                new_words(plans, found);
            }
            Plan::List(_, _, entries) => {
                for entry in entries {
                    match entry {
                        EntryPlan::Changed(_, _, plans) => new_words(plans, found),
                        EntryPlan::Fresh(item) => found.push(Bag::of_blocks(&item.blocks)),
                        EntryPlan::Keep(_) => {}
                    }
                }
            }
            Plan::Table(_, _, rows) => rows.iter().for_each(|row| new_words_of_row(row, found)),
            Plan::Keep(_) | Plan::Text(..) | Plan::Code(..) | Plan::Picture(..) => {}
        }
    }
}

fn new_words_of_row(row: &RowPlan, found: &mut Vec<Bag>) {
    match row {
        RowPlan::Fresh(cells) => found.push(Bag::of_cells(cells)),
        RowPlan::Changed(_, fields) => {
            for field in fields {
                match field {
                    FieldPlan::Changed(_, plans, _) => new_words(plans, found),
                    FieldPlan::Fresh(cell) => found.push(Bag::of_text(cell)),
                    FieldPlan::Keep(_) => {}
                }
            }
        }
        RowPlan::Keep(_) => {}
    }
}
