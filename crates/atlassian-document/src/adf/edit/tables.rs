//! Writes changed tables as ADF.

use serde_json::{Value, json};

use super::render::{Renderer, filled};
use crate::adf::inline::kind;
use crate::adf::reader::children;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{FieldPlan, RowPlan};
use crate::tree::{Block, Cell};

const HEADER: &str = "tableHeader";
const CELL: &str = "tableCell";

/// Whether all cells of a row are those of a header.
fn is_header(row: &Value) -> bool {
    children(row).iter().all(|cell| kind(cell) == HEADER)
}

impl Renderer<'_> {
    pub(super) fn table(
        &mut self,
        source: Source,
        has_header: bool,
        rows: &[RowPlan],
    ) -> Result<Value, Lost> {
        let origin = self.origins[source];
        let mut node = origin.nodes[0].clone();
        let olds = children(&origin.nodes[0]);
        let header = olds.first().filter(|row| is_header(row));
        let pattern = olds.iter().find(|row| !is_header(row));
        let mut content = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let is_first = has_header && index == 0;
            let row = match row {
                RowPlan::Elsewhere(elsewhere) => &elsewhere.plan,
                row => row,
            };
            let was_header = |source: &Source| {
                let row = &self.origins[*source].nodes[0];
                header.is_some_and(|header| std::ptr::eq(header, row))
            };
            let (mut written, was_header) = match row {
                RowPlan::Keep(source) => {
                    (self.origins[*source].nodes[0].clone(), was_header(source))
                }
                RowPlan::Changed(source, fields) => {
                    let was_header = was_header(source);
                    (self.row(*source, fields)?, was_header)
                }
                RowPlan::Fresh(cells) => {
                    let like = header.filter(|_| is_first).or(pattern);
                    (self.fresh_row(like, cells)?, false)
                }
                RowPlan::Elsewhere(elsewhere) => {
                    (self.fresh_row(pattern, elsewhere.anew()?)?, false)
                }
            };
            let is_read_as_one = index == 0 && is_header(&written);
            if is_first {
                become_all(&mut written, HEADER);
            } else if was_header || is_read_as_one {
                become_all(&mut written, CELL);
            }
            content.push(written);
        }
        node["content"] = Value::from(content);
        Ok(node)
    }

    fn row(&mut self, source: Source, fields: &[FieldPlan]) -> Result<Value, Lost> {
        let old = &self.origins[source].nodes[0];
        let mut cells = Vec::new();
        for (column, field) in fields.iter().enumerate() {
            cells.push(match field {
                FieldPlan::Keep(source) => self.origins[*source].nodes[0].clone(),
                FieldPlan::Changed(source, plans, _) => {
                    let origin = self.origins[*source];
                    let mut cell = origin.nodes[0].clone();
                    let content = self.blocks(plans, kind(&origin.nodes[0]))?;
                    cell["content"] = filled(origin.lead, content);
                    cell
                }
                FieldPlan::Fresh(cell) => {
                    let like = children(old).get(column).or(children(old).last());
                    self.fresh_cell(like, cell)?
                }
            });
        }
        let mut row = old.clone();
        row["content"] = Value::from(cells);
        Ok(row)
    }

    fn fresh_row(&mut self, like: Option<&Value>, cells: &[Cell]) -> Result<Value, Lost> {
        let likes = like.map_or(&[][..], children);
        let cells = cells.iter().enumerate();
        let cells = cells.map(|(column, cell)| self.fresh_cell(likes.get(column), cell));
        let cells = cells.collect::<Result<Vec<_>, Lost>>()?;
        Ok(json!({ "type": "tableRow", "content": cells }))
    }

    fn fresh_cell(&mut self, like: Option<&Value>, cell: &Cell) -> Result<Value, Lost> {
        let header = like.is_some_and(|like| kind(like) == HEADER);
        let kind = if header { HEADER } else { CELL };
        let block = Block::Paragraph(cell.clone());
        let content = self.fresh(&block, kind)?;
        Ok(json!({ "type": kind, "attrs": {}, "content": content }))
    }
}

/// Makes all cells of a row cells of this kind.
fn become_all(row: &mut Value, kind: &str) {
    let cells = row.get_mut("content").and_then(Value::as_array_mut);
    for cell in cells.into_iter().flatten() {
        cell["type"] = Value::from(kind);
    }
}
