//! Widens tables whose rows go on beyond their header: GFM (section 4.10) drops those cells, and nothing
//! that a person wrote may go without a word.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

/// The widest that a table is made; the further cells of a row are joined to its last one.
const MAXIMUM_COLUMNS: usize = 100;

/// A change of the source: what lies in the range becomes the text.
type Change = (Range<usize>, String);

/// The source with wider tables, if there is one whose rows are too long.
pub(super) fn widened(source: &str, events: &[(Event<'_>, Range<usize>)]) -> Option<String> {
    let mut changes: Vec<Change> = Vec::new();
    let mut table: Option<Table> = None;
    for (event, range) in events {
        match event {
            Event::Start(Tag::TableHead) => {
                changes.extend(table.take().map(Table::header_changes).unwrap_or_default());
                table = Some(Table::new(source, range.start));
            }
            Event::Start(Tag::TableRow) => {
                if let Some(table) = &mut table {
                    table.row(source, range.start, &mut changes);
                }
            }
            _ => {}
        }
    }
    changes.extend(table.map(Table::header_changes).unwrap_or_default());
    if changes.is_empty() {
        return None;
    }
    changes.sort_by_key(|(range, _)| range.start);
    let (mut widened, mut from) = (String::with_capacity(source.len()), 0);
    for (range, text) in changes {
        widened.push_str(&source[from..range.start]);
        widened.push_str(&text);
        from = range.end;
    }
    widened.push_str(&source[from..]);
    Some(widened)
}

/// A table while its rows are looked at.
struct Table {
    /// How many columns its header has, and how many the longest row.
    columns: usize,
    longest: usize,
    /// Where the two lines of the header end, and whether with a bar.
    ends: [(usize, bool); 2],
}

impl Table {
    fn new(source: &str, start: usize) -> Self {
        let header = line(source, start);
        let below = source[header.end..].find('\n');
        let below = below.map_or(source.len(), |length| header.end + length + 1);
        let lines = [header.clone(), line(source, below)];
        let columns = cells(&source[header], false).len();
        Self {
            columns,
            longest: columns,
            ends: lines.map(|line| {
                let text = source[line.clone()].trim_end();
                let bars = bars(text, false);
                (
                    line.start + text.len(),
                    bars.last() == text.len().checked_sub(1).as_ref(),
                )
            }),
        }
    }

    /// Looks at a row. In one that is too long a bar inside code splits nothing.
    fn row(&mut self, source: &str, start: usize, changes: &mut Vec<Change>) {
        let whole = line(source, start);
        let text = &source[whole.clone()];
        if filled(text, &cells(text, false)) <= self.columns {
            return;
        }
        let found = cells(text, true);
        let splitting = bars(text, true);
        for bar in bars(text, false) {
            if splitting.binary_search(&bar).is_err() {
                let at = whole.start + bar;
                changes.push((at..at, "\\".to_owned()));
            }
        }
        let length = filled(text, &found);
        let most = self.columns.max(MAXIMUM_COLUMNS);
        for cell in found.iter().take(length).skip(most) {
            let bar = whole.start + cell.start - 1;
            changes.push((bar..bar + 1, " ".to_owned()));
        }
        self.longest = self.longest.max(length.min(most));
    }

    /// Further columns of the header.
    fn header_changes(self) -> Vec<Change> {
        let further = self.longest - self.columns;
        if further == 0 {
            return Vec::new();
        }
        let new = |(end, closed): (usize, bool), cell: &str| {
            let bar = if closed { "" } else { " |" };
            (end..end, format!("{bar}{}", cell.repeat(further)))
        };
        let [header, below] = self.ends;
        vec![new(header, "  |"), new(below, " --- |")]
    }
}

/// The line that begins there, without its end.
fn line(source: &str, start: usize) -> Range<usize> {
    let rest = source.get(start..).unwrap_or_default();
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    start.min(source.len())..start + length
}

/// How many cells there are without the empty ones at the end.
fn filled(text: &str, cells: &[Range<usize>]) -> usize {
    let is_filled = |cell: &Range<usize>| !text[cell.clone()].trim().is_empty();
    cells.iter().rposition(is_filled).map_or(0, |last| last + 1)
}

/// The cells of a row; with `code` a bar inside a code span is part of one.
fn cells(text: &str, code: bool) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut from = 0;
    for bar in bars(text, code) {
        // One at the start only opens the row.
        if !text[..bar].trim().is_empty() {
            cells.push(from..bar);
        }
        from = bar + 1;
    }
    if !text[from..].trim().is_empty() {
        cells.push(from..text.len());
    }
    cells
}

/// The bars of a row that are not escaped and, with `code`, stand in no code span.
fn bars(text: &str, code: bool) -> Vec<usize> {
    let runs = if code { runs(text) } else { HashMap::new() };
    let bytes = text.as_bytes();
    let (mut bars, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            // The parser reads `\\|` as a backslash and a bar that splits nothing.
            b'\\' if bytes[at + 1..].starts_with(b"\\|") => at += 2,
            b'\\' => at += 1,
            b'|' => bars.push(at),
            b'`' if code => {
                let length = run(bytes, at);
                let ends = runs.get(&length).map_or(&[][..], Vec::as_slice);
                let next = ends.partition_point(|start| *start < at + length);
                at = ends.get(next).copied().unwrap_or(at) + length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    bars
}

/// Where the runs of backticks begin, by their length.
fn runs(text: &str) -> HashMap<usize, Vec<usize>> {
    let bytes = text.as_bytes();
    let mut runs: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = run(bytes, at);
        if length > 0 {
            runs.entry(length).or_default().push(at);
        }
        at += length.max(1);
    }
    runs
}

/// How many backticks stand there in a row.
fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| **byte == b'`').count()
}
