//! Confluence through the owner's connection: spaces, search, pages.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::bodies::CreatePage;
use super::caller::Caller;
use super::error::ApiError;
use super::extract::{Body, Query, created};
use super::format::FormatQuery;
use super::openapi::Failures;
use super::paging::{List, PageQuery, Pager};
use super::search::SearchQuery;
use super::state::AppState;
use crate::model::content::{ContentMetadata, Space, WikiPage};
use crate::model::hit::{Created, SearchHit};

const SPACES: List = List {
    name: "/connectors/confluence/spaces",
    default: 25,
    most: 250,
};
const SEARCH: List = List {
    name: "/connectors/confluence/search",
    default: 10,
    most: 100,
};

/// The spaces this account may see, by key.
#[utoipa::path(get, path = "/connectors/confluence/spaces", tag = "Confluence", params(PageQuery, FormatQuery),
    responses((status = 200, body = [Space], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(super) async fn spaces(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<FormatQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, SPACES, &[]);
    let request = pager.request(&paging)?;
    let page = state.pages.spaces(&scope, &request).await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}

/// Pages, blog posts and other content, found by CQL or by words.
#[utoipa::path(get, path = "/connectors/confluence/search", tag = "Confluence", params(PageQuery, SearchQuery),
    responses((status = 200, body = [SearchHit<ContentMetadata>], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(super) async fn search(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<SearchQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, SEARCH, &query.filter());
    let request = pager.request(&paging)?;
    let page = state
        .pages
        .search(&scope, &query.request(), &request)
        .await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}

/// Make a page, from the friendly form or Confluence's own.
#[utoipa::path(post, path = "/connectors/confluence/create", tag = "Confluence", request_body = CreatePage,
    responses((status = 201, body = Created, headers(("Location" = String))), Failures))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Response, ApiError> {
    let page = state.pages.create(&caller.scope(), &body).await?;
    Ok(created(
        &format!("/connectors/confluence/pages/{}", page.id),
        page,
    ))
}

/// One page, its text in Markdown.
#[utoipa::path(get, path = "/connectors/confluence/pages/{id}", tag = "Confluence", params(("id" = String, Path, example = "98400"), FormatQuery),
    responses((status = 200, body = WikiPage), Failures))]
pub(super) async fn page(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let page = state.pages.page(&caller.scope(), &id).await?;
    Ok(Json(query.format.of(page)).into_response())
}
