//! Values that Jira refused, read once more by what the fields of the issue's screen take: it is asked for that only then,
//! because most values are written as Jira takes them.

use super::Issues;
use crate::atlassian::jira::{FieldKinds, Known, type_of};
use crate::model::hit::{Created, Fetched};
use crate::model::issue::Issue;
use crate::model::issue_change::IssueChange;
use crate::model::issue_draft::IssueDraft;
use crate::model::issue_key::IssueKey;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// Jira's own fields that take certain values only.
const CHOSEN: [&str; 7] = [
    "components",
    "fixVersions",
    "issuetype",
    "priority",
    "resolution",
    "security",
    "versions",
];

impl Issues {
    /// Makes an issue, in a second try where the first had values in another form than the fields take.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a value that is none of those
    /// that a field takes.
    pub(super) async fn make(
        &self,
        scope: &Scope,
        draft: &IssueDraft,
        known: &Known,
    ) -> Result<Created, ServiceError> {
        let made = self
            .connections
            .jira(scope, |jira| jira.create(draft, known))
            .await;
        let (Err(refusal), IssueDraft::Short(issue)) = (&made, draft) else {
            return made;
        };
        if !is_about_values(refusal) {
            return made;
        }
        let kind = &type_of(issue);
        let screen = self
            .connections
            .jira(scope, |jira| {
                jira.create_screen(&issue.project_key.key, kind)
            })
            .await;
        let Ok(screen) = screen else {
            return made;
        };
        let known = &known.clone().with(|kinds: FieldKinds| kinds.on(screen));
        self.connections
            .jira(scope, |jira| jira.create(draft, known))
            .await
    }

    /// Writes a change to the issue that was read as `before`, likewise.
    ///
    /// # Errors
    /// Those of [`Issues::make`].
    pub(super) async fn write(
        &self,
        scope: &Scope,
        key: &IssueKey,
        change: &IssueChange,
        before: &serde_json::Value,
        known: &Known,
    ) -> Result<Fetched<Issue>, ServiceError> {
        let written = self
            .connections
            .jira(scope, |jira| jira.update(key, change, before, known))
            .await;
        let (Err(refusal), IssueChange::Short(_)) = (&written, change) else {
            return written;
        };
        if !is_about_values(refusal) {
            return written;
        }
        let screen = self.connections.jira(scope, |jira| jira.edit_screen(key));
        let Ok(screen) = screen.await else {
            return written;
        };
        let known = &known.clone().with(|kinds: FieldKinds| kinds.on(screen));
        self.connections
            .jira(scope, |jira| jira.update(key, change, before, known))
            .await
    }
}

/// Whether Jira refused a value that may be meant for one that it takes.
fn is_about_values(refusal: &ServiceError) -> bool {
    let ServiceError::Rejected { fields, .. } = refusal else {
        return false;
    };
    fields
        .iter()
        .any(|(field, _)| CHOSEN.contains(&field.as_str()) || field.starts_with("customfield_"))
}
