//! Reads lists in wiki markup in parts.

use std::ops::Range;

use super::lines::Entry as Marked;
use super::parts::{Builder, Kind};
use crate::edit::lines::blocks_of;
use crate::edit::part::{Entry, Inside, Part, Register, Shown, key};
use crate::tree::flatten::read_task_box;
use crate::tree::{Block, Item};

impl Builder<'_> {
    /// The lists that entries make on one level and below.
    pub(super) fn lists(
        &mut self,
        entries: &[(Marked, Vec<Range<usize>>)],
        level: usize,
    ) -> Vec<Part> {
        let ordered = |entry: &Marked| entry.markers.get(level) == Some(&'#');
        let mut parts = Vec::new();
        for run in entries.chunk_by(|(one, _), (other, _)| ordered(one) == ordered(other)) {
            let Some((first, lines)) = run.first() else {
                continue;
            };
            let markers: String = first.markers.iter().take(level + 1).collect();
            let start = lines.first().map_or(0, |line| line.start);
            let end = run.last().and_then(|(_, lines)| lines.last());
            let whole = start..end.map_or(start, |line| line.end);
            let own = self.origin(Kind::List(markers.clone()), whole.clone(), whole);
            let items = self.items(run, level, &markers);
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
        run: &[(Marked, Vec<Range<usize>>)],
        level: usize,
        markers: &str,
    ) -> Vec<Entry> {
        let mut items = Vec::new();
        let mut rest = run;
        while let Some(((first, lines), after)) = rest.split_first() {
            let start = lines.first().map_or(0, |line| line.start);
            let own = self.origin(Kind::List(markers.to_owned()), start..start, start..start);
            let mut parts = Vec::new();
            let mut end = start;
            if first.markers.len() <= level + 1 {
                let mut lines = lines.clone();
                if let Some(line) = lines.first_mut() {
                    let text = &self.source[line.start + first.text..line.end];
                    line.start = line.end - text.trim_start().len();
                }
                let running = self.running(&lines);
                let block = Block::paragraph(running.inlines.clone());
                let whole = running.text.inner.clone();
                end = whole.end;
                parts.extend(self.text_part(Kind::Loose, whole, running, block));
                rest = after;
            }
            let deeper = rest
                .iter()
                .take_while(|(entry, _)| entry.markers.len() > level + 1);
            let (below, others) = rest.split_at(deeper.count());
            parts.extend(self.lists(below, level + 1));
            let last = below.last().and_then(|(_, lines)| lines.last());
            end = last.map_or(end, |line| line.end);
            rest = others;
            let origin = &mut self.origins[own];
            (origin.whole.end, origin.inner.end) = (end, end);
            origin.parts = parts.iter().map(|part| part.source).collect();
            items.push(shown_entry(own, parts, &self.source[start..end]));
        }
        items
    }
}

fn shown_entry(source: usize, parts: Vec<Part>, own: &str) -> Entry {
    let none = Register::default();
    let blocks = parts.iter().flat_map(|part| blocks_of(part, &none));
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
