//! Reads Jira's wiki markup into the tree: unknown markup stays readable text.
//!
//! Blocks end at their line or at an empty one; only what stands between braces reaches further.

use super::inline::{group_ends, read_line, read_tokens};
use super::macros::{Part, parts};
use super::tokens::{Token, tokens};
use crate::tree::MAXIMUM_DEPTH;
use crate::tree::collector::Collector;
use crate::tree::flatten::{labelled_quote, read_task_box};
use crate::tree::panel::Panel;
use crate::tree::{Block, Inline, Item, notes};

/// Reads a whole text.
pub(crate) fn read(source: &str) -> Vec<Block> {
    notes::raise(read_plainly(source))
}

/// Reads a text, or a part of one, without putting notes together.
pub(crate) fn read_plainly(source: &str) -> Vec<Block> {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    within(&source, 0)
}

fn within(source: &str, depth: usize) -> Vec<Block> {
    let mut reader = Reader::default();
    if depth == MAXIMUM_DEPTH {
        reader.lines(source);
        return reader.finish();
    }
    for part in parts(source) {
        match part {
            Part::Text(text) => reader.lines(text),
            Part::Code { language, text } => reader.block([Block::code(language, text)]),
            Part::Quote(content) => reader.block(Block::quote(within(content, depth + 1))),
            Part::Panel { title: "", content } => {
                reader.block(Block::quote(within(content, depth + 1)));
            }
            Part::Panel { title, content } => {
                let content = within(content, depth + 1);
                reader.block(match Panel::named(title) {
                    Some(kind) => Block::panel(kind, content),
                    None => labelled_quote(title, content),
                });
            }
        }
    }
    reader.finish()
}

/// An entry of a list: its markers, one for each level, and its text.
struct Entry {
    markers: Vec<char>,
    content: Vec<Inline>,
}

type Row = (bool, Vec<Vec<Inline>>);

#[derive(Default)]
struct Reader {
    collector: Collector,
    entries: Vec<Entry>,
    rows: Vec<Row>,
    in_paragraph: bool,
}

impl Reader {
    fn lines(&mut self, text: &str) {
        for line in text.split('\n') {
            self.line(line.trim());
        }
    }

    fn line(&mut self, line: &str) {
        if line.is_empty() {
            self.end();
        } else if let Some((level, text)) = heading(line) {
            self.block(Block::heading(level, read_line(text)));
        } else if let Some(text) = line.strip_prefix("bq. ") {
            let paragraph = Block::paragraph(read_line(text));
            self.block(Block::quote(paragraph.into_iter().collect()));
        // Four dashes are a rule; two and three are dashes of text.
        } else if line.len() >= 4 && line.bytes().all(|byte| byte == b'-') {
            self.block([Block::Rule]);
        } else if let Some(entry) = entry(line) {
            self.end_unless(|reader| !reader.entries.is_empty());
            self.entries.push(entry);
        } else if line.starts_with('|') {
            self.end_unless(|reader| !reader.rows.is_empty());
            self.rows.push(row(line));
        // A line below an entry still belongs to it: only an empty line ends a list.
        } else if let Some(entry) = self.entries.last_mut() {
            entry.content.push(Inline::Break);
            entry.content.extend(read_line(line));
        } else {
            self.end_unless(|reader| reader.in_paragraph);
            // Jira shows a line end as a line break, where Markdown shows a space.
            if self.in_paragraph {
                self.collector.inline(Inline::Break);
            }
            self.collector.inlines(read_line(line));
            self.in_paragraph = true;
        }
    }

    fn end_unless(&mut self, goes_on: impl Fn(&Self) -> bool) {
        if !goes_on(self) {
            self.end();
        }
    }

    /// Ends whatever is open.
    fn end(&mut self) {
        self.in_paragraph = false;
        self.collector.flush();
        let entries = std::mem::take(&mut self.entries);
        self.collector.block(lists(&entries, 0));
        let rows = std::mem::take(&mut self.rows);
        self.collector.block(table(rows));
    }

    fn block(&mut self, block: impl IntoIterator<Item = Block>) {
        self.end();
        self.collector.block(block);
    }

    fn finish(mut self) -> Vec<Block> {
        self.end();
        self.collector.finish()
    }
}

/// `h1. ` to `h6. `.
fn heading(line: &str) -> Option<(u64, &str)> {
    let rest = line.strip_prefix('h')?;
    let level = rest
        .chars()
        .next()?
        .to_digit(10)
        .filter(|level| (1..=6).contains(level))?;
    let text = rest[1..].strip_prefix('.')?;
    text.starts_with(char::is_whitespace)
        .then_some((u64::from(level), text))
}

/// Markers, white space, text. A trailing space that was cut off may have been all the text.
fn entry(line: &str) -> Option<Entry> {
    let length = line.find(|c| !"*#-".contains(c)).unwrap_or(line.len());
    let (markers, text) = line.split_at(length);
    let spaced = text.starts_with(char::is_whitespace);
    let bare = text.is_empty() && !markers.is_empty() && !markers.contains('-');
    if markers.is_empty() || !(spaced || bare) || markers.starts_with("--") {
        return None;
    }
    Some(Entry {
        markers: markers.chars().take(MAXIMUM_DEPTH).collect(),
        content: read_line(text),
    })
}

/// The lists that entries make on one level and below.
fn lists(entries: &[Entry], level: usize) -> Vec<Block> {
    let ordered = |entry: &Entry| entry.markers.get(level) == Some(&'#');
    let mut blocks = Vec::new();
    for run in entries.chunk_by(|one, other| ordered(one) == ordered(other)) {
        let mut items: Vec<Item> = Vec::new();
        let mut rest = run;
        while let Some((first, after)) = rest.split_first() {
            let mut item = Item::default();
            if first.markers.len() <= level + 1 {
                item.blocks.extend(Block::paragraph(first.content.clone()));
                rest = after;
            }
            let deeper = rest
                .iter()
                .take_while(|entry| entry.markers.len() > level + 1)
                .count();
            item.blocks.extend(lists(&rest[..deeper], level + 1));
            rest = &rest[deeper..];
            read_task_box(&mut item);
            items.push(item);
        }
        // Wiki markup cannot say which number a list begins with.
        let start = run.first().is_some_and(ordered).then_some(1);
        blocks.extend(Block::list(start, items));
    }
    blocks
}

/// The cells of a row; `||` makes cells of a header.
fn row(line: &str) -> Row {
    let tokens = tokens(line);
    let (bar, group_ends) = (Token::Bare('|'), group_ends(&tokens));
    let mut cells: Vec<&[Token]> = Vec::new();
    let (mut from, mut at) = (0, 0);
    let (mut is_header, mut after_double) = (true, false);
    while at < tokens.len() {
        if let Some(end) = group_ends[at] {
            at = end;
        } else if tokens[at] == bar {
            if at > from || (from > 0 && at == from) {
                cells.push(&tokens[from..at]);
                is_header &= after_double;
            }
            let double = tokens.get(at + 1) == Some(&bar);
            after_double = double;
            at += if double { 2 } else { 1 };
            from = at;
        } else {
            at += 1;
        }
    }
    if from < tokens.len() {
        cells.push(&tokens[from..]);
        is_header &= after_double;
    }
    let cells = cells.into_iter().map(read_tokens).collect();
    (is_header, cells)
}

fn table(mut rows: Vec<Row>) -> Option<Block> {
    let header = match rows.first() {
        Some((true, _)) => rows.remove(0).1,
        _ => Vec::new(),
    };
    Block::table(header, rows.into_iter().map(|(_, cells)| cells).collect())
}
