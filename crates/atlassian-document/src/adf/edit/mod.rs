//! Edits of an ADF document as Markdown.

mod anchors;
mod fields;
mod grammar;
mod nodes;
mod parts;
mod render;
mod runs;
mod tables;

use serde_json::{Value, json};

use super::keep::{identified, without_references};
use crate::edit::lost::Lost;
use crate::edit::{Losses, changed, planned};
use crate::markdown;
use crate::tree::people::mentioned;

fn empty() -> Value {
    json!({ "type": "doc", "version": 1, "content": [] })
}

/// The document after the edit.
pub(crate) fn edit(current: &Value, edited: &str, losses: Losses) -> Result<Value, Lost> {
    let document = match current["content"].as_array() {
        Some(_) => match (identified(current), losses) {
            (Some(document), _) => document,
            (None, Losses::Accepted) => empty(),
            (None, Losses::Refused) => return Err(parts::odd("a text of that depth")),
        },
        None => empty(),
    };
    let read = parts::read(&document);
    let register = parts::register(&document);
    let Some(blocks) = changed(&super::read(current), edited, &register, losses)? else {
        return Ok(current.clone());
    };
    let mut anchors = anchors::of(current);
    let written = read.and_then(|read| {
        let planned = planned(&read.parts, &register, &blocks, losses)?;
        for source in &planned.deleted {
            anchors::go_with(&mut anchors, read.origins[*source].nodes);
        }
        let names = mentioned(&blocks);
        let mut renderer = render::Renderer::new(&document, read.origins, names);
        renderer.document(&planned.plans)
    });
    match (written, losses) {
        (Ok(written), Losses::Refused) => {
            let written = without_references(&written);
            anchors::are_kept(&anchors, &written)?;
            Ok(written)
        }
        (Ok(written), Losses::Accepted) => Ok(without_references(&written)),
        (Err(_), Losses::Accepted) => {
            let words = crate::tree::keep::as_words(markdown::read(edited), &|_| true);
            Ok(super::write(&words))
        }
        (Err(lost), Losses::Refused) => Err(lost),
    }
}
