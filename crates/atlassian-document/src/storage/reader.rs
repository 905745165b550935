//! Reads Confluence's storage format into the tree: unknown elements give their content.
//!
//! Pages live for many years and were written by several editors and by hand, so that there is more
//! than one spelling of most things.

use super::elements::AROUND;
use super::keep::identified;
use super::stretches::{Stretch, is_block, stretches};
use super::xml::{Element, Node};
use super::{keep, macros};
use crate::effort::look;
use crate::tree::collector::Collector;
use crate::tree::flatten::{into_inlines, read_task_box};
use crate::tree::node::linked;
use crate::tree::table::{Spanning, spread};
use crate::tree::{Block, Cell, Inline, Item, Script, Style, notes};

/// Reads a whole page body.
pub(crate) fn read(storage: &str) -> Vec<Block> {
    document(&identified(storage))
}

/// The blocks of a page whose elements have their references.
pub(crate) fn document(root: &Element) -> Vec<Block> {
    notes::raise(content(root))
}

/// What the elements around a text say about it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub(crate) style: Style,
    pub(crate) code: bool,
}

/// The blocks inside an element, read on their own.
pub(crate) fn content(element: &Element) -> Vec<Block> {
    nodes(&element.children)
}

/// The blocks of some nodes, read on their own.
pub(crate) fn nodes(nodes: &[Node]) -> Vec<Block> {
    let mut collector = Collector::default();
    read_blocks(nodes, &Context::default(), &mut collector);
    collector.finish()
}

/// The running text of an element in which no blocks lie.
fn running(element: &Element) -> Vec<Inline> {
    let mut collector = Collector::default();
    read_nodes(&element.children, &Context::default(), &mut collector);
    into_inlines(&collector.finish())
}

/// The blocks that an element is.
pub(crate) fn element_blocks(element: &Element) -> Vec<Block> {
    let mut collector = Collector::default();
    read_element(element, &Context::default(), &mut collector);
    collector.finish()
}

/// Reads what lies where blocks may stand: pictures, macros and cards do not run together there.
fn read_blocks(nodes: &[Node], context: &Context, collector: &mut Collector) {
    for stretch in stretches(nodes) {
        match stretch {
            Stretch::Block(element) => read_element(element, context, collector),
            Stretch::Text(run) => read_nodes(run, context, collector),
            Stretch::Thing(thing) => {
                collector.flush();
                read_nodes(thing, context, collector);
                collector.flush();
            }
        }
    }
}

/// Reads what lies in an element that is made for running text.
fn read_inside(element: &Element, context: &Context, collector: &mut Collector) {
    if element.children.iter().any(is_block) {
        read_blocks(&element.children, context, collector);
    } else {
        read_nodes(&element.children, context, collector);
    }
}

pub(crate) fn read_nodes(nodes: &[Node], context: &Context, collector: &mut Collector) {
    for node in nodes {
        match node {
            Node::Element(element) => read_element(element, context, collector),
            Node::Text(text, _) => collector.inline(run(&collapse(text), context)),
            Node::Literal(text, _) => {
                let lines = text.split('\n').map(|line| vec![run(line, context)]);
                collector.inlines(lines.collect::<Vec<_>>().join(&Inline::Break));
            }
        }
    }
}

fn run(text: &str, context: &Context) -> Inline {
    let text = text.to_owned();
    let style = context.style.clone();
    if context.code {
        Inline::Code { text, style }
    } else {
        Inline::Text { text, style }
    }
}

/// White space with a line feed in it is only the layout of the source. Runs of spaces stay: a browser
/// would show one, but they were typed.
fn collapse(text: &str) -> String {
    let layout = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut collapsed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(layout) {
        collapsed.push_str(&rest[..start]);
        rest = &rest[start..];
        let (space, after) = rest.split_at(rest.find(|c| !layout(c)).unwrap_or(rest.len()));
        collapsed.push_str(if space.contains(['\n', '\r']) {
            " "
        } else {
            space
        });
        rest = after;
    }
    collapsed.push_str(rest);
    collapsed
}

pub(crate) fn read_element(element: &Element, context: &Context, collector: &mut Collector) {
    look();
    let children = &element.children;
    if let Some(reference) = &element.reference {
        keep::read(element, reference, collector);
        return;
    }
    match element.name.as_str() {
        // Frames without a meaning of their own; columns of a layout come one after the other.
        name if AROUND.contains(&name) => {
            collector.flush();
            read_blocks(children, context, collector);
            collector.flush();
        }
        "p" => {
            collector.flush();
            read_inside(element, context, collector);
            collector.flush();
        }
        name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => {
            let level = name[1..].parse().unwrap_or(6);
            collector.block(Block::heading(level, running(element)));
        }
        "ul" => collector.block(Block::list(None, read_items(element))),
        "ol" => {
            let start = element
                .attribute("start")
                .and_then(|s| s.trim().parse().ok());
            collector.block(Block::list(Some(start.unwrap_or(1)), read_items(element)));
        }
        "ac:task-list" => collector.block(Block::list(None, read_tasks(element))),
        "table" => collector.block(read_table(element)),
        "blockquote" => collector.block(Block::quote(content(element))),
        // Unlike the code macro it may hold elements; their text is what counts.
        "pre" => collector.block([Block::code("", &element.all_text())]),
        "hr" => collector.block([Block::Rule]),
        _ => read_inline_element(element, context, collector),
    }
}

fn read_inline_element(element: &Element, context: &Context, collector: &mut Collector) {
    let children = &element.children;
    let style = &context.style;
    match element.name.as_str() {
        "br" => collector.inline(Inline::Break),
        "strong" | "b" => read_styled(element, context, collector, |style| style.strong = true),
        "em" | "i" => read_styled(element, context, collector, |style| style.emphasis = true),
        "del" | "s" | "strike" => {
            read_styled(element, context, collector, |style| style.strike = true);
        }
        // How Confluence's older editor writes strikethrough.
        "span" if is_struck(element) => {
            read_styled(element, context, collector, |style| style.strike = true);
        }
        "code" | "tt" | "kbd" | "samp" => {
            let style = style.clone();
            read_nodes(children, &Context { style, code: true }, collector);
        }
        "u" | "ins" => read_styled(element, context, collector, |style| style.underline = true),
        "sub" => {
            let script = Some(Script::Sub);
            read_styled(element, context, collector, |style| style.script = script);
        }
        "sup" => {
            let script = Some(Script::Super);
            read_styled(element, context, collector, |style| style.script = script);
        }
        "a" => {
            let from = collector.pending();
            read_nodes(children, context, collector);
            let linked_text = collector.take_from(from);
            let href = element.attribute("href").unwrap_or_default();
            let title = element.attribute("title").unwrap_or_default();
            collector.inlines(linked(linked_text, href, title));
        }
        "ac:link" if keep::anchor_link(element).is_some() => {
            if let Some((link, body)) = keep::anchor_link(element) {
                let from = collector.pending();
                read_nodes(&body.children, context, collector);
                let text = collector.take_from(from);
                collector.inlines(linked(text, &link.href, ""));
            }
        }
        "img" => {
            let attribute = |name: &str| element.attribute(name).unwrap_or_default();
            let (source, title) = (attribute("src"), attribute("title"));
            collector.inlines(Inline::image(source, title, attribute("alt"), style));
        }
        name if name.starts_with("ac:") || name.starts_with("ri:") || name == "time" => {
            macros::read(element, style, collector, |element, collector| {
                read_inside(element, context, collector);
            });
        }
        // `small`, colours: no form in Markdown, the text stays.
        _ => read_inside(element, context, collector),
    }
}

fn read_styled(
    element: &Element,
    context: &Context,
    collector: &mut Collector,
    change: impl FnOnce(&mut Style),
) {
    let mut context = context.clone();
    change(&mut context.style);
    read_inside(element, &context, collector);
}

pub(crate) fn is_struck(element: &Element) -> bool {
    let style = element.attribute("style").unwrap_or_default();
    style.contains("line-through")
}

pub(crate) fn read_items(list: &Element) -> Vec<Item> {
    let mut entries: Vec<Item> = Vec::new();
    for child in list.elements() {
        // The older editor puts a nested list beside its entry instead of inside; no browser minds.
        let nested = is_list(child);
        let mut collector = Collector::default();
        if child.name == "li" {
            collector.block(content(child));
        } else {
            read_element(child, &Context::default(), &mut collector);
        }
        let mut item = Item {
            checked: None,
            blocks: collector.finish(),
        };
        read_task_box(&mut item);
        match entries.last_mut().filter(|_| nested) {
            Some(entry) => entry.blocks.append(&mut item.blocks),
            None => entries.push(item),
        }
    }
    entries
}

/// Whether an element is a list of entries.
pub(crate) fn is_list(element: &Element) -> bool {
    matches!(element.name.as_str(), "ul" | "ol")
}

pub(crate) fn read_tasks(list: &Element) -> Vec<Item> {
    let tasks = list.elements().filter(|child| child.name == "ac:task");
    let read_task = |task: &Element| {
        let status = task.child("ac:task-status").map(Element::all_text);
        let checked = Some(status.is_some_and(|status| status.trim() == "complete"));
        let blocks = task.child("ac:task-body").map(content).unwrap_or_default();
        Item { checked, blocks }
    };
    tasks.map(read_task).collect()
}

/// The rows of a table, in whatever parts of it they lie.
pub(crate) fn rows(table: &Element) -> Vec<&Element> {
    let mut found = Vec::new();
    for child in table.elements() {
        match child.name.as_str() {
            "tr" => found.push(child),
            "thead" | "tbody" | "tfoot" => {
                found.extend(child.elements().filter(|row| row.name == "tr"));
            }
            _ => {}
        }
    }
    found
}

/// The cells of a row.
pub(crate) fn cells(row: &Element) -> impl Iterator<Item = &Element> {
    let is_cell = |cell: &&Element| matches!(cell.name.as_str(), "th" | "td");
    row.elements().filter(is_cell)
}

/// A cell with what it reaches over.
pub(crate) fn spanning(cell: &Element, content: Cell) -> Spanning {
    let [columns, rows] = ["colspan", "rowspan"].map(|name| {
        let count = cell.attribute(name);
        count.and_then(|count| count.trim().parse().ok())
    });
    Spanning::new(content, columns, rows)
}

/// A table. Only a first row that is header throughout is one in GFM (section 4.10): header columns
/// and later header rows are lost, and blocks in cells become lines.
fn read_table(table: &Element) -> Option<Block> {
    let found = rows(table);
    let is_header = found.first().is_some_and(|row| {
        let mut cells = cells(row).peekable();
        cells.peek().is_some() && cells.all(|cell| cell.name == "th")
    });
    let spread_cells = |row: &Element| -> Vec<Spanning> {
        let cells = cells(row);
        let cells = cells.map(|cell| spanning(cell, into_inlines(&content(cell))));
        cells.collect()
    };
    let mut rows = spread(found.into_iter().map(spread_cells).collect());
    let header = if is_header {
        rows.remove(0)
    } else {
        Vec::new()
    };
    Block::table(header, rows)
}
