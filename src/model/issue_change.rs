//! A change that a caller wants made to an issue: Jira's own form, or a friendly one checked here.

use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::{FieldReader, InvalidFields};
use super::issue_draft::{Assignee, is_account, is_day, is_label, is_line, is_name};
use super::issue_key::IssueKey;

/// A request for a change.
#[derive(Debug, Clone, PartialEq)]
pub enum IssueChange {
    /// Jira's own `{fields, update, …}`, passed through as it is.
    Own(Value),
    /// The friendly form.
    Friendly(Box<FieldChanges>),
}

/// What becomes of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It is emptied.
    Clear,
    /// It gets this value.
    Set(T),
}

/// The friendly form of a change. What is absent stays; `null` clears.
#[derive(Debug, Clone, Default, PartialEq, ToSchema)]
#[schema(as = IssueChange)]
pub struct FieldChanges {
    /// One line of at most 255 characters.
    #[schema(required = false, value_type = String, example = "The printer is still on fire")]
    pub summary: Option<String>,
    /// The issue type's name.
    #[schema(required = false, value_type = String, example = "Bug")]
    pub issue_type: Option<String>,
    /// Markdown.
    #[schema(value_type = Option<String>, example = "It **burns**.")]
    pub description: Change<String>,
    /// Words without spaces, in place of those there are.
    #[schema(value_type = Option<Vec<String>>, example = json!(["printer"]))]
    pub labels: Change<Vec<String>>,
    /// The names of the project's components, in place of those there are.
    #[schema(value_type = Option<Vec<String>>, example = json!(["API"]))]
    pub components: Change<Vec<String>>,
    /// The priority's name.
    #[schema(value_type = Option<String>, example = "High")]
    pub priority: Change<String>,
    /// An account id, or `me`.
    #[schema(value_type = Option<String>, example = "me")]
    pub assignee: Change<Assignee>,
    /// A day.
    #[schema(value_type = Option<String>, format = Date, example = "2026-02-28")]
    pub due_date: Change<String>,
    /// The parent issue's key.
    #[schema(value_type = Option<String>, example = "EX-1")]
    pub parent: Change<IssueKey>,
    /// Further fields in Jira's own form, such as custom fields.
    #[schema(required = false, value_type = Object)]
    pub additional_fields: Map<String, Value>,
}

impl IssueChange {
    /// Reads either form. An object with `fields` or `update` is Jira's own.
    ///
    /// # Errors
    /// Every field of the friendly form that is malformed, and a body that changes nothing.
    pub fn read(body: &Value) -> Result<Self, InvalidFields> {
        let reader = FieldReader::new(body)?;
        for own in ["fields", "update"] {
            match reader.value(own) {
                None => {}
                Some(Value::Object(_)) => return Ok(Self::Own(body.clone())),
                Some(_) => return Err(InvalidFields::one(own, "must be a JSON object")),
            }
        }
        let changes = FieldChanges::read(reader)?;
        if changes == FieldChanges::default() {
            return Err(InvalidFields::one("body", "must name a field to change"));
        }
        Ok(Self::Friendly(Box::new(changes)))
    }

    /// Whether the account behind the connection must be known to make it.
    pub(crate) fn needs_my_account(&self) -> bool {
        matches!(self, Self::Friendly(changes) if changes.assignee == Change::Set(Assignee::Me))
    }
}

impl FieldChanges {
    fn read(mut reader: FieldReader<'_>) -> Result<Self, InvalidFields> {
        for never_empty in ["summary", "issue_type"] {
            if reader.is_null(never_empty) {
                reader.refuse(never_empty, "cannot be cleared");
            }
        }
        if reader.value("project_key").is_some() {
            let why = "cannot be changed: an issue is moved in Jira itself";
            reader.refuse("project_key", why);
        }
        let line = "must be one line of at most 255 characters";
        let words = "must be a list of words without spaces";
        let names = "must be a list of components' names";
        let account = "must be an account id or \"me\"";
        let changes = Self {
            summary: reader.text("summary", line, is_line),
            issue_type: reader.text("issue_type", "must be the name of an issue type", is_line),
            description: prose(&mut reader, "description"),
            labels: list(&mut reader, "labels", words, is_label),
            components: list(&mut reader, "components", names, is_name),
            priority: text(
                &mut reader,
                "priority",
                "must be the name of a priority",
                is_line,
            ),
            assignee: text(&mut reader, "assignee", account, is_account).map(Assignee::of),
            due_date: text(
                &mut reader,
                "due_date",
                "must be a day like 2026-02-28",
                is_day,
            ),
            parent: parent(&mut reader),
            additional_fields: reader.object("additional_fields"),
        };
        reader.finish(Some(changes))
    }
}

fn text(
    reader: &mut FieldReader<'_>,
    field: &str,
    why: &str,
    fits: fn(&str) -> bool,
) -> Change<String> {
    let read = reader.text(field, why, fits);
    Change::of(reader, field, read)
}

fn prose(reader: &mut FieldReader<'_>, field: &str) -> Change<String> {
    let read = reader.prose(field);
    Change::of(reader, field, read)
}

fn list(
    reader: &mut FieldReader<'_>,
    field: &str,
    why: &str,
    fits: fn(&str) -> bool,
) -> Change<Vec<String>> {
    let read = reader.texts(field, why, fits);
    let given = reader.value(field).map(|_| read);
    Change::of(reader, field, given)
}

fn parent(reader: &mut FieldReader<'_>) -> Change<IssueKey> {
    let why = "must be the key of an issue";
    let read = reader.text("parent", why, |text| IssueKey::parse(text).is_ok());
    let key = read.and_then(|key| IssueKey::parse(&key).ok());
    Change::of(reader, "parent", key)
}

impl<T> Change<T> {
    /// What a field that was read as `read` becomes.
    fn of(reader: &FieldReader<'_>, field: &str, read: Option<T>) -> Self {
        match read {
            Some(value) => Self::Set(value),
            None if reader.is_null(field) => Self::Clear,
            None => Self::Keep,
        }
    }

    fn map<U>(self, change: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(change(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn jiras_own_form_is_passed_through_untouched() {
        for body in [
            json!({"fields": {"summary": "x"}, "historyMetadata": {}}),
            json!({"update": {"labels": [{"add": "x"}]}}),
        ] {
            assert_eq!(IssueChange::read(&body).unwrap(), IssueChange::Own(body));
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let body = json!({
            "project_key": "EX", "summary": null, "issue_type": null, "description": 1,
            "labels": ["two words"], "components": "API", "priority": " ",
            "assignee": "mia@example.com", "due_date": "2026-02-30", "parent": "../EX-1",
            "additional_fields": [],
        });
        let mut fields = IssueChange::read(&body).unwrap_err().fields;
        fields.sort();
        assert_eq!(
            fields,
            [
                "additional_fields",
                "assignee",
                "components",
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
    fn a_body_that_changes_nothing_is_refused() {
        for body in [
            json!({}),
            json!({"unknown": 1}),
            json!({"additional_fields": {}}),
            json!({"fields": null}),
            json!([]),
        ] {
            assert_eq!(
                IssueChange::read(&body).unwrap_err().fields,
                ["body"],
                "{body}"
            );
        }
    }
}
