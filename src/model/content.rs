//! Confluence's objects in our words: spaces, pages, and the grammar of content ids.

use serde::Serialize;
use utoipa::ToSchema;

use super::ids::{InvalidId, is_number};
use super::time::Timestamp;

/// A Confluence space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Space {
    /// Confluence's id.
    #[schema(example = "98306")]
    pub id: String,
    /// The key.
    #[schema(example = "ENG")]
    pub key: String,
    /// The name.
    #[schema(example = "Engineering")]
    pub name: String,
    /// `global`, `personal` or another type of Confluence's.
    #[serde(rename = "type")]
    #[schema(example = "global")]
    pub kind: Option<String>,
    /// Opens in a browser.
    #[schema(example = "https://acme.atlassian.net/wiki/spaces/ENG")]
    pub url: String,
}

/// Which spaces are wanted; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SpaceFilter {
    /// Only those with these keys.
    pub keys: Vec<String>,
    /// Only those of this type.
    pub kind: Option<String>,
}

/// Details of a hit in Confluence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ContentMetadata {
    /// The space's key, or its name where no key is known.
    #[schema(example = "ENG")]
    pub space: Option<String>,
    /// When it was changed last.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    pub last_modified: Option<Timestamp>,
}

/// A Confluence page without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PageSummary {
    /// Confluence's id.
    #[schema(example = "98400")]
    pub id: String,
    /// The title.
    #[schema(example = "Release notes")]
    pub title: String,
    /// Opens in a browser.
    #[schema(example = "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400/Release+notes")]
    pub url: String,
    /// The id of its space.
    #[schema(example = "98306")]
    pub space_id: Option<String>,
    /// The key of its space, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ENG")]
    pub space_key: Option<String>,
    /// The id of the page above.
    #[schema(example = "98399")]
    pub parent_id: Option<String>,
    /// `current`, `archived`, `draft` or `trashed`.
    #[schema(example = "current")]
    pub status: Option<String>,
    /// The number of its version.
    #[schema(example = 3)]
    pub version: Option<i64>,
    /// When it was made.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-30T12:00:00Z")]
    pub created: Option<Timestamp>,
}

/// A Confluence page with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct WikiPage {
    /// Everything but the text.
    #[serde(flatten)]
    pub summary: PageSummary,
    /// The text in Markdown.
    #[schema(example = "# Release notes\n\nNothing broke.")]
    pub body: Option<String>,
    /// The labels.
    #[schema(example = json!(["release"]))]
    pub labels: Vec<String>,
    /// When its present version was made.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    pub updated: Option<Timestamp>,
}

/// Something in the page tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Child {
    /// `page` or `folder`.
    pub kind: String,
    /// What is known about it; little about a folder.
    pub summary: PageSummary,
    /// The text of a page in Markdown, if it was asked for.
    pub body: Option<String>,
}

/// What is wanted of what lies below a page; its pages without their texts by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WantedChildren {
    /// Folders too.
    pub folders: bool,
    /// The texts of the pages too.
    pub with_text: bool,
}

/// The number by which Confluence knows a page, a space or other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentId(String);

impl ContentId {
    /// Accepts 1 to 19 digits (a 64-bit number).
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        if is_number(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId("Confluence's ids are numbers"))
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_name_a_page() {
        assert!(ContentId::parse("98400").is_ok());
        for bad in [
            "",
            "abc",
            "98400/../1",
            "..%2f",
            "%2e%2e",
            "-1",
            "9 8",
            "９８",
            &"1".repeat(20),
        ] {
            assert!(ContentId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
