//! Syncs: background copies of all projects or pages into the stored rows.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::ProductPath;
use crate::model::time::Timestamp;
use crate::service::catalog::SyncStatus;

/// The state of a sync.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SyncReport {
    /// `idle` before the first run, else `running`, `succeeded` or `failed`.
    #[schema(example = "running")]
    status: &'static str,
    /// When the run started.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// Entries read so far.
    #[schema(example = 300)]
    fetched: i64,
    /// Rows created or changed.
    #[schema(example = 300)]
    upserted: i64,
    /// Rows removed because they are no longer in the complete list.
    #[schema(example = 0)]
    removed: i64,
    /// Entries in all, once that is known.
    #[schema(example = 2528)]
    total: Option<i64>,
    /// Why the run failed.
    error: Option<String>,
    /// Until when a run rests that is `running`.
    #[schema(value_type = Option<String>, format = DateTime)]
    paused_until: Option<Timestamp>,
    /// What it rests for.
    #[schema(example = "Atlassian's rate limit is reached")]
    waits_for: Option<String>,
}

impl From<SyncStatus> for SyncReport {
    fn from(status: SyncStatus) -> Self {
        let run = status.run;
        let counted =
            |count: fn(&crate::model::sync::SyncRun) -> i64| run.as_ref().map_or(0, count);
        Self {
            status: run.as_ref().map_or("idle", |run| run.state.as_str()),
            started_at: run.as_ref().map(|run| run.started_at),
            finished_at: run.as_ref().and_then(|run| run.finished_at),
            fetched: counted(|run| run.fetched),
            upserted: counted(|run| run.upserted),
            removed: counted(|run| run.removed),
            total: run.as_ref().and_then(|run| run.total),
            error: run
                .as_ref()
                .and_then(|run| run.failure())
                .map(str::to_owned),
            paused_until: status.paused_until,
            waits_for: status.waits_for,
        }
    }
}

/// Start a sync: copy all projects or pages into the stored rows of your own user.
///
/// A sync that is already running is returned instead.
#[utoipa::path(post, path = "/connectors/{provider}/sync", tag = "Stored data", params(("provider" = String, Path, example = "jira")),
    responses((status = 202, body = SyncReport), Failures))]
pub(crate) async fn start(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    caller: Caller,
) -> Result<(StatusCode, Json<SyncReport>), ApiError> {
    let status = state.catalog.start_sync(&caller.scope(), product).await?;
    Ok((StatusCode::ACCEPTED, Json(status.into())))
}

/// Get the state of the sync.
#[utoipa::path(get, path = "/connectors/{provider}/sync", tag = "Stored data", params(("provider" = String, Path, example = "jira")),
    responses((status = 200, body = SyncReport), Failures))]
pub(crate) async fn show(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    caller: Caller,
) -> Result<Json<SyncReport>, ApiError> {
    let status = state.catalog.status(&caller.scope(), product).await?;
    Ok(Json(status.into()))
}
