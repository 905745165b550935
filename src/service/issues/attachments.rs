//! Files attached to issues.

use super::{Issues, issue_key};
use crate::model::attachment::{Attachment, FileDraft};
use crate::model::hit::Fetched;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Issues {
    /// Attaches a file to an issue.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// issue's key.
    pub(crate) async fn attach(
        &self,
        scope: &Scope,
        key: &str,
        file: &FileDraft,
    ) -> Result<Fetched<Attachment>, ServiceError> {
        let key = &issue_key(key)?;
        self.connections
            .jira(scope, |jira| jira.attach(key, file))
            .await
    }
}
