//! What the service promises to delete, it deletes: by the clock, through the program's own upkeep.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::waiting::until;
use crate::sync::fixture::{ended, start};

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

#[tokio::test]
async fn a_running_process_does_it_by_itself_and_gives_the_pages_back() {
    let app = TestApp::start().await;
    let process = app.another_process().await;
    let now = app.clock_millis();
    let words = "x".repeat(1000);
    let mut raw = app.raw().await;
    raw.run(format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 12000)
         INSERT INTO grant_events (tenant, owner, seq, event_type, message, happened_at)
         SELECT 'default', 'mia', n, 'info', '{words}', {now} FROM numbers"
    ))
    .await;
    let pages = "PRAGMA page_count";
    let full = raw.number(pages).await.unwrap();
    app.advance(DAY * 91);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(process.serve(listener, stop.clone()));
    until("the rows are gone", async || {
        rows(&app, "grant_events").await == 1
    })
    .await;
    until("the file is small", async || {
        app.raw().await.number(pages).await.unwrap() < full / 2
    })
    .await;
    stop.cancel();
    running.await.unwrap();
}

#[rstest]
#[tokio::test]
async fn of_syncs_only_the_last_of_each_product_is_kept(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    for _ in 0..4 {
        for product in ["jira", "confluence"] {
            start(&browser, product).await;
            assert_eq!(ended(&browser, product).await["status"], "succeeded");
        }
        app.advance(Duration::from_mins(1));
    }
    assert_eq!(rows(&app, "sync_runs").await, 2);
}
