//! What parts are beside what Markdown shows of them: written anew, they would be something else.

use super::part::{Inside, Part, Row, Shown};
use crate::tree::Block;

/// What a part is, or something in it; nothing where Markdown says all of it.
pub(super) fn within(part: &Part) -> Option<String> {
    let rows = match &part.inside {
        Inside::Table(rows) => rows.as_slice(),
        _ => &[],
    };
    let form = part.form.clone();
    let mut found = form.or_else(|| rows.iter().find_map(of_row));
    part.each_inside(&mut |inside| {
        if found.is_none() {
            found = inside.iter().find_map(within);
        }
    });
    found
}

/// What a row is: its cells reach over others, or hold more than lines of text.
pub(super) fn of_row(row: &Row) -> Option<String> {
    if row.is_merged {
        return Some(String::from("the merged cells of a table"));
    }
    let parts = row.cells.iter().flat_map(|cell| &cell.parts);
    let what = parts.filter_map(|part| match &part.shown {
        Shown::Block(block) => in_cell(block),
        Shown::Frame(_) => None,
    });
    what.map(|what| format!("{what} in the cell of a table"))
        .next()
}

/// A block as it is called where it stands in a cell, if Markdown shows it there as lines.
fn in_cell(block: &Block) -> Option<&'static str> {
    match block {
        Block::Paragraph(_) => None,
        Block::Heading { .. } => Some("the heading"),
        Block::List { .. } => Some("the list"),
        Block::Code { .. } => Some("the code block"),
        Block::Quote(_) => Some("the quotation"),
        Block::Panel { .. } => Some("the panel"),
        Block::Details { .. } => Some("the expand"),
        Block::Table { .. } => Some("the table"),
        Block::Notes(_) => Some("the notes"),
        Block::Rule => Some("the rule"),
    }
}
