//! Jira through the owner's connection: projects, search, issues.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::bodies::CreateIssue;
use super::caller::Caller;
use super::error::ApiError;
use super::extract::{Body, Query, created};
use super::format::{Format, FormatQuery};
use super::openapi::Failures;
use super::paging::{List, PageQuery, Pager};
use super::search::SearchQuery;
use super::state::AppState;
use crate::model::hit::{Created, SearchHit};
use crate::model::issue::{Issue, IssueMetadata, Project};

const PROJECTS: List = List {
    name: "/connectors/jira/projects",
    default: 25,
    most: 100,
};
const SEARCH: List = List {
    name: "/connectors/jira/search",
    default: 10,
    most: 100,
};

/// Which projects are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ProjectsQuery {
    /// Looked for in keys and names.
    #[param(example = "EX")]
    q: Option<String>,
    /// `raw` gives Jira's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
}

/// The projects this account may see, by key.
#[utoipa::path(get, path = "/connectors/jira/projects", tag = "Jira", params(PageQuery, ProjectsQuery),
    responses((status = 200, body = [Project], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(super) async fn projects(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<ProjectsQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let q = query.q.as_deref();
    let pager = Pager::new(&state, &scope, PROJECTS, &[q.unwrap_or_default()]);
    let request = pager.request(&paging)?;
    let page = state.issues.projects(&scope, &request, q).await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}

/// Issues, found by JQL or by words.
#[utoipa::path(get, path = "/connectors/jira/search", tag = "Jira", params(PageQuery, SearchQuery),
    responses((status = 200, body = [SearchHit<IssueMetadata>], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
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
        .issues
        .search(&scope, &query.request(), &request)
        .await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}

/// Make an issue, from the friendly form or Jira's own.
#[utoipa::path(post, path = "/connectors/jira/create", tag = "Jira", request_body = CreateIssue,
    responses((status = 201, body = Created, headers(("Location" = String))), Failures))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Response, ApiError> {
    let issue = state.issues.create(&caller.scope(), &body).await?;
    Ok(created(
        &format!("/connectors/jira/issues/{}", issue.id),
        issue,
    ))
}

/// One issue, its description in Markdown.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}", tag = "Jira", params(("key" = String, Path, example = "EX-1"), FormatQuery),
    responses((status = 200, body = Issue), Failures))]
pub(super) async fn issue(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let issue = state.issues.issue(&caller.scope(), &key).await?;
    Ok(Json(query.format.of(issue)).into_response())
}
