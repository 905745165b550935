//! Pictures of a page with other words.

use super::source::with_attribute;
use crate::edit::lost::Lost;
use crate::edit::renamed::{Renamed, Words};
use crate::storage::keep::{alternative, caption, identified};
use crate::storage::writer::escaped;
use crate::storage::xml::{Element, Node, Span};

/// The page after an edit, with the words that its pictures are to have.
pub(super) fn renamed(page: String, all: &[Renamed]) -> Result<String, Lost> {
    if all.is_empty() {
        return Ok(page);
    }
    let root = identified(&page);
    let mut changes = Vec::new();
    for one in all {
        let change = find(&root, &one.reference).and_then(|element| change(&page, element, one));
        changes.push(change.ok_or_else(|| one.refused())?);
    }
    changes.sort_by_key(|(span, _)| span.start);
    let mut page = page;
    for (span, text) in changes.into_iter().rev() {
        page.replace_range(span, &text);
    }
    Ok(page)
}

fn find<'e>(element: &'e Element, reference: &str) -> Option<&'e Element> {
    if element.reference.as_deref() == Some(reference) {
        return Some(element);
    }
    element.elements().find_map(|child| find(child, reference))
}

/// What is written where.
fn change(page: &str, element: &Element, renamed: &Renamed) -> Option<(Span, String)> {
    let caption = caption(element);
    let said = caption.map(Element::all_text);
    let said = said.as_deref().map(str::trim);
    match renamed.words(&alternative(element), said)? {
        Words::Alternative(new) => {
            let end = tag_end(page.get(element.span.clone())?)?;
            let tag = element.span.start..element.span.start + end;
            let name = if element.name == "img" {
                "alt"
            } else {
                "ac:alt"
            };
            let written = with_attribute(page.get(tag.clone())?, name, new);
            Some((tag, written))
        }
        Words::Caption(new) => Some((only_text(caption?)?, escaped(new))),
    }
}

/// Where the text of an element stands, if it is in one piece.
fn only_text(element: &Element) -> Option<Span> {
    match element.children.as_slice() {
        [Node::Text(_, span)] => Some(span.clone()),
        [Node::Element(inner)] => only_text(inner),
        _ => None,
    }
}

/// The place behind the first tag of a source: a value may hold its sign.
fn tag_end(source: &str) -> Option<usize> {
    let mut quote = None;
    for (place, c) in source.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(place + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}
