//! Cuts a text in wiki markup into lists, tables, blocks between braces and the text between them.
//!
//! As Jira's own renderer reads them: macros are taken out of a text first, wherever they stand, so that a line may
//! hold some that reach over many. Where a line begins a list, every line after it up to an empty one is another
//! entry or belongs to the one above it, whatever it is.

use std::ops::Range;

use super::lines::{Entry, entry, entry_below};
use super::macros::{Braced, Part as Piece};
use super::rows::Lines;

/// A part of a text, with its lists and tables.
#[derive(Debug)]
pub(super) enum Group<'a> {
    /// Ordinary markup, which stands there.
    Text(Range<usize>),
    /// A block between braces.
    Block(Braced<'a>),
    /// The rows of a table.
    Table(Vec<Lines>),
    /// The entries of lists, on all levels.
    List(Vec<Marked<'a>>),
}

impl Group<'_> {
    /// Where all of it stands.
    pub(super) fn whole(&self) -> Range<usize> {
        let around = |first: Option<&Range<usize>>, last: Option<&Range<usize>>| {
            let start = first.map_or(0, |first| first.start);
            start..last.map_or(start, |last| last.end)
        };
        match self {
            Self::Text(range) => range.clone(),
            Self::Block(braced) => braced.whole.clone(),
            Self::Table(rows) => around(
                rows.first().map(|row| &row.whole),
                rows.last().map(|row| &row.whole),
            ),
            Self::List(entries) => around(
                entries.first().map(|entry| &entry.whole),
                entries.last().map(|entry| &entry.whole),
            ),
        }
    }
}

/// An entry of a list, as it stands in the text.
#[derive(Debug)]
pub(super) struct Marked<'a> {
    /// A sign for each level.
    pub(super) markers: Vec<char>,
    /// Where all of it stands, and where that begins which it holds.
    pub(super) whole: Range<usize>,
    pub(super) content: usize,
    lines: Vec<Line<'a>>,
}

impl<'a> Marked<'a> {
    fn begin(mut line: Line<'a>, marks: Marks, source: &str) -> Self {
        if let Some(Piece::Text(range)) = line.pieces.first_mut() {
            range.start = marks.content;
        }
        let mut marked = Self {
            markers: marks.markers,
            whole: marks.start..marks.content,
            content: marks.content,
            lines: Vec::new(),
        };
        marked.add(line, source);
        marked
    }

    fn add(&mut self, line: Line<'a>, source: &str) {
        self.whole.end = line.end(source).unwrap_or(self.whole.end);
        self.lines.push(line);
    }

    /// What it holds; no list begins in it.
    pub(super) fn groups(&self, source: &str) -> Vec<Group<'a>> {
        grouped(source, self.lines.iter().cloned(), false)
    }
}

/// The markers of an entry: where they begin, and where that begins which stands behind them.
struct Marks {
    markers: Vec<char>,
    start: usize,
    content: usize,
}

/// A line, with the blocks that stand in it.
#[derive(Debug, Default, Clone)]
pub(super) struct Line<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
}

impl Line<'_> {
    fn first(&self, source: &str) -> Option<char> {
        match self.pieces.first()? {
            Piece::Text(range) => source[range.clone()].trim_start().chars().next(),
            Piece::Block(_) => None,
        }
    }

    fn is_empty(&self, source: &str) -> bool {
        self.end(source).is_none()
    }

    /// Where that ends which is seen of it.
    fn end(&self, source: &str) -> Option<usize> {
        self.pieces.iter().rev().find_map(|piece| match piece {
            Piece::Text(range) => {
                let own = source[range.clone()].trim_end();
                (!own.is_empty()).then_some(range.start + own.len())
            }
            Piece::Block(braced) => Some(braced.whole.end),
        })
    }

    fn ends_with_bar(&self, source: &str) -> bool {
        let mut last = self.pieces.iter().rev();
        let last = last.find(|piece| !span(piece).is_empty());
        matches!(last, Some(Piece::Text(range)) if source[range.clone()].trim_end().ends_with('|'))
    }

    /// The markers of an entry that the line begins.
    fn marks(&self, source: &str, read: fn(&str) -> Option<Entry>) -> Option<Marks> {
        let (first, others) = self.pieces.split_first()?;
        let Piece::Text(range) = first else {
            return None;
        };
        let begun = source[range.clone()].trim_start();
        let start = range.end - begun.len();
        // Behind its white space something between braces may be all that the entry holds.
        let is_alone = others.iter().all(|piece| span(piece).is_empty());
        let own = if is_alone { begun.trim_end() } else { begun };
        let entry = read(own).filter(|entry| is_alone || entry.text < own.len())?;
        let behind = &own[entry.text..];
        Some(Marks {
            markers: entry.markers,
            start,
            content: start + own.len() - behind.trim_start().len(),
        })
    }
}

/// Where a piece stands.
pub(super) fn span(piece: &Piece<'_>) -> Range<usize> {
    match piece {
        Piece::Text(range) => range.clone(),
        Piece::Block(braced) => braced.whole.clone(),
    }
}

/// Brings lists and the rows of tables together; all else stays as it was cut.
pub(super) fn groups<'a>(source: &str, pieces: Vec<Piece<'a>>) -> Vec<Group<'a>> {
    let mut lines = Vec::new();
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
                lines.push(std::mem::take(&mut line));
            }
        }
    }
    lines.push(line);
    grouped(source, lines.into_iter(), true)
}

fn grouped<'a>(
    source: &str,
    lines: impl Iterator<Item = Line<'a>>,
    has_lists: bool,
) -> Vec<Group<'a>> {
    let mut groups = Groups {
        source,
        has_lists,
        done: Vec::new(),
        rows: Vec::new(),
        row: None,
        entries: Vec::new(),
    };
    for line in lines {
        groups.line(line);
    }
    groups.end();
    groups.done
}

struct Groups<'a, 's> {
    source: &'s str,
    /// Whether a list may begin.
    has_lists: bool,
    done: Vec<Group<'a>>,
    rows: Vec<Lines>,
    /// A row that goes on.
    row: Option<Lines>,
    /// The entries of a list that goes on.
    entries: Vec<Marked<'a>>,
}

impl<'a> Groups<'a, '_> {
    fn line(&mut self, line: Line<'a>) {
        if line.is_empty(self.source) {
            self.end();
            self.plain(line);
        } else if let Some(last) = self.entries.last_mut() {
            match line.marks(self.source, entry_below) {
                Some(marks) => self.entries.push(Marked::begin(line, marks, self.source)),
                None => last.add(line, self.source),
            }
        } else if line.first(self.source) == Some('|') {
            self.rows.extend(self.row.take());
            self.row = Some(Lines::begin(&line, self.source));
            self.end_row(&line);
        } else if let Some(row) = &mut self.row {
            row.add(&line, self.source);
            self.end_row(&line);
        } else {
            self.end();
            match line.marks(self.source, entry).filter(|_| self.has_lists) {
                Some(marks) => self.entries.push(Marked::begin(line, marks, self.source)),
                None => self.plain(line),
            }
        }
    }

    fn end_row(&mut self, line: &Line<'_>) {
        if line.ends_with_bar(self.source) {
            self.rows.extend(self.row.take());
        }
    }

    /// Ends the table or the list.
    fn end(&mut self) {
        self.rows.extend(self.row.take());
        if !self.rows.is_empty() {
            self.done.push(Group::Table(std::mem::take(&mut self.rows)));
        }
        if !self.entries.is_empty() {
            let entries = std::mem::take(&mut self.entries);
            self.done.push(Group::List(entries));
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
