//! Reads tables in parts.

use super::parts::Reader;
use crate::edit::part::{Field, Row, Source};
use crate::storage::reader::{cells, rows, spanning};
use crate::storage::xml::Element;
use crate::tree::Cell;
use crate::tree::table::{Spanning, columns, joined};

impl<'d> Reader<'d, '_> {
    pub(super) fn rows(
        &mut self,
        table: &'d Element,
        header: &[Cell],
        shown: &[Vec<Cell>],
        own: Source,
    ) -> Option<Vec<Row>> {
        let nodes = rows(table);
        let has_header = nodes.len() > shown.len();
        let header = has_header.then_some(header);
        let shown = header.into_iter().chain(shown.iter().map(Vec::as_slice));
        let reach = |cell| Spanning::reach(&spanning(cell, Cell::new()));
        let reaches: Vec<Vec<_>> = nodes
            .iter()
            .map(|row| cells(row).map(reach).collect())
            .collect();
        let is_merged = reaches.iter().flatten().any(|reach| *reach != (1, 1));
        let places = columns(&reaches).into_iter().zip(joined(&reaches));
        let nodes = nodes.into_iter().zip(places);
        let mut read = Vec::new();
        for (index, ((node, (columns, joined)), shown)) in nodes.zip(shown).enumerate() {
            let source = self.origin(Some(node), Some(node), node.span.clone());
            let mut fields = Vec::new();
            for (cell, column) in cells(node).zip(columns) {
                let source = self.origin(Some(cell), Some(cell), cell.span.clone());
                let parts = self.sequence(&cell.children, source)?;
                fields.push(Field {
                    source,
                    column,
                    shown: shown.get(column).cloned().unwrap_or_default(),
                    parts,
                });
            }
            self.origins[source].parts = fields.iter().map(|field| field.source).collect();
            read.push(Row {
                source,
                shown: shown.to_vec(),
                nature: self.nature(&node.span),
                is_header: has_header && index == 0,
                cells: fields,
                is_merged,
                joined,
            });
        }
        self.origins[own].parts = read.iter().map(|row| row.source).collect();
        Some(read)
    }
}
