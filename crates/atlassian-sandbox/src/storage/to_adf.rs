//! Storage to ADF, as the server does when a page is asked for in `atlas_doc_format`.

use serde_json::{Map, Value, json};

use super::inline::inline_nodes;
use super::tree::Node;

const BLOCKS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "pre",
    "blockquote",
    "hr",
    "table",
    "div",
    "ac:task-list",
    "ac:layout",
    "ac:layout-section",
    "ac:layout-cell",
    "ac:image",
];

/// The whole document.
pub(crate) fn adf_of(nodes: &[Node]) -> Value {
    json!({"type": "doc", "version": 1, "content": blocks(nodes)})
}

fn is_block(node: &Node) -> bool {
    let block_macro =
        node.name() == "ac:structured-macro" && node.attribute("ac:name") != Some("status");
    block_macro || BLOCKS.contains(&node.name())
}

/// Blocks; loose inline content between them becomes paragraphs.
fn blocks(nodes: &[Node]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut loose: Vec<Node> = Vec::new();
    for node in nodes {
        if is_block(node) {
            flush(&mut loose, &mut found);
            block(node, &mut found);
        } else {
            loose.push(node.clone());
        }
    }
    flush(&mut loose, &mut found);
    found
}

fn flush(loose: &mut Vec<Node>, found: &mut Vec<Value>) {
    let content = inline_nodes(loose);
    loose.clear();
    if !content.is_empty() {
        found.push(json!({"type": "paragraph", "content": content}));
    }
}

fn block(node: &Node, found: &mut Vec<Value>) {
    let children = node.children();
    match node.name() {
        "p" => found.push(json!({"type": "paragraph", "content": inline_nodes(children)})),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let level = node.name()[1..].parse::<u64>().unwrap_or(1);
            found.push(json!({"type": "heading", "attrs": {"level": level}, "content": inline_nodes(children)}));
        }
        "ul" | "ol" => list(node, found),
        "pre" => found.push(code(None, &node.text())),
        "blockquote" => {
            found.push(json!({"type": "blockquote", "content": or_paragraph(blocks(children))}));
        }
        "hr" => found.push(json!({"type": "rule"})),
        "table" => table(node, found),
        "ac:task-list" => tasks(node, found),
        "ac:structured-macro" => macro_block(node, found),
        "ac:image" => found
            .push(json!({"type": "paragraph", "content": [{"type": "text", "text": "(image)"}]})),
        _ => found.extend(blocks(children)),
    }
}

fn or_paragraph(found: Vec<Value>) -> Vec<Value> {
    if found.is_empty() {
        vec![json!({"type": "paragraph", "content": []})]
    } else {
        found
    }
}

fn list(node: &Node, found: &mut Vec<Value>) {
    let items: Vec<Value> = node
        .children()
        .iter()
        .filter(|child| child.name() == "li")
        .map(|item| {
            let mut content = or_paragraph(blocks(item.children()));
            if content[0]["type"]
                .as_str()
                .is_some_and(|kind| kind.ends_with("List"))
            {
                content.insert(0, json!({"type": "paragraph", "content": []}));
            }
            json!({"type": "listItem", "content": content})
        })
        .collect();
    if items.is_empty() {
        return;
    }
    if node.name() == "ul" {
        found.push(json!({"type": "bulletList", "content": items}));
    } else {
        let start = node
            .attribute("start")
            .and_then(|start| start.parse::<u64>().ok())
            .unwrap_or(1);
        found.push(json!({"type": "orderedList", "attrs": {"order": start}, "content": items}));
    }
}

fn code(language: Option<String>, text: &str) -> Value {
    let content = if text.is_empty() {
        json!([])
    } else {
        json!([{"type": "text", "text": text}])
    };
    match language {
        Some(language) => {
            json!({"type": "codeBlock", "attrs": {"language": language}, "content": content})
        }
        None => json!({"type": "codeBlock", "content": content}),
    }
}

fn table(node: &Node, found: &mut Vec<Value>) {
    let mut rows = Vec::new();
    collect_rows(node, &mut rows);
    if !rows.is_empty() {
        found.push(json!({"type": "table", "content": rows}));
    }
}

fn collect_rows(node: &Node, rows: &mut Vec<Value>) {
    for child in node.children() {
        if child.name() == "tr" {
            let cells: Vec<Value> = child
                .children()
                .iter()
                .filter(|cell| matches!(cell.name(), "th" | "td"))
                .map(cell)
                .collect();
            if !cells.is_empty() {
                rows.push(json!({"type": "tableRow", "content": cells}));
            }
        } else {
            collect_rows(child, rows);
        }
    }
}

fn cell(node: &Node) -> Value {
    let kind = if node.name() == "th" {
        "tableHeader"
    } else {
        "tableCell"
    };
    let mut attrs = Map::new();
    for name in ["colspan", "rowspan"] {
        if let Some(count) = node
            .attribute(name)
            .and_then(|count| count.parse::<u64>().ok())
        {
            attrs.insert(name.to_owned(), json!(count));
        }
    }
    json!({"type": kind, "attrs": attrs, "content": or_paragraph(blocks(node.children()))})
}

fn tasks(node: &Node, found: &mut Vec<Value>) {
    let items: Vec<Value> = node
        .children()
        .iter()
        .filter(|child| child.name() == "ac:task")
        .enumerate()
        .map(|(index, task)| {
            let id = task.child("ac:task-id").map_or_else(|| (index + 1).to_string(), Node::text);
            let done = task.child("ac:task-status").is_some_and(|status| status.text().trim() == "complete");
            let content = task.child("ac:task-body").map_or_else(Vec::new, |body| inline_nodes(body.children()));
            json!({"type": "taskItem", "attrs": {"localId": id, "state": if done { "DONE" } else { "TODO" }}, "content": content})
        })
        .collect();
    if !items.is_empty() {
        found.push(json!({"type": "taskList", "attrs": {"localId": "tasks"}, "content": items}));
    }
}

fn macro_block(node: &Node, found: &mut Vec<Value>) {
    let name = node.attribute("ac:name").unwrap_or("");
    let rich = || {
        or_paragraph(
            node.child("ac:rich-text-body")
                .map_or_else(Vec::new, |body| blocks(body.children())),
        )
    };
    match name {
        "code" | "noformat" => {
            let text = node
                .child("ac:plain-text-body")
                .map(Node::text)
                .unwrap_or_default();
            found.push(code(node.parameter("language"), &text));
        }
        "info" | "note" | "tip" | "warning" | "panel" => {
            // The storage macro names and the editor's panel types are shifted against each other.
            let panel = match name {
                "note" => "warning",
                "warning" => "error",
                "tip" => "success",
                "panel" => "note",
                _ => "info",
            };
            found.push(json!({"type": "panel", "attrs": {"panelType": panel}, "content": rich()}));
        }
        "expand" => {
            let title = node.parameter("title").unwrap_or_default();
            found.push(json!({"type": "expand", "attrs": {"title": title}, "content": rich()}));
        }
        _ => {
            let mut parameters = Map::new();
            for parameter in node
                .children()
                .iter()
                .filter(|child| child.name() == "ac:parameter")
            {
                let key = parameter.attribute("ac:name").unwrap_or("").to_owned();
                parameters.insert(key, json!({"value": parameter.text()}));
            }
            let attrs = json!({
                "layout": "default",
                "extensionType": "com.atlassian.confluence.macro.core",
                "extensionKey": name,
                "parameters": {"macroParams": parameters},
            });
            found.push(match node.child("ac:rich-text-body") {
                Some(_) => json!({"type": "bodiedExtension", "attrs": attrs, "content": rich()}),
                None => json!({"type": "extension", "attrs": attrs}),
            });
        }
    }
}
