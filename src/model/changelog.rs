//! What changed in issues, as Jira keeps it.

use serde::Serialize;

use super::person::AtlassianUser;
use super::time::Timestamp;

/// What changed in some issues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changelogs {
    /// Each of them.
    pub items: Vec<IssueChanges>,
    /// Whether there is more than was read.
    pub goes_on: bool,
    /// Those that are not there, or not for this account, as they were asked for.
    pub missing: Vec<String>,
}

/// What changed in one issue, the newest change first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct IssueChanges {
    /// The issue's key, or its number where the key is not known.
    pub key: String,
    /// The changes.
    pub changes: Vec<IssueChanged>,
}

/// What somebody changed at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct IssueChanged {
    /// Who.
    pub author: Option<AtlassianUser>,
    /// When.
    pub created: Option<Timestamp>,
    /// What.
    pub items: Vec<FieldChanged>,
}

/// A field that was changed, in the words that people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldChanged {
    /// Its name.
    pub field: String,
    /// Its id, where it is another.
    #[serde(skip)]
    pub field_id: Option<String>,
    /// What it was.
    pub from: Option<String>,
    /// What it became.
    pub to: Option<String>,
}
