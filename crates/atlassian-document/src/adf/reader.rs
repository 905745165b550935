//! Reads any JSON value as ADF into the tree: unknown nodes give their content.

use serde_json::Value;

use super::inline::{self, attribute, kind};
use super::keep::{identified, reference_of, title};
use crate::effort::look;
use crate::tree::collector::Collector;
use crate::tree::flatten::{into_inlines, read_task_box};
use crate::tree::keep::{Keep, alone, framed};
use crate::tree::panel::Panel;
use crate::tree::table::{Spanning, spread};
use crate::tree::{Block, Inline, Item, notes};

/// How deep nodes may lie inside each other before only their text is read: the reader calls itself
/// for every level, and a document from the network must not choose how deep our stack goes.
const MAXIMUM_LEVELS: usize = 60;

/// Reads a whole document, or any part of one.
pub(crate) fn read(document: &Value) -> Vec<Block> {
    let parsed;
    let document = match document {
        // Confluence sends `atlas_doc_format` as ADF serialised to a string inside the JSON answer.
        Value::String(text) => {
            parsed = serde_json::from_str(text).unwrap_or(Value::Null);
            if !parsed.is_object() {
                let lines = text.lines().map(|line| vec![Inline::plain(line)]);
                let lines = lines.collect::<Vec<_>>().join(&Inline::Break);
                return Block::paragraph(lines).into_iter().collect();
            }
            &parsed
        }
        other => other,
    };
    let identified = identified(document);
    read_identified(identified.as_ref().unwrap_or(document))
}

/// Reads a document that has references.
pub(crate) fn read_identified(document: &Value) -> Vec<Block> {
    notes::raise(match document {
        Value::Array(nodes) => read_nodes(nodes, 0),
        node => read_nodes(std::slice::from_ref(node), 0),
    })
}

/// Reads nodes that lie beside each other, `level` deep, in a document with references.
pub(crate) fn read_nodes(nodes: &[Value], level: usize) -> Vec<Block> {
    let mut collector = Collector::default();
    for node in nodes {
        read_node(node, level, &mut collector);
    }
    collector.finish()
}

/// The nodes that a node holds.
pub(crate) fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn read_children(node: &Value, level: usize) -> Vec<Block> {
    read_nodes(children(node), level + 1)
}

/// The running text of a node that should hold nothing else.
fn read_text(node: &Value, level: usize) -> Vec<Inline> {
    let mut text = Vec::new();
    for child in children(node) {
        if let Some(inline) = inline::read(child) {
            text.extend(inline);
        } else {
            let mut collector = Collector::default();
            read_node(child, level + 1, &mut collector);
            text.extend(into_inlines(&collector.finish()));
        }
    }
    text
}

fn read_node(node: &Value, level: usize, collector: &mut Collector) {
    look();
    if level >= MAXIMUM_LEVELS {
        collector.inlines(all_text(node));
        return;
    }
    if let Some(inlines) = inline::read(node) {
        // Blocks without text are paragraphs of their own and do not run together.
        if is_running_text(node) {
            collector.inlines(inlines);
        } else {
            collector.block(Block::paragraph(inlines));
        }
        return;
    }
    if let Some(reference) = reference_of(node) {
        let keep = |is_picture| Keep::new(reference, &title(node), is_picture);
        match kind(node) {
            "mediaSingle" => collector.block([alone(keep(true))]),
            "mediaGroup" | "extension" => collector.block([alone(keep(false))]),
            _ => collector.block(framed(keep(false), read_children(node, level))),
        }
        return;
    }
    match kind(node) {
        "paragraph" | "caption" => collector.block(Block::paragraph(read_text(node, level))),
        "heading" => {
            let depth = node["attrs"]["level"].as_u64().unwrap_or(1);
            collector.block(Block::heading(depth, read_text(node, level)));
        }
        // Decisions look like a list in the editor; that they are decisions is lost.
        "bulletList" | "decisionList" => collector.block(read_list(node, None, level)),
        "orderedList" => {
            let order = node["attrs"]["order"].as_u64().unwrap_or(1);
            collector.block(read_list(node, Some(order), level));
        }
        "taskList" => collector.block(Block::list(None, read_tasks(node, level))),
        "codeBlock" => {
            let language = attribute(node, "language").unwrap_or_default();
            collector.block([Block::code(language, &literal(node))]);
        }
        "blockquote" => collector.block(Block::quote(read_children(node, level))),
        "rule" => collector.block([Block::Rule]),
        // A panel with an icon and a colour of somebody's own is a frame.
        "panel" => {
            let name = attribute(node, "panelType").unwrap_or("info");
            let kind = Panel::named(name).unwrap_or(Panel::Info);
            collector.block(Block::panel(kind, read_children(node, level)));
        }
        "expand" | "nestedExpand" => {
            let title = attribute(node, "title").unwrap_or_default();
            collector.block(Block::details(title, read_children(node, level)));
        }
        "table" => collector.block(read_table(node, level)),
        "doc" | "mediaSingle" => {
            collector.flush();
            collector.block(read_children(node, level));
        }
        _ => read_unknown(node, level, collector),
    }
}

/// Whether a node that stands where blocks stand is a piece of running text all the same.
pub(crate) fn is_running_text(node: &Value) -> bool {
    reference_of(node).is_some_and(|reference| reference.starts_with("inline-"))
        || matches!(
            kind(node),
            "text"
                | "hardBreak"
                | "mention"
                | "emoji"
                | "date"
                | "status"
                | "inlineCard"
                | "mediaInline"
                | "placeholder"
                | "inlineExtension"
        )
}

/// A node of a later editor, or of none: what it holds is more use to a reader than an error.
fn read_unknown(node: &Value, level: usize, collector: &mut Collector) {
    let text = node["text"].as_str().or_else(|| attribute(node, "text"));
    collector.inlines(text.map(Inline::plain));
    for child in children(node) {
        read_node(child, level + 1, collector);
    }
}

fn read_list(node: &Value, start: Option<u64>, level: usize) -> Option<Block> {
    let mut items = Vec::new();
    for child in children(node) {
        let blocks = match kind(child) {
            "listItem" | "decisionItem" => read_children(child, level + 1),
            _ => {
                let mut collector = Collector::default();
                read_node(child, level + 1, &mut collector);
                collector.finish()
            }
        };
        let mut item = Item {
            checked: None,
            blocks,
        };
        read_task_box(&mut item);
        items.push(item);
    }
    Block::list(start, items)
}

/// The entries of a task list. ADF puts a nested list beside the task it belongs to, Markdown inside it.
fn read_tasks(node: &Value, level: usize) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    if level >= MAXIMUM_LEVELS {
        let blocks = Block::paragraph(all_text(node)).into_iter().collect();
        let checked = None;
        return vec![Item { checked, blocks }];
    }
    for child in children(node) {
        if kind(child) == "taskList" {
            let nested = Block::list(None, read_tasks(child, level + 1));
            match items.last_mut() {
                Some(item) => item.blocks.extend(nested),
                None => items.push(Item {
                    checked: None,
                    blocks: nested.into_iter().collect(),
                }),
            }
        } else {
            let checked = Some(node_is_done(child));
            let blocks = read_children(child, level + 1);
            items.push(Item { checked, blocks });
        }
    }
    items
}

fn node_is_done(task: &Value) -> bool {
    attribute(task, "state").is_some_and(|state| state.eq_ignore_ascii_case("DONE"))
}

/// A table. Only a first row that is header throughout is one in GFM (section 4.10): header columns,
/// later header rows and widths are lost, and blocks in cells become lines.
fn read_table(node: &Value, level: usize) -> Option<Block> {
    let rows = children(node);
    let is_header = rows.first().is_some_and(|row| {
        let mut cells = children(row).iter().peekable();
        cells.peek().is_some() && cells.all(|cell| kind(cell) == "tableHeader")
    });
    let cells = |row: &Value| -> Vec<Spanning> {
        let cells = children(row).iter().map(|cell| {
            let content = into_inlines(&read_children(cell, level + 2));
            let [columns, rows] = ["colspan", "rowspan"].map(|name| cell["attrs"][name].as_u64());
            Spanning::new(content, columns, rows)
        });
        cells.collect()
    };
    let mut rows = spread(rows.iter().map(cells).collect());
    let header = if is_header {
        rows.remove(0)
    } else {
        Vec::new()
    };
    Block::table(header, rows)
}

/// The text of a code block, line feeds and all.
fn literal(node: &Value) -> String {
    let texts = children(node).iter().map(|child| match kind(child) {
        "hardBreak" => "\n",
        _ => child["text"].as_str().unwrap_or_default(),
    });
    texts.collect()
}

/// All text below a node in order, however deep it lies.
fn all_text(node: &Value) -> Vec<Inline> {
    let mut text = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if let Some(inlines) = inline::read(node) {
            text.extend(inlines);
        } else {
            text.push(Inline::plain(" "));
            open.extend(children(node).iter().rev());
        }
    }
    text
}
