//! What both connectors answer with: search hits, created objects, and objects beside their originals.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

/// An object of Atlassian's: what we make of it, and what it was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fetched<T, R = Value> {
    /// In our words.
    pub value: T,
    /// Atlassian's own JSON.
    pub raw: R,
}

/// An entry of a list: its JSON is the text that came, handed on as it is.
pub(crate) type Entry<T> = Fetched<T, Box<RawValue>>;

/// The text of JSON that was read whole.
pub(crate) fn unread(json: &Value) -> Box<RawValue> {
    // A value always has a text.
    to_raw_value(json).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// One hit of a search.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct SearchHit<M> {
    /// The key, or the page's id.
    #[schema(example = "EX-1")]
    pub id: String,
    /// The summary, or the page's title.
    #[schema(example = "The printer is on fire")]
    pub title: String,
    /// Opens in a browser.
    #[schema(example = "https://acme.atlassian.net/browse/EX-1")]
    pub url: String,
    /// `issue`, `page`, `blogpost` or another kind of content.
    #[serde(rename = "type")]
    #[schema(example = "issue")]
    pub kind: String,
    /// The address of a small picture, if there is one.
    pub icon: Option<String>,
    /// A few words of the content, if they are known.
    pub snippet: Option<String>,
    /// What else is known.
    pub metadata: M,
}

/// A created issue or page.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Created {
    /// The key, or the page's id.
    #[schema(example = "EX-24")]
    pub id: String,
    /// Opens in a browser.
    #[schema(example = "https://acme.atlassian.net/browse/EX-24")]
    pub url: String,
    /// The summary, or the page's title.
    #[schema(example = "The printer is on fire")]
    pub title: Option<String>,
    /// Atlassian's own answer.
    #[schema(value_type = Object)]
    pub metadata: Value,
}
