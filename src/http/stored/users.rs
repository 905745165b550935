//! Stored users: names under which projects and pages are stored.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;

use super::whole_list;
use crate::http::caller::Caller;
use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Draft;
use crate::http::wire::created::created;
use crate::http::wire::error::ApiError;
use crate::http::wire::paging::{List, PageQuery};
use crate::model::user_row::{NewUser, UserRow};

pub(crate) const USERS: List = whole_list("/users");

/// Store a user, under whom projects and pages can be stored.
///
/// The same e-mail address is the same user.
#[utoipa::path(post, path = "/users", tag = "Stored data", request_body = NewUser,
    responses((status = 201, body = UserRow), Failures))]
pub(crate) async fn put_user(
    State(state): State<AppState>,
    caller: Caller,
    Draft(user): Draft<NewUser>,
) -> Result<Response, ApiError> {
    let user = state.catalog.put_user(&caller.scope(), &user).await?;
    Ok(created(&format!("/users/{}", user.id), user))
}

/// List the stored users, newest first.
#[utoipa::path(get, path = "/users", tag = "Stored data", params(PageQuery),
    responses((status = 200, body = [UserRow]), Failures))]
pub(crate) async fn users(
    State(state): State<AppState>,
    listing: Listing,
) -> Result<Response, ApiError> {
    let list = listing.open(USERS, &[])?;
    let users = state.catalog.users(list.scope(), list.page()).await?;
    Ok(list.reply(users))
}

/// Get one stored user.
#[utoipa::path(get, path = "/users/{id}", tag = "Stored data",
    params(("id" = String, Path)),
    responses((status = 200, body = UserRow), Failures))]
pub(crate) async fn user(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<UserRow>, ApiError> {
    Ok(Json(state.catalog.user(&caller.scope(), &id).await?))
}
