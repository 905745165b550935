//! Edits of a text in wiki markup as Markdown.

mod fields;
mod hidden;
mod markers;
mod renamed;
mod render;
mod sequence;
mod source;
mod tables;

use super::parts;
use super::reader::with_line_feeds;
use crate::edit::lost::Lost;
use crate::edit::{Edited, Losses, changed, meant, planned, read_with_names_of};
use crate::tree::notes;

/// The text after the edit.
pub(crate) fn edit(current: &str, markdown: &str, losses: Losses) -> Result<String, Lost> {
    let text = with_line_feeds(current);
    let read = parts::read(&text);
    let shown = notes::raise(read.blocks());
    let edited = read_with_names_of(&shown, &meant(&shown, markdown));
    let Some(changed) = changed(&shown, edited, &read.register, losses)? else {
        return Ok(current.to_owned());
    };
    let plans = Edited::new(&changed.blocks, &read.register)
        .and_then(|edited| planned(&read.parts, &read.register, &edited, losses));
    let written =
        plans.and_then(|planned| render::Renderer::new(read, &planned.grafts).all(&planned.plans));
    let written = written.map(|written| hidden::restored(&text, written));
    match (written, losses) {
        (Err(_), Losses::Accepted) => Ok(super::write(&crate::words(markdown))),
        (Ok(written), Losses::Refused) => renamed::renamed(written, &changed.renamed),
        (Ok(written), Losses::Accepted) => {
            Ok(renamed::renamed(written.clone(), &changed.renamed).unwrap_or(written))
        }
        (Err(lost), Losses::Refused) => Err(lost),
    }
}
