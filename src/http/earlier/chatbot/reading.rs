//! The chatbot server's routes that read.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{RAW_PROJECTS, entries_wanted, project_filter, projects_of};
use crate::http::caller::listing::Listing;
use crate::http::caller::{Caller, Visitor};
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Body;
use crate::http::wire::entity_tags::Tagged;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::paging::PageQuery;
use crate::model::api_key::KeyScope;
use crate::model::hit::RawJson;
use crate::model::page::PageRequest;
use crate::service::error::ServiceError;
use crate::service::issues::ResultRequest;

/// The fields of a search that names none.
const USUAL_FIELDS: [&str; 7] = [
    "summary", "status", "assignee", "priority", "duedate", "created", "updated",
];
/// The chatbot server's own.
const USUAL_RESULTS: u32 = 20;

/// Whether Jira works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JiraHealth {
    /// `connected` or `disconnected`.
    #[schema(example = "connected")]
    status: &'static str,
    /// One sentence for a person.
    #[schema(example = "Jira answers as Mia Krystof")]
    message: String,
}

/// Jira's own projects.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RawProjects {
    /// In Jira's own form.
    #[schema(value_type = Vec<Object>, example = json!([{"id": "10000", "key": "EX", "name": "Example"}]))]
    projects: Vec<RawJson>,
}

/// Jira's own transitions of an issue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RawTransitions {
    /// In Jira's own form.
    #[schema(value_type = Vec<Object>, example = json!([{"id": "31", "name": "Close", "to": {"name": "Done"}}]))]
    transitions: Vec<Value>,
}

/// A search by JQL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JiraSearch {
    /// The query. An order alone orders all issues; empty finds those created in the last year.
    #[schema(example = "project = EX ORDER BY updated DESC")]
    jql: String,
    /// The largest number of issues to return, 1 to 1000; 20 by default. Jira may return fewer.
    #[schema(minimum = 1, maximum = 1000, example = 20)]
    #[serde(alias = "maxResults")]
    max_results: Option<u32>,
    /// The fields to return. Default: `summary`, `status`, `assignee`, `priority`, `duedate`,
    /// `created`, `updated`.
    #[schema(example = json!(["summary", "status"]))]
    fields: Option<Vec<String>>,
    /// `nextPageToken` of the previous result.
    #[schema(example = "CAEaAggB")]
    #[serde(alias = "nextPageToken")]
    next_page_token: Option<String>,
    /// How many issues to leave out, on Data Center. On Cloud only 0: results go on with `next_page_token`.
    #[schema(example = 0)]
    #[serde(alias = "startAt")]
    start_at: Option<u64>,
}

/// Which issues are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct IssuesQuery {
    /// Only issues of this project.
    #[param(example = "APP")]
    #[serde(alias = "project_key", alias = "projectKey")]
    project: Option<String>,
    /// The largest number of issues to return. Jira may return fewer.
    #[param(default = 20, minimum = 1, maximum = 1000, example = 20)]
    #[serde(alias = "maxResults")]
    max_results: Option<u32>,
    /// `nextPageToken` of the previous result.
    #[serde(alias = "nextPageToken")]
    next_page_token: Option<String>,
}

/// Check whether Jira works, by asking it for the connected account. Never answers 401.
#[utoipa::path(get, path = "/api/jira/health", tag = "Compatible routes", responses((status = 200, body = JiraHealth), Failures))]
pub(crate) async fn health(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Json<JiraHealth>, ApiError> {
    let disconnected = |message: &str| JiraHealth {
        status: "disconnected",
        message: String::from(message),
    };
    let (Some(principal), Some(scope)) = (&visitor.principal, visitor.scope()) else {
        return Ok(Json(disconnected("nobody is logged in")));
    };
    if !principal.may(KeyScope::Read) {
        return Ok(Json(disconnected("this API key may not read")));
    }
    let health = match state.issues.myself(&scope).await {
        Ok(myself) => JiraHealth {
            status: "connected",
            message: match myself.value.display_name {
                Some(name) => format!("Jira answers as {name}"),
                None => String::from("Jira answers"),
            },
        },
        Err(error @ (ServiceError::Internal(_) | ServiceError::StoreUnavailable(_))) => {
            return Err(error.into());
        }
        Err(error) => disconnected(&error.to_string()),
    };
    Ok(Json(health))
}

/// List the projects that this account may see in Jira's own form.
///
/// Returns up to 1000 projects, or pages of `limit` (at most 100).
#[utoipa::path(get, path = "/api/jira/projects", tag = "Compatible routes", params(PageQuery), responses((status = 200, body = RawProjects), Failures))]
pub(crate) async fn projects(
    State(state): State<AppState>,
    listing: Listing,
) -> Result<Response, ApiError> {
    let list = listing.open(RAW_PROJECTS, &[])?;
    let found = projects_of(&state, &list).await?;
    Ok(
        list.reply_with(found.map(|project| project.raw), |projects| RawProjects {
            projects,
        }),
    )
}

/// Get the connected account in Jira's own form.
#[utoipa::path(get, path = "/api/jira/myself", tag = "Compatible routes",
    responses((status = 200, body = Object, example = json!({"accountId": "5b10ac8d82e05b22cc7d4ef5", "displayName": "Mia Krystof"})), Failures))]
pub(crate) async fn myself(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(state.issues.myself(&caller.scope()).await?.raw))
}

/// Get one issue in Jira's own form.
#[utoipa::path(get, path = "/api/jira/issues/{key}", tag = "Compatible routes", params(("key" = String, Path, example = "APP-9")),
    responses((status = 200, body = Object, example = json!({"id": "10002", "key": "EX-1", "fields": {"summary": "The printer is on fire"}})), Failures))]
pub(crate) async fn issue(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
) -> Result<Tagged<Json<Value>>, ApiError> {
    let issue = state.issues.issue(&caller.scope(), &key).await?;
    Ok(Tagged(issue.value.tag(), Json(issue.raw)))
}

/// List the transitions that this account can make now, in Jira's own form.
#[utoipa::path(get, path = "/api/jira/issues/{key}/transitions", tag = "Compatible routes", params(("key" = String, Path, example = "APP-9")),
    responses((status = 200, body = RawTransitions), Failures))]
pub(crate) async fn transitions(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
) -> Result<Json<RawTransitions>, ApiError> {
    let all = state.issues.transitions(&caller.scope(), &key).await?;
    let transitions = all.into_iter().map(|transition| transition.raw).collect();
    Ok(Json(RawTransitions { transitions }))
}

/// List issues, last changed first, with Jira's own result as `POST /api/jira/search` gives it.
#[utoipa::path(get, path = "/api/jira/issues", tag = "Compatible routes", params(IssuesQuery),
    responses((status = 200, body = Object, example = json!({"issues": [{"id": "10002", "key": "EX-1", "fields": {"summary": "The printer is on fire"}}], "isLast": true})), Failures))]
pub(crate) async fn issues(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<IssuesQuery>,
) -> Result<Json<Value>, ApiError> {
    let filters = project_filter("project", query.project)?;
    let search = JiraSearch {
        jql: String::from("ORDER BY updated DESC"),
        max_results: query.max_results,
        fields: None,
        next_page_token: query.next_page_token,
        start_at: None,
    };
    result(&state, &caller, search, filters.as_deref()).await
}

/// Search issues by JQL, with Jira's own result.
///
/// The result has no total. `nextPageToken` is present while there are more issues.
#[utoipa::path(post, path = "/api/jira/search", tag = "Compatible routes", request_body = JiraSearch,
    responses((status = 200, body = Object, example = json!({"issues": [{"id": "10002", "key": "EX-1", "fields": {"summary": "The printer is on fire"}}], "isLast": true})), Failures))]
pub(crate) async fn search(
    State(state): State<AppState>,
    caller: Caller,
    Body(search): Body<JiraSearch>,
) -> Result<Json<Value>, ApiError> {
    result(&state, &caller, search, None).await
}

async fn result(
    state: &AppState,
    caller: &Caller,
    search: JiraSearch,
    filters: Option<&str>,
) -> Result<Json<Value>, ApiError> {
    let limit = entries_wanted(search.max_results, USUAL_RESULTS)?;
    let request = ResultRequest {
        jql: &search.jql,
        filters,
        fields: search
            .fields
            .filter(|fields| !fields.is_empty())
            .unwrap_or_else(|| USUAL_FIELDS.map(String::from).to_vec()),
        start_at: search.start_at.unwrap_or_default(),
        ..ResultRequest::default()
    };
    let page = PageRequest {
        limit,
        cursor: search.next_page_token.filter(|token| !token.is_empty()),
    };
    let result = state
        .issues
        .search_result(&caller.scope(), &request, &page)
        .await?;
    Ok(Json(result))
}
