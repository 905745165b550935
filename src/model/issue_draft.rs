//! An issue that a caller wants to have made: Jira's own form, or a short one that is checked
//! here.

use serde_json::{Map, Value};
use time::Date;
use time::macros::format_description;

use super::fields::{FieldReader, InvalidFields};
use super::issue_reference::IssueReference;
use super::parent_names::{parent_among, parent_in, two_parents};
use super::person::{AccountId, is_nobody};
use super::place_reference::PlaceReference;
use super::reference::{Reference, member, reference, references};
use super::request_body::{
    FromBody, Rule, list, markdown, object, or, parsed, referred, request_body, required,
};
use super::time::Timestamp;

/// Jira's longest summary and longest label.
const LONGEST_LINE: usize = 255;

/// A request for a new issue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IssueDraft {
    /// Jira's own `{fields, update, …}`, passed through as it is.
    Own(Value),
    /// The short form.
    Short(Box<NewIssue>),
}

request_body! {
    /// The short form of a new issue.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct NewIssue {
        /// The project's key.
        #[schema(value_type = String, example = "EX")]
        pub project_key: PlaceReference = project_key,
        /// One line of at most 255 characters.
        #[schema(example = "The printer is on fire")]
        pub summary: String = required(SUMMARY),
        /// The issue type's name. Default: `Task`.
        #[schema(required = false, value_type = String, example = "Bug")]
        pub issue_type: Option<Reference> = reference(ISSUE_TYPE),
        /// Markdown.
        #[schema(example = "It **burns**.")]
        pub description: Option<String> = markdown(),
        /// Labels: words without spaces.
        #[schema(required = false, example = json!(["printer"]))]
        pub labels: Vec<String> = or(Vec::new, list(LABELS)),
        /// Components of the project, by name.
        #[schema(required = false, value_type = Vec<String>, example = json!(["API"]))]
        pub components: Vec<Reference> = or(Vec::new, references(COMPONENTS)),
        /// The priority's name.
        #[schema(value_type = Option<String>, example = "High")]
        pub priority: Option<Reference> = reference(PRIORITY),
        /// A name or an e-mail address that fits one person, an account id, or `me`.
        #[schema(value_type = Option<String>, example = "me")]
        pub assignee: Option<Assignee> = assignee(),
        /// The due date.
        #[schema(format = Date, example = "2026-02-28")]
        pub due_date: Option<String> = due_date(),
        /// The parent issue's key.
        #[schema(value_type = Option<String>, example = "EX-1")]
        pub parent: Option<IssueReference> = parent(),
        /// Further fields in Jira's own form, such as custom fields. A text of several lines takes Markdown, and
        /// a choice below another is `EU → Berlin`.
        #[schema(required = false, value_type = Object)]
        pub additional_fields: Map<String, Value> = object(),
    }
}

/// Who an issue is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Assignee {
    /// The account behind the connection.
    Me,
    /// This account.
    Account(String),
    /// Whoever is called so, which is looked up.
    Named(String),
    /// Nobody. Where a new issue does not say it, its project may have somebody who gets all new ones.
    Nobody,
}

/// The longest name of a person that is looked up.
const LONGEST_NAME: usize = 255;

impl Assignee {
    /// Reads `me`, an account's id, or what a person may be called: a name, an e-mail address, a mention.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("me") {
            return Some(Self::Me);
        }
        let is_name = !text.is_empty()
            && text.chars().count() <= LONGEST_NAME
            && !text.contains(char::is_control);
        is_name.then(|| Self::Named(text.to_owned()))
    }

    /// Reads the account in an object that tells one.
    fn account(text: &str) -> Option<Self> {
        let id = AccountId::parse(text).ok()?;
        Some(Self::Account(id.as_str().to_owned()))
    }
}

impl FromBody for IssueDraft {
    /// Reads either form. An object with `fields` or `update` is Jira's own.
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        let reader = FieldReader::new(body)?;
        if is_jiras_own(&reader)? {
            let mut reader = reader;
            reader.refuse_unknown(&JIRAS_OWN);
            return reader.finish(Some(Self::Own(body.clone())));
        }
        let mut issue = NewIssue::from_fields(reader)?;
        if let Some(parent) = parent_among(&mut issue.additional_fields)? {
            let parent = parent_in(&parent)?;
            if issue.parent.is_some() && issue.parent != parent {
                return Err(two_parents(&["parent", "additional_fields"]));
            }
            issue.parent = parent;
        }
        Ok(Self::Short(Box::new(issue)))
    }
}

impl IssueDraft {
    /// The summary, if it is there to be seen.
    pub(crate) fn summary(&self) -> Option<&str> {
        match self {
            Self::Own(body) => body.pointer("/fields/summary").and_then(Value::as_str),
            Self::Short(issue) => Some(&issue.summary),
        }
    }

    /// The description of the short form.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Own(_) => None,
            Self::Short(issue) => issue.description.as_deref(),
        }
    }

    /// The fields beyond those of the short form.
    pub(crate) fn further(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Own(_) => None,
            Self::Short(issue) => Some(&issue.additional_fields),
        }
    }

    /// The same, to be put into Jira's form.
    pub(crate) fn further_mut(&mut self) -> Option<&mut Map<String, Value>> {
        match self {
            Self::Own(_) => None,
            Self::Short(issue) => Some(&mut issue.additional_fields),
        }
    }

    /// Whether the account behind the connection must be known to make it.
    pub(crate) fn needs_my_account(&self) -> bool {
        matches!(self, Self::Short(issue) if issue.assignee == Some(Assignee::Me))
    }
}

// What the fields of an issue must be. A new issue and a change read them alike.
pub(super) const SUMMARY: Rule = Rule::new("must be one line of at most 255 characters", is_line);
pub(super) const ISSUE_TYPE: Rule = Rule::new("must be the name of an issue type", is_line);
pub(super) const LABELS: Rule = Rule::new(
    "must be a list of words without spaces, each of at most 255 characters",
    is_label,
);
pub(super) const COMPONENTS: Rule = Rule::new("must be a list of components' names", is_name);
pub(super) const PRIORITY: Rule = Rule::new("must be the name of a priority", is_line);

/// Reads the day on which something is due: a day, or a moment whose day is meant; an empty text is none.
pub(super) fn due_date() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<String>> {
    const WHY: &str = "must be a day like 2026-02-28, or a time like 2026-02-28T10:00:00Z";
    let read = parsed(WHY, day_of);
    move |reader, field| match reader.value(field) {
        Some(Value::String(text)) if is_no_day(text) => Some(None),
        _ => read(reader, field),
    }
}

/// Whether a text says that there is no day.
pub(super) fn is_no_day(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.eq_ignore_ascii_case("none")
}

/// Reads the key of a project, in any letters, or its address.
fn project_key(reader: &mut FieldReader<'_>, field: &str) -> Option<PlaceReference> {
    const RULE: Rule = Rule::new("is not the key of a project", |text| {
        PlaceReference::project(text).is_some()
    });
    let named = required(RULE)(reader, field)?;
    PlaceReference::project(&named)
}

/// Reads an assignee that may be absent; an empty text is nobody, too.
pub(super) fn assignee() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<Assignee>> {
    // Cloud, our own answers, and Data Center; and what people are called in all of them.
    const ACCOUNTS: &[&str] = &["accountId", "account_id", "id", "name", "key"];
    const NAMES: &[&str] = &[
        "displayName",
        "display_name",
        "emailAddress",
        "email",
        "name",
    ];
    const WHY: &str = "must be a person: a name, an e-mail address, an account id or \"me\"";
    move |reader, field| {
        let value = match reader.value(field) {
            // One person in a list is that person.
            Some(Value::Array(listed)) if listed.len() == 1 => listed.first(),
            value => value,
        };
        let read = match value {
            None => return Some(None),
            Some(Value::String(text)) if text.trim().is_empty() => return Some(None),
            Some(Value::String(text)) if is_nobody(text) => return Some(Some(Assignee::Nobody)),
            Some(Value::String(text)) => Assignee::parse(text),
            Some(value) => {
                let account = member(value, ACCOUNTS).and_then(|(_, id)| Assignee::account(&id));
                account.or_else(|| Assignee::parse(&member(value, NAMES)?.1))
            }
        };
        if read.is_none() {
            reader.refuse(field, WHY);
        }
        Some(read)
    }
}

/// Reads the key or the address of a parent that may be absent.
pub(super) fn parent() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<IssueReference>> {
    let why = "must be the key of an issue";
    referred(&["key", "id"], why, IssueReference::parse)
}

/// What Jira's own form of a new issue has beside each other.
pub(super) const JIRAS_OWN: [&str; 5] = [
    "fields",
    "update",
    "historyMetadata",
    "properties",
    "transition",
];

/// Whether a body is in Jira's own form: it has `fields` or `update`.
///
/// # Errors
/// When one of them is there and no object.
pub(super) fn is_jiras_own(reader: &FieldReader<'_>) -> Result<bool, InvalidFields> {
    for own in ["fields", "update"] {
        match reader.value(own) {
            None => {}
            Some(Value::Object(_)) => return Ok(true),
            Some(_) => return Err(InvalidFields::one(own, "must be a JSON object")),
        }
    }
    Ok(false)
}

/// One line, as long as Jira takes it.
fn is_line(text: &str) -> bool {
    text.chars().count() <= LONGEST_LINE && !text.chars().any(char::is_control)
}

/// A word without spaces.
fn is_label(text: &str) -> bool {
    !text.is_empty() && is_line(text) && !text.contains(char::is_whitespace)
}

/// The name of something.
fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && is_line(text)
}

/// The day of the calendar that a text names, by itself or as that of a moment in its own zone.
fn day_of(text: &str) -> Option<String> {
    let text = text.trim();
    let day = match text.split_once(['T', ' ']) {
        Some((day, _)) if Timestamp::parse(&text.replacen(' ', "T", 1)).is_some() => day,
        _ => text,
    };
    let is_day = Date::parse(day, format_description!("[year]-[month]-[day]")).is_ok();
    is_day.then(|| day.to_owned())
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
    fn a_short_issue_needs_a_project_and_a_summary_only() {
        let body =
            json!({"project_key": "EX", "summary": "Title", "labels": null, "unknown": null});
        let IssueDraft::Short(issue) = IssueDraft::read(&body).unwrap() else {
            panic!("not the short form");
        };
        assert_eq!((issue.issue_type, issue.labels.len()), (None, 0));
    }

    #[test]
    fn what_is_referred_to_may_stand_in_atlassians_own_forms() {
        let named = json!({"project_key": "EX", "summary": "Title", "assignee": "Jane Doe"});
        let IssueDraft::Short(issue) = IssueDraft::read(&named).unwrap() else {
            panic!("not the short form");
        };
        assert_eq!(
            issue.assignee,
            Some(Assignee::Named(String::from("Jane Doe")))
        );
        for assignee in [
            json!({"name": "jdoe", "displayName": "Jane Doe"}),
            json!({"accountId": "jdoe"}),
            json!({"account_id": "jdoe", "display_name": "Jane Doe"}),
            json!({"id": "jdoe"}),
            json!({"key": "jdoe"}),
        ] {
            let body = json!({"project_key": "EX", "summary": "Title", "assignee": assignee, "priority": {"id": 2},
                "issue_type": {"name": "Bug", "self": "x"}, "parent": {"key": "EX-1"}, "components": [{"id": "1"}, "API"]});
            let IssueDraft::Short(issue) = IssueDraft::read(&body).unwrap() else {
                panic!("not the short form");
            };
            assert_eq!(
                issue.assignee,
                Some(Assignee::Account(String::from("jdoe")))
            );
            let wire = |one: Option<&Reference>| one.map(Reference::wire).unwrap_or_default();
            assert_eq!(wire(issue.priority.as_ref()), json!({"id": "2"}));
            assert_eq!(wire(issue.issue_type.as_ref()), json!({"name": "Bug"}));
            assert_eq!(issue.parent, IssueReference::parse("EX-1"));
            assert_eq!(wire(issue.components.first()), json!({"id": "1"}));
        }
        let body = json!({"project_key": "EX", "summary": "Title", "assignee": {}, "priority": {"x": 1}, "parent": {"id": ""}});
        let fields = IssueDraft::read(&body).unwrap_err().fields;
        assert_eq!(fields, ["priority", "assignee", "parent"]);
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let body = json!({
            "summary": "two\nlines", "description": {"type": "doc"}, "labels": ["two words"],
            "priority": " ", "assignee": ["mia", "omar"], "due_date": "2026-02-30",
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
