//! S2's live lists: Atlassian's own objects, up to 1000 unless the caller pages.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::{ApiError, Code, login_url};
use crate::http::wire::paging::{List, PageQuery};
use crate::model::content::SpaceFilter;
use crate::service::error::ServiceError;
use crate::service::gather::gathered;
use crate::service::issues::PROJECTS_AT_ONCE;
use crate::service::pages::CONFLUENCE_AT_ONCE;

pub(crate) const PROJECTS: List = List {
    name: "/jira/projects",
    default: 1000,
    most: PROJECTS_AT_ONCE,
};
pub(crate) const SPACES: List = List {
    name: "/confluence/spaces",
    default: 1000,
    most: CONFLUENCE_AT_ONCE,
};

/// Jira's projects.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveProjects {
    /// Jira's own objects.
    #[schema(value_type = Vec<Object>, example = json!([{"id": "10000", "key": "EX", "name": "Example", "projectTypeKey": "software"}]))]
    projects: Vec<Value>,
}

/// Confluence's spaces.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveSpaces {
    /// Confluence's own objects.
    #[schema(value_type = Vec<Object>, example = json!([{"id": "98306", "key": "ENG", "name": "Engineering", "type": "global"}]))]
    spaces: Vec<Value>,
}

/// List Jira's current projects in Jira's own form.
///
/// Returns up to 1000 projects, or pages of `limit` (at most 100).
#[utoipa::path(get, path = "/jira/projects", tag = "Compatible routes", params(PageQuery),
    responses((status = 200, body = LiveProjects), Failures))]
pub(crate) async fn projects(
    State(state): State<AppState>,
    listing: Listing,
) -> Result<Response, ApiError> {
    let list = listing.open(PROJECTS, &[])?;
    let (issues, scope) = (&state.issues, list.scope());
    let found = gathered(list.page(), PROJECTS.most, |part| async move {
        issues.projects(scope, &part, None).await
    })
    .await
    .map_err(not_connected_is_401)?;
    Ok(list.reply_under("projects", found.map(|project| project.raw)))
}

/// List Confluence's current spaces in Confluence's own form.
///
/// Returns up to 1000 spaces, or pages of `limit` (at most 250).
#[utoipa::path(get, path = "/confluence/spaces", tag = "Compatible routes", params(PageQuery),
    responses((status = 200, body = LiveSpaces), Failures))]
pub(crate) async fn spaces(
    State(state): State<AppState>,
    listing: Listing,
) -> Result<Response, ApiError> {
    let list = listing.open(SPACES, &[])?;
    let (confluence, scope, all) = (&state.pages, list.scope(), &SpaceFilter::default());
    let found = gathered(list.page(), SPACES.most, |part| async move {
        confluence.spaces(scope, all, &part).await
    })
    .await
    .map_err(not_connected_is_401)?;
    Ok(list.reply_under("spaces", found.map(|space| space.raw)))
}

/// S2 did not tell a missing connection from a missing login: its clients expect 401.
fn not_connected_is_401(error: ServiceError) -> ApiError {
    match error {
        ServiceError::NotConnected(product) => ApiError::new(
            StatusCode::UNAUTHORIZED,
            Code::NotConnected,
            error.to_string(),
        )
        .with_details(json!({ "login_url": login_url(product.into()) })),
        error => error.into(),
    }
}
