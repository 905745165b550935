//! What the elements of a page are to its parts: blocks, frames around some, or pieces of running text.

use crate::storage::elements::BLOCKS;
use crate::storage::keep::{PANELS, is_macro};
use crate::storage::stretches::is_block;
use crate::storage::xml::Element;

/// What cannot be followed, in words.
pub(super) fn odd(element: &Element) -> String {
    let name = element.attribute("ac:name").unwrap_or(&element.name);
    format!("`{name}`, whose source cannot be followed")
}

/// A macro with literal text that Markdown shows as code and that is none, in words.
pub(super) fn form(element: &Element) -> Option<String> {
    let name = element.attribute("ac:name").unwrap_or_default();
    let is_literal = is_macro(element) && element.child("ac:plain-text-body").is_some();
    (is_literal && name != "code").then(|| format!("the macro {name}"))
}

/// The element that holds what is inside of a block.
pub(super) fn body(element: &Element) -> Option<&Element> {
    if is_macro(element) {
        let body = ["ac:rich-text-body", "ac:plain-text-body"];
        return body.iter().find_map(|name| element.child(name));
    }
    Some(element)
}

/// Whether only what lies in an element is a part.
pub(super) fn is_transparent(element: &Element) -> bool {
    if element.reference.is_some() {
        return false;
    }
    let is_text = element.name == "p";
    let is_known = BLOCKS.contains(&element.name.as_str()) || is_macro(element);
    !is_known
        || is_text && element.children.iter().any(is_block)
        || is_macro(element) && is_passed_over(element)
}

/// A macro that is neither code nor a panel shows what is in it and nothing else.
fn is_passed_over(element: &Element) -> bool {
    let name = element.attribute("ac:name").unwrap_or_default();
    let known = ["code", "noformat", "expand"].contains(&name) || PANELS.contains(&name);
    !known && element.child("ac:plain-text-body").is_none()
}

/// A source without the identifiers that the editor gives.
pub(super) fn anonymous(source: &str) -> String {
    let names = [
        " local-id=\"",
        " ac:local-id=\"",
        " ac:macro-id=\"",
        " data-uuid=\"",
    ];
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(' ') {
        let (before, found) = rest.split_at(at);
        text.push_str(before);
        let name = names.iter().find(|name| found.starts_with(**name));
        let value = name.and_then(|name| found[name.len()..].split_once('"'));
        rest = if let Some((_, behind)) = value {
            behind
        } else {
            text.push(' ');
            &found[1..]
        };
    }
    text.push_str(rest);
    text
}
