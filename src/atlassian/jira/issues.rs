//! Single issues: reading, making, changing and deleting them.

use reqwest::Method;
use serde_json::{Value, json};

use super::Jira;
use super::issue_fields::{changed_fields, new_fields};
use super::shape::{browse, issue};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::fetched;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::hit::{Created, Fetched};
use crate::model::issue::Issue;
use crate::model::issue_change::IssueChange;
use crate::model::issue_draft::IssueDraft;
use crate::model::issue_key::IssueKey;

impl Jira<'_> {
    /// One issue with all its fields.
    pub(crate) async fn issue(self, key: &IssueKey) -> Result<Fetched<Issue>, AtlassianError> {
        let path = ["issue", key.as_str()];
        let raw: Value = self
            .site
            .fetch(Call::get("issue", Api::Jira, &path, &[]))
            .await?;
        let base = self.base();
        fetched(raw, "an issue without an id or a key", |raw| {
            issue(raw, &base)
        })
    }

    /// Makes an issue. `me` is the account that `assignee: "me"` stands for; without it nobody is
    /// assigned. Never sent twice: it would make two.
    pub(crate) async fn create(
        self,
        draft: &IssueDraft,
        me: Option<&str>,
    ) -> Result<Created, AtlassianError> {
        let body = match draft {
            IssueDraft::Own(body) => body.clone(),
            IssueDraft::Friendly(issue) => {
                json!({ "fields": new_fields(issue, me, self.site.dialect()) })
            }
        };
        let call = Call::write(
            "issue create",
            Api::Jira,
            Method::POST,
            &["issue"],
            Some(body),
        );
        let metadata: Value = self.site.fetch(call).await?;
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

    /// Changes an issue; what is not named stays. `me` is as in [`Jira::create`].
    pub(crate) async fn update(
        self,
        key: &IssueKey,
        change: &IssueChange,
        me: Option<&str>,
    ) -> Result<(), AtlassianError> {
        let body = match change {
            IssueChange::Own(body) => body.clone(),
            IssueChange::Friendly(change) => {
                json!({ "fields": changed_fields(change, me, self.site.dialect()) })
            }
        };
        let path = ["issue", key.as_str()];
        let call = Call::write("issue edit", Api::Jira, Method::PUT, &path, Some(body));
        self.site.perform(call).await
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
