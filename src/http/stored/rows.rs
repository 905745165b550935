//! Stored data: users as rows, and the projects and pages kept for them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{Body, Query, created};
use crate::http::wire::paging::{List, PageQuery, Pager};
use crate::model::product::Product;
use crate::model::stored::{NewStoredPage, NewStoredProject, StoredPage, StoredProject};
use crate::model::time::Timestamp;
use crate::model::user_row::{NewUserBody, UserRow};

const USERS: List = whole("/users");
const PROJECTS: List = whole("/jira/projects/{owner_id}");
const PAGES: List = whole("/confluence/pages/{owner_id}");
const FETCHED_PROJECTS: List = whole("/integrations/jira/projects/fetch");
const FETCHED_PAGES: List = whole("/integrations/confluence/pages/fetch");

/// A list that the earlier system gave whole: as much as fits comes without a `limit`.
const fn whole(name: &'static str) -> List {
    List {
        name,
        default: 1000,
        most: 1000,
    }
}

/// Whose rows are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OwnerQuery {
    /// A user's id; without it, the caller's own row.
    owner_id: Option<String>,
}

/// Stored rows of one product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stored<T> {
    /// `jira` or `confluence`.
    #[schema(example = "jira")]
    provider: &'static str,
    items: Vec<T>,
    /// When the last complete sync of these rows ended.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    synced_at: Option<Timestamp>,
}

/// Store a user: a name to keep projects and pages under. The same address is the same user.
#[utoipa::path(post, path = "/users", tag = "Stored data", request_body = NewUserBody,
    responses((status = 201, body = UserRow, headers(("Location" = String))), Failures))]
pub(crate) async fn put_user(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Response, ApiError> {
    let user = state.catalog.put_user(&caller.scope(), &body).await?;
    Ok(created(&format!("/users/{}", user.id), user))
}

/// The stored users, newest first.
#[utoipa::path(get, path = "/users", tag = "Stored data", params(PageQuery),
    responses((status = 200, body = [UserRow], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn users(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, USERS, &[]);
    let request = pager.request(&paging)?;
    let page = state.catalog.users(&scope, &request).await?;
    Ok(pager.reply(&uri, &request, page))
}

/// One stored user.
#[utoipa::path(get, path = "/users/{id}", tag = "Stored data",
    params(("id" = String, Path, example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f")),
    responses((status = 200, body = UserRow), Failures))]
pub(crate) async fn user(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<UserRow>, ApiError> {
    Ok(Json(state.catalog.user(&caller.scope(), &id).await?))
}

/// Store a project for a user, in place of the one with the same key.
#[utoipa::path(post, path = "/jira/projects", tag = "Stored data", request_body = NewStoredProject,
    responses((status = 201, body = StoredProject), Failures))]
pub(crate) async fn put_project(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Response, ApiError> {
    let project = state.catalog.put_project(&caller.scope(), &body).await?;
    Ok(created(
        &format!("/jira/projects/{}", project.owner_id),
        project,
    ))
}

/// The projects stored for a user, by key.
#[utoipa::path(get, path = "/jira/projects/{owner_id}", tag = "Stored data",
    params(("owner_id" = String, Path, example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f"), PageQuery),
    responses((status = 200, body = [StoredProject], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn projects(
    State(state): State<AppState>,
    Path(owner_id): Path<String>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, PROJECTS, &[&owner_id]);
    let request = pager.request(&paging)?;
    let owner = state.catalog.user(&scope, &owner_id).await?;
    let page = state.catalog.projects(&scope, &owner.id, &request).await?;
    Ok(pager.reply(&uri, &request, page))
}

/// Store a page for a user, in place of the same page of the same space.
#[utoipa::path(post, path = "/confluence/pages", tag = "Stored data", request_body = NewStoredPage,
    responses((status = 201, body = StoredPage), Failures))]
pub(crate) async fn put_page(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Response, ApiError> {
    let page = state.catalog.put_page(&caller.scope(), &body).await?;
    Ok(created(
        &format!("/confluence/pages/{}", page.owner_id),
        page,
    ))
}

/// The pages stored for a user, by title.
#[utoipa::path(get, path = "/confluence/pages/{owner_id}", tag = "Stored data",
    params(("owner_id" = String, Path, example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f"), PageQuery),
    responses((status = 200, body = [StoredPage], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn pages(
    State(state): State<AppState>,
    Path(owner_id): Path<String>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, PAGES, &[&owner_id]);
    let request = pager.request(&paging)?;
    let owner = state.catalog.user(&scope, &owner_id).await?;
    let page = state.catalog.pages(&scope, &owner.id, &request).await?;
    Ok(pager.reply(&uri, &request, page))
}

/// The stored projects of a user, with the time of the last sync. Nothing is asked of Jira.
#[utoipa::path(get, path = "/integrations/jira/projects/fetch", tag = "Stored data", params(OwnerQuery, PageQuery),
    responses((status = 200, body = Stored<StoredProject>, headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn fetch_projects(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<OwnerQuery>,
    Query(paging): Query<PageQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let asked = query.owner_id.as_deref();
    let pager = Pager::new(
        &state,
        &scope,
        FETCHED_PROJECTS,
        &[asked.unwrap_or_default()],
    );
    let request = pager.request(&paging)?;
    let (owner_id, synced_at) = state
        .catalog
        .owner_of_rows(&scope, Product::Jira, asked)
        .await?;
    let page = state.catalog.projects(&scope, &owner_id, &request).await?;
    let body = Json(Stored {
        provider: "jira",
        items: page.items,
        synced_at,
    });
    Ok(pager.with_next(&uri, &request, page.next, body.into_response()))
}

/// The stored pages of a user, with the time of the last sync. Nothing is asked of Confluence.
#[utoipa::path(get, path = "/integrations/confluence/pages/fetch", tag = "Stored data", params(OwnerQuery, PageQuery),
    responses((status = 200, body = Stored<StoredPage>, headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn fetch_pages(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<OwnerQuery>,
    Query(paging): Query<PageQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let asked = query.owner_id.as_deref();
    let pager = Pager::new(&state, &scope, FETCHED_PAGES, &[asked.unwrap_or_default()]);
    let request = pager.request(&paging)?;
    let (owner_id, synced_at) = state
        .catalog
        .owner_of_rows(&scope, Product::Confluence, asked)
        .await?;
    let page = state.catalog.pages(&scope, &owner_id, &request).await?;
    let body = Json(Stored {
        provider: "confluence",
        items: page.items,
        synced_at,
    });
    Ok(pager.with_next(&uri, &request, page.next, body.into_response()))
}
