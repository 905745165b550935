//! What becomes of each part of the current document.

use std::collections::{HashMap, HashSet};

use super::lost::Lost;
use super::part::{Entry, Field, Inside, Part, Register, Row, Shown, Source, key};
use super::piece::{Piece, pieces};
use super::sequence::{Step, align};
use super::text::{self, Run};
use super::{alike, lines};
use crate::tree::flatten::task_box;
use crate::tree::panel::Panel;
use crate::tree::{Block, Cell, Inline, Item, keep};

/// What stands in the place of a block.
#[derive(Debug)]
pub(crate) enum Plan {
    /// A part as it was.
    Keep(Source),
    /// A part as it was from elsewhere, if it may stand here; otherwise the block.
    Moved(Source, Block),
    /// A paragraph, or a heading of a level, with changed text.
    Text(Source, Option<u8>, Vec<Run>),
    /// Literal text, changed.
    Code(Source, Option<String>, String),
    /// A quotation or a frame, changed inside.
    Inside(Source, Vec<Plan>),
    /// A panel, changed inside, of a kind.
    Panel(Source, Panel, Vec<Plan>),
    /// What can be opened, changed inside, with a title.
    Details(Source, String, Vec<Plan>),
    /// A list with the number that it begins with.
    List(Source, Option<u64>, Vec<EntryPlan>),
    /// A table.
    Table(Source, Vec<RowPlan>),
    /// Something new.
    Fresh(Block),
}

/// What stands in the place of an entry of a list.
#[derive(Debug)]
pub(crate) enum EntryPlan {
    Keep(Source),
    /// Changed inside; the box of a task.
    Changed(Source, Option<bool>, Vec<Plan>),
    Fresh(Item),
}

/// What stands in the place of a row.
#[derive(Debug)]
pub(crate) enum RowPlan {
    Keep(Source),
    Changed(Source, Vec<FieldPlan>),
    Fresh(Vec<Cell>),
}

/// What stands in the place of a cell.
#[derive(Debug)]
pub(crate) enum FieldPlan {
    Keep(Source),
    Changed(Source, Vec<Plan>),
    Fresh(Cell),
}

/// Plans the change from the document in `old` to the edited blocks.
pub(crate) fn plan(old: &[Part], register: &Register, new: &[Block]) -> Result<Vec<Plan>, Lost> {
    let mut frames = HashMap::new();
    find_frames(old, &mut frames);
    let used = keep::all(new)
        .into_iter()
        .map(|keep| keep.reference.clone())
        .collect();
    let mut planner = Planner {
        register,
        frames,
        used,
        gone: Vec::new(),
    };
    let mut plans = planner.parts(old, &pieces(new, register)?)?;
    let mut gone: HashMap<&Block, Vec<Source>> = HashMap::new();
    for part in planner.gone.iter().rev() {
        if let Shown::Block(block) = &part.shown {
            gone.entry(block).or_default().push(part.source);
        }
    }
    find_moved(&mut plans, &mut gone);
    Ok(plans)
}

fn find_frames<'p>(parts: &'p [Part], frames: &mut HashMap<&'p str, &'p Part>) {
    for part in parts {
        if let Shown::Frame(reference) = &part.shown {
            frames.insert(reference, part);
        }
        part.each_inside(&mut |inside| find_frames(inside, frames));
    }
}

/// What is new here and is gone elsewhere was moved.
fn find_moved(plans: &mut [Plan], gone: &mut HashMap<&Block, Vec<Source>>) {
    for plan in plans {
        match plan {
            Plan::Fresh(block) => {
                if let Some(source) = gone.get_mut(&*block).and_then(Vec::pop) {
                    *plan = Plan::Moved(source, block.clone());
                }
            }
            Plan::Inside(_, plans) | Plan::Panel(_, _, plans) | Plan::Details(_, _, plans) => {
                find_moved(plans, gone);
            }
            Plan::List(_, _, entries) => {
                for entry in entries {
                    if let EntryPlan::Changed(_, _, plans) = entry {
                        find_moved(plans, gone);
                    }
                }
            }
            _ => {}
        }
    }
}

struct Planner<'p> {
    register: &'p Register,
    frames: HashMap<&'p str, &'p Part>,
    /// The placeholders of the edited text.
    used: HashSet<String>,
    /// Parts that have no place in the edited text where they stood.
    gone: Vec<&'p Part>,
}

impl<'p> Planner<'p> {
    fn parts(&mut self, old: &'p [Part], new: &[Piece]) -> Result<Vec<Plan>, Lost> {
        let olds: Vec<u64> = old.iter().map(|part| key(&part.shown)).collect();
        let as_shown = |piece: &Piece| match piece {
            Piece::Block(block) => key(&Shown::Block(block.clone())),
            Piece::Frame(reference, _) => key(&Shown::Frame(reference.clone())),
        };
        let news: Vec<u64> = new.iter().map(as_shown).collect();
        let likeness = |i: usize, j: usize| match &new[j] {
            Piece::Block(block) => alike::part(&old[i], block),
            Piece::Frame(..) => 0.0,
        };
        let (steps, gone) = align(&olds, &news, true, &likeness);
        for index in gone {
            self.leave(&old[index]);
        }
        let plans = steps.into_iter().map(|step| match step {
            Step::Same(i, j) => match &new[j] {
                Piece::Frame(_, inside) => self.frame(&old[i], inside),
                Piece::Block(_) => Ok(Plan::Keep(old[i].source)),
            },
            Step::Changed(i, j) => match &new[j] {
                Piece::Block(block) => self.changed(&old[i], block),
                Piece::Frame(reference, inside) => self.moved_frame(reference, inside),
            },
            Step::New(j) => match &new[j] {
                Piece::Block(block) => fresh(block),
                Piece::Frame(reference, inside) => self.moved_frame(reference, inside),
            },
        });
        plans.collect()
    }

    /// A part goes, unless a placeholder for it stands elsewhere; what was in a frame may stay.
    fn leave(&mut self, part: &'p Part) {
        if let Shown::Frame(reference) = &part.shown
            && self.used.contains(reference)
        {
            return;
        }
        self.gone.push(part);
        part.each_inside(&mut |inside| {
            for part in inside {
                self.leave(part);
            }
        });
    }

    fn frame(&mut self, part: &'p Part, inside: &[Piece]) -> Result<Plan, Lost> {
        let Inside::Parts(parts) = &part.inside else {
            return Ok(Plan::Keep(part.source));
        };
        Ok(Plan::Inside(part.source, self.parts(parts, inside)?))
    }

    fn moved_frame(&mut self, reference: &str, inside: &[Piece]) -> Result<Plan, Lost> {
        match self.frames.get(reference) {
            Some(part) => self.frame(part, inside),
            None => Err(Lost::Unknown(reference.to_owned())),
        }
    }

    fn changed(&mut self, part: &'p Part, block: &Block) -> Result<Plan, Lost> {
        let source = part.source;
        let Shown::Block(shown) = &part.shown else {
            return fresh(block);
        };
        match (&part.inside, block) {
            (Inside::Text(units), Block::Paragraph(new) | Block::Heading { content: new, .. }) => {
                let level = match block {
                    Block::Heading { level, .. } => Some(*level),
                    _ => None,
                };
                let (Block::Paragraph(old) | Block::Heading { content: old, .. }) = shown else {
                    return fresh(block);
                };
                match text::runs(units, old, new) {
                    Some(runs) => Ok(Plan::Text(source, level, runs)),
                    None => fresh(block),
                }
            }
            (Inside::Code, Block::Code { language, text }) => {
                Ok(Plan::Code(source, language.clone(), text.clone()))
            }
            (Inside::Parts(parts), Block::Quote(blocks)) => {
                let new = pieces(blocks, self.register)?;
                Ok(Plan::Inside(source, self.parts(parts, &new)?))
            }
            (Inside::Parts(parts), Block::Panel { kind, blocks }) => {
                let new = pieces(blocks, self.register)?;
                Ok(Plan::Panel(source, *kind, self.parts(parts, &new)?))
            }
            (Inside::Parts(parts), Block::Details { title, blocks }) => {
                let new = pieces(blocks, self.register)?;
                Ok(Plan::Details(
                    source,
                    title.clone(),
                    self.parts(parts, &new)?,
                ))
            }
            (Inside::List(entries), Block::List { start, items }) => {
                Ok(Plan::List(source, *start, self.entries(entries, items)?))
            }
            (Inside::Table(rows), Block::Table { header, rows: new }) => {
                let has_header = !header.iter().all(Vec::is_empty);
                let header = has_header.then_some(header);
                let new: Vec<&Vec<Cell>> = header.into_iter().chain(new).collect();
                Ok(Plan::Table(source, self.rows(rows, &new)?))
            }
            _ => fresh(block),
        }
    }

    fn entries(&mut self, old: &'p [Entry], new: &[Item]) -> Result<Vec<EntryPlan>, Lost> {
        let olds: Vec<u64> = old.iter().map(|entry| key(&entry.shown)).collect();
        let news: Vec<u64> = new.iter().map(key).collect();
        let likeness =
            |i: usize, j: usize| alike::blocks(&old[i].shown.blocks, &new[j].blocks).max(0.01);
        let (steps, gone) = align(&olds, &news, true, &likeness);
        for index in gone {
            old[index].parts.iter().for_each(|part| self.leave(part));
        }
        let plans = steps.into_iter().map(|step| match step {
            Step::Same(i, _) => Ok(EntryPlan::Keep(old[i].source)),
            Step::Changed(i, j) => self.entry(&old[i], &new[j]),
            Step::New(j) => {
                no_frames(&new[j].blocks)?;
                Ok(EntryPlan::Fresh(new[j].clone()))
            }
        });
        plans.collect()
    }

    fn entry(&mut self, old: &'p Entry, new: &Item) -> Result<EntryPlan, Lost> {
        let mut blocks = new.blocks.clone();
        let mut checked = new.checked;
        if !old.is_task
            && let Some(done) = checked.take()
        {
            // The box is a part of the text.
            let mut boxed = vec![Inline::plain(format!(
                "{}{}",
                task_box(done),
                behind_box(old)
            ))];
            if let Some(Block::Paragraph(content)) = blocks.first() {
                boxed.extend(content.iter().cloned());
                blocks.remove(0);
            }
            blocks.splice(0..0, Block::paragraph(boxed));
        }
        let plans = self.parts(&old.parts, &pieces(&blocks, self.register)?)?;
        Ok(EntryPlan::Changed(old.source, checked, plans))
    }

    fn rows(&mut self, old: &'p [Row], new: &[&Vec<Cell>]) -> Result<Vec<RowPlan>, Lost> {
        let olds: Vec<u64> = old.iter().map(|row| key(&trimmed(&row.shown))).collect();
        let news: Vec<u64> = new.iter().map(|row| key(&trimmed(row))).collect();
        let likeness = |i: usize, j: usize| alike::cells(&old[i].shown, new[j]).max(0.01);
        let (steps, gone) = align(&olds, &news, true, &likeness);
        let moved = steps.iter().enumerate().any(|(index, step)| match step {
            Step::Same(i, _) => *i != index,
            _ => true,
        });
        if old.iter().any(|row| row.is_merged) && (moved || !gone.is_empty()) {
            return Err(Lost::Hidden(String::from("the merged cells of a table")));
        }
        for cell in gone.into_iter().flat_map(|index| &old[index].cells) {
            cell.parts.iter().for_each(|part| self.leave(part));
        }
        let plans = steps.into_iter().map(|step| match step {
            Step::Same(i, _) => Ok(RowPlan::Keep(old[i].source)),
            Step::Changed(i, j) => self.fields(&old[i], new[j]),
            Step::New(j) => Ok(RowPlan::Fresh(new[j].clone())),
        });
        plans.collect()
    }

    fn fields(&mut self, old: &'p Row, new: &[Cell]) -> Result<RowPlan, Lost> {
        let mut new = new;
        while let Some((last, others)) = new.split_last()
            && new.len() > old.cells.len()
            && last.is_empty()
        {
            new = others;
        }
        let olds: Vec<u64> = old.cells.iter().map(|cell| key(&cell.shown)).collect();
        let news: Vec<u64> = new.iter().map(key).collect();
        // Where columns neither came nor went, cells stand in their places.
        let steps = if olds.len() == news.len() {
            let steps = (0..olds.len()).map(|at| {
                if olds[at] == news[at] {
                    Step::Same(at, at)
                } else {
                    Step::Changed(at, at)
                }
            });
            steps.collect()
        } else {
            let likeness =
                |i: usize, j: usize| alike::texts(&old.cells[i].shown, &new[j]).max(0.01);
            align(&olds, &news, false, &likeness).0
        };
        let plans = steps.into_iter().map(|step| match step {
            Step::Same(i, _) => Ok(FieldPlan::Keep(old.cells[i].source)),
            Step::Changed(i, j) => self.field(&old.cells[i], &new[j]),
            Step::New(j) => Ok(FieldPlan::Fresh(new[j].clone())),
        });
        Ok(RowPlan::Changed(
            old.source,
            plans.collect::<Result<_, Lost>>()?,
        ))
    }

    fn field(&mut self, old: &'p Field, new: &Cell) -> Result<FieldPlan, Lost> {
        let blocks = lines::as_blocks(&old.parts, new, self.register)?;
        let plans = self.parts(&old.parts, &pieces(&blocks, self.register)?)?;
        Ok(FieldPlan::Changed(old.source, plans))
    }
}

/// The white space behind the box that is a part of an entry's text.
fn behind_box(entry: &Entry) -> String {
    let first = entry.parts.first().map(|part| &part.shown);
    let space = match first {
        Some(Shown::Block(Block::Paragraph(content))) => match content.first() {
            Some(Inline::Text { text, .. }) => {
                let behind = text.chars().skip(task_box(true).len());
                behind.take_while(|c| c.is_whitespace()).collect()
            }
            _ => String::new(),
        },
        _ => String::new(),
    };
    if space.is_empty() {
        String::from(" ")
    } else {
        space
    }
}

/// A row without the empty cells that only fill it up.
fn trimmed(row: &[Cell]) -> &[Cell] {
    let end = row.iter().rposition(|cell| !cell.is_empty());
    &row[..end.map_or(0, |last| last + 1)]
}

fn fresh(block: &Block) -> Result<Plan, Lost> {
    no_frames(std::slice::from_ref(block))?;
    Ok(Plan::Fresh(block.clone()))
}

/// Frames are put together where they stand beside other blocks, and not inside of new ones.
fn no_frames(blocks: &[Block]) -> Result<(), Lost> {
    let is_frame = |keep: &&std::sync::Arc<keep::Keep>| {
        keep.ends().is_some() || keep::is_frame(&keep.reference)
    };
    match keep::all(blocks).iter().find(is_frame) {
        Some(keep) => Err(Lost::Misplaced(format!(
            "the placeholder `{}`",
            keep.address()
        ))),
        None => Ok(()),
    }
}
