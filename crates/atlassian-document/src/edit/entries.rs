//! Plans what becomes of the entries of a list.

use super::alike::{Bag, Bags};
use super::counts::own;
use super::lost::Lost;
use super::part::{Entry, Part, key};
use super::piece::pieces;
use super::plan::{EntryPlan, Planner, in_doubt, no_frames};
use super::sequence::{Step, align, doubtful};
use crate::tree::flatten::{into_inlines, task_box};
use crate::tree::{Block, Inline, Item};

/// How alike entries are that say the same, whatever came below them or went.
const SAYS_THE_SAME: f32 = 0.9;

impl<'p> Planner<'p> {
    pub(super) fn entries(
        &mut self,
        list: &'p Part,
        old: &'p [Entry],
        new: &[Item],
    ) -> Result<Vec<EntryPlan>, Lost> {
        let olds: Vec<u64> = old.iter().map(|entry| key(&entry.shown)).collect();
        let news: Vec<u64> = new.iter().map(key).collect();
        let old_bags = Bags::new(old.len(), |i| Bag::of_blocks(&old[i].shown.blocks));
        let new_bags = Bags::new(new.len(), |j| Bag::of_blocks(&new[j].blocks));
        let old_own: Vec<_> = old.iter().map(|entry| own(&entry.shown)).collect();
        let new_own: Vec<_> = new.iter().map(own).collect();
        let counts = &self.counts;
        let likeness = |i: usize, j: usize| {
            if counts.differ(old_own[i], new_own[j]) {
                return 0.0;
            }
            let says_the_same = old_own[i].is_some() && old_own[i] == new_own[j];
            let least = if says_the_same { SAYS_THE_SAME } else { 0.01 };
            old_bags.get(i).likeness(new_bags.get(j)).max(least)
        };
        let (steps, gone) = align(&olds, &news, true, &likeness);
        let natures: Vec<u64> = old.iter().map(|entry| entry.nature).collect();
        if self.is_strict
            && let Some(index) = doubtful(&olds, &natures, &steps, &gone)
        {
            return Err(in_doubt(&into_inlines(&old[index].shown.blocks)));
        }
        let is_new = |step: &Step| matches!(step, Step::New(_));
        let nothing_new = !steps.iter().any(is_new);
        for index in gone {
            self.leave_entry(list, &old[index]);
            if nothing_new {
                let shown = old[index].shown.blocks.clone();
                self.deleted.push((old[index].source, shown));
            }
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

    pub(super) fn entry(&mut self, old: &'p Entry, new: &Item) -> Result<EntryPlan, Lost> {
        let mut blocks = new.blocks.clone();
        let mut checked = new.checked;
        if !old.is_task
            && let Some(done) = checked.take()
        {
            // The box is a part of the text.
            let follows = match blocks.first() {
                Some(Block::Paragraph(content)) => content.first(),
                _ => None,
            };
            let space = old.behind_box(follows);
            let mut boxed = vec![Inline::plain(format!("{}{space}", task_box(done)))];
            if let Some(Block::Paragraph(content)) = blocks.first() {
                boxed.extend(content.iter().cloned());
                blocks.remove(0);
            }
            blocks.splice(0..0, Block::paragraph(boxed));
        }
        let plans = self.parts(&old.parts, &pieces(&blocks, self.register)?)?;
        Ok(EntryPlan::Changed(old.source, checked, plans))
    }
}
