//! Atlassian for measuring: two lists of 50 that are written once, a file of 100 MiB, and everything else from the
//! sandbox behind it.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The sandbox's omar@example.com with classic-token-omar. The service has a token as long as Atlassian's are, which the
/// sandbox does not know: how long it is decides what the look-out for it in answers costs.
const KNOWN_TO_THE_SANDBOX: HeaderValue =
    HeaderValue::from_static("Basic b21hckBleGFtcGxlLmNvbTpjbGFzc2ljLXRva2VuLW9tYXI=");

struct Canned {
    projects: Bytes,
    issues: Bytes,
    client: reqwest::Client,
    sandbox: String,
}

pub(crate) fn router(sandbox: &str) -> Result<Router, reqwest::Error> {
    let projects: Vec<Value> = (0..50).map(project).collect();
    let issues: Vec<Value> = (0..50).map(issue).collect();
    let canned = Canned {
        projects:
            json!({"self": "https://acme.atlassian.net/rest/api/3/project/search", "maxResults": 50,
            "startAt": 0, "total": 50, "isLast": true, "values": projects})
            .to_string()
            .into(),
        issues: json!({"issues": issues, "isLast": true}).to_string().into(),
        client: reqwest::Client::builder().build()?,
        sandbox: sandbox.to_owned(),
    };
    Ok(Router::new().fallback(answer).with_state(Arc::new(canned)))
}

async fn answer(State(canned): State<Arc<Canned>>, request: Request) -> Response {
    let path = request.uri().path();
    if path.ends_with("/project/search") && request.method() == Method::GET {
        return json_of(canned.projects.clone());
    }
    if path.ends_with("/search/jql") {
        return json_of(canned.issues.clone());
    }
    if path.contains("/attachment/content/") {
        return file();
    }
    forwarded(&canned, request).await.unwrap_or_else(|error| {
        (axum::http::StatusCode::BAD_GATEWAY, error.to_string()).into_response()
    })
}

/// A file of 100 MiB, part by part.
fn file() -> Response {
    const PART: usize = 64 * 1024;
    const PARTS: usize = 1600;
    let part = Bytes::from(vec![b'x'; PART]);
    let body = Body::from_stream(futures_util::stream::iter(
        std::iter::repeat_n(part, PARTS).map(Ok::<_, std::io::Error>),
    ));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(CONTENT_LENGTH, HeaderValue::from(PART * PARTS));
    response
}

fn json_of(bytes: Bytes) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (headers, bytes).into_response()
}

async fn forwarded(canned: &Canned, request: Request) -> Result<Response, Box<dyn Error>> {
    let (parts, body) = request.into_parts();
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let mut headers = parts.headers;
    headers.remove(HOST);
    if headers.contains_key(AUTHORIZATION) {
        headers.insert(AUTHORIZATION, KNOWN_TO_THE_SANDBOX);
    }
    let answer = canned
        .client
        .request(parts.method, format!("{}{target}", canned.sandbox))
        .headers(headers)
        .body(to_bytes(body, usize::MAX).await?)
        .send()
        .await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    if let Some(kind) = answer.headers().get(CONTENT_TYPE) {
        response.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    *response.body_mut() = Body::from(answer.bytes().await?);
    Ok(response)
}

/// A project as Jira's search gives it.
fn project(number: u32) -> Value {
    let id = (10_000 + number).to_string();
    let address = format!("https://acme.atlassian.net/rest/api/3/project/{id}");
    json!({
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight", "self": address, "id": id,
        "key": format!("BENCH{number}"), "name": format!("Project number {number}"),
        "avatarUrls": avatars(&id), "projectTypeKey": "software", "simplified": false, "style": "classic",
        "isPrivate": false, "properties": {}, "entityId": format!("0ba4c5e6-4b5d-4f1e-9c2a-{number:012}"),
        "uuid": format!("0ba4c5e6-4b5d-4f1e-9c2a-{number:012}"),
    })
}

/// An issue with the fields that the service asks for, as Jira gives them.
fn issue(number: u32) -> Value {
    let id = (20_000 + number).to_string();
    let base = "https://acme.atlassian.net/rest/api/3";
    json!({
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations", "id": id,
        "self": format!("{base}/issue/{id}"), "key": format!("APP-{number}"),
        "fields": {
            "summary": format!("The login page of customer {number} loses its cookie after a redirect"),
            "status": {"self": format!("{base}/status/3"), "description": "Work has begun.",
                "iconUrl": "https://acme.atlassian.net/images/icons/statuses/inprogress.png", "name": "In Progress", "id": "3",
                "statusCategory": {"self": format!("{base}/statuscategory/4"), "id": 4, "key": "indeterminate",
                    "colorName": "yellow", "name": "In Progress"}},
            "priority": {"self": format!("{base}/priority/2"), "name": "High", "id": "2",
                "iconUrl": "https://acme.atlassian.net/images/icons/priorities/high.svg"},
            "project": {"self": format!("{base}/project/10000"), "id": "10000", "key": "APP", "name": "Application",
                "projectTypeKey": "software", "simplified": false, "avatarUrls": avatars("10000")},
            "assignee": {"self": format!("{base}/user?accountId=5b10ac8d82e05b22cc7d4ef5"),
                "accountId": "5b10ac8d82e05b22cc7d4ef5", "avatarUrls": avatars("mia"), "displayName": "Mia Krystof",
                "active": true, "timeZone": "Australia/Sydney", "accountType": "atlassian"},
            "issuetype": {"self": format!("{base}/issuetype/10004"), "id": "10004", "name": "Bug", "subtask": false,
                "description": "A problem or error.", "avatarId": 10303, "hierarchyLevel": 0,
                "iconUrl": "https://acme.atlassian.net/rest/api/2/universal_avatar/view/type/issuetype/avatar/10303?size=medium"},
            "updated": "2026-01-31T12:00:00.000+0100",
        },
    })
}

fn avatars(of: &str) -> Value {
    let address = |size: &str| {
        format!(
            "https://acme.atlassian.net/rest/api/3/universal_avatar/view/type/project/avatar/{of}?size={size}"
        )
    };
    json!({"48x48": address("large"), "24x24": address("small"), "16x16": address("xsmall"), "32x32": address("medium")})
}
