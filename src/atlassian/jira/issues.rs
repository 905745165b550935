//! Single issues: reading, making, changing and deleting them.

use reqwest::Method;
use serde_json::{Value, json};

use super::issue_fields::{changed_fields, new_fields};
use super::shape::{browse, issue};
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::hit::{Created, Fetched};
use crate::model::issue::Issue;
use crate::model::issue_change::IssueChange;
use crate::model::issue_draft::IssueDraft;
use crate::model::issue_key::IssueKey;

impl Atlassian {
    /// One issue with all its fields.
    pub async fn jira_issue(
        &self,
        access: &Access,
        key: &IssueKey,
    ) -> Result<Fetched<Issue>, AtlassianError> {
        let path = ["issue", key.as_str()];
        let raw: Value = self
            .fetch(access, Call::get("issue", Api::Jira, &path, &[]))
            .await?;
        let base = self.endpoints().browser_base(&access.site);
        let value = issue(&raw, &base)
            .ok_or(AtlassianError::Nonsense("an issue without an id or a key"))?;
        Ok(Fetched { value, raw })
    }

    /// Makes an issue. `me` is the account that `assignee: "me"` stands for; without it nobody is
    /// assigned. Never sent twice: it would make two.
    pub async fn jira_create(
        &self,
        access: &Access,
        draft: &IssueDraft,
        me: Option<&str>,
    ) -> Result<Created, AtlassianError> {
        let body = match draft {
            IssueDraft::Own(body) => body.clone(),
            IssueDraft::Friendly(issue) => {
                json!({ "fields": new_fields(issue, me, access.dialect()) })
            }
        };
        let call = Call::write(
            "issue create",
            Api::Jira,
            Method::POST,
            &["issue"],
            Some(body),
        );
        let metadata: Value = self.fetch(access, call).await?;
        let key =
            text(&metadata, "/key").ok_or(AtlassianError::Nonsense("a new issue without a key"))?;
        let base = self.endpoints().browser_base(&access.site);
        Ok(Created {
            url: browse(&base, &key),
            id: key,
            title: draft.summary().map(str::to_owned),
            metadata,
        })
    }

    /// Changes an issue; what is not named stays. `me` is as in [`Atlassian::jira_create`].
    pub async fn jira_update(
        &self,
        access: &Access,
        key: &IssueKey,
        change: &IssueChange,
        me: Option<&str>,
    ) -> Result<(), AtlassianError> {
        let body = match change {
            IssueChange::Own(body) => body.clone(),
            IssueChange::Friendly(change) => {
                json!({ "fields": changed_fields(change, me, access.dialect()) })
            }
        };
        let path = ["issue", key.as_str()];
        let call = Call::write("issue edit", Api::Jira, Method::PUT, &path, Some(body));
        self.perform(access, call).await
    }

    /// Deletes an issue. Jira refuses one that has subtasks unless they are to go as well.
    pub async fn jira_delete(
        &self,
        access: &Access,
        key: &IssueKey,
        with_subtasks: bool,
    ) -> Result<(), AtlassianError> {
        let path = ["issue", key.as_str()];
        let query = [("deleteSubtasks", with_subtasks.to_string())];
        let call = Call {
            query: &query,
            ..Call::write("issue delete", Api::Jira, Method::DELETE, &path, None)
        };
        self.perform(access, call).await
    }
}
