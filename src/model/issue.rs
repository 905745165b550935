//! Jira's objects in our words: projects, issues, and the grammar of issue keys.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::ids::InvalidId;
use super::time::Timestamp;

/// A Jira project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Project {
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

/// An Atlassian account as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// The account's id.
    #[schema(example = "5b10ac8d82e05b22cc7d4ef5")]
    pub account_id: String,
    /// The name to show.
    #[schema(example = "Mia Krystof")]
    pub display_name: Option<String>,
}

/// What is told about an issue besides its title.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IssueMetadata {
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
    /// The further fields that were asked for, as Jira gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub fields: Option<Map<String, Value>>,
}

/// A Jira issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Issue {
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
    pub assignee: Option<Person>,
    /// Who reported it.
    pub reporter: Option<Person>,
    /// The labels.
    #[schema(example = json!(["printer"]))]
    pub labels: Vec<String>,
    /// When it was made.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-30T12:00:00Z")]
    pub created: Option<Timestamp>,
    /// When it was changed last.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
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

/// An issue's key such as `EX-1`, or its numeric id: always a single harmless path segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueKey(String);

impl IssueKey {
    /// Accepts `[A-Za-z][A-Za-z0-9_]+-[0-9]+` and plain digits.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let known = match text.rsplit_once('-') {
            Some((project, number)) => {
                project.len() >= 2 && is_project_key(project) && is_number(number)
            }
            None => is_number(text),
        };
        if known && text.len() <= 255 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId(
                "an issue is named by its key, such as EX-1, or by its number",
            ))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the numeric id rather than the key.
    pub fn is_id(&self) -> bool {
        is_number(&self.0)
    }
}

/// Whether `text` can be the key of a project: a letter, then letters, digits and underscores.
pub fn is_project_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.len() <= 255
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_and_numbers_name_an_issue() {
        for good in ["EX-1", "ex-12", "A1_B-999", "10002"] {
            assert!(IssueKey::parse(good).is_ok(), "{good}");
        }
        assert!(IssueKey::parse("10002").is_ok_and(|key| key.is_id()));
    }

    #[test]
    fn nothing_else_names_an_issue() {
        for bad in [
            "",
            "EX",
            "EX-",
            "-1",
            "E-1",
            "1X-1",
            "EX-1a",
            "EX-1/comment",
            "..",
            "../x-1",
            "%2e%2e",
            "EX-1?x=1",
            "EX 1",
            "ＥＸ-1",
            "EX-１",
            "EX-1\n",
            "EX--1",
        ] {
            assert!(IssueKey::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_a_plain_path_segment(text in "[A-Za-z0-9_./%?#-]{0,12}") {
            if let Ok(key) = IssueKey::parse(&text) {
                prop_assert!(!key.as_str().contains(['/', '.', '%', '?', '#']));
            }
        }
    }
}
