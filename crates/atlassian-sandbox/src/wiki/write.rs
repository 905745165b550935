//! A document as wiki markup.

use serde_json::Value;

/// The markup of a document.
pub(crate) fn wiki_of(document: &Value) -> String {
    blocks(document, "\n\n")
}

fn children(node: &Value) -> &[Value] {
    node["content"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn blocks(node: &Value, between: &str) -> String {
    let parts: Vec<String> = children(node)
        .iter()
        .map(|child| block(child, ""))
        .collect();
    parts.join(between)
}

/// One block; `marks` are those of the lists it stands in.
fn block(node: &Value, marks: &str) -> String {
    match node["type"].as_str().unwrap_or("") {
        "paragraph" => line(node),
        "heading" => format!("h{}. {}", node["attrs"]["level"], line(node)),
        "bulletList" | "taskList" => list(node, &format!("{marks}*")),
        "orderedList" => list(node, &format!("{marks}#")),
        "codeBlock" => {
            let language = node["attrs"]["language"].as_str().unwrap_or("");
            let colon = if language.is_empty() { "" } else { ":" };
            format!("{{code{colon}{language}}}\n{}\n{{code}}", line(node))
        }
        "blockquote" => format!("{{quote}}\n{}\n{{quote}}", blocks(node, "\n\n")),
        "panel" => format!("{{panel}}\n{}\n{{panel}}", blocks(node, "\n\n")),
        "rule" => "----".to_owned(),
        "tableRow" => row(node),
        "text" | "hardBreak" | "mention" | "emoji" | "inlineCard" => inline(node),
        _ => blocks(node, "\n"),
    }
}

fn list(node: &Value, marks: &str) -> String {
    let mut lines = Vec::new();
    for item in children(node) {
        for (place, part) in children(item).iter().enumerate() {
            let text = block(part, marks);
            let is_list = matches!(part["type"].as_str(), Some("bulletList" | "orderedList"));
            lines.push(if place == 0 && !is_list {
                format!("{marks} {text}")
            } else {
                text
            });
        }
    }
    lines.join("\n")
}

fn row(node: &Value) -> String {
    let mut text = String::new();
    let mut end = "|";
    for cell in children(node) {
        end = if cell["type"] == "tableHeader" {
            "||"
        } else {
            "|"
        };
        text.push_str(end);
        text.push_str(&blocks(cell, "\n"));
    }
    text + end
}

fn line(node: &Value) -> String {
    children(node).iter().map(inline).collect()
}

fn inline(node: &Value) -> String {
    let attribute = |name: &str| node["attrs"][name].as_str().unwrap_or("").to_owned();
    match node["type"].as_str().unwrap_or("") {
        "text" => marked(node),
        "hardBreak" => "\n".to_owned(),
        "mention" => format!("[~accountid:{}]", attribute("id")),
        "emoji" => attribute("shortName"),
        "inlineCard" => format!("[{}]", attribute("url")),
        "status" => format!("*[ {} ]*", attribute("text")),
        _ => line(node),
    }
}

fn marked(node: &Value) -> String {
    let mut text = node["text"].as_str().unwrap_or("").to_owned();
    for mark in node["marks"].as_array().into_iter().flatten() {
        text = match mark["type"].as_str().unwrap_or("") {
            "strong" => format!("*{text}*"),
            "em" => format!("_{text}_"),
            "strike" => format!("-{text}-"),
            "underline" => format!("+{text}+"),
            "code" => format!("{{{{{text}}}}}"),
            "link" => format!("[{text}|{}]", mark["attrs"]["href"].as_str().unwrap_or("")),
            _ => text,
        };
    }
    text
}
