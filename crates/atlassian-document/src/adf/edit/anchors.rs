//! Inline comments hang on marks that Markdown does not show: none of them may go unseen.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::adf::inline::kind;
use crate::edit::lost::Lost;

/// Checks that every inline comment of the document still has its place.
pub(super) fn all_are_kept(before: &Value, after: &Value) -> Result<(), Lost> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    collect(before, &mut old);
    collect(after, &mut new);
    match old.iter().find(|(id, _)| !new.contains_key(*id)) {
        Some((_, text)) => Err(Lost::Hidden(format!("the inline comment on “{text}”"))),
        None => Ok(()),
    }
}

/// The text that each inline comment is about.
fn collect(node: &Value, anchors: &mut BTreeMap<String, String>) {
    for mark in node["marks"].as_array().into_iter().flatten() {
        if kind(mark) == "annotation"
            && let Some(id) = mark["attrs"]["id"].as_str()
        {
            let text = anchors.entry(id.to_owned()).or_default();
            text.push_str(node["text"].as_str().unwrap_or_default());
        }
    }
    for child in node["content"].as_array().into_iter().flatten() {
        collect(child, anchors);
    }
}
