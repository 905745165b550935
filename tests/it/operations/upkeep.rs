//! What the service promises to delete, it deletes: by the clock, through the program's own upkeep.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use crate::support::TestApp;
use crate::support::database::Database;

const DAY: Duration = Duration::from_hours(24);

/// How many rows a table holds.
async fn rows(app: &TestApp, table: &str) -> i64 {
    let count = format!("SELECT COUNT(*) FROM {table}");
    app.raw().await.number(count).await.unwrap()
}

/// The promise of `docs/security/what-is-kept.md` about each table: after `kept` only `rest` rows are left (of
/// events, the newest of each of the two owners), and the moment before all.
#[rstest]
#[case("grant_events", DAY * 90, 2)]
#[case("sessions", Duration::from_hours(12), 0)]
#[case("flows", Duration::from_mins(70), 0)]
#[case("idempotency_keys", DAY, 0)]
#[tokio::test]
async fn what_the_documentation_says_is_deleted_is_deleted_by_then(
    #[case] table: &str,
    #[case] kept: Duration,
    #[case] rest: i64,
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let body = json!({"project_key": "WEB", "summary": "kept for a while"});
    let headers = [("idempotency-key", "once")];
    let created = browser
        .post_with("/connectors/jira/create", &headers, &body)
        .await;
    assert_eq!(created.status, 201);
    app.logged_in("mia").await;
    app.logged_in("omar").await;
    let all = rows(&app, table).await;
    assert!(all > rest, "{table} holds only {all} rows");
    let moment = Duration::from_mins(1);
    app.advance(kept.saturating_sub(moment));
    app.app.upkeep().prune().await;
    assert_eq!(rows(&app, table).await, all, "too early");
    app.advance(moment * 2);
    app.app.upkeep().prune().await;
    assert_eq!(rows(&app, table).await, rest, "still there");
}
