//! Edits of a text in wiki markup as Markdown.

mod fields;
mod render;
mod sequence;
mod source;

use super::parts;
use super::reader::with_line_feeds;
use crate::edit::lost::Lost;
use crate::edit::{Losses, is_unchanged, planned};

/// The text after the edit.
pub(crate) fn edit(current: &str, markdown: &str, losses: Losses) -> Result<String, Lost> {
    let text = with_line_feeds(current);
    let read = parts::read(&text);
    if is_unchanged(&super::read(current), markdown, &read.register) {
        return Ok(current.to_owned());
    }
    let plans = planned(&read.parts, &read.register, markdown, losses);
    let written = plans.and_then(|planned| render::Renderer::new(read).all(&planned.plans));
    match (written, losses) {
        (Err(_), Losses::Accepted) => Ok(super::write(&crate::words(markdown))),
        (written, _) => written,
    }
}
