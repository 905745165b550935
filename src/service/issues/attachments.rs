//! Files attached to issues.

use super::{Issues, issue_key};
use crate::atlassian::download::Download;
use crate::model::attachment::{Attachment, FileDraft};
use crate::model::hit::Fetched;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

const NO_SUCH_FILE: &str = "this issue has no such attachment; list its attachments for their ids";

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
        writing(async {
            let (this, key) = &self.named(scope, key).await?;
            let key = &issue_key(key)?;
            this.connections
                .jira(scope, |jira| jira.attach(key, file))
                .await
        })
        .await
    }

    /// The files attached to an issue, which may be named by its address.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// issue's key.
    pub(crate) async fn attachments(
        &self,
        scope: &Scope,
        key: &str,
    ) -> Result<Vec<Fetched<Attachment>>, ServiceError> {
        let (there, key) = self.named(scope, key).await?;
        let key = &issue_key(&key)?;
        there
            .connections
            .jira(scope, |jira| jira.attachments(key))
            .await
    }

    /// One file attached to an issue, by its id: what is known of it, and what is in it.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no issue's key, and for
    /// a file that is not attached to this issue.
    pub(crate) async fn attached(
        &self,
        scope: &Scope,
        key: &str,
        id: &str,
    ) -> Result<(Attachment, Download), ServiceError> {
        let (there, key) = self.named(scope, key).await?;
        let listed = there.attachments(scope, &key).await?;
        let mut files = listed.into_iter().map(|file| file.value);
        let file = files
            .find(|file| file.id == id)
            .ok_or_else(|| ServiceError::NotFound(String::from(NO_SUCH_FILE)))?;
        let wanted = &file;
        let content = there
            .connections
            .jira(scope, |jira| jira.attached(wanted))
            .await?;
        Ok((file, content))
    }
}
