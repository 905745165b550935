//! Jira projects and their issue types.

use axum::Json;
use axum::extract::{Path, State};
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
use crate::model::issue::{IssueType, Project};
use crate::service::issues::PROJECTS_AT_ONCE;

pub(crate) const PROJECTS: List = List {
    name: "/connectors/jira/projects",
    default: 25,
    most: PROJECTS_AT_ONCE,
};

/// Which projects are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProjectsQuery {
    /// Only projects whose key or name matches this.
    #[param(example = "APP")]
    q: Option<String>,
    /// `raw` returns Jira's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
}

/// List the projects that this account may see, sorted by key.
#[utoipa::path(get, path = "/connectors/jira/projects", tag = "Jira", params(PageQuery, ProjectsQuery),
    responses((status = 200, body = [Project]), Failures))]
pub(crate) async fn projects(
    State(state): State<AppState>,
    listing: Listing,
    Query(query): Query<ProjectsQuery>,
) -> Result<Response, ApiError> {
    let q = query.q.as_deref();
    let list = listing.open(PROJECTS, &[q.unwrap_or_default()])?;
    let projects = state.issues.projects(list.scope(), list.page(), q).await?;
    Ok(list.reply(query.format.apply_to_page(projects)))
}

/// Get one project, by its key or its id.
#[utoipa::path(get, path = "/connectors/jira/projects/{key}", tag = "Jira", params(("key" = String, Path, example = "APP"), FormatQuery),
    responses((status = 200, body = Project), Failures))]
pub(crate) async fn project(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Json<PlainOrRaw<Project>>, ApiError> {
    let project = state.issues.project(&caller.scope(), &key).await?;
    Ok(Json(query.format.apply(project)))
}

/// List the issue types of a project.
#[utoipa::path(get, path = "/connectors/jira/projects/{key}/issue-types", tag = "Jira", params(("key" = String, Path, example = "APP"), FormatQuery),
    responses((status = 200, body = [IssueType]), Failures))]
pub(crate) async fn issue_types(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Json<Vec<PlainOrRaw<IssueType>>>, ApiError> {
    let types = state.issues.issue_types(&caller.scope(), &key).await?;
    Ok(Json(query.format.apply_to_all(types)))
}
