//! The assets of our own pages: stylesheet, icon and modules, compiled in.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::http::pages::page::POLICY;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// The modules of the pages, by file name.
static PAGE_MODULES: &[(&str, &str)] = &[
    ("call.js", include_str!("../../../static/parts/call.js")),
    ("chart.js", include_str!("../../../static/parts/chart.js")),
    (
        "choices.js",
        include_str!("../../../static/parts/choices.js"),
    ),
    (
        "confluence.js",
        include_str!("../../../static/parts/confluence.js"),
    ),
    (
        "connections.js",
        include_str!("../../../static/parts/connections.js"),
    ),
    (
        "controls.js",
        include_str!("../../../static/parts/controls.js"),
    ),
    ("dom.js", include_str!("../../../static/parts/dom.js")),
    ("drawer.js", include_str!("../../../static/parts/drawer.js")),
    (
        "history.js",
        include_str!("../../../static/parts/history.js"),
    ),
    ("issue.js", include_str!("../../../static/parts/issue.js")),
    ("jira.js", include_str!("../../../static/parts/jira.js")),
    ("lists.js", include_str!("../../../static/parts/lists.js")),
    (
        "markdown.js",
        include_str!("../../../static/parts/markdown.js"),
    ),
    (
        "markdown_inline.js",
        include_str!("../../../static/parts/markdown_inline.js"),
    ),
    (
        "markdown_signs.js",
        include_str!("../../../static/parts/markdown_signs.js"),
    ),
    (
        "new_issue.js",
        include_str!("../../../static/parts/new_issue.js"),
    ),
    (
        "problems.js",
        include_str!("../../../static/parts/problems.js"),
    ),
    (
        "question.js",
        include_str!("../../../static/parts/question.js"),
    ),
    ("stream.js", include_str!("../../../static/parts/stream.js")),
    ("sync.js", include_str!("../../../static/parts/sync.js")),
    ("times.js", include_str!("../../../static/parts/times.js")),
];

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/static/pages.css", get(stylesheet))
        .route("/static/connected.js", get(connected))
        .route("/static/dashboard.js", get(dashboard))
        .route("/static/parts/{part}", get(page_module))
        .route("/static/icon.svg", get(icon))
        .route("/favicon.ico", get(icon))
}

async fn stylesheet() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../../../static/pages.css"),
    )
}

async fn connected() -> Response {
    module(include_str!("../../../static/connected.js"))
}

async fn dashboard() -> Response {
    module(include_str!("../../../static/dashboard.js"))
}

async fn page_module(Path(name): Path<String>) -> Result<Response, ApiError> {
    let (_, text) = PAGE_MODULES
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| ApiError::not_found("there is no such file"))?;
    Ok(module(text))
}

async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../../../static/icon.svg"))
}

fn module(text: &'static str) -> Response {
    asset("text/javascript; charset=utf-8", text)
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "public, max-age=300"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, text).into_response()
}
