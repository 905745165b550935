//! The rows of tables in wiki markup, which may go on over several lines and hold blocks between braces.
//!
//! A line that begins with a bar begins a row; the row goes on to a line that ends with one, to an empty line, or to
//! the next row.

use std::ops::Range;

use super::groups::{Line, span};
use super::lines::{bars, entry};
use super::macros::Part as Piece;
use super::tokens::tokens;

/// A row: where it stands, and the stretches of one line each that lie between its blocks and line ends.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub(super) whole: Range<usize>,
    stretches: Vec<Range<usize>>,
}

/// A cell: whether it stands behind the bars of a header, where it stands, and whether it holds more than a line
/// of text.
#[derive(Debug)]
pub(super) struct CellSource {
    pub(super) is_header: bool,
    pub(super) span: Range<usize>,
    pub(super) has_blocks: bool,
}

impl Lines {
    pub(super) fn begin(line: &Line<'_>, source: &str) -> Self {
        let start = line.pieces.first().map_or(0, |piece| span(piece).start);
        let mut row = Self {
            whole: start..start,
            stretches: Vec::new(),
        };
        row.add(line, source);
        row.whole.start = row.stretches.first().map_or(start, |first| first.start);
        row
    }

    pub(super) fn add(&mut self, line: &Line<'_>, source: &str) {
        for piece in &line.pieces {
            match piece {
                Piece::Text(range) => {
                    let own = &source[range.clone()];
                    let start = range.start + (own.len() - own.trim_start().len());
                    let stretch = start..start + own.trim().len();
                    if !stretch.is_empty() {
                        self.whole.end = stretch.end;
                        self.stretches.push(stretch);
                    }
                }
                Piece::Block(braced) => self.whole.end = braced.whole.end,
            }
        }
    }

    /// The cells. Bars of links, pictures and macros are none of the row.
    pub(super) fn cells(&self, source: &str) -> Vec<CellSource> {
        let mut cells = Vec::new();
        let (mut is_header, mut from) = (false, self.whole.start);
        let mut cell = |is_header: bool, span: Range<usize>| {
            let has_blocks = !span.is_empty() && self.has_blocks(source, &span);
            cells.push(CellSource {
                is_header,
                span,
                has_blocks,
            });
        };
        for stretch in &self.stretches {
            let (tokens, spans) = tokens(&source[stretch.clone()], stretch.start);
            for bar in bars(&tokens) {
                let (start, end) = (spans[bar.start].start, spans[bar.end - 1].end);
                if start > self.whole.start {
                    cell(is_header, from..start);
                }
                (is_header, from) = (bar.len() > 1, end);
            }
        }
        if from < self.whole.end {
            cell(is_header, from..self.whole.end);
        }
        cells
    }

    /// Whether a cell reaches over a block or a line end, or is an entry of a list.
    fn has_blocks(&self, source: &str, cell: &Range<usize>) -> bool {
        let before = |stretch: &Range<usize>| stretch.end <= cell.start;
        let stretch = self.stretches.get(self.stretches.partition_point(before));
        let holds = |stretch: &Range<usize>| stretch.start <= cell.start && cell.end <= stretch.end;
        let own = source[cell.clone()].trim();
        let is_entry = || entry(own).is_some_and(|entry| entry.text < own.len());
        !stretch.is_some_and(holds) || is_entry()
    }
}
