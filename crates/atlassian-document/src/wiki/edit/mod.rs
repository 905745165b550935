//! Edits of a text in wiki markup as Markdown.

mod fields;
mod render;
mod sequence;
mod source;
mod tables;

use super::parts;
use super::reader::with_line_feeds;
use crate::edit::lost::Lost;
use crate::edit::{Losses, changed, planned};
use crate::tree::notes;

/// The text after the edit.
pub(crate) fn edit(current: &str, markdown: &str, losses: Losses) -> Result<String, Lost> {
    let text = with_line_feeds(current);
    let read = parts::read(&text);
    let shown = notes::raise(read.blocks());
    let Some(edited) = changed(&shown, markdown, &read.register, losses)? else {
        return Ok(current.to_owned());
    };
    let plans = planned(&read.parts, &read.register, &edited, losses);
    let written = plans.and_then(|planned| render::Renderer::new(read).all(&planned.plans));
    match (written, losses) {
        (Err(_), Losses::Accepted) => Ok(super::write(&crate::words(markdown))),
        (written, _) => written,
    }
}
