//! Reads a text in wiki markup in parts: what each shows, and where it stands.
//!
//! Blocks end at their line or at an empty one; only what stands between braces reaches further.

use std::collections::HashMap;
use std::ops::Range;

use super::inline::{Line, read_tokens};
use super::lines::{Entry as Marked, begins_block, ends_list, entry, heading, is_rule};
use super::macros::{Braced, Part as Piece, parts};
use super::rows::{Group, groups};
use super::running::Running;
use super::tokens::tokens;
use crate::edit::lines::blocks_of;
use crate::edit::part::{Inside, Known, Part, Register, Shown, Source, key};
use crate::edit::text::{Sign, fits};
use crate::edit::weave::Text;
use crate::effort::look;
use crate::tree::keep::{Keep, digest};
use crate::tree::panel::Panel;
use crate::tree::{Block, Cell, Inline, MAXIMUM_DEPTH};

/// What a part is in its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// All of the text.
    Root,
    /// Lines of text.
    Paragraph,
    /// Text inside of a line, behind the marks of an entry or between bars.
    Loose,
    /// A line that is a heading.
    Heading,
    /// A quotation of one line.
    ShortQuote,
    /// A list or an entry of one, with the marks before its lines.
    List(String),
    /// A table, and a row of it: whether all of it is header.
    Table,
    Row(bool),
    /// A cell: whether it holds more than a line of text.
    Cell(bool),
    /// Something between braces, and what stands between the first two.
    Braced,
    Rule,
}

/// Where a part is.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) kind: Kind,
    /// Where all of it stands, and what is inside of it.
    pub(super) whole: Range<usize>,
    pub(super) inner: Range<usize>,
    /// The parts directly inside, in order.
    pub(super) parts: Vec<Source>,
    /// Running text that can be followed.
    pub(super) text: Option<Text>,
}

/// A text in parts.
pub(super) struct Read<'s> {
    pub(super) source: &'s str,
    pub(super) parts: Vec<Part>,
    pub(super) origins: Vec<Origin>,
    pub(super) register: Register,
    /// Where the source of each placeholder stands.
    pub(super) nodes: HashMap<String, Range<usize>>,
}

impl Read<'_> {
    /// What the text shows.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let parts = self.parts.iter();
        parts
            .flat_map(|part| blocks_of(part, &self.register))
            .collect()
    }
}

/// Reads a text in parts.
pub(super) fn read(source: &str) -> Read<'_> {
    let mut builder = Builder::new(source);
    let all = 0..source.len();
    let root = builder.origin(Kind::Root, all.clone(), all.clone());
    let parts = builder.within(all, root, 0);
    Read {
        source,
        parts,
        origins: builder.origins,
        register: builder.register,
        nodes: builder.nodes,
    }
}

/// What a text inside of a line shows.
pub(super) fn read_line(source: &str) -> Vec<Block> {
    let mut builder = Builder::new(source);
    let mut lines = Vec::new();
    let mut from = 0;
    for line in source.split_inclusive('\n') {
        let start = from + (line.len() - line.trim_start().len());
        let own = line.trim();
        // It would end the entry of a list that the text stands in.
        if !lines.is_empty() && (own.is_empty() || begins_block(own)) {
            return Vec::new();
        }
        lines.push(start..start + own.len());
        from += line.len();
    }
    let running = builder.running(&lines);
    Block::paragraph(running.inlines).into_iter().collect()
}

/// The cells that a text shows which is one row of a table.
pub(super) fn read_row(source: &str) -> Option<Vec<Cell>> {
    let mut parts = read(source).parts;
    let Part {
        inside: Inside::Table(mut rows),
        ..
    } = parts.pop().filter(|_| parts.is_empty())?
    else {
        return None;
    };
    let row = rows.pop().filter(|_| rows.is_empty())?;
    Some(row.cells.into_iter().map(|cell| cell.shown).collect())
}

pub(super) struct Builder<'s> {
    pub(super) source: &'s str,
    pub(super) origins: Vec<Origin>,
    pub(super) register: Register,
    nodes: HashMap<String, Range<usize>>,
    seen: HashMap<String, usize>,
}

impl<'s> Builder<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            origins: Vec::new(),
            register: Register::default(),
            nodes: HashMap::new(),
            seen: HashMap::new(),
        }
    }

    pub(super) fn origin(
        &mut self,
        kind: Kind,
        whole: Range<usize>,
        inner: Range<usize>,
    ) -> Source {
        self.origins.push(Origin {
            kind,
            whole,
            inner,
            parts: Vec::new(),
            text: None,
        });
        self.origins.len() - 1
    }

    pub(super) fn within(&mut self, range: Range<usize>, own: Source, depth: usize) -> Vec<Part> {
        let mut found = Vec::new();
        let pieces = if depth < MAXIMUM_DEPTH {
            parts(self.source, range)
        } else {
            vec![Piece::Text(range)]
        };
        for group in groups(self.source, pieces) {
            match group {
                Group::Text(range) => self.lines(range, &mut found),
                Group::Block(braced) => found.extend(self.braced(&braced, depth)),
                Group::Table(rows) => found.extend(self.table(&rows, depth)),
            }
        }
        self.origins[own].parts = found.iter().map(|part| part.source).collect();
        found
    }

    fn braced(&mut self, braced: &Braced<'_>, depth: usize) -> Option<Part> {
        let whole = braced.whole.clone();
        if braced.is_code() {
            let inner = braced.literal(self.source);
            let block = braced.code(&self.source[inner.clone()]);
            let source = self.origin(Kind::Braced, whole, inner);
            return Some(self.part(source, Shown::Block(block), Inside::Code));
        }
        let (title, inner) = (braced.title(), braced.inner.clone());
        let source = self.origin(Kind::Braced, whole.clone(), inner.clone());
        let frame = (!title.is_empty() && Panel::named(title).is_none())
            .then(|| self.name("panel", title, whole.start..inner.start, &whole));
        let parts = self.within(inner, source, depth + 1);
        if let Some(reference) = frame {
            return Some(self.part(source, Shown::Frame(reference), Inside::Parts(parts)));
        }
        let blocks = parts
            .iter()
            .flat_map(|part| blocks_of(part, &self.register));
        let blocks = blocks.collect();
        let block = match Panel::named(title) {
            Some(kind) => Block::panel(kind, blocks),
            None => Block::quote(blocks),
        };
        Some(self.part(source, Shown::Block(block?), Inside::Parts(parts)))
    }

    /// The reference of something whose sign stands at `sign`, of all that stands at `whole`.
    fn name(
        &mut self,
        word: &str,
        label: &str,
        sign: Range<usize>,
        whole: &Range<usize>,
    ) -> String {
        let reference = counted(&mut self.seen, word, &self.source[sign]);
        let keep = Keep::new(&reference, label, false);
        self.known(keep.reference.clone(), keep, whole.clone());
        reference
    }

    fn known(&mut self, reference: String, keep: std::sync::Arc<Keep>, span: Range<usize>) {
        self.nodes.insert(reference.clone(), span);
        let is_block = false;
        self.register
            .nodes
            .insert(reference, Known { keep, is_block });
    }

    pub(super) fn part(&self, source: Source, shown: Shown, inside: Inside) -> Part {
        Part {
            source,
            shown,
            nature: key(&&self.source[self.origins[source].whole.clone()]),
            unsayable: None,
            inside,
        }
    }

    /// Running text at some places of the source, one line for each.
    pub(super) fn running(&mut self, lines: &[Range<usize>]) -> Running {
        let mut running = Running::default();
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                // Jira shows a line end as a line break, where Markdown shows a space.
                let span = lines[index - 1].end..line.start;
                running.push(vec![Inline::Break], span, &[]);
            }
            let (tokens, spans) = tokens(&self.source[line.clone()], line.start);
            let (tokens, spans) = (tokens.as_slice(), spans.as_slice());
            self.read_line(Line { tokens, spans }, &mut running);
        }
        let start = lines.first().map_or(0, |line| line.start);
        running.text.inner = start..lines.last().map_or(start, |line| line.end);
        running
    }

    pub(super) fn read_line(&mut self, line: Line<'_>, running: &mut Running) {
        look();
        let (first_unit, first) = (running.text.units.len(), running.inlines.len());
        let seen = &mut self.seen;
        let mut named = |word: &str, own: &str| counted(seen, word, own);
        read_tokens(line, self.source, running, &mut named);
        let units = running.text.units[first_unit..].iter();
        let spans = units.zip(&running.text.spans[first_unit..]);
        let spans = spans.filter_map(|(unit, span)| match &unit.sign {
            Sign::Keep(reference) => Some((reference.clone(), span.clone())),
            _ => None,
        });
        let mut spans: HashMap<String, Range<usize>> = spans.collect();
        for inline in &running.inlines[first..] {
            if let Inline::Keep(keep) = inline {
                let span = spans.remove(&keep.reference).unwrap_or_default();
                self.known(keep.reference.clone(), keep.clone(), span);
            }
        }
    }

    /// A part of running text; none where it shows nothing.
    pub(super) fn text_part(
        &mut self,
        kind: Kind,
        whole: Range<usize>,
        running: Running,
        block: Option<Block>,
    ) -> Option<Part> {
        let block = block?;
        let source = self.origin(kind, whole, running.text.inner.clone());
        let content = match &block {
            Block::Paragraph(content) | Block::Heading { content, .. } => content.as_slice(),
            _ => &[],
        };
        let text = Some(running.text).filter(|text| fits(&text.units, content));
        let inside = match &text {
            Some(text) => Inside::Text(text.units.clone()),
            None => Inside::Whole,
        };
        let unsayable = text
            .is_none()
            .then(|| String::from("a text whose source cannot be followed"));
        self.origins[source].text = text;
        let part = self.part(source, Shown::Block(block), inside);
        Some(Part { unsayable, ..part })
    }

    fn lines(&mut self, range: Range<usize>, found: &mut Vec<Part>) {
        let mut open = Open::Nothing;
        let mut from = range.start;
        for line in self.source[range].split_inclusive('\n') {
            let start = from + (line.len() - line.trim_start().len());
            let own = line.trim();
            from += line.len();
            let span = start..start + own.len();
            match (&mut open, own) {
                (_, "") => self.close(&mut open, found),
                (Open::List(entries), own) if entry(own).is_some() || !ends_list(own) => {
                    match entry(own) {
                        Some(marked) => entries.push((marked, vec![span])),
                        None => {
                            // A line below an entry still belongs to it: only an empty line ends a list.
                            if let Some((_, lines)) = entries.last_mut() {
                                lines.push(span);
                            }
                        }
                    }
                }
                (Open::Paragraph(lines), own) if !begins_block(own) => lines.push(span),
                (_, own) => {
                    self.close(&mut open, found);
                    open = self.begin(own, span, found);
                }
            }
        }
        self.close(&mut open, found);
    }

    fn begin(&mut self, own: &str, span: Range<usize>, found: &mut Vec<Part>) -> Open {
        if let Some((level, text)) = heading(own) {
            let inner = span.end - text.trim_start().len()..span.end;
            let running = self.running(std::slice::from_ref(&inner));
            let block = Block::heading(level, running.inlines.clone());
            found.extend(self.text_part(Kind::Heading, span, running, block));
        } else if let Some(text) = own.strip_prefix("bq. ") {
            let inner = span.end - text.len()..span.end;
            let quote = self.origin(Kind::ShortQuote, span, inner.clone());
            let running = self.running(std::slice::from_ref(&inner));
            let block = Block::paragraph(running.inlines.clone());
            let part = self.text_part(Kind::Loose, inner, running, block);
            let parts: Vec<Part> = part.into_iter().collect();
            self.origins[quote].parts = parts.iter().map(|part| part.source).collect();
            let blocks = parts
                .iter()
                .flat_map(|part| blocks_of(part, &self.register));
            if let Some(block) = Block::quote(blocks.collect()) {
                found.push(self.part(quote, Shown::Block(block), Inside::Parts(parts)));
            }
        } else if is_rule(own) {
            let source = self.origin(Kind::Rule, span.clone(), span);
            found.push(self.part(source, Shown::Block(Block::Rule), Inside::Whole));
        } else if let Some(marked) = entry(own) {
            return Open::List(vec![(marked, vec![span])]);
        } else {
            return Open::Paragraph(vec![span]);
        }
        Open::Nothing
    }

    /// Ends whatever is open.
    fn close(&mut self, open: &mut Open, found: &mut Vec<Part>) {
        match std::mem::replace(open, Open::Nothing) {
            Open::Nothing => {}
            Open::Paragraph(lines) => {
                let running = self.running(&lines);
                let block = Block::paragraph(running.inlines.clone());
                let whole = running.text.inner.clone();
                found.extend(self.text_part(Kind::Paragraph, whole, running, block));
            }
            Open::List(entries) => found.extend(self.lists(&entries, 0)),
        }
    }
}

/// Lines that belong together, as far as they were read.
enum Open {
    Nothing,
    Paragraph(Vec<Range<usize>>),
    List(Vec<(Marked, Vec<Range<usize>>)>),
}

/// A reference made from a source; equal ones are counted.
fn counted(seen: &mut HashMap<String, usize>, word: &str, own: &str) -> String {
    let reference = format!("{word}-{}", digest(own));
    let count = seen.entry(reference.clone()).or_default();
    *count += 1;
    match *count {
        1 => reference,
        number => format!("{reference}-{number}"),
    }
}
