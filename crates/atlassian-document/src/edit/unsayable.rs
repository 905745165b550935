//! Parts that cannot be written anew: deleted, or changed into something that would lack what is hidden in them.

use std::mem::{Discriminant, discriminant};

use super::alike::ALIKE;
use super::lost::Lost;
use super::part::{Part, Shown};
use super::piece::Piece;
use super::sequence::{Likeness, Step};
use crate::tree::Block;

/// How many pairs of old and new blocks are compared; beyond that nobody can tell deleted from changed.
const MOST_PAIRS: usize = 1 << 20;

/// Refuses where a part that goes has become something new: what is much like it, or is of its kind and stands
/// where it stood. One without either was deleted.
pub(super) fn nothing_changes(
    old: &[Part],
    new: &[Piece],
    steps: &[Step],
    gone: &[usize],
    alike: Likeness<'_>,
) -> Result<(), Lost> {
    let fresh = steps.iter().filter_map(|step| match step {
        Step::New(j) => match &new[*j] {
            Piece::Block(_) => Some(*j),
            Piece::Frame(..) => None,
        },
        _ => None,
    });
    let fresh: Vec<usize> = fresh.collect();
    let is_at_risk =
        |index: &usize| old[*index].unsayable.is_some() && shown(&old[*index]).is_some();
    let at_risk: Vec<usize> = gone.iter().copied().filter(is_at_risk).collect();
    let is_too_much = at_risk.len().saturating_mul(fresh.len()) > MOST_PAIRS;
    let mut gaps = Gaps::new(old.len(), new, steps);
    for index in at_risk {
        let is_like = |j: &usize| alike(index, *j) >= ALIKE;
        if is_too_much || gaps.has_one_like(index, &old[index]) || fresh.iter().any(is_like) {
            let what = old[index].unsayable.clone().unwrap_or_default();
            return Err(Lost::Hidden(what));
        }
    }
    Ok(())
}

fn shown(part: &Part) -> Option<&Block> {
    match &part.shown {
        Shown::Block(block) => Some(block),
        Shown::Frame(_) => None,
    }
}

/// What a block is: running text is of one kind, with and without a level.
fn kind(block: &Block) -> Discriminant<Block> {
    let text = Block::Paragraph(Vec::new());
    match block {
        Block::Heading { .. } => discriminant(&text),
        other => discriminant(other),
    }
}

/// A stretch of the new sequence, and the kinds of what is new in it.
type Gap = ((usize, usize), Vec<Discriminant<Block>>);

/// What is new between parts that stayed.
struct Gaps<'a> {
    new: &'a [Piece],
    steps: &'a [Step],
    /// For every old part between which places of the new sequence it stood.
    of_old: Vec<(usize, usize)>,
    /// The gap that was looked at last, and the kinds in it.
    last: Option<Gap>,
}

impl<'a> Gaps<'a> {
    fn new(length: usize, new: &'a [Piece], steps: &'a [Step]) -> Self {
        let mut places = vec![None; length];
        for step in steps {
            if let Step::Same(i, j) | Step::Changed(i, j) = step {
                places[*i] = Some(*j);
            }
        }
        let mut of_old = vec![(0, new.len()); length];
        let mut from = 0;
        for (gap, place) in of_old.iter_mut().zip(&places) {
            gap.0 = from;
            from = place.map_or(from, |place| place + 1);
        }
        let mut to = new.len();
        for (gap, place) in of_old.iter_mut().zip(&places).rev() {
            gap.1 = to;
            to = place.unwrap_or(to);
        }
        Self {
            new,
            steps,
            of_old,
            last: None,
        }
    }

    fn has_one_like(&mut self, index: usize, part: &Part) -> bool {
        let gap = self.of_old[index];
        if self.last.as_ref().is_none_or(|(last, _)| *last != gap) {
            let steps = self.steps.get(gap.0..gap.1).unwrap_or_default();
            let kinds = steps.iter().filter_map(|step| match step {
                Step::New(j) => match &self.new[*j] {
                    Piece::Block(block) => Some(kind(block)),
                    Piece::Frame(..) => None,
                },
                _ => None,
            });
            self.last = Some((gap, kinds.collect()));
        }
        let own = shown(part).map(kind);
        let kinds = self.last.as_ref().map(|(_, kinds)| kinds.as_slice());
        kinds
            .unwrap_or_default()
            .iter()
            .any(|kind| Some(*kind) == own)
    }
}
