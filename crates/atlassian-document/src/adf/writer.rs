//! Writes the tree as ADF, which Jira and Confluence refuse as a whole if one node is misplaced.
//!
//! The answer is often no more than `INVALID_INPUT`, so nothing is written that the schema
//! (<http://go.atlassian.com/adf-json-schema>) does not allow at that place.

use serde_json::{Value, json};

use super::keep::KEY;
use crate::tree::flatten::{into_inlines, is_simple_task, task_box};
use crate::tree::normal;
use crate::tree::{Block, Cell, Inline, Item};

/// Which nodes may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Directly in the document: everything.
    Document,
    /// In a quotation: paragraphs, lists, code.
    Quote,
    /// In a list item: paragraphs, lists, code, and no list first.
    Item,
    /// In a panel or a cell: no quotation and no table.
    Panel,
}

impl Place {
    /// Whether headings, rules and lists of tasks may stand here.
    fn takes_headings(self) -> bool {
        matches!(self, Self::Document | Self::Panel)
    }
}

/// Gives the `doc` node. Its task identifiers are counted, so the same tree gives the same ADF: a caller
/// can compare documents to see whether there is anything to write.
pub(crate) fn write(blocks: &[Block]) -> Value {
    let mut writer = Writer::counting_from(0);
    let content = writer.blocks(blocks, Place::Document);
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
                nodes.push(paragraph(content));
            }
            // A task list takes tasks only, and list items take no task list. Everything else becomes
            // bullets that begin with `[ ]` or `[x]`, which the reader turns into tasks again.
            Block::List { start: None, items }
                if place.takes_headings() && items.iter().all(is_simple_task) =>
            {
                nodes.push(self.task_list(items));
            }
            Block::List { start, items } => nodes.push(self.list(*start, items)),
            Block::Code { language, text } => nodes.push(code_block(language.as_deref(), text)),
            Block::Quote(blocks) if place == Place::Document => {
                let content = self.blocks(blocks, Place::Quote);
                if !content.is_empty() {
                    nodes.push(json!({ "type": "blockquote", "content": content }));
                }
            }
            // No quotation in a quotation or in a list item: one level is lost, the text is not.
            Block::Quote(blocks) => nodes.append(&mut self.blocks(blocks, place)),
            Block::Rule if place.takes_headings() => nodes.push(json!({ "type": "rule" })),
            Block::Table { header, rows } if place == Place::Document => {
                nodes.push(table(header, rows));
            }
            // Neither fits into lists and quotations: a rule becomes dashes, a table one line for each row.
            Block::Rule | Block::Table { .. } => {
                let content = into_inlines(std::slice::from_ref(block));
                nodes.extend(Block::paragraph(content).iter().map(|block| match block {
                    Block::Paragraph(content) => paragraph(content),
                    _ => paragraph(&[]),
                }));
            }
        }
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
                let mut content = vec![paragraph(&normal::inlines(boxed))];
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
    fn identifier(&mut self) -> String {
        self.identifiers += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.identifiers)
    }
}

fn paragraph(content: &[Inline]) -> Value {
    json!({ "type": "paragraph", "content": inlines(content) })
}

/// A code block: text without marks, and no text node at all where there is no text.
fn code_block(language: Option<&str>, text: &str) -> Value {
    let mut content = Vec::new();
    if !text.is_empty() {
        content.push(json!({ "type": "text", "text": text }));
    }
    match language {
        Some(language) => {
            json!({ "type": "codeBlock", "attrs": { "language": language }, "content": content })
        }
        None => json!({ "type": "codeBlock", "content": content }),
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

fn table_row(kind: &str, cells: &[Cell]) -> Value {
    let cells = cells.iter();
    let cells: Vec<Value> = cells
        .map(|cell| json!({ "type": kind, "attrs": {}, "content": [paragraph(cell)] }))
        .collect();
    json!({ "type": "tableRow", "content": cells })
}

fn inlines(inlines: &[Inline]) -> Vec<Value> {
    inlines.iter().map(inline).collect()
}

/// Writes a piece of running text.
pub(crate) fn inline(inline: &Inline) -> Value {
    let (text, style, is_code) = match inline {
        Inline::Text { text, style } => (text, style, false),
        Inline::Code { text, style } => (text, style, true),
        Inline::Break => return json!({ "type": "hardBreak" }),
        Inline::Keep(keep) => return json!({ KEY: keep.reference }),
    };
    let mut marks = Vec::new();
    if let Some(link) = &style.link {
        let mut attrs = json!({ "href": link.href });
        if let Some(title) = &link.title {
            attrs["title"] = json!(title);
        }
        marks.push(json!({ "type": "link", "attrs": attrs }));
    }
    // Code combines with links only (developer.atlassian.com/platform/framework/adf-builder/reference/
    // marks/code-text-mark/): emphasis of code is lost.
    let simple = [
        ("strong", style.strong && !is_code),
        ("em", style.emphasis && !is_code),
        ("strike", style.strike && !is_code),
        ("code", is_code),
    ];
    let simple = simple.iter().filter(|(_, set)| *set);
    marks.extend(simple.map(|(kind, _)| json!({ "type": kind })));
    if marks.is_empty() {
        json!({ "type": "text", "text": text })
    } else {
        json!({ "type": "text", "text": text, "marks": marks })
    }
}
