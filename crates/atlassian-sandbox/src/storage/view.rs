//! Storage to what a reader sees: HTML of allowed elements only, and plain text.

use super::tree::{INLINE, Node};
use crate::wire::escape;

const PLAIN: &[&str] = &[
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "del",
    "sub",
    "sup",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "div",
];

/// HTML for people.
pub(crate) fn view_of(nodes: &[Node]) -> String {
    nodes.iter().map(view).collect()
}

fn view(node: &Node) -> String {
    let inner = || view_of(node.children());
    match node.name() {
        "" => escape(&node.text()),
        "script" | "style" | "ac:parameter" => String::new(),
        "br" | "hr" => format!("<{}/>", node.name()),
        name if PLAIN.contains(&name) => format!("<{name}>{}</{name}>", inner()),
        "a" => match node.attribute("href").filter(|href| safe_link(href)) {
            Some(href) => format!(
                "<a href=\"{}\" rel=\"nofollow\">{}</a>",
                escape(href),
                inner()
            ),
            None => inner(),
        },
        "ac:structured-macro" => macro_view(node),
        "ac:task-list" => format!("<ul class=\"inline-task-list\">{}</ul>", inner()),
        "ac:task" => {
            let body = node
                .child("ac:task-body")
                .map_or_else(String::new, |body| view_of(body.children()));
            format!("<li>{body}</li>")
        }
        "ac:link" => {
            let title = node
                .child("ri:page")
                .and_then(|page| page.attribute("ri:content-title"))
                .unwrap_or("");
            let text: String = node.children().iter().map(Node::text).collect();
            escape(if text.is_empty() { title } else { &text })
        }
        "ac:image" => "<em>(image)</em>".to_owned(),
        "time" => escape(node.attribute("datetime").unwrap_or("")),
        _ => inner(),
    }
}

fn macro_view(node: &Node) -> String {
    let rich = node
        .child("ac:rich-text-body")
        .map(|body| view_of(body.children()));
    let plain = node
        .child("ac:plain-text-body")
        .map(|body| escape(&body.text()));
    match (node.attribute("ac:name").unwrap_or(""), rich, plain) {
        ("code" | "noformat", _, Some(text)) => format!("<pre>{text}</pre>"),
        ("status", ..) => format!(
            "<strong>{}</strong>",
            escape(&node.parameter("title").unwrap_or_default())
        ),
        (_, Some(html), _) => format!("<div class=\"panel\">{html}</div>"),
        (_, _, Some(text)) => format!("<pre>{text}</pre>"),
        _ => String::new(),
    }
}

/// Whether a link leads to a place and does not run anything.
pub(crate) fn safe_link(href: &str) -> bool {
    let lower = href.trim().to_ascii_lowercase();
    lower.starts_with("https://")
        || lower.starts_with("http://")
        || lower.starts_with("mailto:")
        || lower.starts_with('/')
        || lower.starts_with('#')
}

/// All words of a body, for the search index and excerpts.
pub(crate) fn plain_text(nodes: &[Node]) -> String {
    let mut text = String::new();
    for node in nodes {
        collect(node, &mut text);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn collect(node: &Node, text: &mut String) {
    match node {
        Node::Text(part) => text.push_str(part),
        Node::Element { name, children, .. } => {
            if name == "ac:parameter" && node.attribute("ac:name") != Some("title") {
                return;
            }
            let inline = INLINE.contains(&name.as_str());
            for child in children {
                collect(child, text);
            }
            if !inline {
                text.push(' ');
            }
        }
    }
}
