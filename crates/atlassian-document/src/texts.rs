//! What stands in a text in Markdown, and how one is read that is no document.

use std::borrow::Cow;

use crate::{markdown, storage, tree};

/// The source of a text in Markdown without its code and its escaped characters: what stands there is shown
/// as it is written, and means nothing.
///
/// ```
/// use atlassian_document::outside_code;
///
/// assert_eq!(outside_code("a `<b>` \\<c> d").trim_end(), "a    c> d");
/// assert_eq!(outside_code("one\n\n```\n<b>\n```").trim_end(), "one");
/// ```
pub fn outside_code(markdown: &str) -> String {
    markdown::outside_code(markdown)
}

/// All placeholders in a text in Markdown, as [`placeholder_in`] gives the first.
///
/// ```
/// let text = "[cut](keep:cut) `[x](keep:y)`";
///
/// assert_eq!(atlassian_document::placeholders_in(text), ["keep:cut"]);
/// ```
pub fn placeholders_in(markdown: &str) -> Vec<String> {
    let found = tree::keep::all(&markdown::read(markdown));
    found.iter().map(|keep| keep.address()).collect()
}

/// The first placeholder in a text in Markdown, as it is written there: one stands for a node of a
/// document, so that there must be none in a text that makes a new document.
///
/// ```
/// let address = "keep:mention-0a1b2c3d";
///
/// assert_eq!(
///     atlassian_document::placeholder_in(&format!("ask [@Mia]({address})")).as_deref(),
///     Some(address)
/// );
/// assert_eq!(atlassian_document::placeholder_in(&format!("`[@Mia]({address})`")), None);
/// ```
pub fn placeholder_in(markdown: &str) -> Option<String> {
    let found = tree::keep::all(&markdown::read(markdown));
    found.first().map(|keep| keep.address())
}

/// A text that is read without settings at its start, such as a comment: lines between dashes are a part of it.
///
/// ```
/// use atlassian_document::{markdown_to_wiki, remark};
///
/// assert_eq!(markdown_to_wiki("---\ntitle: x\n---\ny"), "y");
/// assert_eq!(markdown_to_wiki(&remark("---\ntitle: x\n---\ny")), "----\n\nh2. title: x\n\ny");
/// ```
pub fn remark(markdown: &str) -> Cow<'_, str> {
    if markdown.trim_start_matches('\u{feff}').starts_with("---") {
        Cow::Owned(format!("\n{}", markdown.trim_start_matches('\u{feff}')))
    } else {
        Cow::Borrowed(markdown)
    }
}

/// What readers see of a page in storage format, in the stretches that words can be selected in: without markup, and with one
/// blank where there are several.
///
/// ```
/// use atlassian_document::passages_in_storage;
///
/// let page = "<p>a <strong>quick</strong>&nbsp; fox</p><p>runs</p>";
/// assert_eq!(passages_in_storage(page), ["a quick fox", "runs"]);
/// ```
pub fn passages_in_storage(storage: &str) -> Vec<String> {
    storage::passages(storage)
}
