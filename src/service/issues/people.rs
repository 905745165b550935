//! The people of a Jira site.

use super::Issues;
use crate::atlassian::jira::Jira;
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::person::{AccountId, UserProfile, UserSummary};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Issues {
    /// The account behind the connection.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn myself(&self, scope: &Scope) -> Result<Fetched<UserProfile>, ServiceError> {
        self.connections.jira(scope, Jira::myself).await
    }

    /// One user, named by their account's id.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// account's id.
    pub(crate) async fn user(
        &self,
        scope: &Scope,
        account_id: &str,
    ) -> Result<Fetched<UserProfile>, ServiceError> {
        let id =
            &AccountId::parse(account_id).map_err(|error| ServiceError::no_such_object(&error))?;
        self.connections.jira(scope, |jira| jira.user(id)).await
    }

    /// Users whose name or e-mail address starts with `query`.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for an empty
    /// or overlong query.
    pub(crate) async fn users(
        &self,
        scope: &Scope,
        query: &str,
        page: &PageRequest,
    ) -> Result<Page<Fetched<UserSummary>>, ServiceError> {
        let query = query.trim();
        if query.is_empty() || query.chars().count() > 255 {
            let why = "q must be the beginning of a name or an e-mail address";
            return Err(ServiceError::invalid("q", why));
        }
        self.connections
            .jira(scope, |jira| jira.users(query, page))
            .await
    }
}
