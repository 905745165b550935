//! What is new in a plan, also inside of new blocks: where something that stood elsewhere may be put.

use super::alike::Bag;
use super::elsewhere::Elsewhere;
use super::gone::Fresh;
use super::grafts::{Grafts, graft};
use super::plan::{EntryPlan, FieldPlan, Plan, RowPlan};
use crate::tree::keep::is_alone;
use crate::tree::{Block, Cell, Item};

/// Something new.
pub(super) enum Site<'s> {
    /// A plan of its own.
    Plan(&'s mut Plan),
    Entry(&'s mut EntryPlan),
    Row(&'s mut RowPlan),
    /// A block inside of a new one.
    Inner(&'s mut Block),
    /// An entry of a new list, and a row of a new table.
    InnerItem(&'s Item),
    InnerRow(&'s Vec<Cell>),
}

/// What stands there.
pub(super) enum There {
    Block(Elsewhere),
    Entry(Elsewhere<EntryPlan, Item>),
    Row(Elsewhere<RowPlan, Vec<Cell>>),
}

impl Site<'_> {
    /// What is new.
    pub(super) fn fresh(&self) -> Option<Fresh> {
        Some(match self {
            Self::Plan(Plan::Fresh(block)) => Fresh::Block(block.clone()),
            Self::Inner(block) => Fresh::Block((*block).clone()),
            Self::Entry(EntryPlan::Fresh(item)) => Fresh::Item(item.clone()),
            Self::InnerItem(item) => Fresh::Item((*item).clone()),
            Self::Row(RowPlan::Fresh(cells)) => Fresh::Row(cells.clone()),
            Self::InnerRow(cells) => Fresh::Row((*cells).clone()),
            Self::Plan(_) | Self::Entry(_) | Self::Row(_) => return None,
        })
    }

    /// Whether it lies in a new list or table.
    pub(super) fn is_in_new_holder(&self) -> bool {
        matches!(self, Self::InnerItem(_) | Self::InnerRow(_))
    }

    /// Puts something else there; what stands in new blocks is added to the grafts, of which there are some already.
    pub(super) fn put(self, there: There, known: usize, grafts: &mut Grafts) {
        match (self, there) {
            (Self::Plan(plan), There::Block(there)) => *plan = Plan::Elsewhere(Box::new(there)),
            (Self::Inner(block), There::Block(there)) => {
                *block = graft(known + grafts.len());
                grafts.push(there);
            }
            (Self::Entry(entry), There::Entry(there)) => {
                *entry = EntryPlan::Elsewhere(Box::new(there));
            }
            (Self::Row(row), There::Row(there)) => *row = RowPlan::Elsewhere(Box::new(there)),
            _ => {}
        }
    }
}

/// Gives every site and how deep it lies; looks into one where it is told to.
pub(super) struct Visitor<'v> {
    pub(super) into_entries: bool,
    pub(super) visit: &'v mut dyn FnMut(Site<'_>, usize) -> bool,
}

impl Visitor<'_> {
    /// All sites of a plan and of what stands in its new blocks.
    pub(super) fn all(&mut self, plans: &mut [Plan], grafts: &mut [Elsewhere]) {
        self.plans(plans);
        for graft in grafts {
            self.plans(std::slice::from_mut(&mut graft.plan));
        }
    }

    fn plans(&mut self, plans: &mut [Plan]) {
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
                Plan::Another(plan) => self.plans(std::slice::from_mut(plan)),
                Plan::Inside(_, plans) | Plan::Panel(_, _, plans) | Plan::Details(_, _, plans) => {
                    self.plans(plans);
                }
                Plan::List(_, _, entries) => self.entries(entries),
                Plan::Table(_, _, rows) => self.rows(rows),
                Plan::Keep(_) | Plan::Text(..) | Plan::Code(..) | Plan::Picture(..) => {}
            }
        }
    }

    fn entries(&mut self, entries: &mut [EntryPlan]) {
        for entry in entries {
            match entry {
                EntryPlan::Changed(_, _, plans) => self.plans(plans),
                EntryPlan::Fresh(_) => {
                    if (self.visit)(Site::Entry(entry), 0)
                        && let EntryPlan::Fresh(item) = entry
                    {
                        self.item(item, 1);
                    }
                }
                EntryPlan::Elsewhere(elsewhere) => {
                    self.entries(std::slice::from_mut(&mut elsewhere.plan));
                }
                EntryPlan::Keep(_) => {}
            }
        }
    }

    fn rows(&mut self, rows: &mut [RowPlan]) {
        for row in rows {
            match row {
                RowPlan::Changed(_, fields) => {
                    for field in fields {
                        if let FieldPlan::Changed(_, plans, _) = field {
                            self.plans(plans);
                        }
                    }
                }
                RowPlan::Fresh(_) => {
                    (self.visit)(Site::Row(row), 0);
                }
                RowPlan::Elsewhere(elsewhere) => {
                    self.rows(std::slice::from_mut(&mut elsewhere.plan));
                }
                RowPlan::Keep(_) => {}
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
                    if (self.visit)(Site::InnerItem(item), depth) {
                        self.item(item, depth + 1);
                    }
                }
            }
            Block::Table { header, rows } => {
                for row in std::iter::once(header).chain(rows) {
                    (self.visit)(Site::InnerRow(row), depth);
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
            Plan::Another(plan) => new_words(std::slice::from_ref(plan), found),
            Plan::Inside(_, plans) | Plan::Panel(_, _, plans) | Plan::Details(_, _, plans) => {
                new_words(plans, found);
            }
            Plan::List(_, _, entries) => {
                for entry in entries {
                    new_words_of_entry(entry, found);
                }
            }
            Plan::Table(_, _, rows) => rows.iter().for_each(|row| new_words_of_row(row, found)),
            Plan::Keep(_) | Plan::Text(..) | Plan::Code(..) | Plan::Picture(..) => {}
        }
    }
}

fn new_words_of_entry(entry: &EntryPlan, found: &mut Vec<Bag>) {
    match entry {
        EntryPlan::Changed(_, _, plans) => new_words(plans, found),
        EntryPlan::Fresh(item) => found.push(Bag::of_blocks(&item.blocks)),
        EntryPlan::Elsewhere(elsewhere) => new_words_of_entry(&elsewhere.plan, found),
        EntryPlan::Keep(_) => {}
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
        RowPlan::Elsewhere(elsewhere) => new_words_of_row(&elsewhere.plan, found),
        RowPlan::Keep(_) => {}
    }
}
