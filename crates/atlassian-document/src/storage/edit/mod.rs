//! Edits of a page in storage format as Markdown.

mod fields;
mod parts;
mod render;
mod sequence;
mod shape;
mod source;
mod tables;
mod units;

use std::collections::BTreeMap;

use super::keep::identified;
use super::xml::{Element, is_well_formed};
use crate::edit::lost::Lost;
use crate::edit::{Losses, is_unchanged, planned};

/// The page after the edit.
pub(crate) fn edit(current: &str, markdown: &str, losses: Losses) -> Result<String, Lost> {
    let root = identified(current);
    let register = parts::register(&root);
    if is_unchanged(&super::read(current), markdown, &register) {
        return Ok(current.to_owned());
    }
    let read = is_well_formed(current).then(|| parts::read(current, &root, &register));
    let unclosed = || Lost::Hidden(String::from("a page whose source cannot be followed"));
    let read = read.flatten().ok_or_else(unclosed);
    let written = read.and_then(|read| {
        let plans = planned(&read.parts, &register, markdown, losses)?;
        render::Renderer::new(current, &root, read.origins).inside(0, &plans)
    });
    match (written, losses) {
        (Ok(written), Losses::Refused) => {
            comments_are_kept(&root, &written)?;
            Ok(written)
        }
        (Err(_), Losses::Accepted) => Ok(super::write(&crate::words(markdown))),
        (written, _) => written,
    }
}

/// Inline comments hang on marks that Markdown does not show: none of them may go unseen.
fn comments_are_kept(before: &Element, after: &str) -> Result<(), Lost> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    comments(before, &mut old);
    comments(&super::xml::read(after), &mut new);
    match old.into_iter().find(|(id, _)| !new.contains_key(id)) {
        Some((_, text)) => Err(Lost::Hidden(format!("the inline comment on “{text}”"))),
        None => Ok(()),
    }
}

/// The text that each inline comment is about.
fn comments(element: &Element, found: &mut BTreeMap<String, String>) {
    if element.name == "ac:inline-comment-marker"
        && let Some(reference) = element.attribute("ac:ref")
    {
        let text = found.entry(reference.to_owned()).or_default();
        text.push_str(&element.all_text());
    }
    element.elements().for_each(|child| comments(child, found));
}
