//! Tables: cells brought into rows of one width, with places for those that reach over others.

use super::{Block, Cell, Inline, normal};

/// The widest table that is kept; further cells of a row are joined to its last one.
const MAXIMUM_COLUMNS: usize = 100;

/// How many cells a table may have in any case, and from there on how many for each that was given.
///
/// Every row is filled up to the widest, so that one long row among many short ones would multiply
/// the document.
const MAXIMUM_CELLS: usize = 20_000;
const CELLS_FOR_EACH: usize = 2;

/// A cell as a format holds it.
#[derive(Debug, Default)]
pub(crate) struct Spanning {
    /// What is in it.
    pub(crate) content: Cell,
    /// How many columns it reaches over, at least one.
    pub(crate) columns: usize,
    /// How many rows it reaches over, at least one.
    pub(crate) rows: usize,
}

impl Spanning {
    /// A cell and the two numbers as they were written; what is no number is one.
    pub(crate) fn new(content: Cell, columns: Option<u64>, rows: Option<u64>) -> Self {
        let count = |given: Option<u64>| {
            let given = usize::try_from(given.unwrap_or(1)).unwrap_or(1);
            given.clamp(1, MAXIMUM_COLUMNS)
        };
        Self {
            content,
            columns: count(columns),
            rows: count(rows),
        }
    }

    /// How many columns and rows it reaches over.
    pub(crate) fn reach(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }
}

/// Puts every cell under its own column: those that one reaches over stay empty, so that what stands
/// beside and below it is not shifted under another header.
pub(crate) fn spread(rows: Vec<Vec<Spanning>>) -> Vec<Vec<Cell>> {
    let reaches = rows.iter();
    let reaches: Vec<_> = reaches
        .map(|row| row.iter().map(Spanning::reach).collect())
        .collect();
    let mut spread = Vec::with_capacity(rows.len());
    for (row, columns) in rows.into_iter().zip(columns(&reaches)) {
        let mut cells: Vec<Cell> = Vec::new();
        for (cell, column) in row.into_iter().zip(columns) {
            cells.resize(column, Cell::new());
            cells.push(cell.content);
            cells.resize(column + cell.columns, Cell::new());
        }
        spread.push(cells);
    }
    spread
}

/// The column of each cell, from the columns and rows that each reaches over.
pub(crate) fn columns(rows: &[Vec<(usize, usize)>]) -> Vec<Vec<usize>> {
    // For every column how many rows from here on are taken from above.
    let mut taken: Vec<usize> = Vec::new();
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let (mut own, mut at) = (Vec::with_capacity(row.len()), 0);
        for (columns, rows) in row {
            while taken.get(at).is_some_and(|rows| *rows > 0) {
                at += 1;
            }
            own.push(at);
            let from = at;
            at += columns;
            if from < MAXIMUM_COLUMNS {
                let to = at.min(MAXIMUM_COLUMNS);
                taken.resize(taken.len().max(to), 0);
                taken[from..to].fill(*rows);
            }
        }
        for rows in &mut taken {
            *rows = rows.saturating_sub(1);
        }
        places.push(own);
    }
    places
}

/// For each row whether a cell reaches over it and the row above it, and over it and the one below it.
pub(crate) fn joined(rows: &[Vec<(usize, usize)>]) -> Vec<[bool; 2]> {
    let (mut end, mut joined) = (0, Vec::with_capacity(rows.len()));
    for (at, row) in rows.iter().enumerate() {
        let is_reached = at < end;
        let reach = row.iter().map(|(_, reach)| at + reach);
        end = reach.chain([end]).max().unwrap_or_default();
        joined.push([is_reached, at + 1 < end.min(rows.len())]);
    }
    joined
}

impl Block {
    /// A table with rows brought to one width, or nothing if there is nothing in it.
    pub(crate) fn table(header: Vec<Cell>, rows: Vec<Vec<Cell>>) -> Option<Self> {
        let given = header.len() + rows.iter().map(|row| filled(row)).sum::<usize>();
        let longest = rows.iter().map(Vec::len).chain([header.len()]).max()?;
        let most = (given * CELLS_FOR_EACH).max(MAXIMUM_CELLS) / (rows.len() + 1);
        let width = longest.min(MAXIMUM_COLUMNS).min(most.max(1));
        let header = fit_columns(header, width);
        let rows: Vec<Vec<Cell>> = rows
            .into_iter()
            .map(|row| fit_columns(row, width))
            .collect();
        let empty = rows.is_empty() && header.iter().all(Vec::is_empty);
        (width > 0 && !empty).then_some(Self::Table { header, rows })
    }
}

/// How long a row is without the empty cells at its end.
fn filled(row: &[Cell]) -> usize {
    let last = row.iter().rposition(|cell| !cell.is_empty());
    last.map_or(0, |last| last + 1)
}

fn fit_columns(mut row: Vec<Cell>, width: usize) -> Vec<Cell> {
    row.truncate(filled(&row));
    if row.len() > width {
        for cell in row.split_off(width) {
            if let Some(last) = row.last_mut() {
                last.push(Inline::plain(" "));
                last.extend(cell);
            }
        }
    }
    row.resize(width, Cell::new());
    row.into_iter().map(normal::inlines).collect()
}
