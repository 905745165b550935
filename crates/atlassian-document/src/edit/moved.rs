//! Finds what stands elsewhere than it stood.

use std::collections::HashMap;

use super::part::{Part, Shown, Source};
use super::plan::{EntryPlan, Plan};
use crate::tree::Block;

/// The frames in some parts, by their references.
pub(super) fn find_frames<'p>(parts: &'p [Part], frames: &mut HashMap<&'p str, &'p Part>) {
    for part in parts {
        if let Shown::Frame(reference) = &part.shown {
            frames.insert(reference, part);
        }
        part.each_inside(&mut |inside| find_frames(inside, frames));
    }
}

/// What is new here and is gone elsewhere was moved.
pub(super) fn find_moved(plans: &mut [Plan], gone: &mut HashMap<&Block, Vec<Source>>) {
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
