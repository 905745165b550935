//! Writes changed tables into the page.

use super::fields::{is_new, stays};
use super::render::Renderer;
use super::sequence::{Kind, Written, between};
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{FieldPlan, RowPlan};
use crate::storage::reader::{cells, rows};
use crate::storage::xml::Element;
use crate::tree::Cell;

const HEADER: &str = "th";
const CELL: &str = "td";

/// Whether all cells of a row are those of a header.
fn is_header(row: &Element) -> bool {
    cells(row).all(|cell| cell.name == HEADER)
}

impl Renderer<'_> {
    pub(super) fn table(
        &mut self,
        own: Source,
        has_header: bool,
        plans: &[RowPlan],
    ) -> Result<String, Lost> {
        let olds = self.origins[own].element.map(rows).unwrap_or_default();
        let header = olds.first().filter(|row| is_header(row)).copied();
        let pattern = olds.iter().find(|row| !is_header(row)).copied();
        let mut written = Vec::with_capacity(plans.len());
        for (index, plan) in plans.iter().enumerate() {
            let is_first = has_header && index == 0;
            let (plan, is_known) = match plan {
                RowPlan::Elsewhere(elsewhere) => (&elsewhere.plan, false),
                plan => (plan, true),
            };
            let mut row = match plan {
                RowPlan::Keep(source) => {
                    let name = self.other_cells(*source, is_first, index, header);
                    let text = match name {
                        Some(_) => {
                            let fields = self.origins[*source].parts.iter().copied();
                            let fields: Vec<FieldPlan> = fields.map(FieldPlan::Keep).collect();
                            self.row(*source, &fields, name)?
                        }
                        None => self.whole(*source),
                    };
                    stays(*source, text)
                }
                RowPlan::Changed(source, fields) => {
                    let name = self.other_cells(*source, is_first, index, header);
                    stays(*source, self.row(*source, fields, name)?)
                }
                RowPlan::Fresh(cells) => {
                    let like = header.filter(|_| is_first).or(pattern);
                    let name = is_first.then_some(HEADER);
                    is_new(self.fresh_row(like, name, cells)?)
                }
                RowPlan::Elsewhere(elsewhere) => {
                    is_new(self.fresh_row(pattern, None, elsewhere.anew()?)?)
                }
            };
            row.old = row.old.filter(|_| is_known);
            row.kind = if is_first { Kind::Header } else { Kind::Row };
            written.push(row);
        }
        let inner = between(self.page.source, &self.origins, own, written)?;
        Ok(self.filled(own, inner))
    }

    /// What the cells of a row become that is the header now, or was it.
    fn other_cells(
        &self,
        row: Source,
        is_first: bool,
        index: usize,
        header: Option<&Element>,
    ) -> Option<&'static str> {
        let row = self.origins[row].element?;
        let was_header = header.is_some_and(|header| header.span == row.span);
        match (is_first, is_header(row)) {
            (true, false) => Some(HEADER),
            (false, true) if was_header || index == 0 => Some(CELL),
            _ => None,
        }
    }

    fn row(
        &mut self,
        own: Source,
        fields: &[FieldPlan],
        name: Option<&str>,
    ) -> Result<String, Lost> {
        let olds: Vec<&Element> = self.origins[own]
            .element
            .into_iter()
            .flat_map(cells)
            .collect();
        let mut written: Vec<Written> = Vec::with_capacity(fields.len());
        for (column, field) in fields.iter().enumerate() {
            let mut cell = match field {
                FieldPlan::Keep(source) => stays(*source, self.whole(*source)),
                FieldPlan::Changed(source, plans, _) => {
                    let inner = self.inside(*source, plans)?;
                    stays(*source, self.filled(*source, inner))
                }
                FieldPlan::Fresh(cell) => {
                    let like = olds.get(column).or(olds.last()).copied();
                    is_new(self.fresh_cell(like, name, cell)?)
                }
            };
            if let Some(name) = name {
                cell.text = renamed(&cell.text, name);
            }
            written.push(cell);
        }
        let inner = between(self.page.source, &self.origins, own, written)?;
        Ok(self.filled(own, inner))
    }

    fn fresh_row(
        &mut self,
        like: Option<&Element>,
        name: Option<&str>,
        new: &[Cell],
    ) -> Result<String, Lost> {
        let likes: Vec<&Element> = like.into_iter().flat_map(cells).collect();
        let mut row = String::from("<tr>");
        for (column, cell) in new.iter().enumerate() {
            row.push_str(&self.fresh_cell(likes.get(column).copied(), name, cell)?);
        }
        Ok(row + "</tr>")
    }

    /// A cell of the kind of its neighbours, unless it is given a name, with a paragraph in it if they have one.
    fn fresh_cell(
        &mut self,
        like: Option<&Element>,
        name: Option<&str>,
        cell: &Cell,
    ) -> Result<String, Lost> {
        let own = like.map_or(CELL, |like| like.name.as_str());
        let name = name.unwrap_or(own).to_owned();
        let in_paragraph = like.is_some_and(|like| like.child("p").is_some());
        let text = self.loose(cell)?;
        Ok(if in_paragraph {
            format!("<{name}><p>{text}</p></{name}>")
        } else {
            format!("<{name}>{text}</{name}>")
        })
    }
}

/// A cell with another name in its tags.
fn renamed(cell: &str, name: &str) -> String {
    let other = if name == HEADER { CELL } else { HEADER };
    let (open, close) = (format!("<{other}"), format!("</{other}"));
    let Some(rest) = cell.strip_prefix(&open) else {
        return cell.to_owned();
    };
    match rest.rsplit_once(&close) {
        Some((inner, end)) => format!("<{name}{inner}</{name}{end}"),
        None => format!("<{name}{rest}"),
    }
}
