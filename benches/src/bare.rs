//! The stored list and the probe of health, with axum and sqlx alone: what the stack itself costs.

use std::error::Error;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};

/// The statement of the service.
const PAGE: &str = "SELECT id, user_id, project_key, name, lead, url FROM stored_projects
    WHERE tenant = $1 AND owner = $2 AND user_id = $3 AND project_key > $4 ORDER BY project_key LIMIT $5 + 0";

struct Bare {
    pool: SqlitePool,
    tenant: String,
    owner: String,
    user: String,
}

#[derive(Deserialize)]
struct Limit {
    limit: i64,
}

type Row = (
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
);

#[derive(Serialize)]
struct Project {
    id: String,
    owner_id: String,
    key: String,
    name: String,
    lead: Option<String>,
    url: Option<String>,
}

/// The rows of `user` in a database that the service made.
pub(crate) async fn router(database: &str, user: &str) -> Result<Router, Box<dyn Error>> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .row_buffer_size(256);
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    let (tenant, owner) = sqlx::query_as("SELECT tenant, owner FROM user_rows WHERE id = $1")
        .bind(user)
        .fetch_one(&pool)
        .await?;
    let bare = Bare {
        pool,
        tenant,
        owner,
        user: user.to_owned(),
    };
    Ok(Router::new()
        .route(
            "/healthz",
            get(async || Json(serde_json::json!({"status": "ok"}))),
        )
        .route("/stored", get(stored))
        .with_state(Arc::new(bare)))
}

async fn stored(State(bare): State<Arc<Bare>>, Query(query): Query<Limit>) -> Json<Vec<Project>> {
    let rows: Vec<Row> = sqlx::query_as(PAGE)
        .bind(&bare.tenant)
        .bind(&bare.owner)
        .bind(&bare.user)
        .bind("")
        .bind(query.limit + 1)
        .fetch_all(&bare.pool)
        .await
        .unwrap_or_default();
    let project = |(id, owner_id, key, name, lead, url)| Project {
        id,
        owner_id,
        key,
        name,
        lead,
        url,
    };
    let limit = usize::try_from(query.limit).unwrap_or(0);
    Json(rows.into_iter().take(limit).map(project).collect())
}
