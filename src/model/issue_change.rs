//! A change that a caller wants made to an issue: Jira's own form, or a short one checked here.

use serde_json::{Map, Value};

use super::fields::{FieldReader, InvalidFields};
use super::issue_draft::{
    Assignee, COMPONENTS, ISSUE_TYPE, JIRAS_OWN, LABELS, PRIORITY, SUMMARY, assignee, due_date,
    is_jiras_own, is_no_day, parent,
};
use super::issue_reference::IssueReference;
use super::parent_names::{parent_among, parent_in, two_parents};
use super::person::is_nobody;
use super::reference::{Reference, reference, references};
use super::repeats::Changes;
use super::request_body::{FromBody, list, markdown, object, parsed, request_body, switch, text};
use super::time::Timestamp;

/// A request for a change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IssueChange {
    /// Jira's own `{fields, update, …}`.
    Own {
        /// Passed through as it is.
        body: Value,
        /// When the issue was changed last, as the caller read it: ours, and not sent.
        updated: Option<Timestamp>,
    },
    /// The short form.
    Short(Box<FieldChanges>),
}

/// What becomes of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It is emptied.
    Clear,
    /// It gets this value.
    Set(T),
}

request_body! {
    /// The short form of an issue change. Fields that are absent stay unchanged; `null` clears a
    /// field.
    #[derive(Debug, Clone, Default, PartialEq)]
    #[schema(as = IssueChange)]
    pub(crate) struct FieldChanges {
        /// One line of at most 255 characters.
        #[schema(required = false, value_type = String, example = "The printer is still on fire")]
        pub summary: Option<String> = text(SUMMARY),
        /// The issue type's name.
        #[schema(required = false, value_type = String, example = "Bug")]
        pub issue_type: Option<Reference> = reference(ISSUE_TYPE),
        /// Markdown.
        #[schema(value_type = Option<String>, example = "It **burns**.")]
        pub description: Change<String> = change(markdown()),
        /// The new labels: words without spaces.
        #[schema(value_type = Option<Vec<String>>, example = json!(["printer"]))]
        pub labels: Change<Vec<String>> = change(list(LABELS)),
        /// The new components, by name.
        #[schema(value_type = Option<Vec<String>>, example = json!(["API"]))]
        pub components: Change<Vec<Reference>> = change(references(COMPONENTS)),
        /// The priority's name.
        #[schema(value_type = Option<String>, example = "High")]
        pub priority: Change<Reference> = change(reference(PRIORITY)),
        /// A name or an e-mail address that fits one person, an account id, or `me`; `null` or an empty text for nobody.
        #[schema(value_type = Option<String>, example = "me")]
        pub assignee: Change<Assignee> = change_or_word(is_nobody, assignee()),
        /// The due date.
        #[schema(value_type = Option<String>, format = Date, example = "2026-02-28")]
        pub due_date: Change<String> = change_or_word(is_no_day, due_date()),
        /// The parent issue's key.
        #[schema(value_type = Option<String>, example = "EX-1")]
        pub parent: Change<IssueReference> = change(parent()),
        /// When the issue was changed last, as you read it. If somebody changed it since, the answer is 409 and
        /// nothing changes. Without it the change applies to the issue as it is.
        #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-30T12:00:00Z")]
        pub updated: Option<Timestamp> = updated(),
        /// Whether a text that would destroy what Markdown cannot say is written all the same. Without it such a
        /// change is refused with 422.
        #[schema(required = false)]
        pub replace: bool = switch(),
        /// Further fields in Jira's own form, such as custom fields. A text of several lines takes Markdown, and
        /// a choice below another is `EU → Berlin`.
        #[schema(required = false, value_type = Object)]
        pub additional_fields: Map<String, Value> = object(),
    }
}

impl FromBody for IssueChange {
    /// Reads either form. An object with `fields` or `update` is Jira's own, which may say `updated` besides. A
    /// body that changes nothing is refused.
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        let mut reader = FieldReader::new(body)?.for_change();
        if is_jiras_own(&reader)? {
            let updated = updated()(&mut reader, "updated");
            if reader.value("transition").is_some() {
                reader.refuse(
                    "transition",
                    "is none of what an edit changes; it is made by a call of its own",
                );
            }
            reader.refuse_unknown(&[&JIRAS_OWN[..], &["updated"]].concat());
            return reader.finish(updated.map(|updated| Self::Own {
                body: without_updated(body),
                updated,
            }));
        }
        // They are `null`, as in a client that fills in every member of either form.
        let mut changes = FieldChanges::read(reader.passing(&["fields", "update"]))?;
        if let Some(parent) = parent_among(&mut changes.additional_fields)? {
            let parent = parent_in(&parent)?.map_or(Change::Clear, Change::Set);
            if changes.parent != Change::Keep && changes.parent != parent {
                return Err(two_parents(&["parent", "additional_fields"]));
            }
            changes.parent = parent;
        }
        let nothing = FieldChanges {
            replace: changes.replace,
            updated: changes.updated,
            ..FieldChanges::default()
        };
        if changes == nothing {
            return Err(InvalidFields::one("body", "must name a field to change"));
        }
        Ok(Self::Short(Box::new(changes)))
    }
}

impl Changes for IssueChange {
    fn shown(body: &Value) -> &'static [&'static str] {
        let is_own = |name: &str| body.get(name).is_some_and(Value::is_object);
        if is_own("fields") || is_own("update") {
            &["id", "key"]
        } else {
            &[
                "id",
                "key",
                "title",
                "url",
                "project",
                "project_key",
                "status",
                "reporter",
                "created",
            ]
        }
    }
}

impl IssueChange {
    /// When the issue was changed last, as the caller read it.
    pub(crate) fn read_at(&self) -> Option<Timestamp> {
        match self {
            Self::Own { updated, .. } => *updated,
            Self::Short(changes) => changes.updated,
        }
    }

    /// Who the issue is given to, to be looked up.
    pub(crate) fn assignee_mut(&mut self) -> Option<&mut Assignee> {
        match self {
            Self::Own { .. } => None,
            Self::Short(changes) => match &mut changes.assignee {
                Change::Set(assignee) => Some(assignee),
                Change::Keep | Change::Clear => None,
            },
        }
    }

    /// Whether the account behind the connection must be known to make it.
    pub(crate) fn needs_my_account(&self) -> bool {
        matches!(self, Self::Short(changes) if changes.assignee == Change::Set(Assignee::Me))
    }
}

impl IssueChange {
    /// The issue that it is put below.
    pub(crate) fn parent(&self) -> Option<&IssueReference> {
        match self {
            Self::Short(changes) => match &changes.parent {
                Change::Set(parent) => Some(parent),
                Change::Keep | Change::Clear => None,
            },
            Self::Own { .. } => None,
        }
    }

    /// The new description of the short form.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Short(changes) => match &changes.description {
                Change::Set(text) => Some(text),
                Change::Keep | Change::Clear => None,
            },
            Self::Own { .. } => None,
        }
    }

    /// The texts of the short form, to be written otherwise: the description, and those that are `among` the further fields.
    pub(crate) fn texts_mut<'a, Texts: Iterator<Item = &'a mut String>>(
        &'a mut self,
        among: impl FnOnce(&'a mut Map<String, Value>) -> Texts,
    ) -> Vec<&'a mut String> {
        let Self::Short(changes) = self else {
            return Vec::new();
        };
        let FieldChanges {
            description,
            additional_fields,
            ..
        } = &mut **changes;
        let described = match description {
            Change::Set(text) => Some(text),
            Change::Keep | Change::Clear => None,
        };
        described
            .into_iter()
            .chain(among(additional_fields))
            .collect()
    }

    /// The fields beyond those of the short form.
    pub(crate) fn further(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Own { .. } => None,
            Self::Short(changes) => Some(&changes.additional_fields),
        }
    }

    /// The same, to be put into Jira's form.
    pub(crate) fn further_mut(&mut self) -> Option<&mut Map<String, Value>> {
        match self {
            Self::Own { .. } => None,
            Self::Short(changes) => Some(&mut changes.additional_fields),
        }
    }

    /// Whether a text is edited of which something must stay; `further` says that there is one among the
    /// further fields.
    pub(crate) fn edits_text(&self, further: bool) -> bool {
        matches!(self, Self::Short(changes)
            if (further || matches!(changes.description, Change::Set(_))) && !changes.replace)
    }
}

impl FieldChanges {
    fn read(mut reader: FieldReader<'_>) -> Result<Self, InvalidFields> {
        for never_empty in ["summary", "issue_type", "priority"] {
            if reader.is_null(never_empty) {
                reader.refuse(never_empty, "cannot be cleared");
            }
        }
        Self::from_fields(reader)
    }
}

/// The time of the last change that the caller read.
fn updated() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<Timestamp>> {
    let why = "must be the time of the last change, as it was read";
    parsed(why, Timestamp::parse)
}

fn without_updated(body: &Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut().map(|own| own.remove("updated"));
    body
}

/// Reads what becomes of a field: `null` clears it, and what is absent stays.
fn change<T>(
    read: impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<T>>,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Change<T>> {
    move |reader, field| {
        Some(match read(reader, field)? {
            Some(value) => Change::Set(value),
            None if reader.is_null(field) => Change::Clear,
            None => Change::Keep,
        })
    }
}

/// The same, of a field that words clear, too: many clients and every model write an empty text for nothing.
fn change_or_word<T>(
    is_nothing: fn(&str) -> bool,
    read: impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<T>>,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Change<T>> {
    let read = change(read);
    move |reader, field| match reader.value(field) {
        Some(Value::String(text)) if is_nothing(text) => Some(Change::Clear),
        _ => read(reader, field),
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
            let own = IssueChange::Own {
                body: body.clone(),
                updated: None,
            };
            assert_eq!(IssueChange::read(&body).unwrap(), own);
        }
    }

    #[test]
    fn jiras_own_form_says_what_was_read_as_well() {
        let body = json!({"fields": {"summary": "x"}, "updated": "2026-01-30T12:00:00Z"});
        let own = IssueChange::read(&body).unwrap();
        let read_at = own.read_at().map(Timestamp::rfc3339);
        assert_eq!(read_at.as_deref(), Some("2026-01-30T12:00:00Z"));
        let IssueChange::Own { body, .. } = own else {
            panic!("not Jira's own form");
        };
        assert_eq!(body, json!({"fields": {"summary": "x"}}));
        let wrong = json!({"fields": {"summary": "x"}, "updated": "yesterday"});
        assert_eq!(IssueChange::read(&wrong).unwrap_err().fields, ["updated"]);
    }

    #[test]
    fn a_transition_is_no_part_of_an_edit() {
        let body = json!({"fields": {"labels": ["a"]}, "transition": {"id": "41"}});
        assert_eq!(IssueChange::read(&body).unwrap_err().fields, ["transition"]);
        let body = json!({"fields": {"labels": ["a"]}, "transition": null});
        assert!(IssueChange::read(&body).is_ok());
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let body = json!({
            "project_key": "EX", "summary": null, "issue_type": null, "description": 1,
            "labels": ["two words"], "components": 5, "priority": null,
            "assignee": ["mia", "omar"], "due_date": "2026-02-30", "parent": "../EX-1",
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
    fn an_empty_assignee_is_nobody() {
        for nobody in [
            json!(""),
            json!(" "),
            json!(null),
            json!("Unassigned"),
            json!("none"),
        ] {
            let change = IssueChange::read(&json!({"assignee": nobody})).unwrap();
            let IssueChange::Short(changes) = change else {
                panic!("not the short form");
            };
            assert_eq!(changes.assignee, Change::Clear);
        }
    }

    #[test]
    fn a_body_that_changes_nothing_is_refused() {
        for body in [
            json!({}),
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
