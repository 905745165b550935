//! ADF to storage, as the server does when a page is written in `atlas_doc_format`.

use std::fmt::Write as _;

use serde_json::Value;

use crate::wire::escape;

/// The storage form of a document (or of any node with content).
pub(crate) fn storage_of(document: &Value) -> String {
    inner(document)
}

fn inner(node: &Value) -> String {
    node["content"]
        .as_array()
        .map(|children| children.iter().map(block).collect())
        .unwrap_or_default()
}

fn attribute(node: &Value, name: &str) -> String {
    match &node["attrs"][name] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn block(node: &Value) -> String {
    match node["type"].as_str().unwrap_or("") {
        "paragraph" => format!("<p>{}</p>", inner(node)),
        "heading" => {
            let level = node["attrs"]["level"].as_u64().unwrap_or(1);
            format!("<h{level}>{}</h{level}>", inner(node))
        }
        "bulletList" => format!("<ul>{}</ul>", inner(node)),
        "orderedList" => match node["attrs"]["order"].as_u64() {
            Some(order) if order != 1 => format!("<ol start=\"{order}\">{}</ol>", inner(node)),
            _ => format!("<ol>{}</ol>", inner(node)),
        },
        "listItem" => format!("<li>{}</li>", inner(node)),
        "codeBlock" => code(node),
        "blockquote" => format!("<blockquote>{}</blockquote>", inner(node)),
        "rule" => "<hr/>".to_owned(),
        "panel" => panel(node),
        "expand" | "nestedExpand" => rich_macro(
            "expand",
            &[("title", attribute(node, "title"))],
            &inner(node),
        ),
        "table" => format!("<table><tbody>{}</tbody></table>", inner(node)),
        "tableRow" => format!("<tr>{}</tr>", inner(node)),
        "tableHeader" => cell("th", node),
        "tableCell" => cell("td", node),
        "taskList" | "decisionList" => format!("<ac:task-list>{}</ac:task-list>", inner(node)),
        "taskItem" | "decisionItem" => {
            let status = if attribute(node, "state") == "DONE" {
                "complete"
            } else {
                "incomplete"
            };
            format!(
                "<ac:task><ac:task-id>{}</ac:task-id><ac:task-status>{status}</ac:task-status><ac:task-body>{}</ac:task-body></ac:task>",
                escape(&attribute(node, "localId")),
                inner(node)
            )
        }
        "extension" | "bodiedExtension" | "inlineExtension" => extension(node),
        "blockCard" => format!("<p>{}</p>", card(node)),
        _ => inline(node),
    }
}

fn inline(node: &Value) -> String {
    match node["type"].as_str().unwrap_or("") {
        "text" => text(node),
        "hardBreak" => "<br/>".to_owned(),
        "mention" => format!(
            "<ac:link><ri:user ri:account-id=\"{}\"/></ac:link>",
            escape(&attribute(node, "id"))
        ),
        "emoji" => format!(
            "<ac:emoticon ac:name=\"emoji\" ac:emoji-shortname=\"{}\"/>",
            escape(&attribute(node, "shortName"))
        ),
        "date" => {
            let at = attribute(node, "timestamp").parse().unwrap_or(0);
            format!("<time datetime=\"{}\"/>", crate::clock::day_text(at))
        }
        "status" => {
            let color = match attribute(node, "color").as_str() {
                "green" => "Green",
                "red" => "Red",
                "yellow" => "Yellow",
                "blue" => "Blue",
                "purple" => "Purple",
                _ => "Grey",
            };
            parameters_macro(
                "status",
                &[
                    ("title", attribute(node, "text")),
                    ("colour", color.to_owned()),
                ],
            )
        }
        "inlineCard" => card(node),
        _ => inner(node),
    }
}

fn card(node: &Value) -> String {
    let url = escape(&attribute(node, "url"));
    format!("<a href=\"{url}\" data-card-appearance=\"inline\">{url}</a>")
}

fn text(node: &Value) -> String {
    let mut html = escape(node["text"].as_str().unwrap_or(""));
    for mark in node["marks"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .rev()
    {
        html = match mark["type"].as_str().unwrap_or("") {
            "strong" => format!("<strong>{html}</strong>"),
            "em" => format!("<em>{html}</em>"),
            "underline" => format!("<u>{html}</u>"),
            "strike" => format!("<del>{html}</del>"),
            "code" => format!("<code>{html}</code>"),
            "subsup" => {
                let kind = if attribute(mark, "type") == "sup" {
                    "sup"
                } else {
                    "sub"
                };
                format!("<{kind}>{html}</{kind}>")
            }
            "link" => format!(
                "<a href=\"{}\">{html}</a>",
                escape(&attribute(mark, "href"))
            ),
            "textColor" => format!(
                "<span style=\"color: {};\">{html}</span>",
                escape(&attribute(mark, "color"))
            ),
            "annotation" => format!(
                "<ac:inline-comment-marker ac:ref=\"{}\">{html}</ac:inline-comment-marker>",
                escape(&attribute(mark, "id"))
            ),
            _ => html,
        };
    }
    html
}

fn code(node: &Value) -> String {
    let text: String = node["content"]
        .as_array()
        .map(|parts| {
            parts
                .iter()
                .filter_map(|part| part["text"].as_str())
                .collect()
        })
        .unwrap_or_default();
    let language = attribute(node, "language");
    let parameter = if language.is_empty() {
        String::new()
    } else {
        parameter("language", &language)
    };
    format!(
        "<ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\">{parameter}<ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body></ac:structured-macro>",
        text.replace("]]>", "]]]]><![CDATA[>")
    )
}

/// Panels have other names in the editor than in the macros it is stored as: the editor's `warning` is the
/// macro `note`, and its `error` the macro `warning`.
fn panel(node: &Value) -> String {
    let name = match attribute(node, "panelType").as_str() {
        "warning" => "note",
        "error" => "warning",
        "success" | "tip" => "tip",
        "note" | "custom" => "panel",
        _ => "info",
    };
    rich_macro(name, &[], &inner(node))
}

fn parameter(name: &str, value: &str) -> String {
    format!(
        "<ac:parameter ac:name=\"{}\">{}</ac:parameter>",
        escape(name),
        escape(value)
    )
}

fn parameters_macro(name: &str, parameters: &[(&str, String)]) -> String {
    let parameters: String = parameters
        .iter()
        .map(|(key, value)| parameter(key, value))
        .collect();
    format!(
        "<ac:structured-macro ac:name=\"{name}\" ac:schema-version=\"1\">{parameters}</ac:structured-macro>"
    )
}

fn rich_macro(name: &str, parameters: &[(&str, String)], body: &str) -> String {
    let parameters: String = parameters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| parameter(key, value))
        .collect();
    format!(
        "<ac:structured-macro ac:name=\"{name}\" ac:schema-version=\"1\">{parameters}<ac:rich-text-body>{body}</ac:rich-text-body></ac:structured-macro>"
    )
}

fn extension(node: &Value) -> String {
    let mut parameters = String::new();
    if let Some(known) = node["attrs"]["parameters"]["macroParams"].as_object() {
        for (name, value) in known {
            let _ = write!(
                parameters,
                "{}",
                parameter(name, value["value"].as_str().unwrap_or(""))
            );
        }
    }
    let body = if node["type"] == "bodiedExtension" {
        format!("<ac:rich-text-body>{}</ac:rich-text-body>", inner(node))
    } else {
        String::new()
    };
    format!(
        "<ac:structured-macro ac:name=\"{}\">{parameters}{body}</ac:structured-macro>",
        escape(&attribute(node, "extensionKey"))
    )
}

fn cell(name: &str, node: &Value) -> String {
    let mut spans = String::new();
    for attribute in ["colspan", "rowspan"] {
        if let Some(count) = node["attrs"][attribute].as_u64() {
            let _ = write!(spans, " {attribute}=\"{count}\"");
        }
    }
    format!("<{name}{spans}>{}</{name}>", inner(node))
}
