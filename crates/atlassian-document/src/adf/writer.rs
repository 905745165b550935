//! Writes the tree as ADF, which Jira and Confluence refuse as a whole if one node is misplaced.
//!
//! The answer is often no more than `INVALID_INPUT`, so nothing is written that the schema
//! (<http://go.atlassian.com/adf-json-schema>) does not allow at that place.

use serde_json::{Value, json};

use super::text::{code_block, inlines, mixed, paragraph, table_row};
use crate::tree::flatten::{into_inlines, is_simple_task, labelled, task_box, titled};
use crate::tree::{Block, Cell, Inline, Item, normal, notes};

/// Which nodes may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Directly in the document: everything.
    Document,
    /// In what can be opened: everything but columns of a layout.
    Details,
    /// In what can be opened inside such: no tables.
    Inner,
    /// In a panel: no quotations, panels and tables.
    Panel,
    /// In a quotation: paragraphs, lists, code.
    Quote,
    /// In a list item: paragraphs, lists, code, and no list first.
    Item,
}

impl Place {
    /// Headings, rules and lists of tasks.
    fn takes_headings(self) -> bool {
        !matches!(self, Self::Quote | Self::Item)
    }

    /// Quotations and panels.
    fn takes_frames(self) -> bool {
        matches!(self, Self::Document | Self::Details | Self::Inner)
    }

    fn takes_tables(self) -> bool {
        matches!(self, Self::Document | Self::Details)
    }
}

/// Gives the `doc` node. Its task identifiers are counted, so the same tree gives the same ADF: a caller
/// can compare documents to see whether there is anything to write.
pub(crate) fn write(blocks: &[Block]) -> Value {
    let mut writer = Writer::counting_from(0);
    let content = writer.blocks(&notes::lower(blocks), Place::Document);
    json!({ "type": "doc", "version": 1, "content": content })
}

/// Writes blocks and counts the identifiers that it gives.
pub(crate) struct Writer {
    identifiers: u64,
}

impl Writer {
    /// A writer whose identifiers follow those that there are.
    pub(crate) fn counting_from(identifiers: u64) -> Self {
        Self { identifiers }
    }

    /// Writes blocks that stand beside each other.
    pub(crate) fn blocks(&mut self, blocks: &[Block], place: Place) -> Vec<Value> {
        let mut nodes = Vec::new();
        for block in blocks {
            self.block(block, place, &mut nodes);
        }
        nodes
    }

    fn block(&mut self, block: &Block, place: Place, nodes: &mut Vec<Value>) {
        match block {
            Block::Heading { level, content } if place.takes_headings() => nodes.push(json!({
                "type": "heading", "attrs": { "level": level }, "content": inlines(content),
            })),
            // Neither a list item nor a quotation takes a heading: its text stays, its level is lost.
            Block::Paragraph(content) | Block::Heading { content, .. } => {
                nodes.append(&mut mixed(content));
            }
            // A task list takes tasks only, and list items take no task list. Everything else becomes
            // bullets that begin with `[ ]` or `[x]`, which the reader turns into tasks again.
            Block::List { start: None, items }
                if place.takes_headings() && items.iter().all(is_simple_task) =>
            {
                nodes.push(self.task_list(items));
            }
            Block::List { start, items } => nodes.push(self.list(*start, items)),
            Block::Code { language, text, .. } => nodes.push(code_block(language.as_deref(), text)),
            Block::Quote(blocks) if place.takes_frames() => {
                let content = self.filled(blocks, Place::Quote);
                nodes.push(json!({ "type": "blockquote", "content": content }));
            }
            // No quotation in a quotation or in a list item: one level is lost, the text is not.
            Block::Quote(blocks) => nodes.append(&mut self.blocks(blocks, place)),
            Block::Panel { kind, blocks } if place.takes_frames() => {
                let content = self.filled(blocks, Place::Panel);
                let attrs = json!({ "panelType": kind.name().to_ascii_lowercase() });
                nodes.push(json!({ "type": "panel", "attrs": attrs, "content": content }));
            }
            Block::Panel { kind, blocks } => {
                let blocks = labelled(&kind.label(), blocks.clone());
                nodes.append(&mut self.blocks(&blocks, place));
            }
            Block::Details { title, blocks } => self.details(title, blocks, place, nodes),
            Block::Notes(blocks) => nodes.append(&mut self.blocks(&blocks.concat(), place)),
            Block::Rule if place.takes_headings() => nodes.push(json!({ "type": "rule" })),
            Block::Table { header, rows } if place.takes_tables() => {
                nodes.push(table(header, rows));
            }
            // Neither fits into lists and quotations: a rule becomes dashes, a table one line for each row.
            Block::Rule | Block::Table { .. } => {
                let content = normal::inlines(into_inlines(std::slice::from_ref(block)));
                nodes.append(&mut mixed(&content));
            }
        }
    }

    /// What can be opened stands in the document, and once more inside such.
    fn details(&mut self, title: &str, blocks: &[Block], place: Place, nodes: &mut Vec<Value>) {
        let (kind, inside) = match place {
            Place::Document => ("expand", Place::Details),
            Place::Details => ("nestedExpand", Place::Inner),
            _ => {
                let blocks: Vec<Block> = titled(title, blocks.to_vec()).collect();
                nodes.append(&mut self.blocks(&blocks, place));
                return;
            }
        };
        let content = self.filled(blocks, inside);
        let attrs = json!({ "title": title });
        nodes.push(json!({ "type": kind, "attrs": attrs, "content": content }));
    }

    /// Blocks for a node that must hold at least one.
    fn filled(&mut self, blocks: &[Block], place: Place) -> Vec<Value> {
        let mut content = self.blocks(blocks, place);
        if content.is_empty() {
            content.push(paragraph(&[]));
        }
        content
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) -> Value {
        let content: Vec<Value> = items.iter().map(|item| self.list_item(item)).collect();
        match start {
            Some(order) => {
                json!({ "type": "orderedList", "attrs": { "order": order }, "content": content })
            }
            None => json!({ "type": "bulletList", "content": content }),
        }
    }

    /// An entry of a list that is no list of tasks.
    pub(crate) fn list_item(&mut self, item: &Item) -> Value {
        let mut content = match (item.checked, item.blocks.split_first()) {
            (None, _) => self.blocks(&item.blocks, Place::Item),
            (Some(checked), Some((Block::Paragraph(text), others))) => {
                let mut boxed = vec![Inline::plain(format!("{} ", task_box(checked)))];
                boxed.extend(text.iter().cloned());
                let mut content = mixed(&normal::inlines(boxed));
                content.append(&mut self.blocks(others, Place::Item));
                content
            }
            (Some(checked), _) => {
                let mut content = vec![paragraph(&[Inline::plain(task_box(checked))])];
                content.append(&mut self.blocks(&item.blocks, Place::Item));
                content
            }
        };
        // The first child of a list item must be a paragraph or code, and there must be one.
        let first = content.first().map(|node| &node["type"]);
        if first.is_none_or(|kind| kind == "bulletList" || kind == "orderedList") {
            content.insert(0, paragraph(&[]));
        }
        json!({ "type": "listItem", "content": content })
    }

    /// A task list; every list and task needs a `localId`, or the document is refused.
    pub(crate) fn task_list(&mut self, items: &[Item]) -> Value {
        let attrs = json!({ "localId": self.identifier() });
        let mut content = Vec::new();
        for item in items {
            let state = if item.checked == Some(true) {
                "DONE"
            } else {
                "TODO"
            };
            let mut text = Vec::new();
            let mut nested = None;
            for block in &item.blocks {
                match block {
                    Block::Paragraph(inline) => text = inlines(inline),
                    Block::List { items, .. } => nested = Some(items),
                    _ => {}
                }
            }
            let attrs = json!({ "localId": self.identifier(), "state": state });
            content.push(json!({ "type": "taskItem", "attrs": attrs, "content": text }));
            content.extend(nested.map(|items| self.task_list(items)));
        }
        json!({ "type": "taskList", "attrs": attrs, "content": content })
    }

    /// A decision, which holds running text only.
    pub(crate) fn decision(&mut self, content: &[Inline]) -> Value {
        let attrs = json!({ "localId": self.identifier(), "state": "DECIDED" });
        json!({ "type": "decisionItem", "attrs": attrs, "content": inlines(content) })
    }

    /// An identifier in the form of a UUID, unique in the document.
    /// Gives a node like another one an identifier of its own, where it needs one.
    pub(crate) fn name_anew(&mut self, node: &mut Value) {
        let needs_one = matches!(node["type"].as_str(), Some("taskList" | "decisionList"));
        let identifier = needs_one.then(|| self.identifier());
        let Some(attributes) = node.get_mut("attrs").and_then(Value::as_object_mut) else {
            return;
        };
        match identifier {
            Some(identifier) => {
                attributes.insert(String::from("localId"), Value::from(identifier));
            }
            None => {
                attributes.remove("localId");
            }
        }
        if attributes.is_empty()
            && let Some(fields) = node.as_object_mut()
        {
            fields.remove("attrs");
        }
    }

    fn identifier(&mut self) -> String {
        self.identifiers += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.identifiers)
    }
}

fn table(header: &[Cell], rows: &[Vec<Cell>]) -> Value {
    let mut content = Vec::new();
    if !header.iter().all(Vec::is_empty) {
        content.push(table_row("tableHeader", header));
    }
    content.extend(rows.iter().map(|cells| table_row("tableCell", cells)));
    json!({ "type": "table", "content": content })
}
