//! A live list and a search with axum and reqwest alone: asks, parses into types, writes JSON; and below `/ex/jira/-` a
//! gateway that passes everything on, part by part. What the stack itself costs.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

struct Upstream {
    client: reqwest::Client,
    base: String,
}

#[derive(Deserialize)]
struct Projects {
    values: Vec<ProjectIn>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProjectIn {
    id: String,
    key: String,
    name: String,
    project_type_key: Option<String>,
}

#[derive(Serialize)]
struct ProjectOut {
    id: String,
    key: String,
    name: String,
    url: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Issues {
    issues: Vec<IssueIn>,
}

#[derive(Deserialize)]
struct IssueIn {
    key: String,
    fields: FieldsIn,
}

#[derive(Deserialize)]
struct FieldsIn {
    summary: String,
    status: Named,
    priority: Named,
    project: Named,
    assignee: Option<Named>,
    issuetype: Named,
    updated: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    key: Option<String>,
    name: Option<String>,
    display_name: Option<String>,
    icon_url: Option<String>,
}

#[derive(Serialize)]
struct Hit {
    id: String,
    title: String,
    url: String,
    #[serde(rename = "type")]
    kind: &'static str,
    icon: Option<String>,
    snippet: Option<String>,
    metadata: Metadata,
}

#[derive(Serialize)]
struct Metadata {
    status: Option<String>,
    priority: Option<String>,
    project: Option<String>,
    assignee: Option<String>,
    updated: String,
    issue_type: Option<String>,
}

pub(crate) fn router(upstream: &str) -> Result<Router, reqwest::Error> {
    let client = reqwest::Client::builder().build()?;
    let base = upstream.to_owned();
    Ok(Router::new()
        .route("/projects", get(projects))
        .route("/search", get(search))
        .route("/ex/jira/-/{*path}", get(pass).post(pass))
        .with_state(Arc::new(Upstream { client, base })))
}

/// Passes a request on, and its answer back, without reading either.
async fn pass(
    State(upstream): State<Arc<Upstream>>,
    request: Request,
) -> Result<Response, StatusCode> {
    let (parts, body) = request.into_parts();
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let target = target
        .strip_prefix("/ex/jira/-")
        .ok_or(StatusCode::NOT_FOUND)?;
    let mut headers = parts.headers;
    headers.remove(HOST);
    headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer bench"));
    let address = format!("{}{target}", upstream.base);
    let mut asked = upstream
        .client
        .request(parts.method.clone(), address)
        .headers(headers);
    if parts.method != Method::GET {
        asked = asked.body(reqwest::Body::wrap_stream(body.into_data_stream()));
    }
    let mut answer = asked.send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    std::mem::swap(response.headers_mut(), answer.headers_mut());
    response.headers_mut().remove(TRANSFER_ENCODING);
    *response.body_mut() = Body::from_stream(answer.bytes_stream());
    Ok(response)
}

async fn projects(
    State(upstream): State<Arc<Upstream>>,
) -> Result<Json<Vec<ProjectOut>>, StatusCode> {
    let address = format!("{}/rest/api/3/project/search?maxResults=50", upstream.base);
    let asked = upstream.client.get(address);
    let answer: Projects = read(asked).await?;
    let project = |project: ProjectIn| ProjectOut {
        url: format!("{}/browse/{}", upstream.base, project.key),
        id: project.id,
        key: project.key,
        name: project.name,
        kind: project.project_type_key,
    };
    Ok(Json(answer.values.into_iter().map(project).collect()))
}

async fn search(State(upstream): State<Arc<Upstream>>) -> Result<Json<Vec<Hit>>, StatusCode> {
    let address = format!("{}/rest/api/3/search/jql", upstream.base);
    let body = serde_json::json!({"jql": "project = APP", "maxResults": 50, "fields": ["summary"]});
    let answer: Issues = read(upstream.client.post(address).json(&body)).await?;
    let hit = |issue: IssueIn| Hit {
        title: issue.fields.summary,
        url: format!("{}/browse/{}", upstream.base, issue.key),
        id: issue.key,
        kind: "issue",
        icon: issue.fields.issuetype.icon_url,
        snippet: None,
        metadata: Metadata {
            status: issue.fields.status.name,
            priority: issue.fields.priority.name,
            project: issue.fields.project.key,
            assignee: issue.fields.assignee.and_then(|person| person.display_name),
            updated: issue.fields.updated,
            issue_type: issue.fields.issuetype.name,
        },
    };
    Ok(Json(answer.issues.into_iter().map(hit).collect()))
}

async fn read<T: serde::de::DeserializeOwned>(
    request: reqwest::RequestBuilder,
) -> Result<T, StatusCode> {
    let request = request.header("Authorization", "Bearer bench");
    let answer = request.send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let bytes = answer.bytes().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    serde_json::from_slice(&bytes).map_err(|_| StatusCode::BAD_GATEWAY)
}
