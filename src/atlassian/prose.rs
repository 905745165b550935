//! Texts in Markdown on their way to Atlassian: placeholders come back as what they stand for, and only
//! there.

use std::borrow::Cow;

use atlassian_document::{Losses, Lost, markdown_to_wiki, placeholder_in, with_unseen};

use super::error::AtlassianError;
use crate::model::cut::{WHY, WHY_UNMARKED, ends_at_a_cut, is_cut, may_be_cut, may_have_been_cut};
use crate::model::elided::{self, Stands, is_elided, line_for_a_part};
use crate::model::forgotten::{self, Comparison, keeps_a_line, lacks_a_line};
use crate::model::own_document::{BROKEN, is_broken_document};
use crate::model::visible::visible;

/// Why a text is not written of which nobody would see anything.
const WHY_NOTHING: &str = "is all comments or settings that nobody sees, so that nothing would be left of the text; to empty it, send an empty text";

/// Why a text is not replaced by a word that programs have for nothing.
const WHY_WORD: &str = "is the word that programs write for nothing, and the whole present text would be replaced by it; leave the field out to keep the text; with `replace: true` the word is written";

/// How what Markdown cannot say comes from one text into another.
const AS_STORED: &str = "in storage format a whole page is carried over: read it with `convert_to_markdown: false` and write it with `content_format: storage`, where a tool takes that";

/// A change to a text that is there already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit<'a> {
    /// The field of the request that holds the text.
    pub(super) field: &'a str,
    /// The text as it is to be.
    pub(super) markdown: &'a str,
    /// Whether what Markdown cannot say may go.
    pub(super) replace: bool,
}

impl Edit<'_> {
    /// The text, unless it is not all of the text that was read. That is no question of what Markdown can
    /// say, so that `replace` does not allow it.
    pub(super) fn whole(&self) -> Result<&str, AtlassianError> {
        let markdown = whole(self.field, self.markdown)?;
        if self.replace {
            Ok(markdown)
        } else if is_elided(markdown) {
            Err(refused(self.field, elided::WHY))
        } else if says_nothing(markdown) {
            Err(refused(self.field, WHY_NOTHING))
        } else if matches!(markdown.trim(), "null" | "None" | "undefined") {
            Err(refused(self.field, WHY_WORD))
        } else {
            Ok(markdown)
        }
    }

    /// Refuses a text that lacks what a tool may not have shown of the one that is there, which `shown` gives: it ends
    /// where that would have been cut, it keeps what stands on one side of a cut alone, or a line stands for the rest.
    pub(super) fn goes_to_the_end(
        &self,
        shown: impl FnOnce() -> String,
    ) -> Result<(), AtlassianError> {
        if self.replace {
            return Ok(());
        }
        let shown = shown();
        let compared = Comparison::new(&shown, self.markdown);
        // Storage format may say it in a comment, too; Markdown that does never comes here.
        let in_comment = is_elided(self.markdown) && !is_elided(&shown);
        let said = in_comment.then_some(Stands::InWords);
        let lacks_what_it_says = match said.or_else(|| line_for_a_part(self.markdown, &shown)) {
            Some(Stands::InWords) => {
                compared.lacks_something() || lacks_a_line(&shown, self.markdown)
            }
            Some(Stands::Perhaps) => compared.lacks_a_piece(),
            None => false,
        };
        if lacks_what_it_says {
            return Err(refused(self.field, elided::WHY_OF_LINE));
        }
        if !may_have_been_cut(&shown) {
            return Ok(());
        }
        let keeps_behind = |place| {
            let rest = shown
                .char_indices()
                .nth(place)
                .map_or("", |(at, _)| &shown[at..]);
            compared.keeps_behind(place) || keeps_a_line(rest, self.markdown)
        };
        if may_be_cut(self.markdown) && ends_at_a_cut(&shown, self.markdown, keeps_behind) {
            return Err(refused(self.field, WHY_UNMARKED));
        }
        if let Some(part) = compared.forgotten() {
            return Err(refused(self.field, &forgotten::why(&part)));
        }
        Ok(())
    }

    /// The text with the characters that nobody sees where its words stayed: tools do not show them, so that
    /// whoever writes a text back without any of them meant to take none out. `shown` gives the Markdown of the
    /// text that is there.
    pub(super) fn with_unseen<'text>(
        &self,
        shown: impl FnOnce() -> String,
        markdown: &'text str,
    ) -> Cow<'text, str> {
        if self.replace || visible(markdown) != markdown {
            return Cow::Borrowed(markdown);
        }
        with_unseen(&shown(), markdown, visible)
    }

    /// What becomes of an edit that would destroy something.
    pub(super) fn losses(&self) -> Losses {
        if self.replace {
            Losses::Accepted
        } else {
            Losses::Refused
        }
    }

    /// The refusal of an edit.
    pub(super) fn refusal(&self, lost: &Lost) -> AtlassianError {
        // Written as it stands, such a placeholder would be words in place of what was meant.
        let why = if matches!(lost, Lost::Unknown(_)) {
            format!("{lost}; {AS_STORED}")
        } else {
            format!(
                "{lost}; with `replace: true` the text is written as it stands, and what Markdown cannot say may go"
            )
        };
        refused(self.field, &why)
    }
}

/// The refusal of the text in `field`; `why` goes on behind its name.
fn refused(field: &str, why: &str) -> AtlassianError {
    AtlassianError::Lossy {
        field: field.to_owned(),
        why: format!("{field} {why}"),
    }
}

/// Whether a text is more than blank, and yet nobody would see any of it: it is all comments, or settings between lines of dashes.
fn says_nothing(markdown: &str) -> bool {
    let may_hide = markdown.contains("<!--") || markdown.trim_start().starts_with("---");
    may_hide && !markdown.trim().is_empty() && markdown_to_wiki(markdown).trim().is_empty()
}

fn whole<'a>(field: &str, markdown: &'a str) -> Result<&'a str, AtlassianError> {
    if is_cut(markdown) {
        return Err(refused(field, WHY));
    }
    if is_broken_document(markdown) {
        return Err(refused(field, BROKEN));
    }
    Ok(markdown)
}

/// A text that is new: it has nothing that a placeholder could stand for.
pub(super) fn new_text<'a>(field: &str, markdown: &'a str) -> Result<&'a str, AtlassianError> {
    let markdown = whole(field, markdown)?;
    if says_nothing(markdown) {
        return Err(refused(field, WHY_NOTHING));
    }
    match placeholder_in(markdown) {
        None => Ok(markdown),
        Some(address) => {
            let why = format!(
                "holds the placeholder `{address}`, which stands for a part of another text; leave it out of a new one; {AS_STORED}"
            );
            Err(refused(field, &why))
        }
    }
}
