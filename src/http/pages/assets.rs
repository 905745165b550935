//! The assets of our own pages: stylesheet, icon and modules, compiled in.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};

use crate::http::pages::fixed_file::FixedFile;
use crate::http::pages::page::POLICY;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// A new version of the program must show soon.
const CACHING: &str = "public, max-age=300";

/// The folder of the modules.
const PARTS: &str = "/static/parts/";

/// The modules of the pages, by file name.
static PAGE_MODULES: &[(&str, &str)] = &[
    ("agents.js", include_str!("../../../static/parts/agents.js")),
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
        "markdown_frames.js",
        include_str!("../../../static/parts/markdown_frames.js"),
    ),
    (
        "markdown_inline.js",
        include_str!("../../../static/parts/markdown_inline.js"),
    ),
    (
        "markdown_lines.js",
        include_str!("../../../static/parts/markdown_lines.js"),
    ),
    (
        "markdown_lists.js",
        include_str!("../../../static/parts/markdown_lists.js"),
    ),
    (
        "markdown_signs.js",
        include_str!("../../../static/parts/markdown_signs.js"),
    ),
    (
        "markdown_tables.js",
        include_str!("../../../static/parts/markdown_tables.js"),
    ),
    (
        "new_issue.js",
        include_str!("../../../static/parts/new_issue.js"),
    ),
    ("once.js", include_str!("../../../static/parts/once.js")),
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

/// The files by their paths.
type Files = Arc<HashMap<String, FixedFile>>;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/static/pages.css", get(asset))
        .route("/static/connected.js", get(asset))
        .route("/static/dashboard.js", get(asset))
        .route("/static/parts/{part}", get(asset))
        .route("/static/icon.svg", get(asset))
        .route("/favicon.ico", get(asset))
        .layer(Extension(Arc::new(files())))
}

fn files() -> HashMap<String, FixedFile> {
    const ICON: &str = include_str!("../../../static/icon.svg");
    let style = include_str!("../../../static/pages.css");
    let connected = include_str!("../../../static/connected.js");
    let dashboard = include_str!("../../../static/dashboard.js");
    let named = [
        ("/static/pages.css", CSS, style),
        ("/static/connected.js", JAVASCRIPT, connected),
        ("/static/dashboard.js", JAVASCRIPT, dashboard),
        ("/static/icon.svg", SVG, ICON),
        ("/favicon.ico", SVG, ICON),
    ];
    let named = named.map(|(path, kind, text)| (path.to_owned(), kind, text));
    let parts = PAGE_MODULES.iter();
    let parts = parts.map(|(name, text)| (format!("{PARTS}{name}"), JAVASCRIPT, *text));
    named
        .into_iter()
        .chain(parts)
        .map(|(path, kind, text)| (path, FixedFile::new(kind, CACHING, text)))
        .collect()
}

async fn asset(
    Extension(files): Extension<Files>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let file = files.get(uri.path());
    let file = file.ok_or_else(|| ApiError::not_found("there is no such file"))?;
    let mut response = file.reply(&headers);
    let policy = HeaderValue::from_static(POLICY);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
