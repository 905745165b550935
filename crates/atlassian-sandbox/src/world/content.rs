//! What is in Confluence: spaces, pages with their versions, what lies beside them, comments. Plain data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Attachment;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Space {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) description: String,
    pub(crate) author: String,
    pub(crate) created: i64,
    pub(crate) home: u64,
    /// Account ids; empty means everybody on the site.
    pub(crate) readers: Vec<String>,
    pub(crate) writers: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) id: u64,
    /// `page`, or `blogpost`, which has no place in the tree.
    #[serde(default = "page_kind")]
    pub(crate) kind: String,
    pub(crate) space: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) position: u64,
    pub(crate) title: String,
    pub(crate) status: String,
    pub(crate) author: String,
    pub(crate) created: i64,
    pub(crate) labels: Vec<Label>,
    /// Oldest first, never empty. What was never published has one.
    pub(crate) versions: Vec<Version>,
    /// Changes of a published page that are not published yet.
    #[serde(default)]
    pub(crate) draft: Option<Version>,
    #[serde(default)]
    pub(crate) attachments: Vec<Attachment>,
    #[serde(default)]
    pub(crate) properties: Vec<ContentProperty>,
}

/// What a program keeps with a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ContentProperty {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) version: u64,
    pub(crate) author: String,
    pub(crate) created: i64,
}

fn page_kind() -> String {
    "page".to_owned()
}

/// Content of the page tree that is no page and has no text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Folder {
    pub(crate) id: u64,
    /// `folder`, `whiteboard`, `database` or `embed`.
    #[serde(default = "folder_kind")]
    pub(crate) kind: String,
    pub(crate) space: u64,
    pub(crate) parent: u64,
    pub(crate) position: u64,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) author: String,
    #[serde(default)]
    pub(crate) created: i64,
}

fn folder_kind() -> String {
    "folder".to_owned()
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) id: u64,
    pub(crate) prefix: String,
    pub(crate) name: String,
}

/// One version of a page or a comment; `adf` is kept when it was written in that form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) message: String,
    pub(crate) minor: bool,
    pub(crate) author: String,
    pub(crate) created: i64,
    pub(crate) storage: String,
    pub(crate) adf: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PageComment {
    pub(crate) id: u64,
    pub(crate) page: u64,
    pub(crate) parent: Option<u64>,
    /// The marked text of an inline comment; `None` for a footer comment.
    pub(crate) selection: Option<String>,
    pub(crate) author: String,
    pub(crate) created: i64,
    /// Oldest first, never empty.
    pub(crate) versions: Vec<Version>,
}

impl PageComment {
    pub(crate) fn latest(&self) -> &Version {
        &self.versions[self.versions.len() - 1]
    }
}

impl Page {
    pub(crate) fn latest(&self) -> &Version {
        &self.versions[self.versions.len() - 1]
    }
}

impl Page {
    pub(crate) fn is_post(&self) -> bool {
        self.kind == "blogpost"
    }
}
