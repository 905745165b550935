//! Reads a text in wiki markup in parts: what each shows, and where it stands.
//!
//! Blocks end at their line or at an empty one; only what stands between braces reaches further.

use std::collections::HashMap;
use std::ops::Range;

use super::groups::{Group, groups};
use super::inline::{Line, read_tokens};
use super::lines::{begins_block, entry, entry_below};
use super::macros::{Braced, Part as Piece, parts};
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
    /// Text inside of a line: between bars, or of a quotation of one line.
    Loose,
    /// Text of an entry of a list: behind its marks, or on lines below them.
    OfEntry,
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
        // It would end the text.
        let ends = || own.is_empty() || begins_block(own) || entry(own).is_some();
        if !lines.is_empty() && ends() {
            return Vec::new();
        }
        lines.push(start..start + own.len());
        from += line.len();
    }
    let running = builder.running(&lines);
    Block::paragraph(running.inlines).into_iter().collect()
}

/// What a text of an entry of a list shows; nothing if it would not stay one text, or not in its entry. One that
/// does not begin a line stands behind the marks of its entry.
pub(super) fn read_of_entry(source: &str, begins_line: bool) -> Vec<Block> {
    for (index, line) in source.split('\n').enumerate() {
        let own = line.trim();
        let is_below = index > 0 || begins_line;
        if begins_block(own) || is_below && (own.is_empty() || entry_below(own).is_some()) {
            return Vec::new();
        }
    }
    let mut builder = Builder::new(source);
    let mut found = Vec::new();
    builder.lines(0..source.len(), &Kind::OfEntry, &mut found);
    let blocks = found.iter().map(|part| blocks_of(part, &builder.register));
    blocks.flatten().collect()
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
        let pieces = if depth < MAXIMUM_DEPTH {
            parts(self.source, range)
        } else {
            vec![Piece::Text(range)]
        };
        let groups = groups(self.source, pieces);
        let found = self.grouped(groups, &Kind::Paragraph, depth);
        self.origins[own].parts = found.iter().map(|part| part.source).collect();
        found
    }

    /// What some groups show, with text of a kind. What would lie too deep is text.
    pub(super) fn grouped(
        &mut self,
        groups: Vec<Group<'s>>,
        text: &Kind,
        depth: usize,
    ) -> Vec<Part> {
        let mut found = Vec::new();
        let fits = depth < MAXIMUM_DEPTH;
        for group in groups {
            match group {
                Group::Block(braced) if fits || braced.is_code() => {
                    found.extend(self.braced(&braced, depth));
                }
                Group::Table(rows) if fits => found.extend(self.table(&rows, depth)),
                Group::List(entries) if fits => found.extend(self.lists(&entries, 0, depth)),
                group => self.lines(group.whole(), text, &mut found),
            }
        }
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
            form: self.form(source, &inside),
            inside,
        }
    }

    /// A macro that Markdown shows as code and that is none.
    fn form(&self, source: Source, inside: &Inside) -> Option<String> {
        let begun = &self.source[self.origins[source].whole.clone()];
        let is_it = matches!(inside, Inside::Code) && begun.starts_with("{noformat");
        is_it.then(|| String::from("the macro noformat"))
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
