//! Tools about people.

use serde::Deserialize;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, ten};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// No arguments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoArguments {}

/// `jira_get_current_user`.
pub(super) struct GetCurrentUser;

impl Operation for GetCurrentUser {
    const NAME: &'static str = "jira_get_current_user";
    const FACTS: Facts = Facts {
        title: "Who is logged in",
        description: "Tell whose account all calls use. Resolves \"me\"; JQL knows currentUser().",
        calls: &["getCurrentUser"],
        ..Facts::reading(Toolset::JIRA_USERS, Gives::Object("account_id"))
    };
    type Arguments = NoArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        _arguments: NoArguments,
    ) -> Result<Outcome, ServiceError> {
        let me = context.issues.myself(scope).await?;
        Ok(Outcome::of_object(me.value))
    }
}

/// The arguments of `jira_get_user_profile`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserProfileArguments {
    /// Account id, email or name.
    #[schema(example = "Mia Krystof")]
    user_identifier: String,
}

/// `jira_get_user_profile`.
pub(super) struct GetUserProfile;

impl Operation for GetUserProfile {
    const NAME: &'static str = "jira_get_user_profile";
    const FACTS: Facts = Facts {
        title: "Read user",
        description: "Read a user's profile. Use account_id in JQL and as assignee.",
        calls: &["getUser"],
        ..Facts::reading(Toolset::JIRA_USERS, Gives::Object("account_id"))
    };
    type Arguments = UserProfileArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: UserProfileArguments,
    ) -> Result<Outcome, ServiceError> {
        let id = context
            .issues
            .account(scope, "user_identifier", &arguments.user_identifier)
            .await?;
        let user = context.issues.user(scope, &id).await?;
        Ok(Outcome::of_object(user.value))
    }
}

/// The arguments of `jira_search_users`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserSearch {
    #[schema(example = "Mia")]
    query: String,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    cursor: Option<String>,
}

/// `jira_search_users`.
pub(super) struct SearchUsers;

impl Operation for SearchUsers {
    const NAME: &'static str = "jira_search_users";
    const FACTS: Facts = Facts {
        title: "Search users",
        description: "Find users by the beginning of name or email. Gives account_id and name. Page with next_cursor.",
        calls: &["findUsers"],
        ..Facts::reading(Toolset::JIRA_USERS, Gives::List("account_id"))
    };
    const PAGING: Option<Paging> = PAGED;
    type Arguments = UserSearch;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: UserSearch,
    ) -> Result<Outcome, ServiceError> {
        let wanted = page_request("limit", arguments.limit, 50, arguments.cursor)?;
        let found = context
            .issues
            .users(scope, &arguments.query, &wanted)
            .await?;
        Ok(Outcome::of_page(found.map(|user| user.value)))
    }
}
