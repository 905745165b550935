//! The rows of tables in wiki markup, which may go on over several lines and hold blocks between braces.
//!
//! As Jira's own renderer reads them: macros are taken out of a text first, wherever they stand. A line that begins
//! with a bar begins a row; the row goes on to a line that ends with one, to an empty line, or to the next row.

use std::ops::Range;

use super::lines::{bars, entry};
use super::macros::{Braced, Part as Piece};
use super::tokens::tokens;

/// A part of a text, with its tables.
#[derive(Debug)]
pub(super) enum Group<'a> {
    /// Ordinary markup, which stands there.
    Text(Range<usize>),
    /// A block between braces.
    Block(Braced<'a>),
    /// The rows of a table.
    Table(Vec<Lines>),
}

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
    fn begin(line: &Line<'_>, source: &str) -> Self {
        let start = line.pieces.first().map_or(0, |piece| span(piece).start);
        let mut row = Self {
            whole: start..start,
            stretches: Vec::new(),
        };
        row.add(line, source);
        row.whole.start = row.stretches.first().map_or(start, |first| first.start);
        row
    }

    fn add(&mut self, line: &Line<'_>, source: &str) {
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

/// A line, with the blocks that stand in it.
#[derive(Debug, Default)]
struct Line<'a> {
    pieces: Vec<Piece<'a>>,
}

impl Line<'_> {
    fn first(&self, source: &str) -> Option<char> {
        match self.pieces.first()? {
            Piece::Text(range) => source[range.clone()].trim_start().chars().next(),
            Piece::Block(_) => None,
        }
    }

    fn is_empty(&self, source: &str) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Text(range) => source[range.clone()].trim().is_empty(),
            Piece::Block(_) => false,
        })
    }

    fn ends_with_bar(&self, source: &str) -> bool {
        let mut last = self.pieces.iter().rev();
        let last = last.find(|piece| !span(piece).is_empty());
        matches!(last, Some(Piece::Text(range)) if source[range.clone()].trim_end().ends_with('|'))
    }
}

fn span(piece: &Piece<'_>) -> Range<usize> {
    match piece {
        Piece::Text(range) => range.clone(),
        Piece::Block(braced) => braced.whole.clone(),
    }
}

/// Brings the rows of tables together; all else stays as it was cut.
pub(super) fn groups<'a>(source: &str, pieces: Vec<Piece<'a>>) -> Vec<Group<'a>> {
    let mut groups = Groups {
        source,
        done: Vec::new(),
        rows: Vec::new(),
        row: None,
    };
    let mut line = Line::default();
    for piece in pieces {
        let Piece::Text(range) = piece else {
            line.pieces.push(piece);
            continue;
        };
        let mut from = range.start;
        for own in source[range].split_inclusive('\n') {
            line.pieces.push(Piece::Text(from..from + own.len()));
            from += own.len();
            if own.ends_with('\n') {
                groups.line(std::mem::take(&mut line));
            }
        }
    }
    groups.line(line);
    groups.end_table();
    groups.done
}

struct Groups<'a, 's> {
    source: &'s str,
    done: Vec<Group<'a>>,
    rows: Vec<Lines>,
    /// A row that goes on.
    row: Option<Lines>,
}

impl<'a> Groups<'a, '_> {
    fn line(&mut self, line: Line<'a>) {
        let begins = line.first(self.source) == Some('|');
        if begins {
            self.rows.extend(self.row.take());
            self.row = Some(Lines::begin(&line, self.source));
        } else if let Some(row) = self.row.as_mut().filter(|_| !line.is_empty(self.source)) {
            row.add(&line, self.source);
        } else {
            self.end_table();
            self.plain(line);
            return;
        }
        if line.ends_with_bar(self.source) {
            self.rows.extend(self.row.take());
        }
    }

    fn end_table(&mut self) {
        self.rows.extend(self.row.take());
        if !self.rows.is_empty() {
            self.done.push(Group::Table(std::mem::take(&mut self.rows)));
        }
    }

    fn plain(&mut self, line: Line<'a>) {
        for piece in line.pieces {
            match (piece, self.done.last_mut()) {
                (Piece::Text(next), Some(Group::Text(last))) if last.end == next.start => {
                    last.end = next.end;
                }
                (Piece::Text(range), _) => self.done.push(Group::Text(range)),
                (Piece::Block(braced), _) => self.done.push(Group::Block(braced)),
            }
        }
    }
}
