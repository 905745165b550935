//! Writes changed tables into a text in wiki markup.

use super::render::Renderer;
use super::sequence::{ON_NEXT_LINE, Written, lines};
use super::source::comparable;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{FieldPlan, Plan, RowPlan};
use crate::tree::{Block, Cell, Inline};
use crate::wiki::parts::{self, Kind};
use crate::wiki::text::{self, Place};
use crate::wiki::writer;

/// What stands around the cells of a row, and of a header.
const BAR: &str = "|";
const HEADER_BAR: &str = "||";

impl Renderer<'_> {
    pub(super) fn table(
        &mut self,
        own: Source,
        has_header: bool,
        rows: &[RowPlan],
    ) -> Result<String, Lost> {
        let mut written: Vec<Written> = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let is_first = has_header && index == 0;
            let (row, is_known) = match row {
                RowPlan::Elsewhere(elsewhere) => (&elsewhere.plan, false),
                row => (row, true),
            };
            let (old, text) = match row {
                RowPlan::Keep(source) => match self.other_bar(own, *source, index, is_first) {
                    Some(bar) => {
                        let cells = self.origins[*source].parts.iter().copied();
                        let cells: Vec<FieldPlan> = cells.map(FieldPlan::Keep).collect();
                        (Some(*source), self.row(*source, &cells, Some(bar))?)
                    }
                    None => (Some(*source), self.whole(*source)),
                },
                RowPlan::Changed(source, fields) => {
                    let bar = self.other_bar(own, *source, index, is_first);
                    (Some(*source), self.row(*source, fields, bar)?)
                }
                RowPlan::Fresh(cells) => {
                    let bar = if is_first { HEADER_BAR } else { BAR };
                    (None, self.text.resolved(&writer::row(bar, cells))?)
                }
                RowPlan::Elsewhere(elsewhere) => {
                    let written = writer::row(BAR, elsewhere.anew()?);
                    (None, self.text.resolved(&written)?)
                }
            };
            written.push((old.filter(|_| is_known), text));
        }
        Ok(lines(self.text.source, &self.origins, own, &written))
    }

    /// The bars of a row that is the header now, or was it.
    fn other_bar(
        &self,
        table: Source,
        row: Source,
        index: usize,
        is_first: bool,
    ) -> Option<&'static str> {
        let is_header = self.origins[row].kind == Kind::Row(true);
        let was_first = self.origins[table].parts.first() == Some(&row);
        match (is_first, is_header) {
            (true, false) => Some(HEADER_BAR),
            (false, true) if was_first || index == 0 => Some(BAR),
            _ => None,
        }
    }

    fn row(
        &mut self,
        own: Source,
        fields: &[FieldPlan],
        other_bar: Option<&str>,
    ) -> Result<String, Lost> {
        let cells = self.origins[own].parts.clone();
        let is_header = self.origins[own].kind == Kind::Row(true);
        let whole = self.origins[own].whole.clone();
        let mut texts = Vec::with_capacity(fields.len());
        for field in fields {
            let text = match field {
                FieldPlan::Keep(source) => self.whole(*source),
                FieldPlan::Changed(source, plans, _) => self.changed_cell(*source, plans)?,
                FieldPlan::Fresh(cell) => self.cell(cell)?,
            };
            texts.push(text);
        }
        let in_place = texts.len() == cells.len() && other_bar.is_none();
        for (text, field) in texts.iter_mut().zip(fields) {
            // Two bars without anything between them would begin a header cell, unless they did so already.
            let stands = in_place && matches!(field, FieldPlan::Keep(_));
            if text.is_empty() && !stands {
                text.push(' ');
            }
        }
        if !in_place {
            let bar = other_bar.unwrap_or(if is_header { HEADER_BAR } else { BAR });
            let written = format!("{bar}{}{bar}", texts.join(bar));
            return self.one_row(own, written, fields);
        }
        let mut written = String::new();
        let mut from = whole.start;
        for (cell, text) in cells.into_iter().zip(texts) {
            let own = self.origins[cell].whole.clone();
            written.push_str(self.raw(from..own.start));
            written.push_str(&text);
            from = own.end;
        }
        written.push_str(self.raw(from..whole.end));
        self.one_row(own, written, fields)
    }

    /// What stands in a cell after a change: a line, or blocks on lines of their own.
    fn changed_cell(&mut self, own: Source, plans: &[Plan]) -> Result<String, Lost> {
        if self.origins[own].kind == Kind::Cell(true) {
            return self.inside(own, plans, ON_NEXT_LINE);
        }
        let mut texts = Vec::with_capacity(plans.len());
        for plan in plans {
            texts.push(self.in_line(plan)?);
        }
        Ok(texts.join("\\\\ "))
    }

    /// A row whose cells hold blocks, if it reads as it is meant: an empty line or a bar at the end of a line would
    /// end it.
    fn one_row(&self, own: Source, written: String, fields: &[FieldPlan]) -> Result<String, Lost> {
        let mut cells = self.origins[own].parts.iter();
        if !cells.any(|cell| self.origins[*cell].kind == Kind::Cell(true)) {
            return Ok(written);
        }
        let text = |cell: &Cell| comparable(Block::paragraph(cell.clone()).into_iter().collect());
        let reads = |(cell, field): (&Cell, &FieldPlan)| match field {
            FieldPlan::Keep(_) => true,
            FieldPlan::Changed(.., wanted) | FieldPlan::Fresh(wanted) => text(cell) == text(wanted),
        };
        let read = parts::read_row(&written);
        match read {
            Some(read) if read.len() == fields.len() && read.iter().zip(fields).all(reads) => {
                Ok(written)
            }
            _ => Err(Lost::Hidden(String::from(
                "blocks in the cells of a table, which Markdown shows as lines",
            ))),
        }
    }

    fn cell(&self, cell: &Cell) -> Result<String, Lost> {
        let content: &[Inline] = cell;
        self.text.resolved(&text::write(content, Place::Line))
    }
}
