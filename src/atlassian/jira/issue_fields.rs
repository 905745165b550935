//! Jira's own `fields` for our short forms of an issue.

use serde_json::{Map, Value, json};

use super::FieldKinds;
use crate::atlassian::access::Dialect;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::prose::Edit;
use crate::model::issue_change::{Change, FieldChanges};
use crate::model::issue_draft::{Assignee, NewIssue};
use crate::model::issue_key::IssueKey;
use crate::model::person::Names;

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

/// Those of a new issue. The short form wins over `additional_fields`.
pub(super) fn new_fields(
    issue: &NewIssue,
    dialect: Dialect,
    known: &Known,
) -> Result<Map<String, Value>, AtlassianError> {
    let me = known.me.as_deref();
    let further = &issue.additional_fields;
    let mut fields = known.kinds.new_values(further, dialect, &known.names)?;
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("project", json!({ "key": issue.project_key }));
    set("summary", json!(issue.summary));
    set("issuetype", named(&issue.issue_type));
    if let Some(markdown) = &issue.description {
        set(
            "description",
            dialect.text("description", markdown, &known.names)?,
        );
    }
    if !issue.labels.is_empty() {
        set("labels", json!(issue.labels));
    }
    if !issue.components.is_empty() {
        set("components", all_named(&issue.components));
    }
    if let Some(priority) = &issue.priority {
        set("priority", named(priority));
    }
    if let Some(account) = issue
        .assignee
        .as_ref()
        .and_then(|assignee| account(assignee, me, dialect))
    {
        set("assignee", account);
    }
    if let Some(day) = &issue.due_date {
        set("duedate", json!(day));
    }
    if let Some(key) = &issue.parent {
        set("parent", parent(key));
    }
    Ok(fields)
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
    let mut fields = known
        .kinds
        .changed_values(further, dialect, kept, &known.names)?;
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    put("summary", change.summary.as_ref().map(|text| json!(text)));
    put(
        "issuetype",
        change.issue_type.as_ref().map(|name| named(name)),
    );
    put("description", wire(&description, Value::clone));
    put("labels", list(&change.labels, |labels| json!(labels)));
    put(
        "components",
        list(&change.components, |names| all_named(names)),
    );
    put("priority", wire(&change.priority, |name| named(name)));
    put(
        "assignee",
        wire(&change.assignee, |assignee| {
            account(assignee, me, dialect).unwrap_or(Value::Null)
        }),
    );
    put("duedate", wire(&change.due_date, |day| json!(day)));
    put("parent", wire(&change.parent, parent));
    Ok(fields)
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
    let current = current.unwrap_or(&Value::Null);
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

fn named(name: &str) -> Value {
    json!({ "name": name })
}

fn all_named(names: &[String]) -> Value {
    names.iter().map(|name| named(name)).collect()
}

fn parent(key: &IssueKey) -> Value {
    let name = if key.is_id() { "id" } else { "key" };
    json!({ name: key.as_str() })
}

fn account(assignee: &Assignee, me: Option<&str>, dialect: Dialect) -> Option<Value> {
    let account = match assignee {
        Assignee::Account(account) => Some(account.as_str()),
        Assignee::Me => me,
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
            "additional_fields": {"customfield_1": 3, "summary": "other"},
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
                "description": null, "labels": null, "components": null, "priority": null,
                "assignee": null, "due_date": null, "parent": null,
                "additional_fields": {"customfield_1": null},
            })),
            json!({
                "description": null, "labels": [], "components": [], "priority": null,
                "assignee": null, "duedate": null, "parent": null, "customfield_1": null,
            })
        );
    }
}
