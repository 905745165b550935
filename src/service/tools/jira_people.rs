//! Tools about people, and how a tool's argument names one.

use serde::Deserialize;
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{page_request, ten};
use super::outcome::Outcome;
use super::registry::{Operation, PAGED, Paging};
use crate::model::hit::Fetched;
use crate::model::page::PageRequest;
use crate::model::person::UserSummary;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// How many accounts are looked at for the one that a name fits.
const CANDIDATES: u32 = 100;

/// How many of several accounts a refusal names.
const MOST_TOLD: usize = 5;

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
///
/// # Errors
/// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` when the name fits
/// nobody, or several people.
pub(super) async fn account(
    context: &ToolContext,
    scope: &Scope,
    field: &str,
    named: &str,
) -> Result<String, ServiceError> {
    let named = &as_typed(named);
    if named.is_empty() {
        let why =
            format!("{field} must name a person: a name, an e-mail address, an account id or me");
        return Err(ServiceError::invalid(field, why));
    }
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
    let (colleagues, others): (Vec<_>, Vec<_>) =
        found.iter().partition(|user| user.value.is_colleague());
    // Whoever has left, apps and customers are meant only where nobody else has the name.
    for accounts in [&colleagues, &others] {
        match meant(accounts, named) {
            Meant::One(id) => return Ok(id),
            Meant::Several(told) => {
                let why =
                    format!("{field} fits several people ({told}); name one by their account id");
                return Err(ServiceError::invalid(field, why));
            }
            Meant::Nobody => {}
        }
    }
    let why = format!("no person matches {field}; jira_search_users finds people");
    Err(ServiceError::invalid(field, why))
}

/// A name as somebody types it: without the mention that texts show it in, with single spaces and the
/// apostrophe of the keyboard.
fn as_typed(named: &str) -> String {
    let named = named.trim();
    let mention = named
        .strip_prefix("[~")
        .or_else(|| Some(named.strip_prefix("@[")?.split_once("](")?.1))
        .and_then(|rest| rest.strip_suffix([']', ')']));
    let words: Vec<&str> = mention.unwrap_or(named).split_whitespace().collect();
    words.join(" ").replace(['\u{2018}', '\u{2019}'], "'")
}

/// Whom a name means among some accounts.
#[derive(Debug, PartialEq, Eq)]
enum Meant {
    One(String),
    Several(String),
    Nobody,
}

/// The account whose name or e-mail address it is; else the only one that it fits at all.
fn meant(accounts: &[&Fetched<UserSummary>], named: &str) -> Meant {
    let named = named.to_lowercase();
    let is_so =
        |text: Option<&str>| text.is_some_and(|text| as_typed(text).to_lowercase() == named);
    let address =
        |user: &Fetched<UserSummary>| is_so(user.raw.get("emailAddress")?.as_str()).then_some(());
    let exact: Vec<_> = accounts
        .iter()
        .filter(|user| is_so(user.value.display_name.as_deref()) || address(user).is_some())
        .collect();
    let fitting: Vec<_> = if exact.is_empty() {
        accounts.iter().collect()
    } else {
        exact
    };
    match fitting.as_slice() {
        [] => Meant::Nobody,
        [one] => Meant::One(one.value.account_id.clone()),
        several => {
            let told = several.iter().take(MOST_TOLD).map(|user| {
                let name = user.value.display_name.as_deref().unwrap_or("nameless");
                format!("{name}: {}", user.value.account_id)
            });
            Meant::Several(told.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Account ids have no spaces and no `@`, and are long.
fn looks_like_a_name(text: &str) -> bool {
    text.contains(['@', ' ']) || text.len() < 16
}
