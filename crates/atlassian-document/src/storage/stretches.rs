//! Cuts what lies in an element into blocks, and into the running text between them.

use super::elements::{AROUND, BLOCKS};
use super::keep::is_macro;
use super::xml::{Element, Node};
use crate::tree::keep::is_frame;

/// Some of the nodes that lie beside each other.
pub(crate) enum Stretch<'d> {
    /// A block, or an element in which some lie.
    Block(&'d Element),
    /// One element that shows no text and stands among blocks: a picture, a macro, a card. It is a block, too.
    Thing(&'d [Node]),
    /// Running text.
    Text(&'d [Node]),
}

/// What the references of things begin with. Those of labels, dates and links stand in running text.
const THINGS: &[&str] = &["image", "macro", "node"];

/// How Confluence shows the address of a link, where it does not stand in the text.
const CARDS: &[&str] = &["block", "embed"];

/// Cuts the content of an element that may hold blocks.
pub(crate) fn stretches(nodes: &[Node]) -> Vec<Stretch<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, node) in nodes.iter().enumerate() {
        if let Node::Element(element) = node
            && is_block(node)
        {
            between(&nodes[from..at], &mut found);
            found.push(Stretch::Block(element));
            from = at + 1;
        }
    }
    between(&nodes[from..], &mut found);
    found
}

/// What lies between two blocks: things of which none stands beside a text, or running text.
fn between<'d>(run: &'d [Node], found: &mut Vec<Stretch<'d>>) {
    if run.iter().all(|node| is_thing(node) || is_blank(node)) {
        let things = run.iter().enumerate().filter(|(_, node)| is_thing(node));
        found.extend(things.map(|(at, _)| Stretch::Thing(&run[at..=at])));
    } else {
        found.push(Stretch::Text(run));
    }
}

/// Whether a node ends the running text before it.
pub(crate) fn is_block(node: &Node) -> bool {
    let Node::Element(element) = node else {
        return false;
    };
    match (&element.reference, element.name.as_str()) {
        (Some(reference), _) => is_frame(reference),
        (None, name) if BLOCKS.contains(&name) || AROUND.contains(&name) => true,
        (None, "ac:link" | "ac:image" | "ac:emoticon" | "img" | "br") => false,
        (None, _) if is_macro(element) => true,
        (None, _) => element.children.iter().any(is_block),
    }
}

/// Whether a node is a block where no text stands beside it.
fn is_thing(node: &Node) -> bool {
    matches!(node, Node::Element(element) if is_thing_element(element))
}

/// Whether an element is a block where no text stands beside it.
pub(crate) fn is_thing_element(element: &Element) -> bool {
    match (&element.reference, element.name.as_str()) {
        (Some(reference), _) => {
            let word = reference.split('-').next().unwrap_or_default();
            THINGS.contains(&word)
        }
        (None, "ac:image" | "img") => true,
        (None, "a") => {
            let appearance = element.attribute("data-card-appearance");
            appearance.is_some_and(|appearance| CARDS.contains(&appearance))
        }
        _ => false,
    }
}

fn is_blank(node: &Node) -> bool {
    matches!(node, Node::Text(text, _) if text.trim().is_empty())
}
