//! The words of a page as its readers see them, for whoever looks for some of them.

use super::elements::is_look;
use super::xml::{self, Node};

/// The stretches of text that stand without a border between: no words that somebody selects go across one.
pub(crate) fn passages(storage: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    read(&xml::read(storage).children, &mut found);
    let words = |passage: String| passage.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = found.into_iter().map(words);
    found.filter(|passage| !passage.is_empty()).collect()
}

fn read(nodes: &[Node], found: &mut Vec<String>) {
    for node in nodes {
        match node {
            Node::Text(text, _) => {
                if let Some(passage) = found.last_mut() {
                    passage.push_str(text);
                }
            }
            // Code is shown in a place of its own.
            Node::Literal(..) => found.push(String::new()),
            // Its words are settings.
            Node::Element(element) if element.name == "ac:parameter" => {}
            Node::Element(element) if is_inline(&element.name) => read(&element.children, found),
            Node::Element(element) => {
                found.push(String::new());
                read(&element.children, found);
                found.push(String::new());
            }
        }
    }
}

fn is_inline(name: &str) -> bool {
    name != "br" && (is_look(name) || matches!(name, "a" | "ac:link" | "ac:link-body" | "time"))
}
