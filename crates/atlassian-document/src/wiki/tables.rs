//! Reads tables in wiki markup in parts.

use super::inline::Line;
use super::parts::{Builder, Kind};
use super::rows::{CellSource, Lines};
use super::running::Running;
use super::tokens::tokens;
use crate::edit::lines::blocks_of;
use crate::edit::part::{Field, Inside, Part, Row, Shown, Source, key};
use crate::tree::flatten::into_inlines;
use crate::tree::{Block, Cell, normal};

impl Builder<'_> {
    /// A table; its cells may hold blocks, which Markdown shows as lines.
    pub(super) fn table(&mut self, lines: &[Lines], depth: usize) -> Option<Part> {
        let (first, last) = (lines.first()?, lines.last()?);
        let whole = first.whole.start..last.whole.end;
        let own = self.origin(Kind::Table, whole.clone(), whole);
        let mut rows: Vec<(bool, Row)> = lines.iter().map(|line| self.row(line, depth)).collect();
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

    fn row(&mut self, lines: &Lines, depth: usize) -> (bool, Row) {
        let found = lines.cells(self.source);
        let is_header = found.iter().all(|cell| cell.is_header);
        let whole = lines.whole.clone();
        let source = self.origin(Kind::Row(is_header), whole.clone(), whole.clone());
        let mut fields = Vec::with_capacity(found.len());
        for (column, found) in found.into_iter().enumerate() {
            let span = found.span.clone();
            let kind = Kind::Cell(found.has_blocks);
            let cell = self.origin(kind, span.clone(), span);
            let (shown, parts) = if found.has_blocks {
                let parts = self.within(found.span, cell, depth + 1);
                let blocks = parts.iter();
                let blocks = blocks.flat_map(|part| blocks_of(part, &self.register));
                let blocks: Vec<Block> = blocks.collect();
                (normal::inlines(into_inlines(&blocks)), parts)
            } else {
                self.line_of_cell(&found, cell)
            };
            fields.push(Field {
                source: cell,
                column,
                shown,
                parts,
            });
        }
        self.origins[source].parts = fields.iter().map(|field| field.source).collect();
        let shown: Vec<Cell> = fields.iter().map(|field| field.shown.clone()).collect();
        let row = Row {
            source,
            shown,
            nature: key(&&self.source[whole]),
            is_header: false,
            cells: fields,
            is_merged: false,
            joined: [false, false],
        };
        (is_header, row)
    }

    /// A cell that holds a line of text at most.
    fn line_of_cell(&mut self, found: &CellSource, cell: Source) -> (Cell, Vec<Part>) {
        let whole = found.span.clone();
        let (tokens, spans) = tokens(&self.source[whole.clone()], whole.start);
        let mut running = Running::default();
        let (tokens, spans) = (tokens.as_slice(), spans.as_slice());
        self.read_line(Line { tokens, spans }, &mut running);
        running.text.inner = whole.clone();
        let shown = normal::inlines(running.inlines.clone());
        let block = Block::paragraph(running.inlines.clone());
        let part = self.text_part(Kind::Loose, whole, running, block);
        let parts: Vec<Part> = part.into_iter().collect();
        self.origins[cell].parts = parts.iter().map(|part| part.source).collect();
        (shown, parts)
    }
}
