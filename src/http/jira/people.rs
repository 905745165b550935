//! Jira users: the connected account, and a search for others.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::caller::Caller;
use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{Format, FormatQuery, PlainOrRaw};
use crate::http::wire::paging::{List, PageQuery};
use crate::model::person::{UserProfile, UserSummary};

pub(crate) const USERS: List = List {
    name: "/connectors/jira/users",
    default: 25,
    most: 100,
};

/// Which users are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// The start of a name or an e-mail address.
    #[param(example = "mia")]
    q: String,
    /// `raw` returns Jira's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
}

/// Get the connected Jira account.
#[utoipa::path(get, path = "/connectors/jira/myself", tag = "Jira", params(FormatQuery),
    responses((status = 200, body = UserProfile), Failures))]
pub(crate) async fn myself(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Json<PlainOrRaw<UserProfile>>, ApiError> {
    let myself = state.issues.myself(&caller.scope()).await?;
    Ok(Json(query.format.apply(myself)))
}

/// Find users whose name or e-mail address starts with `q`. Jira returns at most 1000.
#[utoipa::path(get, path = "/connectors/jira/users", tag = "Jira", params(PageQuery, UsersQuery),
    responses((status = 200, body = [UserSummary]), Failures))]
pub(crate) async fn users(
    State(state): State<AppState>,
    listing: Listing,
    Query(query): Query<UsersQuery>,
) -> Result<Response, ApiError> {
    let list = listing.open(USERS, &[&query.q])?;
    let users = state
        .issues
        .users(list.scope(), &query.q, list.page())
        .await?;
    Ok(list.reply(query.format.apply_to_page(users)))
}
