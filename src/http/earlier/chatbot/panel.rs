//! The lists of the Jira panel on the chatbot server's dashboard.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{PANEL_PROJECTS, entries_wanted, project_filter, projects_of};
use crate::http::caller::Caller;
use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::paging::PageQuery;
use crate::model::time::Timestamp;
use crate::service::issues::SearchRequest;

/// The chatbot server's own.
const USUAL_RESULTS: u32 = 10;

/// A project to choose.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PanelProject {
    #[schema(example = "10000")]
    id: String,
    #[schema(example = "EX")]
    key: String,
    #[schema(example = "Example")]
    name: String,
}

/// An issue in a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PanelIssue {
    #[schema(example = "EX-1")]
    key: String,
    #[schema(example = "The printer is on fire")]
    summary: String,
    #[schema(example = "In Progress")]
    status: Option<String>,
    /// The assignee's name.
    #[schema(example = "Mia Krystof")]
    assignee: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    updated: Option<Timestamp>,
}

/// Which issues are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PanelQuery {
    /// Only issues of this project.
    #[param(example = "APP")]
    #[serde(alias = "project", alias = "projectKey")]
    project_key: Option<String>,
    /// The largest number of issues to return.
    #[param(default = 10, minimum = 1, maximum = 1000, example = 10)]
    #[serde(alias = "maxResults")]
    max_results: Option<u32>,
}

/// List the projects that this account may see.
///
/// Returns up to 1000 projects, or pages of `limit` (at most 100).
#[utoipa::path(get, path = "/api/auth/oauth/jira/projects", tag = "Compatible routes", params(PageQuery),
    responses((status = 200, body = [PanelProject]), Failures))]
pub(crate) async fn projects(
    State(state): State<AppState>,
    listing: Listing,
) -> Result<Response, ApiError> {
    let list = listing.open(PANEL_PROJECTS, &[])?;
    let found = projects_of(&state, &list).await?;
    Ok(list.reply(found.map(|project| PanelProject {
        id: project.value.id,
        key: project.value.key,
        name: project.value.name,
    })))
}

/// List issues, last changed first.
#[utoipa::path(get, path = "/api/auth/oauth/jira/issues", tag = "Compatible routes", params(PanelQuery),
    responses((status = 200, body = [PanelIssue]), Failures))]
pub(crate) async fn issues(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<PanelQuery>,
) -> Result<Json<Vec<PanelIssue>>, ApiError> {
    let most = entries_wanted(query.max_results, USUAL_RESULTS)?;
    let filters = project_filter("project_key", query.project_key)?;
    let request = SearchRequest {
        q: "ORDER BY updated DESC",
        mode: Some("jql"),
        filters: filters.as_deref(),
        fields: None,
    };
    let hits = state
        .issues
        .first_hits(&caller.scope(), &request, most)
        .await?;
    let issues = hits.into_iter().map(|hit| PanelIssue {
        key: hit.value.id,
        summary: hit.value.title,
        status: hit.value.metadata.status,
        assignee: hit.value.metadata.assignee,
        updated: hit.value.metadata.updated,
    });
    Ok(Json(issues.collect()))
}
