//! Reads an ADF document in parts.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use serde_json::Value;

use super::anchors;
use super::runs::units;
use crate::adf::inline::kind;
use crate::adf::keep::{KEY, reference_of};
use crate::adf::reader::{children, is_running_text, read_nodes};
use crate::edit::lost::Lost;
use crate::edit::part::{Entry, Field, Inside, Known, Part, Register, Row, Shown, Source};
use crate::edit::unchanged::{Unchanged, Within};
use crate::tree::keep::{Keep, is_alone, is_frame};
use crate::tree::table::{Spanning, columns, joined};
use crate::tree::{Block, Cell, Inline, Item};

/// Where a part is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'d> {
    /// The node, or the nodes of running text without a paragraph, or a task and the lists below it.
    pub(super) nodes: &'d [Value],
    /// What lies behind it and is not shown.
    pub(super) trail: &'d [Value],
    /// What lies in it before everything that is shown.
    pub(super) lead: &'d [Value],
    /// The kind of node that it lies in.
    pub(super) parent: &'d str,
}

/// A document in parts.
pub(super) struct Read<'d> {
    pub(super) parts: Vec<Part>,
    pub(super) origins: Vec<Origin<'d>>,
}

/// Reads a document that has references.
pub(super) fn read<'d>(document: &'d Value, unchanged: &Unchanged<'_>) -> Result<Read<'d>, Lost> {
    let mut reader = Reader {
        origins: Vec::new(),
        unchanged,
    };
    let root = reader.origin(std::slice::from_ref(document), "");
    let parts = reader.parts(document, 0, root, Within::Document)?;
    Ok(Read {
        parts,
        origins: reader.origins,
    })
}

/// Every node with a reference.
pub(super) fn register(document: &Value) -> Register {
    let mut nodes = HashMap::new();
    register_node(document, false, &mut nodes);
    Register {
        nodes,
        pictures_apart: true,
        entries_hold_blocks: true,
        has_tasks: true,
    }
}

fn register_node(node: &Value, in_text: bool, register: &mut HashMap<String, Known>) {
    if let Some(reference) = reference_of(node) {
        let is_block = !in_text && !is_running_text(node);
        let shown = read_nodes(std::slice::from_ref(node), 0);
        let first = match shown.first() {
            Some(Block::Quote(blocks)) => blocks.first().and_then(is_alone),
            Some(block) => is_alone(block),
            None => None,
        };
        let keep = first
            .cloned()
            .unwrap_or_else(|| Keep::new(reference, kind(node), false));
        register.insert(reference.to_owned(), Known { keep, is_block });
    }
    let in_text = matches!(
        kind(node),
        "paragraph" | "heading" | "caption" | "taskItem" | "decisionItem"
    );
    for child in children(node) {
        register_node(child, in_text, register);
    }
}

/// What is built otherwise than any editor builds it.
pub(super) fn odd(what: &str) -> Lost {
    Lost::Hidden(format!("{what}, which Markdown cannot follow"))
}

struct Reader<'d, 'u> {
    origins: Vec<Origin<'d>>,
    unchanged: &'u Unchanged<'u>,
}

impl<'d> Reader<'d, '_> {
    fn origin(&mut self, nodes: &'d [Value], parent: &'d str) -> Source {
        self.origins.push(Origin {
            nodes,
            trail: &[],
            lead: &[],
            parent,
        });
        self.origins.len() - 1
    }

    /// The parts inside of a node; what is not shown goes with what stands before it.
    fn parts(
        &mut self,
        node: &'d Value,
        level: usize,
        source: Source,
        within: Within<'_>,
    ) -> Result<Vec<Part>, Lost> {
        let nodes = children(node);
        let found = stretches(nodes, level + 1);
        let shown = found.iter().flat_map(|(_, shown)| shown);
        let stays = self.unchanged.stays(within, shown);
        let mut parts: Vec<Part> = Vec::new();
        let mut end_of_last = 0;
        for (range, shown) in found {
            let own = &nodes[range.clone()];
            if shown.is_empty() && frame(&own[0]).is_none() {
                let unseen = &nodes[end_of_last..range.end];
                match parts.last() {
                    Some(part) => self.origins[part.source].trail = unseen,
                    None => self.origins[source].lead = unseen,
                }
                continue;
            }
            end_of_last = range.end;
            let source = self.origin(own, kind(node));
            parts.push(match shown.as_slice() {
                [block] if stays.holds(block) => Part::unchanged(source, block.clone()),
                _ => self.part(own, shown, level + 1, source)?,
            });
        }
        Ok(parts)
    }

    fn part(
        &mut self,
        own: &'d [Value],
        mut shown: Vec<Block>,
        level: usize,
        source: Source,
    ) -> Result<Part, Lost> {
        let node = &own[0];
        let reference = reference_of(node).filter(|_| !is_running_text(node));
        if let Some(reference) = frame(node) {
            let within = Within::Frame(reference);
            return Ok(Part {
                source,
                shown: Shown::Frame(reference.to_owned()),
                nature: nature(own),
                unsayable: None,
                form: None,
                inside: Inside::Parts(self.parts(node, level, source, within)?),
            });
        }
        if shown.len() != 1 {
            return Err(odd(kind(node)));
        }
        let block = shown.remove(0);
        let inside = match (kind(node), &block) {
            _ if reference.is_some() => Inside::Whole,
            (_, Block::Paragraph(_)) if is_running_text(node) => text(own),
            ("paragraph" | "caption", Block::Paragraph(_)) | ("heading", Block::Heading { .. }) => {
                text(children(node))
            }
            ("codeBlock", Block::Code { .. }) => Inside::Code,
            ("mediaSingle" | "media", Block::Paragraph(content)) if is_picture(content) => {
                Inside::Picture
            }
            ("panel", Block::Panel { .. })
            | ("expand" | "nestedExpand", Block::Details { .. })
            | ("blockquote", Block::Quote(_)) => {
                Inside::Parts(self.parts(node, level, source, Within::Other)?)
            }
            ("taskList", Block::List { items, .. }) => {
                Inside::List(self.tasks(node, items, level)?)
            }
            ("bulletList" | "orderedList" | "decisionList", Block::List { items, .. }) => {
                Inside::List(self.items(node, items, level)?)
            }
            ("table", Block::Table { header, rows }) => {
                Inside::Table(self.rows(node, header, rows, level)?)
            }
            _ => Inside::Whole,
        };
        Ok(Part {
            source,
            shown: Shown::Block(block),
            nature: nature(own),
            unsayable: anchors::within(own),
            form: (kind(node) == "decisionList").then(|| String::from("a list of decisions")),
            inside,
        })
    }

    fn items(&mut self, list: &'d Value, shown: &[Item], level: usize) -> Result<Vec<Entry>, Lost> {
        let nodes = children(list);
        if nodes.len() != shown.len() {
            return Err(odd("a list"));
        }
        let entries = nodes.iter().zip(shown).map(|(node, shown)| {
            let source = self.origin(std::slice::from_ref(node), kind(list));
            let known = matches!(kind(node), "listItem" | "decisionItem");
            let parts = if known {
                self.parts(node, level + 1, source, Within::Other)?
            } else {
                Vec::new()
            };
            Ok(Entry {
                source,
                shown: shown.clone(),
                nature: nature(std::slice::from_ref(node)),
                is_task: false,
                parts,
            })
        });
        entries.collect()
    }

    /// The entries of a task list; the lists that stand behind a task belong to it.
    fn tasks(&mut self, list: &'d Value, shown: &[Item], level: usize) -> Result<Vec<Entry>, Lost> {
        let nodes = children(list);
        let mut entries = Vec::new();
        let mut at = 0;
        while at < nodes.len() {
            let lists = nodes[at + 1..]
                .iter()
                .take_while(|node| kind(node) == "taskList");
            let own = &nodes[at..=at + lists.count()];
            at += own.len();
            let item = shown
                .get(entries.len())
                .ok_or_else(|| odd("a list of tasks"))?;
            let source = self.origin(own, kind(list));
            // Lists may begin one, and stand below no task then.
            let begins_with_task = kind(&own[0]) != "taskList";
            let mut parts = Vec::new();
            if begins_with_task {
                parts = self.parts(&own[0], level + 1, source, Within::Other)?;
            }
            for nested in &own[usize::from(begins_with_task)..] {
                let nested = std::slice::from_ref(nested);
                let shown = read_nodes(nested, level + 1);
                if !shown.is_empty() {
                    let source = self.origin(nested, kind(list));
                    parts.push(self.part(nested, shown, level + 1, source)?);
                }
            }
            entries.push(Entry {
                source,
                shown: item.clone(),
                nature: nature(own),
                is_task: true,
                parts,
            });
        }
        Ok(entries)
    }

    fn rows(
        &mut self,
        table: &'d Value,
        header: &[Cell],
        rows: &[Vec<Cell>],
        level: usize,
    ) -> Result<Vec<Row>, Lost> {
        let nodes = children(table);
        let has_header = nodes.len() > rows.len();
        let header = has_header.then_some(header);
        let shown = header.into_iter().chain(rows.iter().map(Vec::as_slice));
        let reaches: Vec<Vec<_>> = children(table).iter().map(reaches).collect();
        let is_merged = reaches.iter().flatten().any(|reach| *reach != (1, 1));
        let rows = nodes.iter().zip(shown).zip(columns(&reaches));
        let rows = rows.zip(joined(&reaches)).enumerate();
        let rows = rows.map(|(index, (((node, shown), columns), joined))| {
            let row = self.origin(std::slice::from_ref(node), "table");
            let cells = children(node).iter().zip(columns).map(|(cell, column)| {
                let source = self.origin(std::slice::from_ref(cell), "tableRow");
                Ok(Field {
                    source,
                    column,
                    shown: shown.get(column).cloned().unwrap_or_default(),
                    parts: self.parts(cell, level + 2, source, Within::Other)?,
                })
            });
            Ok(Row {
                source: row,
                shown: shown.to_vec(),
                nature: nature(std::slice::from_ref(node)),
                is_header: has_header && index == 0,
                cells: cells.collect::<Result<Vec<_>, Lost>>()?,
                is_merged,
                joined,
            })
        });
        rows.collect()
    }
}

/// The reference of a node that is a frame.
fn frame(node: &Value) -> Option<&str> {
    let reference = reference_of(node).filter(|_| !is_running_text(node));
    reference.filter(|reference| is_frame(reference))
}

/// What is read together of some nodes, and what it shows. What a frame shows is read with its parts.
fn stretches(nodes: &[Value], level: usize) -> Vec<(Range<usize>, Vec<Block>)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < nodes.len() {
        let running = nodes[at..].iter().take_while(|node| is_running_text(node));
        let range = at..at + running.count().max(1);
        at = range.end;
        let shown = match frame(&nodes[range.start]) {
            Some(_) => Vec::new(),
            None => read_nodes(&nodes[range.clone()], level),
        };
        found.push((range, shown));
    }
    found
}

fn is_picture(content: &[Inline]) -> bool {
    matches!(content, [Inline::Image { .. }])
}

/// How many columns and rows each cell of a row reaches over.
fn reaches(row: &Value) -> Vec<(usize, usize)> {
    let cells = children(row).iter().map(|cell| {
        let [columns, rows] = ["colspan", "rowspan"].map(|name| cell["attrs"][name].as_u64());
        Spanning::new(Cell::new(), columns, rows).reach()
    });
    cells.collect()
}

/// A number for what some nodes are, whatever the editor calls them.
fn nature(nodes: &[Value]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for node in nodes {
        hash_anonymous(node, &mut hasher);
    }
    hasher.finish()
}

/// Hashes a value without the identifiers in it, and without a copy: every node lies in several others.
fn hash_anonymous(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Array(values) => {
            values.len().hash(hasher);
            for value in values {
                hash_anonymous(value, hasher);
            }
        }
        Value::Object(fields) => {
            let named = fields.iter();
            for (name, value) in named.filter(|(name, _)| *name != "localId" && *name != KEY) {
                name.hash(hasher);
                hash_anonymous(value, hasher);
            }
        }
        other => other.hash(hasher),
    }
    std::mem::discriminant(value).hash(hasher);
}

/// Running text, if all of it can be followed.
fn text(nodes: &[Value]) -> Inside {
    units(nodes).map_or(Inside::Whole, Inside::Text)
}
