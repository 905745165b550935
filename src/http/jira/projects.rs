//! Projects and their issue types.

use axum::Json;
use axum::extract::{Path, State};
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
use crate::model::issue::{IssueType, Project};

const PROJECTS: List = List {
    name: "/connectors/jira/projects",
    default: 25,
    most: 100,
};

/// Which projects are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProjectsQuery {
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
pub(crate) async fn projects(
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

/// One project. Jira minds the case of its key.
#[utoipa::path(get, path = "/connectors/jira/projects/{key}", tag = "Jira", params(("key" = String, Path, example = "EX"), FormatQuery),
    responses((status = 200, body = Project), Failures))]
pub(crate) async fn project(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let project = state.issues.project(&caller.scope(), &key).await?;
    Ok(Json(query.format.of(project)).into_response())
}

/// The issue types of a project.
#[utoipa::path(get, path = "/connectors/jira/projects/{key}/issue-types", tag = "Jira", params(("key" = String, Path, example = "EX"), FormatQuery),
    responses((status = 200, body = [IssueType]), Failures))]
pub(crate) async fn issue_types(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let types = state.issues.issue_types(&caller.scope(), &key).await?;
    Ok(Json(query.format.of_all(types)).into_response())
}
