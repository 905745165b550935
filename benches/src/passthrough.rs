//! A live list and a search with axum and reqwest alone: asks, parses into types, writes JSON. What the stack itself
//! costs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
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
        .with_state(Arc::new(Upstream { client, base })))
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
