//! What both connectors answer with: search hits, created objects, and objects beside their originals.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An object of Atlassian's: what we make of it, and what it was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fetched<T> {
    /// In our words.
    pub value: T,
    /// Atlassian's own JSON.
    pub raw: Value,
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
