//! What stood elsewhere and stands in new blocks: the placeholders of these in them.

use super::elsewhere::Elsewhere;
use crate::tree::keep::{Keep, alone, is_alone};
use crate::tree::{Block, Item};

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
            graft.map_or(block, |graft| graft.shown().clone())
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
