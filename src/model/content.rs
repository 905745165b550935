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

/// A Confluence page without its text, or something else that Confluence keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PageSummary {
    /// Confluence's id.
    #[schema(example = "98400")]
    pub id: String,
    /// `page`, `blogpost`, `folder`, `whiteboard`, `database`, `embed`, or another kind that a search finds.
    #[serde(rename = "type")]
    #[schema(example = "page")]
    pub kind: String,
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
    /// The id of the page above, or of the folder that it lies in.
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

/// A Confluence page with its text; or something else, with the text if it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct WikiPage {
    /// Everything but the text.
    #[serde(flatten)]
    pub summary: PageSummary,
    /// The text in Markdown; `null` for a folder and the like.
    #[schema(example = "# Release notes\n\nNothing broke.")]
    pub body: Option<String>,
    /// The labels.
    #[schema(example = json!(["release"]))]
    pub labels: Vec<String>,
    /// When its present version was made.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    pub updated: Option<Timestamp>,
}

impl WikiPage {
    /// The name of the state that is shown, where it can be told.
    pub(crate) fn tag(&self) -> Option<String> {
        self.summary.version.map(|version| version.to_string())
    }
}

/// Something in the page tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Child {
    /// What is known about it; little about what is no page.
    pub summary: PageSummary,
    /// The text of a page in Markdown, if it was asked for.
    pub body: Option<String>,
}

/// What lies above something in the page tree, from the top down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ancestors {
    /// What lies there, without texts.
    pub entries: Vec<PageSummary>,
    /// Whether the first of them is the top.
    pub is_whole: bool,
}

impl Ancestors {
    /// Those up to the top.
    pub(crate) fn whole(entries: Vec<PageSummary>) -> Self {
        Self {
            entries,
            is_whole: true,
        }
    }
}

/// What is wanted of what lies below a page; its pages without their texts by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WantedChildren {
    /// Folders and whatever else lies there, too.
    pub others: bool,
    /// The texts of the pages too.
    pub with_text: bool,
    /// How many levels; what lies directly below is one, as is none.
    pub depth: u32,
}

/// A kind of content that Confluence Cloud keeps at an address of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentKind {
    Page,
    BlogPost,
    Folder,
    Whiteboard,
    Database,
    Embed,
}

impl ContentKind {
    /// Those that have a place in the page tree.
    pub(crate) const IN_TREES: [Self; 5] = [
        Self::Page,
        Self::Folder,
        Self::Whiteboard,
        Self::Database,
        Self::Embed,
    ];

    /// As Confluence calls it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::BlogPost => "blogpost",
            Self::Folder => "folder",
            Self::Whiteboard => "whiteboard",
            Self::Database => "database",
            Self::Embed => "embed",
        }
    }

    /// Its name in addresses.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::Page => "pages",
            Self::BlogPost => "blogposts",
            Self::Folder => "folders",
            Self::Whiteboard => "whiteboards",
            Self::Database => "databases",
            Self::Embed => "embeds",
        }
    }

    /// Reads [`Self::as_str`].
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let mut all = Self::IN_TREES.into_iter().chain([Self::BlogPost]);
        all.find(|kind| kind.as_str() == name)
    }

    /// Reads [`Self::plural`].
    pub(crate) fn of_plural(plural: &str) -> Option<Self> {
        plural.strip_suffix('s').and_then(Self::parse)
    }

    /// Whether it has a text that can be read and changed.
    pub(crate) const fn has_text(self) -> bool {
        matches!(self, Self::Page | Self::BlogPost)
    }
}

/// What Confluence puts before the number of an attachment.
const ATTACHMENT: &str = "att";

/// The number by which Confluence knows a page, a space or other content; that of an attachment begins with
/// `att`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentId(String);

impl ContentId {
    /// Accepts 1 to 19 digits (a 64-bit number), also behind `att`.
    ///
    /// # Errors
    /// For anything but a number.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        if is_number(text.strip_prefix(ATTACHMENT).unwrap_or(text)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId("Confluence's ids are numbers"))
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The number of an attachment; none for other content.
    pub(crate) fn attachment(&self) -> Option<&str> {
        self.0.strip_prefix(ATTACHMENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_name_a_page() {
        assert!(ContentId::parse("98400").is_ok());
        let attachment = ContentId::parse("att98401").unwrap();
        assert_eq!(attachment.attachment(), Some("98401"));
        for bad in [
            "",
            "abc",
            "98400/../1",
            "..%2f",
            "%2e%2e",
            "-1",
            "att",
            "attatt1",
            "9 8",
            "９８",
            &"1".repeat(20),
        ] {
            assert!(ContentId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
