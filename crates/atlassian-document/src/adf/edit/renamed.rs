//! Pictures of a document with other words.

use serde_json::{Value, json};

use super::nodes::remove;
use crate::adf::inline::{attribute, kind};
use crate::adf::keep::{identified, reference_of, without_references};
use crate::adf::reader::children;
use crate::edit::lost::Lost;
use crate::edit::renamed::{Renamed, Words};

/// The document after an edit, with the words that its pictures are to have.
pub(super) fn renamed(document: Value, all: &[Renamed]) -> Result<Value, Lost> {
    if all.is_empty() {
        return Ok(document);
    }
    let mut document =
        identified(&document).ok_or_else(|| super::parts::odd("a text of that depth"))?;
    for one in all {
        let node = find(&mut document, &one.reference).ok_or_else(|| one.refused())?;
        rename(node, one).ok_or_else(|| one.refused())?;
    }
    Ok(without_references(&document))
}

fn find<'d>(node: &'d mut Value, reference: &str) -> Option<&'d mut Value> {
    if reference_of(node) == Some(reference) {
        return Some(node);
    }
    let content = node.get_mut("content")?.as_array_mut()?;
    content.iter_mut().find_map(|child| find(child, reference))
}

/// Gives one picture its words; none where it holds several, or a caption of more than plain text.
fn rename(node: &mut Value, renamed: &Renamed) -> Option<()> {
    if kind(node) == "media" {
        set_alternative(node, &renamed.new);
        return Some(());
    }
    let [media, captions @ ..] = children(node) else {
        return None;
    };
    let names = ["alt", "__fileName", "id"];
    let shown = names.iter().find_map(|name| attribute(media, name));
    let caption = match captions {
        [] => None,
        [caption] if kind(caption) == "caption" => Some(plain_text(caption)?),
        _ => return None,
    };
    let content = node["content"].as_array()?.len();
    match renamed.words(shown.unwrap_or("attachment"), caption.as_deref())? {
        Words::Alternative(new) => set_alternative(node.pointer_mut("/content/0")?, new),
        Words::Caption(new) => {
            let caption = node.get_mut("content")?.get_mut(content - 1)?;
            caption["content"][0]["text"] = json!(new);
        }
    }
    Some(())
}

/// The text of a caption that is one piece of text.
fn plain_text(caption: &Value) -> Option<String> {
    match children(caption) {
        [text] => text["text"].as_str().map(str::to_owned),
        _ => None,
    }
}

fn set_alternative(media: &mut Value, new: &str) {
    match new {
        "" => remove(media, "alt"),
        new => media["attrs"]["alt"] = json!(new),
    }
}
