//! A list of tasks into which other entries came: the tasks stay tasks, and the others are lists of their own.

use super::part::{Entry, Inside, Part, Shown};
use super::piece::Piece;
use crate::tree::flatten::{is_below_none, is_simple_task};
use crate::tree::{Block, Item};

/// The pieces with such lists in stretches, if there are any. A format's own list of tasks can hold nothing else, and would
/// become one of bullets.
pub(super) fn of_tasks(old: &[Part], new: &[Piece]) -> Option<Vec<Piece>> {
    let has_others = has_complex_tasks(old)?;
    let is_task = |item: &Item| {
        is_simple_task(item) || has_others && (item.checked.is_some() || is_below_none(item))
    };
    let is_mixed = |block: &Block| match block {
        Block::List { start: None, items } => {
            let is_old = old
                .iter()
                .any(|part| matches!(&part.shown, Shown::Block(old) if old == block));
            !is_old && items.iter().any(is_task) && !items.iter().all(is_task)
        }
        _ => false,
    };
    if !new
        .iter()
        .any(|piece| matches!(piece, Piece::Block(block) if is_mixed(block)))
    {
        return None;
    }
    let mut pieces = Vec::with_capacity(new.len() + 1);
    for piece in new {
        match piece {
            Piece::Block(block @ Block::List { items, .. }) if is_mixed(block) => {
                let stretches = items.chunk_by(|one, other| is_task(one) == is_task(other));
                let lists = stretches.filter_map(|items| Block::list(None, items.to_vec()));
                pieces.extend(lists.map(Piece::Block));
            }
            other => pieces.push(other.clone()),
        }
    }
    Some(pieces)
}

/// Whether the lists of tasks hold more than simple ones; none where there is no such list, or where boxes are text that
/// stands in lists of bullets.
fn has_complex_tasks(old: &[Part]) -> Option<bool> {
    let lists = old.iter().filter_map(|part| match &part.inside {
        Inside::List(entries) => Some(entries),
        _ => None,
    });
    let (mut found, mut has_others) = (false, false);
    for entry in lists.flatten() {
        let Entry { shown, is_task, .. } = entry;
        if !is_task && shown.checked.is_some() {
            return None;
        }
        found |= is_task;
        has_others |= *is_task && !is_simple_task(shown);
    }
    found.then_some(has_others)
}
