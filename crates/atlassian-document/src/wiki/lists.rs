//! Reads lists in wiki markup in parts.

use super::groups::Marked;
use super::parts::{Builder, Kind};
use crate::edit::lines::blocks_of;
use crate::edit::part::{Entry, Inside, Part, Register, Shown, key};
use crate::tree::flatten::read_task_box;
use crate::tree::{Block, Item, MAXIMUM_DEPTH};

impl<'s> Builder<'s> {
    /// The lists that entries make on one level and below, where all of them lie in `depth` other blocks. Markers of
    /// levels that would lie too deep are not read.
    pub(super) fn lists(
        &mut self,
        entries: &[Marked<'s>],
        level: usize,
        depth: usize,
    ) -> Vec<Part> {
        let ordered = |entry: &Marked<'_>| entry.markers.get(level) == Some(&'#');
        let mut parts = Vec::new();
        for run in entries.chunk_by(|one, other| ordered(one) == ordered(other)) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            let markers: String = first.markers.iter().take(level + 1).collect();
            let whole = first.whole.start..last.whole.end;
            let own = self.origin(Kind::List(markers.clone()), whole.clone(), whole);
            let items = self.items(run, level, depth, &markers);
            self.origins[own].parts = items.iter().map(|item| item.source).collect();
            // Wiki markup cannot say which number a list begins with.
            let start = ordered(first).then_some(1);
            let shown = items.iter().map(|item| item.shown.clone()).collect();
            if let Some(block) = Block::list(start, shown) {
                parts.push(self.part(own, Shown::Block(block), Inside::List(items)));
            }
        }
        parts
    }

    fn items(
        &mut self,
        run: &[Marked<'s>],
        level: usize,
        depth: usize,
        markers: &str,
    ) -> Vec<Entry> {
        let inner = depth + level + 1;
        let is_deeper =
            |entry: &Marked<'_>| entry.markers.len() > level + 1 && inner < MAXIMUM_DEPTH;
        let mut items = Vec::new();
        let mut rest = run;
        while let Some((first, after)) = rest.split_first() {
            let mut whole = first.whole.clone();
            let own = self.origin(Kind::List(markers.to_owned()), 0..0, 0..0);
            let (mut parts, mut content) = (Vec::new(), whole.start);
            if !is_deeper(first) {
                parts = self.grouped(first.groups(self.source), &Kind::OfEntry, inner);
                content = first.content;
                rest = after;
            }
            let below = rest.iter().take_while(|entry| is_deeper(entry)).count();
            let (below, others) = rest.split_at(below);
            parts.extend(self.lists(below, level + 1, depth));
            whole.end = below.last().map_or(whole.end, |last| last.whole.end);
            rest = others;
            let origin = &mut self.origins[own];
            (origin.whole, origin.inner) = (whole.clone(), content..whole.end);
            origin.parts = parts.iter().map(|part| part.source).collect();
            items.push(shown_entry(own, parts, &self.source[whole], &self.register));
        }
        items
    }
}

fn shown_entry(source: usize, parts: Vec<Part>, own: &str, register: &Register) -> Entry {
    let blocks = parts.iter().flat_map(|part| blocks_of(part, register));
    let mut shown = Item {
        checked: None,
        blocks: blocks.collect(),
    };
    read_task_box(&mut shown);
    Entry {
        source,
        shown,
        nature: key(&own),
        is_task: false,
        parts,
    }
}
