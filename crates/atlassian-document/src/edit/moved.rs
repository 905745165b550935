//! Finds what stands elsewhere than it stood, also in another container, and with other words.

use std::collections::{HashMap, HashSet, VecDeque};

use super::alike::Bag;
use super::elsewhere::Elsewhere;
use super::gone::{Fresh, Gone, Thing};
use super::likely::pairs;
use super::lost::Lost;
use super::part::{Inside, Part, Shown, Source};
use super::plan::{EntryPlan, Plan, Planner, RowPlan};
use super::sites::{Site, There, Visitor, new_words};
use crate::tree::Block;
use crate::tree::flatten::is_simple_task;

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
const ROUNDS: usize = 12;

/// What is new in a plan, each with the place behind those that lie in it.
#[derive(Default)]
struct New {
    things: Vec<Fresh>,
    ends: Vec<usize>,
    /// The new list or table that a new entry or row lies in.
    holders: Vec<Option<usize>>,
}

impl New {
    fn of(plans: &mut [Plan], grafts: &mut [Elsewhere], into_entries: bool) -> Self {
        let mut new = Self::default();
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut visit = |site: Site<'_>, depth: usize| {
            let Some(thing) = site.fresh() else {
                return false;
            };
            let at = new.things.len();
            while let Some((last, _)) = open.last().filter(|(_, other)| *other >= depth) {
                new.ends[*last] = at;
                open.pop();
            }
            let holder = open.last().map(|(holder, _)| *holder);
            new.holders.push(holder.filter(|_| site.is_in_new_holder()));
            open.push((at, depth));
            new.things.push(thing);
            new.ends.push(at + 1);
            true
        };
        let visit = &mut visit;
        Visitor {
            into_entries,
            visit,
        }
        .all(plans, grafts);
        let length = new.things.len();
        for (at, _) in open {
            new.ends[at] = length;
        }
        new
    }
}

/// What is left over on both sides.
struct Left<'l, 'p> {
    gone: &'l [Gone<'p>],
    is_taken: Vec<bool>,
    new: &'l New,
    is_covered: Vec<bool>,
}

impl Left<'_, '_> {
    fn take(&mut self, i: usize, j: usize) {
        self.is_taken[i..self.gone[i].end].fill(true);
        self.is_covered[j..self.new.ends[j]].fill(true);
    }

    /// For everything new what it is: first what reads the same, then what is most alike.
    fn paired(&mut self) -> Vec<(usize, usize)> {
        let mut found = self.same();
        let is_known = |i: &usize| !self.is_taken[*i] && self.gone[*i].thing.key().is_some();
        let olds: Vec<usize> = (0..self.gone.len()).filter(is_known).collect();
        let news = (0..self.new.things.len()).filter(|j| !self.is_covered[*j]);
        let news: Vec<usize> = news.collect();
        if olds.is_empty() || news.is_empty() {
            return found;
        }
        let old_bags: Vec<Bag> = olds.iter().map(|i| self.gone[*i].thing.bag()).collect();
        let new_bags: Vec<Bag> = news.iter().map(|j| self.new.things[*j].bag()).collect();
        let may = |i: usize, j: usize| {
            let thing = &self.gone[olds[i]].thing;
            thing.may_become(&self.new.things[news[j]])
        };
        for (i, j) in pairs(&old_bags, &new_bags, &may) {
            let (i, j) = (olds[i], news[j]);
            if !self.is_taken[i] && !self.is_covered[j] {
                self.take(i, j);
                found.push((i, j));
            }
        }
        found
    }

    /// What reads the same, and entries that say the same; what lies in others comes after them.
    fn same(&mut self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut known: HashMap<u64, VecDeque<usize>> = HashMap::new();
        for (i, gone) in self.gone.iter().enumerate() {
            let keys = gone.thing.key().into_iter().chain(gone.thing.beginning());
            for key in keys.filter(|_| !self.is_taken[i]) {
                known.entry(key).or_default().push_back(i);
            }
        }
        for j in 0..self.new.things.len() {
            let thing = &self.new.things[j];
            let keys = [Some(thing.key()), thing.beginning()];
            for key in keys.into_iter().flatten() {
                let Some(twins) = known.get_mut(&key).filter(|_| !self.is_covered[j]) else {
                    continue;
                };
                while let Some(i) = twins.pop_front() {
                    if !self.is_taken[i] && self.gone[i].thing.may_be(thing) {
                        self.take(i, j);
                        found.push((i, j));
                        break;
                    }
                }
            }
        }
        found
    }
}

impl<'p> Planner<'p> {
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
            let new = New::of(plans, &mut self.grafts, into_entries);
            let mut left = Left {
                gone: &self.gone,
                is_taken: is_taken.clone(),
                is_covered: vec![false; new.things.len()],
                new: &new,
            };
            let found = left.paired();
            if found.is_empty() {
                break;
            }
            let taken = left.is_taken;
            let divided = self.divided(&new, &found, &mut is_taken);
            let there = if divided.is_empty() {
                is_taken = taken;
                self.there(&new, &found)?
            } else {
                divided
            };
            self.put(plans, &new, there);
        }
        is_taken.resize(self.gone.len(), false);
        let stays = self.gone.iter().zip(&is_taken);
        let stays = stays.filter(|(_, taken)| **taken);
        let stays: HashSet<Source> = stays.map(|(gone, _)| gone.thing.source()).collect();
        self.deleted.retain(|(source, _)| !stays.contains(source));
        if self.is_strict {
            self.nothing_made_anew(plans, &is_taken)
        } else {
            Ok(())
        }
    }

    /// New lists and tables with entries and rows that stood in others: each is the one that most of it stood in, or
    /// another one like that, if that stands elsewhere already. Their entries find their places in the next round.
    fn divided(
        &self,
        new: &New,
        found: &[(usize, usize)],
        is_taken: &mut [bool],
    ) -> HashMap<usize, There> {
        let mut votes: HashMap<usize, Vec<&'p Part>> = HashMap::new();
        for (i, j) in found {
            if let Some(holder) = new.holders[*j]
                && let Thing::Entry(part, _) | Thing::Row(part, _) = self.gone[*i].thing
                && let fresh = &new.things[holder]
                && Thing::Part(part).may_become(fresh)
                && !self.gets_tasks(part, fresh)
            {
                votes.entry(holder).or_default().push(part);
            }
        }
        let mut holders: Vec<_> = votes.into_iter().collect();
        holders.sort_unstable_by_key(|(holder, _)| *holder);
        let mut there = HashMap::new();
        for (holder, parts) in holders {
            let count = |part: &Part| parts.iter().filter(|one| one.source == part.source).count();
            let most = parts.iter().rev().copied().max_by_key(|part| count(part));
            let (Some(part), Fresh::Block(block)) = (most, &new.things[holder]) else {
                continue;
            };
            let own = self.gone.iter().position(
                |gone| matches!(gone.thing, Thing::Part(one) if one.source == part.source),
            );
            let is_free = own.filter(|own| !is_taken[*own]);
            if let Some(own) = is_free {
                is_taken[own] = true;
            }
            if let Some(plan) = like(part.source, block) {
                let plan = match is_free {
                    Some(_) => plan,
                    None => Plan::Another(Box::new(plan)),
                };
                let form = Thing::Part(part).form().filter(|_| self.is_strict);
                let elsewhere = Elsewhere::new(plan, block.clone(), form);
                there.insert(holder, There::Block(elsewhere));
            }
        }
        there
    }

    /// Whether a new list is one of tasks where the format has such, and the one that it would be like is not.
    fn gets_tasks(&self, part: &Part, fresh: &Fresh) -> bool {
        match (&part.inside, fresh) {
            (Inside::List(entries), Fresh::Block(Block::List { items, .. })) => {
                let is_of_tasks = entries.iter().any(|entry| entry.is_task);
                self.register.has_tasks && !is_of_tasks && items.iter().all(is_simple_task)
            }
            _ => false,
        }
    }

    /// What stands in the place of something new.
    fn there(
        &mut self,
        new: &New,
        found: &[(usize, usize)],
    ) -> Result<HashMap<usize, There>, Lost> {
        let mut written = HashMap::new();
        for (i, j) in found {
            let thing = self.gone[*i].thing;
            let is_same = thing.key() == Some(new.things[*j].key());
            let form = thing.form().filter(|_| self.is_strict);
            let there = match (thing, &new.things[*j]) {
                (Thing::Part(part), Fresh::Block(block)) => {
                    let plan = if is_same {
                        Ok(Plan::Keep(part.source))
                    } else {
                        self.changed(part, block)
                    };
                    match plan {
                        Err(lost) if self.is_strict => return Err(lost),
                        Ok(plan) if plan.source().is_some() => {
                            There::Block(Elsewhere::new(plan, block.clone(), form))
                        }
                        _ => continue,
                    }
                }
                (Thing::Entry(_, entry), Fresh::Item(item)) => {
                    let plan = if is_same {
                        EntryPlan::Keep(entry.source)
                    } else {
                        self.entry(entry, item)?
                    };
                    There::Entry(Elsewhere::new(plan, item.clone(), form))
                }
                (Thing::Row(_, row), Fresh::Row(cells)) => {
                    let plan = if is_same {
                        RowPlan::Keep(row.source)
                    } else {
                        self.fields(row, cells)?
                    };
                    There::Row(Elsewhere::new(plan, cells.clone(), form))
                }
                _ => continue,
            };
            written.insert(*j, there);
        }
        Ok(written)
    }

    fn put(&mut self, plans: &mut [Plan], new: &New, mut there: HashMap<usize, There>) {
        let mut skipped = 0;
        let mut at = 0;
        let mut grafts = std::mem::take(&mut self.grafts);
        let before = grafts.len();
        let mut more = Vec::new();
        let mut visit = |site: Site<'_>, _: usize| {
            if site.fresh().is_none() {
                return false;
            }
            let here = at + skipped;
            at += 1;
            let Some(there) = there.remove(&here) else {
                return true;
            };
            // What lies in it was counted, too.
            skipped += new.ends[here] - here - 1;
            site.put(there, before, &mut more);
            false
        };
        let visit = &mut visit;
        let into_entries = self.register.entries_hold_blocks;
        Visitor {
            into_entries,
            visit,
        }
        .all(plans, &mut grafts);
        grafts.append(&mut more);
        self.grafts = grafts;
    }

    /// Refuses where a part that went stands in something new, which is not what it was.
    fn nothing_made_anew(&mut self, plans: &[Plan], is_taken: &[bool]) -> Result<(), Lost> {
        let gone = self.gone.iter().zip(is_taken);
        for (gone, _) in gone.filter(|(_, taken)| !**taken) {
            if let Some(form) = gone.thing.own_form()
                && gone.thing.key().is_some()
            {
                self.risks.push((form, gone.thing.bag()));
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

/// The plan of a list or a table like another one, with new entries or rows.
fn like(source: Source, block: &Block) -> Option<Plan> {
    match block {
        Block::List { start, items } => {
            let entries = items.iter().cloned().map(EntryPlan::Fresh);
            Some(Plan::List(source, *start, entries.collect()))
        }
        Block::Table { header, rows } => {
            let has_header = !header.iter().all(Vec::is_empty);
            let header = has_header.then_some(header);
            let rows = header.into_iter().chain(rows).cloned();
            let rows = rows.map(RowPlan::Fresh).collect();
            Some(Plan::Table(source, has_header, rows))
        }
        _ => None,
    }
}
