//! Comments on issues.

use serde_json::Value;

use super::{Issues, issue_key};
use crate::model::comment::{Comment, CommentDraft, CommentId, CommentOrder};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

impl Issues {
    /// The comments on an issue; at most 100 at once.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// issue's key.
    pub(crate) async fn comments(
        &self,
        scope: &Scope,
        key: &str,
        order: CommentOrder,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, ServiceError> {
        let (this, key) = &self.named(scope, key).await?;
        let key = &issue_key(key)?;
        let mut found = this
            .connections
            .jira(scope, |jira| jira.comments(key, order, page))
            .await?;
        this.name_mentioned(scope, &mut found.items).await;
        Ok(found)
    }

    /// One comment.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// key or no id.
    pub(crate) async fn comment(
        &self,
        scope: &Scope,
        key: &str,
        id: &str,
    ) -> Result<Fetched<Comment>, ServiceError> {
        let (this, key) = &self.named(scope, key).await?;
        let (key, id) = (&issue_key(key)?, &comment_id(id)?);
        let found = this
            .connections
            .jira(scope, |jira| jira.comment(key, id))
            .await?;
        Ok(this.with_names(scope, found).await)
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// issue's key.
    pub(crate) async fn add_comment(
        &self,
        scope: &Scope,
        key: &str,
        draft: &CommentDraft,
    ) -> Result<Fetched<Comment>, ServiceError> {
        writing(async {
            let (this, key) = &self.named(scope, key).await?;
            let key = &issue_key(key)?;
            let draft = &mut draft.clone();
            this.show_attached(scope, key, vec![&mut draft.body]).await;
            let draft = &*draft;
            let names = &this.names_in(scope, [draft.body.as_str()]).await;
            this.expect_known(scope, ("body", &[&draft.body]), names, &Value::Null)
                .await?;
            let written = this
                .connections
                .jira(scope, |jira| jira.add_comment(key, draft, names))
                .await;
            match written {
                Ok(written) => Ok(this.with_names(scope, written).await),
                Err(error) => Err(this.why_missing(scope, key.as_str(), error).await),
            }
        })
        .await
    }

    /// Deletes a comment.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// key or no id.
    pub(crate) async fn delete_comment(
        &self,
        scope: &Scope,
        key: &str,
        id: &str,
    ) -> Result<(), ServiceError> {
        writing(async {
            let (this, key) = &self.named(scope, key).await?;
            let (key, id) = (&issue_key(key)?, &comment_id(id)?);
            this.connections
                .jira(scope, |jira| jira.delete_comment(key, id))
                .await
        })
        .await
    }
}

/// What cannot name a comment is a comment that does not exist.
fn comment_id(text: &str) -> Result<CommentId, ServiceError> {
    CommentId::parse(text).map_err(|error| ServiceError::no_such_object(&error))
}
