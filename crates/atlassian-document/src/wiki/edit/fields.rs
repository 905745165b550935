//! Writes changed lists and tables into a text in wiki markup.

use super::render::Renderer;
use super::sequence::{Written, lines};
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{EntryPlan, FieldPlan, Plan, RowPlan};
use crate::tree::flatten::into_inlines;
use crate::tree::{Block, Cell, Inline, Item};
use crate::wiki::parts::Kind;
use crate::wiki::text::{self, Place};
use crate::wiki::writer;

/// What stands around the cells of a row, and of a header.
const BAR: &str = "|";
const HEADER_BAR: &str = "||";

impl Renderer<'_> {
    fn markers(&self, own: Source) -> String {
        match &self.origins[own].kind {
            Kind::List(markers) => markers.clone(),
            _ => String::from("*"),
        }
    }

    pub(super) fn list(&mut self, own: Source, entries: &[EntryPlan]) -> Result<String, Lost> {
        let markers = self.markers(own);
        let mut written: Vec<Written> = Vec::with_capacity(entries.len());
        for entry in entries {
            written.push(match entry {
                EntryPlan::Keep(source) => (Some(*source), self.whole(*source)),
                EntryPlan::Changed(source, _, plans) => {
                    (Some(*source), self.entry(*source, plans)?)
                }
                EntryPlan::Fresh(item) => (None, self.fresh_entry(&markers, item)?),
            });
        }
        Ok(lines(self.text.source, &self.origins, own, &written))
    }

    /// An entry of a list with these markers, and what lies below it.
    fn fresh_entry(&self, markers: &str, item: &Item) -> Result<String, Lost> {
        let mut signs = markers.chars();
        let last = signs.next_back().unwrap_or('*');
        let above = signs.as_str();
        let start = (last == '#').then_some(1);
        let mut written = Vec::new();
        writer::list(start, std::slice::from_ref(item), above, &mut written);
        // Jira tells `-` from `*`, and begins another list for it.
        let ours = format!("{above}{}", if last == '#' { '#' } else { '*' });
        let theirs = written.iter().map(|line| match line.strip_prefix(&ours) {
            Some(rest) => format!("{markers}{rest}"),
            None => line.clone(),
        });
        self.text.resolved(&theirs.collect::<Vec<_>>().join("\n"))
    }

    fn entry(&mut self, own: Source, plans: &[Plan]) -> Result<String, Lost> {
        let markers = self.markers(own);
        let whole = self.origins[own].whole.clone();
        let first = self.origins[own].parts.first().copied();
        let first = first.filter(|first| self.origins[*first].kind == Kind::Loose);
        let prefix = match first {
            Some(first) => self
                .raw(whole.start..self.origins[first].whole.start)
                .to_owned(),
            None => format!("{markers} "),
        };
        let (mut text, mut below): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for plan in plans {
            match plan {
                Plan::List(source, _, entries) => below.push(self.list(*source, entries)?),
                Plan::Keep(source) if self.origins[*source].kind != Kind::Loose => {
                    below.push(self.whole(*source));
                }
                Plan::Fresh(Block::List { start, items })
                | Plan::Moved(_, Block::List { start, items }) => {
                    let mut written = Vec::new();
                    writer::list(*start, items, &markers, &mut written);
                    below.push(self.text.resolved(&written.join("\n"))?);
                }
                plan => text.push(self.in_line(plan)?),
            }
        }
        let mut written = vec![format!("{prefix}{}", text.join("\\\\ "))];
        // An entry that had no line of its own needs none for the lists below it.
        if first.is_none() && text.is_empty() {
            written.clear();
        }
        written.extend(below);
        Ok(written.join("\n"))
    }

    /// What a plan becomes inside of a line.
    fn in_line(&mut self, plan: &Plan) -> Result<String, Lost> {
        match plan {
            Plan::Keep(source) => Ok(self.whole(*source)),
            Plan::Text(source, _, runs, content) => self.line(*source, runs, content),
            Plan::Fresh(block) | Plan::Moved(_, block) => {
                let content = into_inlines(std::slice::from_ref(block));
                self.text.resolved(&text::write(&content, Place::Line))
            }
            _ => Err(Lost::Hidden(String::from("a block inside of a line"))),
        }
    }

    pub(super) fn table(
        &mut self,
        own: Source,
        has_header: bool,
        rows: &[RowPlan],
    ) -> Result<String, Lost> {
        let mut written: Vec<Written> = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let is_first = has_header && index == 0;
            written.push(match row {
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
            });
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
                FieldPlan::Changed(_, plans) => {
                    let mut texts = Vec::with_capacity(plans.len());
                    for plan in plans {
                        texts.push(self.in_line(plan)?);
                    }
                    texts.join("\\\\ ")
                }
                FieldPlan::Fresh(cell) => self.cell(cell)?,
            };
            // Two bars without anything between them would begin a header cell.
            texts.push(if text.is_empty() {
                String::from(" ")
            } else {
                text
            });
        }
        if texts.len() != cells.len() || other_bar.is_some() {
            let bar = other_bar.unwrap_or(if is_header { HEADER_BAR } else { BAR });
            return Ok(format!("{bar}{}{bar}", texts.join(bar)));
        }
        let mut written = String::new();
        let mut from = whole.start;
        for (cell, text) in cells.into_iter().zip(texts) {
            let own = self.origins[cell].whole.clone();
            written.push_str(self.raw(from..own.start));
            written.push_str(&text);
            from = own.end;
        }
        Ok(written + self.raw(from..whole.end))
    }

    fn cell(&self, cell: &Cell) -> Result<String, Lost> {
        let content: &[Inline] = cell;
        self.text.resolved(&text::write(content, Place::Line))
    }
}
