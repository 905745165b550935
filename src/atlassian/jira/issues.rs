//! Single issues: reading, making, changing and deleting them.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::Jira;
use super::issue_fields::{Known, changed_fields, new_fields};
use super::shape::{ISSUE_FIELDS, browse, issue};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::fetched;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::hit::{Created, Fetched};
use crate::model::issue::Issue;
use crate::model::issue_change::{Change, FieldChanges, IssueChange};
use crate::model::issue_draft::IssueDraft;
use crate::model::issue_key::IssueKey;
use crate::work::long_text::{planned, size_of_document};

impl Jira<'_> {
    /// One issue with all its fields.
    pub(crate) async fn issue(self, key: &IssueKey) -> Result<Fetched<Issue>, AtlassianError> {
        self.with_fields(key, &[]).await
    }

    /// One issue with no more fields than are shown: sites have hundreds of their own.
    pub(crate) async fn shown_issue(
        self,
        key: &IssueKey,
    ) -> Result<Fetched<Issue>, AtlassianError> {
        self.with_fields(key, &[("fields", ISSUE_FIELDS.join(","))])
            .await
    }

    async fn with_fields(
        self,
        key: &IssueKey,
        query: &[(&str, String)],
    ) -> Result<Fetched<Issue>, AtlassianError> {
        let path = ["issue", key.as_str()];
        let call = Call::get("issue", Api::Jira, &path, query);
        let raw: Value = self.site.fetch(call).await?;
        self.shaped(raw)
    }

    /// Makes an issue. Never sent twice: it would make two.
    pub(crate) async fn create(
        self,
        draft: &IssueDraft,
        known: &Known,
    ) -> Result<Created, AtlassianError> {
        let body = self.body_of(draft, known)?;
        let call = Call::write(
            "issue create",
            Api::Jira,
            Method::POST,
            &["issue"],
            Some(body),
        );
        let metadata: Value = self.site.fetch(call).await?;
        self.site.note_written(text(&metadata, "/id").as_deref());
        let key =
            text(&metadata, "/key").ok_or(AtlassianError::Nonsense("a new issue without a key"))?;
        let base = self.base();
        Ok(Created {
            url: browse(&base, &key),
            id: key,
            title: draft.summary().map(str::to_owned),
            metadata,
        })
    }

    /// What is sent to make an issue.
    pub(super) fn body_of(
        &self,
        draft: &IssueDraft,
        known: &Known,
    ) -> Result<Value, AtlassianError> {
        Ok(match draft {
            IssueDraft::Own(body) => body.clone(),
            IssueDraft::Short(issue) => {
                json!({ "fields": new_fields(issue, self.site.dialect(), known)? })
            }
        })
    }

    /// Changes an issue; what is not named stays. Gives the issue as far as it is known then: `before` with
    /// what was written.
    pub(crate) async fn update(
        self,
        key: &IssueKey,
        change: &IssueChange,
        before: &Value,
        known: &Known,
    ) -> Result<Fetched<Issue>, AtlassianError> {
        let body = match change {
            IssueChange::Own { body, .. } => body.clone(),
            IssueChange::Short(change) => {
                let fields = self.planned(change, before, known).await?;
                json!({ "fields": fields })
            }
        };
        let written = written(before, &body);
        let path = ["issue", key.as_str()];
        let call = Call::write("issue edit", Api::Jira, Method::PUT, &path, Some(body));
        self.site.perform(call).await?;
        self.site.note_written(text(before, "/id").as_deref());
        self.shaped(written)
    }

    /// Jira's own fields for a change, worked out beside everything else where a text is long.
    async fn planned(
        &self,
        change: &FieldChanges,
        before: &Value,
        known: &Known,
    ) -> Result<Map<String, Value>, AtlassianError> {
        let dialect = self.site.dialect();
        let size = match &change.description {
            Change::Set(text) => text.len() + size_of_document(&before["fields"]["description"]),
            _ => 0,
        };
        let further = &change.additional_fields;
        let size = size + known.kinds.size_of_edit(further, before);
        let field = match &change.description {
            Change::Set(_) => "description",
            _ => "additional_fields",
        };
        let (change, before, known) = (change.clone(), before.clone(), known.clone());
        planned(size, move || {
            changed_fields(&change, dialect, &before, &known)
        })
        .await
        .map_err(|why| AtlassianError::unplanned(field, why))?
    }

    /// An issue that came as an answer.
    pub(super) fn shaped(&self, raw: Value) -> Result<Fetched<Issue>, AtlassianError> {
        let base = self.base();
        fetched(raw, "an issue without an id or a key", |raw| {
            issue(raw, &base)
        })
    }

    /// Deletes an issue. Jira refuses one that has subtasks unless they are to go as well.
    pub(crate) async fn delete(
        self,
        key: &IssueKey,
        with_subtasks: bool,
    ) -> Result<(), AtlassianError> {
        let path = ["issue", key.as_str()];
        let query = [("deleteSubtasks", with_subtasks.to_string())];
        let call = Call {
            query: &query,
            ..Call::write("issue delete", Api::Jira, Method::DELETE, &path, None)
        };
        self.site.perform(call).await
    }
}

/// The issue that was read as `before`, with what `body` sets. What it adds to a list or takes out of one is
/// applied to labels only: other lists hold more of their entries than was sent.
pub(super) fn written(before: &Value, body: &Value) -> Value {
    let mut after = before.clone();
    let Some(fields) = after.get_mut("fields").and_then(Value::as_object_mut) else {
        return after;
    };
    let set = body.get("fields").and_then(Value::as_object);
    for (name, value) in set.into_iter().flatten() {
        fields.insert(name.clone(), known(fields.get(name), value));
    }
    let operations = body.get("update").and_then(Value::as_object);
    for (name, operations) in operations.into_iter().flatten() {
        for operation in operations.as_array().into_iter().flatten() {
            if let Some(value) = operation.get("set") {
                fields.insert(name.clone(), known(fields.get(name), value));
            }
            let Some(labels) = fields.get_mut(name).and_then(Value::as_array_mut) else {
                continue;
            };
            match (operation.get("add"), operation.get("remove")) {
                (Some(Value::String(label)), _) => labels.push(Value::from(label.as_str())),
                (_, Some(Value::String(label))) => labels.retain(|one| one != label.as_str()),
                _ => {}
            }
        }
    }
    after
}

/// A value that was sent, with what is known of it where it is the one that was there before.
fn known(before: Option<&Value>, sent: &Value) -> Value {
    let is_same = before.is_some_and(|before| {
        sent.as_object().is_some_and(|parts| {
            !parts.is_empty()
                && parts
                    .iter()
                    .all(|(name, part)| before.get(name) == Some(part))
        })
    });
    match before {
        Some(before) if is_same => before.clone(),
        _ => sent.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_stands_beside_what_was_read() {
        let before = json!({"id": "7", "key": "EX-7", "fields": {"summary": "Old", "labels": ["a", "b"],
            "priority": {"id": "3", "name": "Medium"}, "status": {"name": "To Do"}}});
        let body = json!({
            "fields": {"summary": "New", "priority": {"name": "Medium"}, "assignee": null},
            "update": {"labels": [{"add": "c"}, {"remove": "a"}], "comment": [{"add": {"body": "x"}}]},
        });
        let after = written(&before, &body);
        assert_eq!(
            after,
            json!({"id": "7", "key": "EX-7", "fields": {"summary": "New", "labels": ["b", "c"],
                "priority": {"id": "3", "name": "Medium"}, "status": {"name": "To Do"}, "assignee": null}})
        );
        assert_eq!(written(&json!({"id": "7"}), &body), json!({"id": "7"}));
    }
}
