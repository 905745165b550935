//! Edits of an ADF document as Markdown.

mod anchors;
mod fields;
mod fresh;
mod grammar;
mod hidden;
mod nodes;
mod parts;
mod renamed;
mod render;
mod runs;
mod tables;
mod tasks;

use serde_json::{Value, json};

use super::keep::{identified, without_references};
use super::reader::read_identified;
use crate::edit::lost::Lost;
use crate::edit::{Edited, Losses, changed, meant, planned};
use crate::markdown;
use crate::tree::people::mentioned;

fn empty() -> Value {
    json!({ "type": "doc", "version": 1, "content": [] })
}

/// The document after the edit.
pub(crate) fn edit(current: &Value, edited: &str, losses: Losses) -> Result<Value, Lost> {
    let identified = current["content"]
        .as_array()
        .map(|_| (identified(current), losses));
    let (document, shown) = match identified {
        Some((Some(document), _)) => {
            let shown = read_identified(&document);
            (document, shown)
        }
        Some((None, Losses::Refused)) => return Err(parts::odd("a text of that depth")),
        Some((None, Losses::Accepted)) | None => (empty(), super::read(current)),
    };
    let register = parts::register(&document);
    let Some(changed) = changed(
        &shown,
        markdown::read(&meant(&shown, edited)),
        &register,
        losses,
    )?
    else {
        return Ok(current.clone());
    };
    let mut anchors = anchors::of(current);
    let written = Edited::new(&changed.blocks, &register).and_then(|edited| {
        let read = parts::read(&document, &edited.unchanged())?;
        let planned = planned(&read.parts, &register, &edited, losses)?;
        for source in &planned.deleted {
            anchors::go_with(&mut anchors, read.origins[*source].nodes);
        }
        let names = mentioned(&changed.blocks);
        let mut renderer = render::Renderer::new(&document, read.origins, names, &planned.grafts);
        renderer.document(&planned.plans)
    });
    let written = written.map(|written| {
        let written = tasks::named(current, without_references(&written));
        hidden::restored(current, written)
    });
    match (written, losses) {
        (Ok((_, Some(torn))), Losses::Refused) => Err(torn),
        (Ok((written, None)), Losses::Refused) => {
            anchors::are_kept(&anchors, &written)?;
            renamed::renamed(written, &changed.renamed)
        }
        (Ok((written, _)), Losses::Accepted) => {
            Ok(renamed::renamed(written.clone(), &changed.renamed).unwrap_or(written))
        }
        (Err(_), Losses::Accepted) => {
            let words = crate::tree::keep::as_words(markdown::read(edited), &|_| true);
            Ok(super::write(&words))
        }
        (Err(lost), Losses::Refused) => Err(lost),
    }
}
