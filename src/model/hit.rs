//! What both connectors answer with: search hits, created objects, and objects beside their originals.

use std::ops::Range;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// An object of Atlassian's: what we make of it, and what it was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fetched<T, R = Value> {
    /// In our words.
    pub value: T,
    /// Atlassian's own JSON.
    pub raw: R,
}

/// Of several things that were to be made, what became of each, by its place among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Batch {
    /// Those that were made.
    pub made: Vec<(usize, Created)>,
    /// Those that were not, and why.
    pub refused: Vec<(usize, String)>,
}

/// An entry of a list: its JSON is the text that came, handed on as it is.
pub(crate) type Entry<T> = Fetched<T, RawJson>;

/// JSON as it came: its place in an answer, which is kept whole.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawJson {
    whole: Arc<String>,
    place: Range<usize>,
}

impl RawJson {
    /// The value at this place of an answer.
    pub(crate) fn part(whole: &Arc<String>, place: Range<usize>) -> Self {
        let whole = Arc::clone(whole);
        Self { whole, place }
    }

    /// The text.
    pub(crate) fn get(&self) -> &str {
        self.whole.get(self.place.clone()).unwrap_or("null")
    }
}

impl From<Value> for RawJson {
    fn from(value: Value) -> Self {
        let whole = Arc::new(value.to_string());
        let place = 0..whole.len();
        Self { whole, place }
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // It was read from this very text, so it is JSON.
        let raw: Option<&RawValue> = serde_json::from_str(self.get()).ok();
        raw.serialize(serializer)
    }
}

impl<T> Fetched<T> {
    /// The same as an entry of a list.
    pub(crate) fn into_entry(self) -> Entry<T> {
        Fetched {
            value: self.value,
            raw: self.raw.into(),
        }
    }
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
