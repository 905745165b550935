//! The operator's page: how the points of each app stand, and which sites cost most.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{message, page};
use crate::http::caller::headers::is_navigation;
use crate::http::operations::metrics::Operator;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// How many sites are named of each app.
const SITES: usize = 10;

#[derive(Template)]
#[template(path = "operator.html")]
struct OperatorPage {
    apps: Vec<App>,
    refused: u64,
    waited: u64,
}

/// An app's points in this hour.
struct App {
    name: String,
    left: u64,
    limit: u64,
    reserve: u64,
    whole_at: String,
    is_told: bool,
    interactive: u64,
    background: u64,
    sites: Vec<SiteRow>,
}

/// A site's points in this hour.
struct SiteRow {
    cloud_id: String,
    interactive: u64,
    background: u64,
}

/// `GET /operator`
pub(crate) async fn operator(
    operator: Result<Operator, ApiError>,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    match operator {
        Ok(_) => Ok(page::render(StatusCode::OK, &shown(&state))),
        // Programs get the envelope.
        Err(error) if !is_navigation(&headers) => Err(error),
        Err(error) => Ok(message::not_shown(&error)),
    }
}

fn shown(state: &AppState) -> OperatorPage {
    let apps = state.metrics.points(SITES).into_iter().map(|app| App {
        name: app.app.unwrap_or_else(|| String::from("No call yet")),
        left: app.left,
        limit: app.limit,
        reserve: app.reserve,
        whole_at: app.whole_at.rfc3339(),
        is_told: app.is_told,
        interactive: app.used.interactive,
        background: app.used.background,
        sites: app
            .dearest
            .into_iter()
            .map(|site| SiteRow {
                cloud_id: site.cloud_id,
                interactive: site.used.interactive,
                background: site.used.background,
            })
            .collect(),
    });
    let held_back = state.metrics.calls_without_points();
    OperatorPage {
        apps: apps.collect(),
        refused: held_back.interactive,
        waited: held_back.background,
    }
}
