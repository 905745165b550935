//! Reads lists and tables in wiki markup in parts.

use std::ops::Range;

use super::inline::Line;
use super::lines::Entry as Marked;
use super::parts::{Builder, Kind, cells};
use super::running::Running;
use super::tokens::tokens;
use crate::edit::lines::blocks_of;
use crate::edit::part::{Entry, Field, Inside, Part, Register, Row, Shown, key};
use crate::tree::flatten::read_task_box;
use crate::tree::{Block, Cell, Item, normal};

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

    pub(super) fn table(&mut self, lines: &[Range<usize>]) -> Option<Part> {
        let (first, last) = (lines.first()?, lines.last()?);
        let whole = first.start..last.end;
        let own = self.origin(Kind::Table, whole.clone(), whole);
        let mut rows: Vec<(bool, Row)> = lines.iter().map(|line| self.row(line)).collect();
        let is_header = rows.first().is_some_and(|(is_header, _)| *is_header);
        let mut texts = rows.iter().map(|(_, row)| row.shown.clone());
        let header = if is_header {
            texts.next().unwrap_or_default()
        } else {
            Vec::new()
        };
        let block = Block::table(header, texts.collect())?;
        let Block::Table {
            header,
            rows: shown,
        } = &block
        else {
            return None;
        };
        let header = is_header.then_some(header);
        let mut shown = header.into_iter().chain(shown);
        let mut own_rows = Vec::new();
        for (_, mut row) in rows.drain(..) {
            row.shown.clone_from(shown.next()?);
            for cell in &mut row.cells {
                cell.shown = row.shown.get(cell.column).cloned().unwrap_or_default();
            }
            own_rows.push(row);
        }
        if let Some(first) = own_rows.first_mut() {
            first.is_header = is_header;
        }
        self.origins[own].parts = own_rows.iter().map(|row| row.source).collect();
        Some(self.part(own, Shown::Block(block), Inside::Table(own_rows)))
    }

    fn row(&mut self, line: &Range<usize>) -> (bool, Row) {
        let (all, spans) = tokens(&self.source[line.clone()], line.start);
        let found = cells(Line {
            tokens: &all,
            spans: &spans,
        });
        let is_header = found.iter().all(|(is_header, _)| *is_header);
        let source = self.origin(Kind::Row(is_header), line.clone(), line.clone());
        let mut fields = Vec::new();
        for (column, (is_header, range)) in found.into_iter().enumerate() {
            let start = spans.get(range.start).map_or(line.end, |span| span.start);
            let end = range.end.checked_sub(1).and_then(|last| spans.get(last));
            let whole = start..end.map_or(start, |span| span.end.max(start));
            let mut running = Running::default();
            let own = Line {
                tokens: &all[range.clone()],
                spans: &spans[range],
            };
            self.read_line(own, &mut running);
            running.text.inner = whole.clone();
            let content = normal::inlines(running.inlines.clone());
            let cell = self.origin(Kind::Cell(is_header), whole.clone(), whole.clone());
            let block = Block::paragraph(running.inlines.clone());
            let part = self.text_part(Kind::Loose, whole, running, block);
            let parts: Vec<Part> = part.into_iter().collect();
            self.origins[cell].parts = parts.iter().map(|part| part.source).collect();
            fields.push(Field {
                source: cell,
                column,
                shown: content,
                parts,
            });
        }
        self.origins[source].parts = fields.iter().map(|field| field.source).collect();
        let shown: Vec<Cell> = fields.iter().map(|field| field.shown.clone()).collect();
        let row = Row {
            source,
            shown,
            nature: key(&&self.source[line.clone()]),
            is_header: false,
            cells: fields,
            is_merged: false,
        };
        (is_header, row)
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
