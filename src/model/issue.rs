//! Jira's objects in our words: projects, issues, their types and fields.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::person::AtlassianUser;
use super::time::Timestamp;

/// A Jira project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Project {
    /// Jira's id.
    #[schema(example = "10000")]
    pub id: String,
    /// The key that its issues start with.
    #[schema(example = "EX")]
    pub key: String,
    /// The name.
    #[schema(example = "Example")]
    pub name: String,
    /// Opens in a browser.
    #[schema(example = "https://acme.atlassian.net/browse/EX")]
    pub url: String,
    /// `software`, `business`, `service_desk` or another type of Jira's.
    #[serde(rename = "type")]
    #[schema(example = "software")]
    pub kind: Option<String>,
}

/// Which projects are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProjectFilter<'a> {
    /// Looked for in keys and names.
    pub words: Option<&'a str>,
    /// Archived ones too.
    pub archived: bool,
    /// Only those in which this may be done, in Jira's word.
    pub action: Option<&'a str>,
}

/// A type of issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct IssueType {
    /// Jira's id.
    #[schema(example = "10003")]
    pub id: String,
    /// The name.
    #[schema(example = "Bug")]
    pub name: String,
    /// Whether its issues are subtasks.
    #[schema(example = false)]
    pub subtask: bool,
    /// What it is meant for.
    #[schema(example = "Something does not work.")]
    pub description: Option<String>,
}

/// A field that issues have on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct IssueField {
    /// What requests call it.
    #[schema(example = "customfield_10016")]
    pub id: String,
    /// What people call it.
    #[schema(example = "Story Points")]
    pub name: String,
    /// Whether the site added it.
    #[schema(example = true)]
    pub custom: bool,
    /// The type of its values.
    #[serde(rename = "type")]
    #[schema(example = "number")]
    pub kind: Option<String>,
}

/// A field that a caller wants of issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldName {
    /// What Jira calls it, or one of Jira's words for several fields.
    pub id: String,
    /// What the caller calls it.
    pub asked: String,
}

impl FieldName {
    /// A field that the caller calls as Jira does.
    pub(crate) fn plain(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            asked: id.to_owned(),
        }
    }
}

/// Details of an issue that was found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct IssueMetadata {
    /// The status's name.
    #[schema(example = "In Progress")]
    pub status: Option<String>,
    /// The priority's name.
    #[schema(example = "High")]
    pub priority: Option<String>,
    /// The project's key.
    #[schema(example = "EX")]
    pub project: Option<String>,
    /// The assignee's name.
    #[schema(example = "Mia Krystof")]
    pub assignee: Option<String>,
    /// When it was changed last.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    pub updated: Option<Timestamp>,
    /// The issue type's name.
    #[schema(example = "Task")]
    pub issue_type: Option<String>,
    /// The further fields that were asked for, in few words: formatted texts in Markdown, people by account id and name,
    /// choices and what else has a name by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub fields: Option<Map<String, Value>>,
}

impl Issue {
    /// The name of the state that is shown, where it can be told.
    pub(crate) fn tag(&self) -> Option<String> {
        self.updated.map(Self::tag_at)
    }

    /// The name of the state in which an issue was changed last at `updated`.
    pub(crate) fn tag_at(updated: Timestamp) -> String {
        updated.millis().to_string()
    }
}

/// A Jira issue.
#[expect(
    clippy::struct_field_names,
    reason = "the API's own name: `type` alone could be anything"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Issue {
    /// The key.
    #[schema(example = "EX-1")]
    pub key: String,
    /// Jira's id, which stays when the key changes.
    #[schema(example = "10002")]
    pub id: String,
    /// The summary.
    #[schema(example = "The printer is on fire")]
    pub title: String,
    /// Opens in a browser.
    #[schema(example = "https://acme.atlassian.net/browse/EX-1")]
    pub url: String,
    /// The project's key.
    #[schema(example = "EX")]
    pub project: Option<String>,
    /// The status's name.
    #[schema(example = "In Progress")]
    pub status: Option<String>,
    /// The issue type's name.
    #[schema(example = "Task")]
    pub issue_type: Option<String>,
    /// The priority's name.
    #[schema(example = "High")]
    pub priority: Option<String>,
    /// Who works on it.
    pub assignee: Option<AtlassianUser>,
    /// Who reported it.
    pub reporter: Option<AtlassianUser>,
    /// The labels.
    #[schema(example = json!(["printer"]))]
    pub labels: Vec<String>,
    /// When it was made.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-30T12:00:00Z")]
    pub created: Option<Timestamp>,
    /// When it was changed last, to the thousandth: whoever sends it with a change learns of another one in between.
    #[serde(serialize_with = "Timestamp::serialize_exactly")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00.125Z")]
    pub updated: Option<Timestamp>,
    /// The day it is due.
    #[schema(value_type = Option<String>, format = Date, example = "2026-02-28")]
    pub due_date: Option<String>,
    /// The description in Markdown.
    #[schema(example = "It **burns**.")]
    pub description: Option<String>,
    /// The parent's key.
    #[schema(example = "EX-0")]
    pub parent: Option<String>,
}
