//! Finds what stands elsewhere than it stood, also in another container, and with other words.

use std::collections::{HashMap, HashSet, VecDeque};

use super::alike::{Bag, may_become};
use super::form;
use super::likely::pairs;
use super::lost::Lost;
use super::part::{Part, Shown, Source, key};
use super::plan::{Plan, Planner};
use super::sites::{Visitor, new_words};
use crate::tree::keep::{Keep, alone, is_alone};
use crate::tree::{Block, Item};

/// A part that stands in another container than it stood.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    /// What becomes of it.
    pub(crate) plan: Plan,
    /// What stands there if it cannot stand there itself.
    block: Block,
    /// What would be lost then.
    form: Option<String>,
}

impl Elsewhere {
    /// What Markdown shows of it.
    pub(crate) fn shown(&self) -> &Block {
        &self.block
    }

    /// The block that stands there if it cannot stand there itself.
    ///
    /// # Errors
    /// Where something would be lost that way.
    pub(crate) fn anew(&self) -> Result<&Block, Lost> {
        match &self.form {
            Some(form) => Err(Lost::Hidden(form.clone())),
            None => Ok(&self.block),
        }
    }
}

/// What stands in new blocks, where its placeholders stand.
pub(crate) type Grafts = Vec<Elsewhere>;

/// What the references of grafts begin with. No reference of a document does.
const GRAFT: &str = "graft-";

/// The place of a graft in a new block.
pub(super) fn graft(number: usize) -> Block {
    alone(Keep::new(&format!("{GRAFT}{number}"), "", false))
}

/// The number of a graft, by its reference.
pub(crate) fn graft_number(reference: &str) -> Option<usize> {
    reference.strip_prefix(GRAFT)?.parse().ok()
}

/// Blocks in which some grafts are written anew.
pub(crate) fn without_grafts(
    blocks: Vec<Block>,
    grafts: &[Elsewhere],
    anew: &[usize],
) -> Vec<Block> {
    let within = |blocks| without_grafts(blocks, grafts, anew);
    let blocks = blocks.into_iter().map(|block| match block {
        Block::Quote(blocks) => Block::Quote(within(blocks)),
        Block::Panel { kind, blocks } => Block::Panel {
            kind,
            blocks: within(blocks),
        },
        Block::Details { title, blocks } => Block::Details {
            title,
            blocks: within(blocks),
        },
        Block::List { start, items } => {
            let items = items.into_iter().map(|item| Item {
                checked: item.checked,
                blocks: within(item.blocks),
            });
            let items = items.collect();
            Block::List { start, items }
        }
        block => {
            let number = is_alone(&block).and_then(|keep| graft_number(&keep.reference));
            let number = number.filter(|number| anew.contains(number));
            let graft = number.and_then(|number| grafts.get(number));
            graft.map_or(block, |graft| graft.block.clone())
        }
    });
    blocks.collect()
}

/// The grafts in some blocks, by their numbers.
pub(crate) fn grafts_in(blocks: &[Block], found: &mut Vec<usize>) {
    for block in blocks {
        match block {
            Block::Quote(blocks) | Block::Panel { blocks, .. } | Block::Details { blocks, .. } => {
                grafts_in(blocks, found);
            }
            Block::List { items, .. } => {
                for item in items {
                    grafts_in(&item.blocks, found);
                }
            }
            block => {
                found.extend(is_alone(block).and_then(|keep| graft_number(&keep.reference)));
            }
        }
    }
}

/// A part without a place, and where those begin that do not lie in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone<'p> {
    pub(super) part: &'p Part,
    pub(super) end: usize,
}

/// The frames in some parts, by their references.
pub(super) fn find_frames<'p>(parts: &'p [Part], frames: &mut HashMap<&'p str, &'p Part>) {
    for part in parts {
        if let Shown::Frame(reference) = &part.shown {
            frames.insert(reference, part);
        }
        part.each_inside(&mut |inside| find_frames(inside, frames));
    }
}

/// How often what was left over is looked through: what changed its place may hold something that did, too.
const ROUNDS: usize = 2;

/// The new blocks of a plan, each with the place behind those that lie in it.
#[derive(Default)]
struct New {
    blocks: Vec<Block>,
    ends: Vec<usize>,
}

impl New {
    fn of(plans: &mut [Plan], into_entries: bool) -> Self {
        let mut new = Self::default();
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut visit = |site: super::sites::Site<'_>, depth: usize| {
            let Some(block) = site.block() else {
                return false;
            };
            let at = new.blocks.len();
            while let Some((last, _)) = open.last().filter(|(_, other)| *other >= depth) {
                new.ends[*last] = at;
                open.pop();
            }
            open.push((at, depth));
            new.blocks.push(block.clone());
            new.ends.push(at + 1);
            true
        };
        let visit = &mut visit;
        Visitor {
            into_entries,
            visit,
        }
        .plans(plans);
        let length = new.blocks.len();
        for (at, _) in open {
            new.ends[at] = length;
        }
        new
    }
}

/// What is left over on both sides.
struct Left<'l, 'p> {
    gone: &'l [Gone<'p>],
    is_taken: &'l mut [bool],
    new: &'l New,
    is_covered: Vec<bool>,
}

impl Left<'_, '_> {
    fn take(&mut self, i: usize, j: usize) {
        self.is_taken[i..self.gone[i].end].fill(true);
        self.is_covered[j..self.new.ends[j]].fill(true);
    }

    fn shown(&self, i: usize) -> Option<&Block> {
        match &self.gone[i].part.shown {
            Shown::Block(block) if !self.is_taken[i] => Some(block),
            _ => None,
        }
    }

    /// For every new block the part that it is: first what reads the same, then what is most alike.
    fn paired(&mut self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut same: HashMap<u64, VecDeque<usize>> = HashMap::new();
        for i in 0..self.gone.len() {
            if let Some(block) = self.shown(i) {
                same.entry(key(block)).or_default().push_back(i);
            }
        }
        for j in 0..self.new.blocks.len() {
            let twins = same.get_mut(&key(&self.new.blocks[j]));
            let Some(twins) = twins.filter(|_| !self.is_covered[j]) else {
                continue;
            };
            while let Some(i) = twins.pop_front() {
                if !self.is_taken[i] {
                    self.take(i, j);
                    found.push((i, j));
                    break;
                }
            }
        }
        let olds: Vec<usize> = (0..self.gone.len())
            .filter(|i| self.shown(*i).is_some())
            .collect();
        let news = (0..self.new.blocks.len()).filter(|j| !self.is_covered[*j]);
        let news: Vec<usize> = news.collect();
        if olds.is_empty() || news.is_empty() {
            return found;
        }
        let bag = |block: &Block| Bag::of_blocks(std::slice::from_ref(block));
        let old_bags: Vec<Bag> = olds
            .iter()
            .map(|i| self.shown(*i).map(bag).unwrap_or_default())
            .collect();
        let new_bags: Vec<Bag> = news.iter().map(|j| bag(&self.new.blocks[*j])).collect();
        let may =
            |i: usize, j: usize| may_become(self.gone[olds[i]].part, &self.new.blocks[news[j]]);
        for (i, j) in pairs(&old_bags, &new_bags, &may) {
            let (i, j) = (olds[i], news[j]);
            if !self.is_taken[i] && !self.is_covered[j] {
                self.take(i, j);
                found.push((i, j));
            }
        }
        found
    }
}

impl Planner<'_> {
    /// What is new here and is gone elsewhere stands elsewhere, and may have been changed on its way. What would be lost
    /// where something was written anew is refused.
    pub(super) fn put_elsewhere(&mut self, plans: &mut [Plan]) -> Result<(), Lost> {
        let into_entries = self.register.entries_hold_blocks;
        let mut is_taken = Vec::new();
        for _ in 0..ROUNDS {
            is_taken.resize(self.gone.len(), false);
            if is_taken.iter().all(|taken| *taken) {
                break;
            }
            let new = New::of(plans, into_entries);
            let mut left = Left {
                gone: &self.gone,
                is_taken: &mut is_taken,
                new: &new,
                is_covered: vec![false; new.blocks.len()],
            };
            let found = left.paired();
            if found.is_empty() {
                break;
            }
            self.put(plans, &new, &found)?;
        }
        is_taken.resize(self.gone.len(), false);
        let stays = self.gone.iter().zip(&is_taken);
        let stays = stays.filter(|(_, taken)| **taken);
        let stays: HashSet<Source> = stays.map(|(gone, _)| gone.part.source).collect();
        self.deleted.retain(|(source, _)| !stays.contains(source));
        if self.is_strict {
            self.nothing_made_anew(plans, &is_taken)
        } else {
            Ok(())
        }
    }

    fn put(&mut self, plans: &mut [Plan], new: &New, found: &[(usize, usize)]) -> Result<(), Lost> {
        let mut written: HashMap<usize, Elsewhere> = HashMap::new();
        for (i, j) in found {
            let (part, block) = (self.gone[*i].part, &new.blocks[*j]);
            let is_same = matches!(&part.shown, Shown::Block(shown) if shown == block);
            let plan = if is_same {
                Plan::Keep(part.source)
            } else {
                match self.changed(part, block) {
                    Err(lost) if self.is_strict => return Err(lost),
                    Ok(plan) if plan.source().is_some() => plan,
                    _ => continue,
                }
            };
            let form = form::within(part).filter(|_| self.is_strict);
            let block = block.clone();
            written.insert(*j, Elsewhere { plan, block, form });
        }
        let mut skipped = 0;
        let mut at = 0;
        let grafts = &mut self.grafts;
        let mut visit = |site: super::sites::Site<'_>, _: usize| {
            if site.block().is_none() {
                return false;
            }
            let here = at + skipped;
            at += 1;
            let Some(elsewhere) = written.remove(&here) else {
                return true;
            };
            // What lies in it was counted, too.
            skipped += new.ends[here] - here - 1;
            site.put(elsewhere, grafts);
            false
        };
        let visit = &mut visit;
        let into_entries = self.register.entries_hold_blocks;
        Visitor {
            into_entries,
            visit,
        }
        .plans(plans);
        Ok(())
    }

    /// Refuses where a part that went stands in something new, which is not what it was.
    fn nothing_made_anew(&mut self, plans: &[Plan], is_taken: &[bool]) -> Result<(), Lost> {
        let gone = self.gone.iter().zip(is_taken);
        for (gone, _) in gone.filter(|(_, taken)| !**taken) {
            if let Shown::Block(block) = &gone.part.shown
                && let Some(form) = form::own(gone.part)
            {
                let words = Bag::of_blocks(std::slice::from_ref(block));
                self.risks.push((form, words));
            }
        }
        if self.risks.is_empty() {
            return Ok(());
        }
        let mut new = Vec::new();
        new_words(plans, &mut new);
        for graft in &self.grafts {
            new_words(std::slice::from_ref(&graft.plan), &mut new);
        }
        match super::likely::first_within(&self.risks, &new) {
            Some(form) => Err(Lost::Hidden(form)),
            None => Ok(()),
        }
    }
}
