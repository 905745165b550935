//! Plans what becomes of the rows and cells of a table.

use super::alike::{Bag, Bags};
use super::counts::of_row;
use super::lines;
use super::lost::Lost;
use super::part::{Field, Part, Row, key};
use super::piece::pieces;
use super::plan::{FieldPlan, Planner, RowPlan, in_doubt};
use super::sequence::{Step, align, doubtful};
use crate::tree::{Block, Cell, Inline};

impl<'p> Planner<'p> {
    pub(super) fn rows(
        &mut self,
        table: &'p Part,
        old: &'p [Row],
        new: &[&Vec<Cell>],
    ) -> Result<Vec<RowPlan>, Lost> {
        let olds: Vec<u64> = old.iter().map(|row| key(&trimmed(&row.shown))).collect();
        let news: Vec<u64> = new.iter().map(|row| key(&trimmed(row))).collect();
        let old_bags = Bags::new(old.len(), |i| Bag::of_cells(&old[i].shown));
        let new_bags = Bags::new(new.len(), |j| Bag::of_cells(new[j]));
        let old_own: Vec<_> = old.iter().map(|row| of_row(&row.shown)).collect();
        let new_own: Vec<_> = new.iter().map(|row| of_row(row)).collect();
        let counts = &self.counts;
        let likeness = |i: usize, j: usize| {
            if counts.differ(old_own[i], new_own[j]) {
                return 0.0;
            }
            old_bags.get(i).likeness(new_bags.get(j)).max(0.01)
        };
        let (steps, gone) = align(&olds, &news, true, &likeness);
        let natures: Vec<u64> = old.iter().map(|row| row.nature).collect();
        if self.is_strict
            && let Some(index) = doubtful(&olds, &natures, &steps, &gone)
        {
            return Err(in_doubt(&old[index].shown.join(&Inline::plain(" "))));
        }
        let is_new = |step: &Step| matches!(step, Step::New(_));
        let nothing_new = !steps.iter().any(is_new);
        // What is new may stand in the place of merged cells, unless these are elsewhere.
        let is_replaced =
            |i: &usize| !nothing_new && old[*i].is_merged && !self.counts.stays(old_own[*i]);
        if !stays_joined(old, &steps) || gone.iter().any(is_replaced) {
            return Err(merged());
        }
        for index in gone {
            self.leave_row(table, &old[index]);
            if nothing_new {
                let row = Block::table(Vec::new(), vec![old[index].shown.clone()]);
                let shown = row.into_iter().collect();
                self.deleted.push((old[index].source, shown));
            }
        }
        let plans = steps.into_iter().map(|step| match step {
            Step::Same(i, _) => Ok(RowPlan::Keep(old[i].source)),
            Step::Changed(i, j) => self.fields(&old[i], new[j]),
            Step::New(j) => Ok(RowPlan::Fresh(new[j].clone())),
        });
        plans.collect()
    }

    pub(super) fn fields(&mut self, old: &'p Row, new: &[Cell]) -> Result<RowPlan, Lost> {
        if old.is_merged {
            return self.merged_fields(old, new);
        }
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
            let old_bags = Bags::new(olds.len(), |i| Bag::of_text(&old.cells[i].shown));
            let new_bags = Bags::new(new.len(), |j| Bag::of_text(&new[j]));
            let likeness = |i: usize, j: usize| old_bags.get(i).likeness(new_bags.get(j)).max(0.01);
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

    /// Cells that reach over others: each stays in its column, and nothing is written into what it covers.
    fn merged_fields(&mut self, old: &'p Row, new: &[Cell]) -> Result<RowPlan, Lost> {
        let mut rest = new.to_vec();
        let plans = old.cells.iter().map(|cell| {
            let Some(own) = rest.get_mut(cell.column).map(std::mem::take) else {
                return Err(merged());
            };
            if key(&own) == key(&cell.shown) {
                Ok(FieldPlan::Keep(cell.source))
            } else {
                self.field(cell, &own)
            }
        });
        let plans = plans.collect::<Result<_, Lost>>()?;
        if rest.iter().any(|covered| !covered.is_empty()) {
            return Err(merged());
        }
        Ok(RowPlan::Changed(old.source, plans))
    }

    fn field(&mut self, old: &'p Field, new: &Cell) -> Result<FieldPlan, Lost> {
        let blocks = lines::as_blocks(&old.parts, new, self.register)?;
        let plans = self.parts(&old.parts, &pieces(&blocks, self.register)?)?;
        Ok(FieldPlan::Changed(old.source, plans, new.clone()))
    }
}

/// Whether rows with a cell that reaches over both stand together still.
fn stays_joined(old: &[Row], steps: &[Step]) -> bool {
    let mut places = vec![None; old.len()];
    for (place, step) in steps.iter().enumerate() {
        if let Step::Same(i, _) | Step::Changed(i, _) = step {
            places[*i] = Some(place);
        }
    }
    let joined = (1..old.len()).filter(|below| old[*below].joined[0]);
    let mut pairs = joined.map(|below| (places[below - 1], places[below]));
    pairs.all(|(above, below)| match (above, below) {
        (Some(above), Some(below)) => above + 1 == below,
        // All that it reaches over goes.
        (None, None) => true,
        _ => false,
    })
}

/// A row without the empty cells that only fill it up.
pub(super) fn trimmed(row: &[Cell]) -> &[Cell] {
    let end = row.iter().rposition(|cell| !cell.is_empty());
    &row[..end.map_or(0, |last| last + 1)]
}

fn merged() -> Lost {
    Lost::Hidden(String::from("the merged cells of a table"))
}
