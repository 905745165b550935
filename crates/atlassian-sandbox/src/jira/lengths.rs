//! How long a text may be.
//!
//! 32,767 characters is what Jira takes unless its administrator allows more, which only a Data Center's can
//! (`jira.text.field.character.limit`, <https://jira.atlassian.com/browse/JRASERVER-64351>). Text is refused with a
//! sentence, a document with one word, as clients report it. Whether Jira counts the characters of a document or its
//! JSON nobody has said; here they are those that are seen, so a client that counts them stays below.

use serde_json::Value;

/// The most characters of a text of several lines.
const LONGEST: usize = 32_767;
/// The most characters of a text of one line.
const LONGEST_LINE: usize = 255;

/// A text of several lines, as text.
pub(crate) fn text(text: &str) -> Result<(), String> {
    at_most(text, LONGEST, "32,767")
}

/// A text of one line.
pub(crate) fn line(text: &str) -> Result<(), String> {
    at_most(text, LONGEST_LINE, "255")
}

fn at_most(text: &str, most: usize, shown: &str) -> Result<(), String> {
    if text.chars().count() <= most {
        return Ok(());
    }
    Err(format!(
        "The entered text is too long. It exceeds the allowed limit of {shown} characters."
    ))
}

/// A text of several lines, as a document.
pub(crate) fn document(document: &Value) -> Result<(), String> {
    if characters(document) <= LONGEST {
        return Ok(());
    }
    Err("CONTENT_LIMIT_EXCEEDED".to_owned())
}

fn characters(node: &Value) -> usize {
    let own = node["text"].as_str().map_or(0, |text| text.chars().count());
    let inner = node["content"].as_array().map(Vec::as_slice);
    let inner: usize = inner.unwrap_or_default().iter().map(characters).sum();
    own + inner
}
