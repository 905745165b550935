//! An issue that a caller wants to have made: Jira's own form, or a friendly one that is checked here.

use serde_json::{Map, Value};
use time::Date;
use time::macros::format_description;
use utoipa::ToSchema;

use super::fields::{FieldReader, InvalidFields};
use super::issue_key::{IssueKey, is_project_key};
use super::person::AccountId;

/// Jira's longest summary and longest label.
const LONGEST_LINE: usize = 255;

/// A request for a new issue.
#[derive(Debug, Clone, PartialEq)]
pub enum IssueDraft {
    /// Jira's own `{fields, update, …}`, passed through as it is.
    Own(Value),
    /// The friendly form.
    Friendly(Box<NewIssue>),
}

/// The friendly form of a new issue.
#[derive(Debug, Clone, PartialEq, ToSchema)]
pub struct NewIssue {
    /// The project's key.
    #[schema(example = "EX")]
    pub project_key: String,
    /// One line of at most 255 characters.
    #[schema(example = "The printer is on fire")]
    pub summary: String,
    /// The issue type's name.
    #[schema(required = false, default = "Task", example = "Bug")]
    pub issue_type: String,
    /// Markdown.
    #[schema(example = "It **burns**.")]
    pub description: Option<String>,
    /// Words without spaces.
    #[schema(required = false, example = json!(["printer"]))]
    pub labels: Vec<String>,
    /// The names of the project's components it belongs to.
    #[schema(required = false, example = json!(["API"]))]
    pub components: Vec<String>,
    /// The priority's name.
    #[schema(example = "High")]
    pub priority: Option<String>,
    /// An account id, or `me`.
    #[schema(value_type = Option<String>, example = "me")]
    pub assignee: Option<Assignee>,
    /// A day.
    #[schema(format = Date, example = "2026-02-28")]
    pub due_date: Option<String>,
    /// The parent issue's key.
    #[schema(value_type = Option<String>, example = "EX-1")]
    pub parent: Option<IssueKey>,
    /// Further fields in Jira's own form, such as custom fields.
    #[schema(required = false, value_type = Object)]
    pub additional_fields: Map<String, Value>,
}

/// Who an issue is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// The account behind the connection.
    Me,
    /// This account.
    Account(String),
}

impl Assignee {
    /// `me`, or an account's id.
    pub(super) fn of(text: String) -> Self {
        match text.as_str() {
            "me" => Self::Me,
            _ => Self::Account(text),
        }
    }
}

impl IssueDraft {
    /// Reads either form. An object with `fields` or `update` is Jira's own.
    ///
    /// # Errors
    /// Every field of the friendly form that is missing or malformed.
    pub fn read(body: &Value) -> Result<Self, InvalidFields> {
        let reader = FieldReader::new(body)?;
        for own in ["fields", "update"] {
            match reader.value(own) {
                None => {}
                Some(Value::Object(_)) => return Ok(Self::Own(body.clone())),
                Some(_) => return Err(InvalidFields::one(own, "must be a JSON object")),
            }
        }
        NewIssue::read(reader).map(|issue| Self::Friendly(Box::new(issue)))
    }

    /// The summary, if it is there to be seen.
    pub fn summary(&self) -> Option<&str> {
        match self {
            Self::Own(body) => body.pointer("/fields/summary").and_then(Value::as_str),
            Self::Friendly(issue) => Some(&issue.summary),
        }
    }

    /// Whether the account behind the connection must be known to make it.
    pub(crate) fn needs_my_account(&self) -> bool {
        matches!(self, Self::Friendly(issue) if issue.assignee == Some(Assignee::Me))
    }
}

impl NewIssue {
    fn read(mut reader: FieldReader<'_>) -> Result<Self, InvalidFields> {
        let project_key =
            reader.required("project_key", "is not the key of a project", is_project_key);
        let summary = reader.required(
            "summary",
            "must be one line of at most 255 characters",
            is_line,
        );
        let issue_type = reader.text("issue_type", "must be the name of an issue type", is_line);
        let description = reader.prose("description");
        let labels = reader.texts("labels", "must be a list of words without spaces", is_label);
        let components = reader.texts("components", "must be a list of components' names", is_name);
        let priority = reader.text("priority", "must be the name of a priority", is_line);
        let assignee = reader.text("assignee", "must be an account id or \"me\"", is_account);
        let due_date = reader.text("due_date", "must be a day like 2026-02-28", is_day);
        let parent = reader.text("parent", "must be the key of an issue", |text| {
            IssueKey::parse(text).is_ok()
        });
        let additional_fields = reader.object("additional_fields");
        let issue = project_key.zip(summary).map(|(project_key, summary)| Self {
            project_key,
            summary,
            issue_type: issue_type.unwrap_or_else(|| String::from("Task")),
            description,
            labels,
            components,
            priority,
            assignee: assignee.map(Assignee::of),
            due_date,
            parent: parent.and_then(|key| IssueKey::parse(&key).ok()),
            additional_fields,
        });
        reader.finish(issue)
    }
}

/// One line, as long as Jira takes it.
pub(super) fn is_line(text: &str) -> bool {
    text.chars().count() <= LONGEST_LINE && !text.chars().any(char::is_control)
}

/// A word without spaces.
pub(super) fn is_label(text: &str) -> bool {
    !text.is_empty() && is_line(text) && !text.contains(char::is_whitespace)
}

/// The name of something.
pub(super) fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && is_line(text)
}

/// The id of an account, or `me`.
pub(super) fn is_account(text: &str) -> bool {
    AccountId::parse(text).is_ok()
}

/// A day of the calendar.
pub(super) fn is_day(text: &str) -> bool {
    Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn jiras_own_form_is_passed_through_untouched() {
        let body = json!({"fields": {"summary": "x", "customfield_1": [1]}, "historyMetadata": {}});
        let draft = IssueDraft::read(&body).unwrap();
        assert_eq!(draft.summary(), Some("x"));
        assert_eq!(draft, IssueDraft::Own(body));
    }

    #[test]
    fn a_friendly_issue_needs_a_project_and_a_summary_only() {
        let body = json!({"project_key": "EX", "summary": "Title", "labels": null, "unknown": 1});
        let IssueDraft::Friendly(issue) = IssueDraft::read(&body).unwrap() else {
            panic!("not the friendly form");
        };
        assert_eq!((issue.issue_type.as_str(), issue.labels.len()), ("Task", 0));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let body = json!({
            "summary": "two\nlines", "description": {"type": "doc"}, "labels": ["two words"],
            "priority": " ", "assignee": "mia@example.com", "due_date": "2026-02-30",
            "parent": "../EX-1", "additional_fields": [], "issue_type": ["Bug"],
        });
        let mut fields = IssueDraft::read(&body).unwrap_err().fields;
        fields.sort();
        assert_eq!(
            fields,
            [
                "additional_fields",
                "assignee",
                "description",
                "due_date",
                "issue_type",
                "labels",
                "parent",
                "priority",
                "project_key",
                "summary"
            ]
        );
    }

    #[test]
    fn a_body_of_another_shape_is_refused() {
        for (body, field) in [
            (json!([]), "body"),
            (json!("x"), "body"),
            (json!({"fields": "x"}), "fields"),
            (json!({}), "project_key"),
        ] {
            let error = IssueDraft::read(&body).unwrap_err();
            assert_eq!(error.fields.first().map(String::as_str), Some(field));
        }
    }
}
