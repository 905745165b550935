//! The account itself, and other people.

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{Format, FormatQuery};
use crate::http::wire::paging::{List, PageQuery, Pager};
use crate::model::person::{UserProfile, UserSummary};

const USERS: List = List {
    name: "/connectors/jira/users",
    default: 25,
    most: 100,
};

/// Who is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// The beginning of a name or an e-mail address.
    #[param(example = "mia")]
    q: String,
    /// `raw` gives Jira's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
}

/// The account behind the connection, as Jira knows it.
#[utoipa::path(get, path = "/connectors/jira/myself", tag = "Jira", params(FormatQuery),
    responses((status = 200, body = UserProfile), Failures))]
pub(crate) async fn myself(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let myself = state.issues.myself(&caller.scope()).await?;
    Ok(Json(query.format.of(myself)).into_response())
}

/// Users whose name or e-mail address starts with `q`; Jira shows the first 1000.
#[utoipa::path(get, path = "/connectors/jira/users", tag = "Jira", params(PageQuery, UsersQuery),
    responses((status = 200, body = [UserSummary], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn users(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<UsersQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, USERS, &[&query.q]);
    let request = pager.request(&paging)?;
    let page = state.issues.users(&scope, &query.q, &request).await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}
