//! Jira's own `fields` for our short forms of an issue.

use serde_json::{Map, Value, json};

use super::FieldKinds;
use crate::atlassian::access::Dialect;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::prose::Edit;
use crate::model::issue::IssueType;
use crate::model::issue_change::{Change, FieldChanges};
use crate::model::issue_draft::{Assignee, NewIssue};
use crate::model::issue_reference::IssueReference;
use crate::model::person::Names;
use crate::model::reference::Reference;

/// What was looked up for an issue that is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// The account that `assignee: "me"` stands for; without it nobody is assigned.
    pub me: Option<String>,
    /// What the further fields hold.
    pub kinds: FieldKinds,
    /// What those are called whom the texts mention.
    pub names: Names,
}

impl Known {
    /// The same, with what more is known of the fields.
    pub(crate) fn with(mut self, more: impl FnOnce(FieldKinds) -> FieldKinds) -> Self {
        self.kinds = more(self.kinds);
        self
    }
}

/// What the issue type is where nobody names one.
const USUAL_TYPE: &str = "Task";

/// The type of a new issue, as it is named.
pub(crate) fn type_of(issue: &NewIssue) -> Value {
    let further = || issue.additional_fields.get("issuetype").cloned();
    let named = issue
        .issue_type
        .as_ref()
        .map(Reference::wire)
        .or_else(further);
    named.unwrap_or_else(|| json!({ "name": USUAL_TYPE }))
}

/// Whether a type is the one that is named so: by its id, or by its name in any letters.
pub(crate) fn is_named(kind: &IssueType, named: &Value) -> bool {
    let says = |part: &str| named[part].as_str();
    says("id") == Some(kind.id.as_str())
        || says("name").is_some_and(|name| name.eq_ignore_ascii_case(&kind.name))
}

/// Jira's fields of a request, of which the short form and the further fields may say the same, and nothing else.
struct Fields(Map<String, Value>);

impl Fields {
    /// Puts in what the member `ours` of the short form says of the field `name`.
    fn say(
        &mut self,
        ours: &'static str,
        name: &'static str,
        value: Option<Value>,
    ) -> Result<(), AtlassianError> {
        let Some(value) = value else {
            return Ok(());
        };
        if self.0.get(name).is_some_and(|other| !agree(&value, other)) {
            return Err(AtlassianError::Contradiction {
                field: ours,
                further: name,
            });
        }
        self.0.insert(name.to_owned(), value);
        Ok(())
    }
}

/// Whether the further field `other` says what `ours` says; it may say more.
fn agree(ours: &Value, other: &Value) -> bool {
    match (ours, other) {
        (Value::Object(ours), Value::Object(other)) => ours
            .iter()
            .all(|(name, part)| other.get(name) == Some(part)),
        (Value::Array(ours), Value::Array(other)) => {
            ours.len() == other.len()
                && ours.iter().zip(other).all(|(one, other)| agree(one, other))
        }
        _ => ours == other,
    }
}

/// Those of a new issue.
pub(super) fn new_fields(
    issue: &NewIssue,
    dialect: Dialect,
    known: &Known,
) -> Result<Map<String, Value>, AtlassianError> {
    let me = known.me.as_deref();
    let further = &issue.additional_fields;
    let mut fields = Fields(known.kinds.new_values(further, dialect, &known.names)?);
    let key = &issue.project_key.key;
    let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
    let part = if is_number { "id" } else { "key" };
    let project = json!({ part: key });
    fields.say("project_key", "project", Some(project))?;
    fields.say("summary", "summary", Some(json!(issue.summary)))?;
    let usual = (!fields.0.contains_key("issuetype")).then(|| json!({ "name": USUAL_TYPE }));
    let issue_type = issue.issue_type.as_ref().map(Reference::wire);
    fields.say("issue_type", "issuetype", issue_type.or(usual))?;
    let description = issue.description.as_deref();
    let description =
        description.map(|markdown| dialect.text("description", markdown, &known.names));
    fields.say("description", "description", description.transpose()?)?;
    let labels = (!issue.labels.is_empty()).then(|| json!(issue.labels));
    fields.say("labels", "labels", labels)?;
    let components = (!issue.components.is_empty()).then(|| all(&issue.components));
    fields.say("components", "components", components)?;
    let priority = issue.priority.as_ref().map(Reference::wire);
    fields.say("priority", "priority", priority)?;
    let assignee = issue.assignee.as_ref();
    let assignee = assignee.and_then(|assignee| account(assignee, me, dialect));
    fields.say("assignee", "assignee", assignee)?;
    fields.say(
        "due_date",
        "duedate",
        issue.due_date.as_ref().map(|day| json!(day)),
    )?;
    fields.say("parent", "parent", issue.parent.as_ref().map(parent))?;
    known.kinds.fit(&mut fields.0)?;
    Ok(fields.0)
}

/// Those of a change to the issue that was read as `before`: what stays is left out, what is cleared is
/// `null`.
pub(super) fn changed_fields(
    change: &FieldChanges,
    dialect: Dialect,
    before: &Value,
    known: &Known,
) -> Result<Map<String, Value>, AtlassianError> {
    let me = known.me.as_deref();
    let description = description(change, dialect, before, &known.names)?;
    let further = &change.additional_fields;
    let kept = (before, change.replace);
    let further = known
        .kinds
        .changed_values(further, dialect, kept, &known.names)?;
    let mut fields = Fields(further);
    let summary = change.summary.as_ref().map(|text| json!(text));
    fields.say("summary", "summary", summary)?;
    let issue_type = change.issue_type.as_ref().map(Reference::wire);
    fields.say("issue_type", "issuetype", issue_type)?;
    let description = wire(&description, Value::clone);
    fields.say("description", "description", description)?;
    fields.say(
        "labels",
        "labels",
        list(&change.labels, |labels| json!(labels)),
    )?;
    let components = list(&change.components, |components| all(components));
    fields.say("components", "components", components)?;
    let priority = wire(&change.priority, Reference::wire);
    fields.say("priority", "priority", priority)?;
    let assignee = wire(&change.assignee, |assignee| {
        account(assignee, me, dialect).unwrap_or(Value::Null)
    });
    fields.say("assignee", "assignee", assignee)?;
    fields.say(
        "due_date",
        "duedate",
        wire(&change.due_date, |day| json!(day)),
    )?;
    fields.say("parent", "parent", wire(&change.parent, parent))?;
    known.kinds.fit(&mut fields.0)?;
    Ok(fields.0)
}

/// The description as Jira takes it; what Markdown cannot say of the one there is stays.
fn description(
    change: &FieldChanges,
    dialect: Dialect,
    before: &Value,
    names: &Names,
) -> Result<Change<Value>, AtlassianError> {
    let Change::Set(markdown) = &change.description else {
        return Ok(match change.description {
            Change::Clear => Change::Clear,
            _ => Change::Keep,
        });
    };
    let edit = Edit {
        field: "description",
        markdown,
        replace: change.replace,
    };
    let current = before.pointer("/fields/description");
    dialect.edited(edit, current, names).map(Change::Set)
}

fn wire<T>(change: &Change<T>, value: impl Fn(&T) -> Value) -> Option<Value> {
    match change {
        Change::Keep => None,
        Change::Clear => Some(Value::Null),
        Change::Set(wanted) => Some(value(wanted)),
    }
}

/// Like [`wire`], for lists: Jira knows an empty one, but no `null`.
fn list<T>(change: &Change<T>, value: impl Fn(&T) -> Value) -> Option<Value> {
    match change {
        Change::Clear => Some(json!([])),
        other => wire(other, value),
    }
}

fn all(components: &[Reference]) -> Value {
    components.iter().map(Reference::wire).collect()
}

fn parent(parent: &IssueReference) -> Value {
    let key = &parent.key;
    let name = if key.is_id() { "id" } else { "key" };
    json!({ name: key.as_str() })
}

fn account(assignee: &Assignee, me: Option<&str>, dialect: Dialect) -> Option<Value> {
    let account = match assignee {
        Assignee::Account(account) | Assignee::Named(account) => Some(account.as_str()),
        Assignee::Me => me,
        Assignee::Nobody => return Some(Value::Null),
    };
    account.map(|account| dialect.account(account))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::issue_change::IssueChange;
    use crate::model::issue_draft::IssueDraft;
    use crate::model::request_body::FromBody;

    fn known() -> Known {
        Known {
            me: Some(String::from("5b10")),
            ..Known::default()
        }
    }

    #[test]
    fn the_short_form_becomes_jiras_fields() {
        let draft = IssueDraft::read(&json!({
            "project_key": "EX", "summary": "Title", "description": "Hi", "labels": ["a"],
            "priority": "High", "assignee": "me", "due_date": "2026-02-28", "parent": "EX-1",
            "components": ["API"],
            "additional_fields": {"customfield_1": 3, "summary": "Title", "priority": {"name": "High", "id": "2"}},
        }))
        .unwrap();
        let IssueDraft::Short(issue) = draft else {
            panic!("not the short form");
        };
        let mut fields = Value::from(new_fields(&issue, Dialect::Cloud, &known()).unwrap());
        assert_eq!(fields["description"]["type"], "doc");
        fields["description"].take();
        assert_eq!(
            fields,
            json!({
                "project": {"key": "EX"}, "summary": "Title", "issuetype": {"name": "Task"},
                "description": null, "labels": ["a"], "priority": {"name": "High"},
                "components": [{"name": "API"}],
                "assignee": {"accountId": "5b10"}, "duedate": "2026-02-28",
                "parent": {"key": "EX-1"}, "customfield_1": 3,
            })
        );
    }

    #[test]
    fn the_short_form_and_the_further_fields_must_not_contradict_each_other() {
        for (name, value, ours) in [
            ("project", json!({"key": "OPS"}), "project_key"),
            ("issuetype", json!({"name": "Bug"}), "issue_type"),
            ("labels", json!(["b"]), "labels"),
            ("priority", json!({"id": "1"}), "priority"),
            ("duedate", json!("2026-03-01"), "due_date"),
        ] {
            let mut body = json!({"project_key": "EX", "summary": "Title", "issue_type": "Task", "labels": ["a"],
                "priority": "High", "due_date": "2026-02-28"});
            body["additional_fields"][name] = value;
            let IssueDraft::Short(issue) = IssueDraft::read(&body).unwrap() else {
                panic!("not the short form");
            };
            let refused = new_fields(&issue, Dialect::Cloud, &known()).unwrap_err();
            let AtlassianError::Contradiction { field, further } = refused else {
                panic!("{refused}");
            };
            assert_eq!((field, further), (ours, name));
        }
    }

    #[test]
    fn a_further_field_goes_before_what_is_usual() {
        let body = json!({"project_key": "EX", "summary": "Title", "additional_fields": {"issuetype": {"name": "Bug"}}});
        let IssueDraft::Short(issue) = IssueDraft::read(&body).unwrap() else {
            panic!("not the short form");
        };
        let fields = new_fields(&issue, Dialect::Cloud, &known()).unwrap();
        assert_eq!(fields["issuetype"], json!({"name": "Bug"}));
    }

    fn changed(body: &Value) -> Value {
        let IssueChange::Short(change) = IssueChange::read(body).unwrap() else {
            panic!("not the short form");
        };
        Value::from(changed_fields(&change, Dialect::Cloud, &json!({}), &known()).unwrap())
    }

    #[test]
    fn a_change_names_what_it_changes_and_nothing_else() {
        assert_eq!(
            changed(&json!({"summary": "New", "assignee": "me", "labels": []})),
            json!({"summary": "New", "assignee": {"accountId": "5b10"}, "labels": []})
        );
    }

    #[test]
    fn null_clears() {
        assert_eq!(
            changed(&json!({
                "description": null, "labels": null, "components": null,
                "assignee": null, "due_date": null, "parent": null,
                "additional_fields": {"customfield_1": null},
            })),
            json!({
                "description": null, "labels": [], "components": [],
                "assignee": null, "duedate": null, "parent": null, "customfield_1": null,
            })
        );
    }
}
