//! What becomes of each part of the current document.

use std::collections::{HashMap, HashSet};

use super::alike::{Bag, Bags, may_become, picture};
use super::counts::Counts;
use super::deleted::Texts;
use super::elsewhere::Elsewhere;
use super::gone::Gone;
use super::grafts::Grafts;
use super::lines::blocks_of;
use super::lost::Lost;
use super::moved::find_frames;
use super::part::{Inside, Part, Register, Row, Shown, Source, key};
use super::piece::{Piece, pieces};
use super::sequence::{Step, align, doubtful};
use super::stretches;
use super::text::{self, Run};
use super::unsayable;
use super::{Edited, Losses};
use crate::tree::flatten::{self, into_inlines};
use crate::tree::panel::Panel;
use crate::tree::{Block, Cell, Inline, Item, keep};

/// What stands in the place of a block.
#[derive(Debug)]
pub(crate) enum Plan {
    /// A part as it was.
    Keep(Source),
    /// A paragraph, or a heading of a level, with changed text: what becomes of it, and what it says then.
    Text(Source, Option<u8>, Vec<Run>, Vec<Inline>),
    /// Literal text, changed: its language, its title, and what it says.
    Code(Source, [Option<String>; 2], String),
    /// A picture with other words, or that leads elsewhere.
    Picture(Source, Inline),
    /// A quotation or a frame, changed inside.
    Inside(Source, Vec<Plan>),
    /// A panel, changed inside, of a kind.
    Panel(Source, Panel, Vec<Plan>),
    /// What can be opened, changed inside, with a title.
    Details(Source, String, Vec<Plan>),
    /// A list with the number that it begins with.
    List(Source, Option<u64>, Vec<EntryPlan>),
    /// A table, and whether its first row is a header.
    Table(Source, bool, Vec<RowPlan>),
    /// Something that stood in another container.
    Elsewhere(Box<Elsewhere>),
    /// A list or a table like one that stands elsewhere, of which entries or rows stand in this one now.
    Another(Box<Plan>),
    /// Something new; what stood elsewhere and stands in it now is a placeholder in it.
    Fresh(Block),
}

impl Plan {
    /// The part that it changes, if it is one.
    pub(crate) fn source(&self) -> Option<Source> {
        match self {
            Self::Keep(source)
            | Self::Text(source, ..)
            | Self::Code(source, ..)
            | Self::Picture(source, _)
            | Self::Inside(source, _)
            | Self::Panel(source, ..)
            | Self::Details(source, ..)
            | Self::List(source, ..)
            | Self::Table(source, ..) => Some(*source),
            Self::Elsewhere(elsewhere) => elsewhere.plan.source(),
            Self::Another(plan) => plan.source(),
            Self::Fresh(_) => None,
        }
    }
}

/// What stands in the place of an entry of a list.
#[derive(Debug)]
pub(crate) enum EntryPlan {
    Keep(Source),
    /// Changed inside; the box of a task.
    Changed(Source, Option<bool>, Vec<Plan>),
    /// One that stood in another list.
    Elsewhere(Box<Elsewhere<EntryPlan, Item>>),
    Fresh(Item),
}

/// What stands in the place of a row.
#[derive(Debug)]
pub(crate) enum RowPlan {
    Keep(Source),
    Changed(Source, Vec<FieldPlan>),
    /// One that stood in another table.
    Elsewhere(Box<Elsewhere<RowPlan, Vec<Cell>>>),
    Fresh(Vec<Cell>),
}

/// What stands in the place of a cell.
#[derive(Debug)]
pub(crate) enum FieldPlan {
    Keep(Source),
    /// Changed inside, and what it shows then.
    Changed(Source, Vec<Plan>, Cell),
    Fresh(Cell),
}

/// What becomes of a document.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) plans: Vec<Plan>,
    /// What stood elsewhere and stands in new blocks.
    pub(crate) grafts: Grafts,
    /// What was deleted as a whole, and stands nowhere else: what is hidden in it goes with it.
    pub(crate) deleted: Vec<Source>,
}

/// Plans the change from the document in `old` to the edited blocks.
pub(crate) fn plan(
    old: &[Part],
    register: &Register,
    edited: &Edited,
    losses: Losses,
) -> Result<Planned, Lost> {
    let new = edited.blocks.as_slice();
    let mut frames = HashMap::new();
    find_frames(old, &mut frames);
    let used = keep::all(new)
        .into_iter()
        .map(|keep| keep.reference.clone())
        .collect();
    let mut planner = Planner {
        register,
        is_strict: losses == Losses::Refused,
        frames,
        counts: Counts::of(old, new),
        used,
        gone: Vec::new(),
        risks: Vec::new(),
        grafts: Vec::new(),
        deleted: Vec::new(),
    };
    let mut plans = planner.parts(old, &edited.pieces)?;
    planner.put_elsewhere(&mut plans)?;
    let Planner {
        grafts, deleted, ..
    } = planner;
    let mut gone = Vec::new();
    if !deleted.is_empty() {
        let shown = old.iter().flat_map(|part| blocks_of(part, register));
        let texts = Texts::new(&shown.collect::<Vec<_>>(), new);
        gone = texts.only_deleted(deleted);
    }
    Ok(Planned {
        plans,
        grafts,
        deleted: gone,
    })
}

pub(super) struct Planner<'p> {
    pub(super) register: &'p Register,
    /// Whether nothing may be lost.
    pub(super) is_strict: bool,
    frames: HashMap<&'p str, &'p Part>,
    /// What entries and rows say, on both sides.
    pub(super) counts: Counts,
    /// The placeholders of the edited text.
    pub(super) used: HashSet<String>,
    /// Parts that have no place in the edited text where they stood.
    pub(super) gone: Vec<Gone<'p>>,
    /// What else went that cannot be written anew: what it is, and its words.
    pub(super) risks: Vec<(String, Bag)>,
    /// What stands in new blocks.
    pub(super) grafts: Grafts,
    /// What has gone as a whole where nothing new stands in its place, and what it showed.
    pub(super) deleted: Vec<(Source, Vec<Block>)>,
}

impl<'p> Planner<'p> {
    pub(super) fn parts(&mut self, old: &'p [Part], new: &[Piece]) -> Result<Vec<Plan>, Lost> {
        // Who accepts losses gets the text as it stands.
        let in_stretches = self
            .is_strict
            .then(|| stretches::of_tasks(old, new))
            .flatten();
        let new = in_stretches.as_deref().unwrap_or(new);
        let of_block = |block: &Block| key(&(true, block));
        let of_frame = |reference: &str| key(&(false, reference));
        let olds = old.iter().map(|part| match &part.shown {
            Shown::Block(block) => of_block(block),
            Shown::Frame(reference) => of_frame(reference),
        });
        let news = new.iter().map(|piece| match piece {
            Piece::Block(block) => of_block(block),
            Piece::Frame(reference, _) => of_frame(reference),
        });
        let (olds, news): (Vec<u64>, Vec<u64>) = (olds.collect(), news.collect());
        let old_bags = Bags::new(old.len(), |i| match &old[i].shown {
            Shown::Block(block) => Bag::of_blocks(std::slice::from_ref(block)),
            Shown::Frame(_) => Bag::default(),
        });
        let new_bags = Bags::new(new.len(), |j| match &new[j] {
            Piece::Block(block) => Bag::of_blocks(std::slice::from_ref(block)),
            Piece::Frame(..) => Bag::default(),
        });
        let alike = |i: usize, j: usize| old_bags.get(i).likeness(new_bags.get(j));
        let likeness = |i: usize, j: usize| match &new[j] {
            Piece::Block(block) if may_become(&old[i], block) => alike(i, j).max(0.01),
            _ => 0.0,
        };
        let (steps, gone) = align(&olds, &news, true, &likeness);
        let natures: Vec<u64> = old.iter().map(|part| part.nature).collect();
        if self.is_strict
            && let Some(index) = doubtful(&olds, &natures, &steps, &gone)
            && let Shown::Block(shown) = &old[index].shown
        {
            return Err(in_doubt(&into_inlines(std::slice::from_ref(shown))));
        }
        if self.is_strict {
            unsayable::nothing_changes(old, new, &steps, &gone, &alike)?;
        }
        let is_new = |step: &Step| matches!(step, Step::New(_));
        let nothing_new = !steps.iter().any(is_new);
        for index in gone {
            self.leave(&old[index]);
            // What was in a frame may stand without it.
            let goes = match &old[index].shown {
                Shown::Block(_) => true,
                Shown::Frame(reference) => nothing_new && !self.used.contains(reference),
            };
            if goes {
                let shown = blocks_of(&old[index], self.register);
                self.deleted.push((old[index].source, shown));
            }
        }
        let plans = steps.into_iter().map(|step| self.step(&step, old, new));
        plans.collect()
    }

    fn step(&mut self, step: &Step, old: &'p [Part], new: &[Piece]) -> Result<Plan, Lost> {
        match *step {
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
        }
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

    pub(super) fn changed(&mut self, part: &'p Part, block: &Block) -> Result<Plan, Lost> {
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
                    Some(runs) => Ok(Plan::Text(source, level, runs, new.clone())),
                    None => fresh(block),
                }
            }
            (Inside::Code, block) => code(source, block),
            (Inside::Picture, block) => match picture(block) {
                Some((_, picture)) => Ok(Plan::Picture(source, picture.clone())),
                None => fresh(block),
            },
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
                let entries = self.entries(part, entries, items)?;
                Ok(Plan::List(source, *start, entries))
            }
            (Inside::Table(rows), Block::Table { header, rows: new }) => {
                // A header that shows nothing is as good as none, and stays where there is one.
                let is_empty = |row: &Vec<Cell>| row.iter().all(Vec::is_empty);
                let is_unseen = |row: &Row| row.is_header && is_empty(&row.shown);
                let has_header = !is_empty(header) || rows.first().is_some_and(is_unseen);
                let header = has_header.then_some(header);
                let new: Vec<&Vec<Cell>> = header.into_iter().chain(new).collect();
                Ok(Plan::Table(
                    source,
                    has_header,
                    self.rows(part, rows, &new)?,
                ))
            }
            _ => fresh(block),
        }
    }
}

pub(super) fn in_doubt(shown: &[Inline]) -> Lost {
    let words = keep::Keep::new("", &flatten::words(shown), false);
    Lost::Doubtful(words.label.clone())
}

fn code(source: Source, block: &Block) -> Result<Plan, Lost> {
    match block {
        Block::Code {
            language,
            title,
            text,
        } => {
            let names = [language, title].map(Clone::clone);
            Ok(Plan::Code(source, names, text.clone()))
        }
        other => fresh(other),
    }
}

fn fresh(block: &Block) -> Result<Plan, Lost> {
    no_frames(std::slice::from_ref(block))?;
    Ok(Plan::Fresh(block.clone()))
}

/// Frames are put together where they stand beside other blocks, and not inside of new ones.
pub(super) fn no_frames(blocks: &[Block]) -> Result<(), Lost> {
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
