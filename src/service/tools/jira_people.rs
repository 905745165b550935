//! Tools about people, and how a tool's argument names one.

use serde::Deserialize;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, ten};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::page::PageRequest;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// How many people may fit a name before it is too vague.
const CANDIDATES: u32 = 20;

/// No arguments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoArguments {}

/// `jira_get_current_user`.
pub(super) struct GetCurrentUser;

impl Operation for GetCurrentUser {
    const NAME: &'static str = "jira_get_current_user";
    const DESCRIPTION: &'static str = "Tell which Jira account the calls are made as.";
    const READ_ONLY: bool = true;
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
    /// An account id (also as `accountid:…`), an e-mail address or a name.
    #[schema(example = "Mia Krystof")]
    user_identifier: String,
}

/// `jira_get_user_profile`.
pub(super) struct GetUserProfile;

impl Operation for GetUserProfile {
    const NAME: &'static str = "jira_get_user_profile";
    const DESCRIPTION: &'static str = "Read the profile of one Jira user.";
    const READ_ONLY: bool = true;
    type Arguments = UserProfileArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: UserProfileArguments,
    ) -> Result<Outcome, ServiceError> {
        let id = account(
            context,
            scope,
            "user_identifier",
            &arguments.user_identifier,
        )
        .await?;
        let user = context.issues.user(scope, &id).await?;
        Ok(Outcome::of_object(user.value))
    }
}

/// The arguments of `jira_search_users`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserSearch {
    /// The beginning of a name or an e-mail address.
    #[schema(example = "Mia")]
    query: String,
    /// The most people, from 1 to 50.
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, maximum = 50, default = 10)]
    limit: u32,
    /// `next_cursor` of the part before.
    cursor: Option<String>,
}

/// `jira_search_users`.
pub(super) struct SearchUsers;

impl Operation for SearchUsers {
    const NAME: &'static str = "jira_search_users";
    const DESCRIPTION: &'static str = "Find Jira users by their names.";
    const READ_ONLY: bool = true;
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

/// The id of the account that an argument names: by the id itself, by `me`, or by an e-mail address
/// or a name that fits one person.
pub(super) async fn account(
    context: &ToolContext,
    scope: &Scope,
    field: &str,
    named: &str,
) -> Result<String, ServiceError> {
    let named = named.trim();
    if named == "me" {
        return Ok(context.issues.myself(scope).await?.value.account_id);
    }
    if let Some(id) = named.strip_prefix("accountid:") {
        return Ok(id.to_owned());
    }
    if !looks_like_a_name(named) {
        return Ok(named.to_owned());
    }
    let request = PageRequest {
        limit: CANDIDATES,
        cursor: None,
    };
    let found = context.issues.users(scope, named, &request).await?.items;
    let exactly = |name: &Option<String>| {
        name.as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(named))
    };
    let exact: Vec<_> = found
        .iter()
        .filter(|user| exactly(&user.value.display_name))
        .collect();
    let meant = match exact.as_slice() {
        [one] => Some(*one),
        [] if found.len() == 1 => found.first(),
        _ => None,
    };
    meant
        .map(|user| user.value.account_id.clone())
        .ok_or_else(|| {
            let why = if found.is_empty() {
                "fits nobody here; jira_search_users finds people"
            } else {
                "fits several people; name one by their account id"
            };
            ServiceError::invalid(field, format!("{field} {why}"))
        })
}

/// Account ids have no spaces and no `@`, and are long.
fn looks_like_a_name(text: &str) -> bool {
    text.contains(['@', ' ']) || text.len() < 16
}
