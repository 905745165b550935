//! Inline comments hang on marks that Markdown does not show: none of them may go unseen.
//!
//! One goes with the block that it is in, if all of that was deleted: Confluence keeps it among the resolved ones.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::adf::inline::kind;
use crate::edit::lost::{Lost, comment_in_words};

/// The inline comments of a document, by their identifiers: the text that each is about, and how many pieces of
/// text that is.
pub(super) type Anchors = BTreeMap<String, (String, usize)>;

/// The comments of a node.
pub(super) fn of(node: &Value) -> Anchors {
    let mut anchors = Anchors::new();
    collect(node, &mut anchors);
    anchors
}

/// A comment in some nodes, in words.
pub(super) fn within(nodes: &[Value]) -> Option<String> {
    let mut anchors = Anchors::new();
    for node in nodes {
        collect(node, &mut anchors);
    }
    let (_, (text, _)) = anchors.first_key_value()?;
    Some(comment_in_words(text))
}

/// Leaves out those of which nothing is left without these nodes.
pub(super) fn go_with(anchors: &mut Anchors, deleted: &[Value]) {
    let mut gone = Anchors::new();
    for node in deleted {
        collect(node, &mut gone);
    }
    for (id, (_, count)) in gone {
        let left = anchors.get_mut(&id).map(|(_, pieces)| {
            *pieces = pieces.saturating_sub(count);
            *pieces
        });
        if left == Some(0) {
            anchors.remove(&id);
        }
    }
}

/// Checks that all of them have their place in a document.
pub(super) fn are_kept(anchors: &Anchors, document: &Value) -> Result<(), Lost> {
    let new = of(document);
    // A comment on blanks alone is about nothing.
    let is_lost = |(id, (text, _)): &(&String, &(String, usize))| {
        let now = new.get(*id);
        now.is_none_or(|(now, _)| now.trim().is_empty() && !text.trim().is_empty())
    };
    match anchors.iter().find(is_lost) {
        Some((_, (text, _))) => Err(Lost::comment(text)),
        None => Ok(()),
    }
}

fn collect(node: &Value, anchors: &mut Anchors) {
    for mark in node["marks"].as_array().into_iter().flatten() {
        if kind(mark) == "annotation"
            && let Some(id) = mark["attrs"]["id"].as_str()
        {
            let (text, count) = anchors.entry(id.to_owned()).or_default();
            text.push_str(node["text"].as_str().unwrap_or_default());
            *count += 1;
        }
    }
    for child in node["content"].as_array().into_iter().flatten() {
        collect(child, anchors);
    }
}
