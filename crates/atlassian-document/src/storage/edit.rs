//! Edits of a page in storage format as Markdown.

use super::segments::{segments, unclosed};
use crate::edit::lost::Lost;
use crate::edit::segments::{Format, edited};
use crate::edit::{Losses, is_unchanged};

/// The page after the edit.
pub(crate) fn edit(current: &str, markdown: &str, losses: Losses) -> Result<String, Lost> {
    if is_unchanged(
        &super::read(current),
        markdown,
        &crate::edit::Register::default(),
    ) {
        return Ok(current.to_owned());
    }
    let format = Format {
        write: super::write,
        between: "",
    };
    match segments(current) {
        Some(segments) => edited(&segments, markdown, &format, losses),
        None if losses == Losses::Accepted => Ok(super::write(&crate::words(markdown))),
        None => Err(unclosed()),
    }
}
