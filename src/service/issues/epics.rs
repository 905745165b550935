//! Epics of a Data Center: there a parent is for sub-tasks alone, and the epic of any other issue stands in a field of Jira
//! Software's.

use serde_json::{Value, json};

use super::{Issues, issue_key};
use crate::atlassian::jira::{Jira, is_named, type_of};
use crate::model::issue_change::{Change, FieldChanges};
use crate::model::issue_draft::NewIssue;
use crate::model::issue_reference::IssueReference;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Issues {
    /// Puts the parent of a new issue where the site keeps it.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(super) async fn place_parent(
        &self,
        scope: &Scope,
        issue: &mut NewIssue,
    ) -> Result<(), ServiceError> {
        let Some(parent) = issue.parent.clone() else {
            return Ok(());
        };
        let Some(field) = self.epic_field(scope).await? else {
            return Ok(());
        };
        if self.is_subtask(scope, issue).await? {
            return Ok(());
        }
        let epic = self.key_of(scope, &parent).await?;
        issue.parent = None;
        issue.additional_fields.insert(field, json!(epic));
        Ok(())
    }

    /// Puts the new parent of an issue there.
    ///
    /// # Errors
    /// Those of [`Issues::place_parent`].
    pub(super) async fn place_new_parent(
        &self,
        scope: &Scope,
        key: &str,
        changes: &mut FieldChanges,
    ) -> Result<(), ServiceError> {
        if changes.parent == Change::Keep {
            return Ok(());
        }
        let Some(field) = self.epic_field(scope).await? else {
            return Ok(());
        };
        // What cannot be read is for Jira to refuse.
        let Ok(now) = self.read(scope, key).await else {
            return Ok(());
        };
        if now.raw.pointer("/fields/issuetype/subtask") == Some(&Value::Bool(true)) {
            return Ok(());
        }
        let epic = match std::mem::take(&mut changes.parent) {
            Change::Set(parent) => json!(self.key_of(scope, &parent).await?),
            Change::Clear | Change::Keep => Value::Null,
        };
        changes.additional_fields.insert(field, epic);
        Ok(())
    }

    /// The field that holds the epic of an issue; none on Cloud, where an epic is a parent like others.
    async fn epic_field(&self, scope: &Scope) -> Result<Option<String>, ServiceError> {
        self.connections.jira(scope, Jira::epic_field).await
    }

    /// Whether a new issue is of a type whose issues lie below others. So is one of a type that nobody knows: Jira says so.
    async fn is_subtask(&self, scope: &Scope, issue: &NewIssue) -> Result<bool, ServiceError> {
        let named = type_of(issue);
        let types = self.issue_types(scope, &issue.project_key.key).await?;
        let mut types = types.into_iter().map(|kind| kind.value);
        let kind = types.find(|kind| is_named(kind, &named));
        Ok(kind.is_none_or(|kind| kind.subtask))
    }

    /// The key of an issue, which may be named by its number.
    async fn key_of(&self, scope: &Scope, issue: &IssueReference) -> Result<String, ServiceError> {
        if !issue.key.is_id() {
            return Ok(issue.key.as_str().to_owned());
        }
        let key = issue_key(issue.key.as_str())?;
        let found = self.read(scope, key.as_str()).await?;
        Ok(found.value.key)
    }
}
