//! Every request goes to another process than the one before, and nobody can tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlassian_sandbox::FaultAction;
use axum::Router;
use axum::extract::Request;
use integration_backend::app::App;
use integration_backend::model::api_key::KeyScope;
use rstest::rstest;
use serde_json::json;
use tower::ServiceExt;

use crate::dashboard::fixture::{STREAM, listen};
use crate::edge::idempotency::fixture::{JIRA, creates, is_replay, issue, send};
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::paging::walk;
use crate::support::{Browser, TestApp};
use crate::sync::fixture::{ended, start, stored_projects};

/// Two processes by turns: the worst that a load balancer can do.
fn by_turns(first: &App, second: &App) -> Router {
    let routers = [first.router(), second.router()];
    let next = Arc::new(AtomicUsize::new(0));
    Router::new().fallback(move |request: Request| {
        let router = routers[next.fetch_add(1, Ordering::SeqCst) % 2].clone();
        async move { router.oneshot(request).await.unwrap() }
    })
}

/// Two processes, and a browser whose every request reaches the other one.
async fn replicas(kind: Database) -> (TestApp, App, Browser) {
    let app = TestApp::start_on(kind, &[]).await;
    let other = app.another_process().await;
    let browser = Browser::new(by_turns(&app.app, &other));
    (app, other, browser)
}

#[rstest]
#[tokio::test]
async fn a_login_begins_on_one_process_ends_on_another_and_is_known_to_both(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (app, other, browser) = replicas(kind).await;
    app.log_in(&browser, "mia").await;
    for _ in 0..4 {
        assert_eq!(browser.read("/auth/session").await["authenticated"], true);
        assert_eq!(
            browser.read("/connectors/jira/projects").await,
            browser.read("/connectors/jira/projects").await
        );
    }
    let cookie = browser.cookie("ib_session").unwrap();
    assert_eq!(browser.post("/auth/logout", json!({})).await.status, 204);
    for process in [&app.app, &other] {
        let there = Browser::new(process.router());
        there.set_cookie("ib_session", &cookie);
        assert_eq!(there.get("/connectors/jira/projects").await.status, 401);
    }
}

#[rstest]
#[tokio::test]
async fn lists_creates_and_changes_go_on_wherever_the_next_request_arrives(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (app, _other, browser) = replicas(kind).await;
    app.log_in(&browser, "mia").await;
    app.sandbox.crowd("acme", 30, 30);
    for list in [
        "/connectors/jira/projects?limit=7",
        "/connectors/confluence/spaces?limit=1",
        "/connectors/confluence/pages?limit=7",
    ] {
        let whole = walk(&browser, list).await;
        assert!(whole.len() > 1, "{list}");
        let again = walk(&elsewhere(&app.app, &browser), list).await;
        assert_eq!(whole, again, "{list}");
    }
    let made = send(&browser, JIRA, "k", &issue("once")).await;
    let again = send(&browser, JIRA, "k", &issue("once")).await;
    assert_eq!((made.status, again.status), (201, 201));
    assert!(is_replay(&again));
    assert_eq!((made.body, creates(&app)), (again.body, 1));
    assert_eq!(
        browser.delete("/connectors/jira/connection").await.status,
        200
    );
    let gone = browser.get("/connectors/jira/projects").await;
    assert_eq!(gone.error_code(), "NOT_CONNECTED");
    let gone = browser.get("/connectors/jira/projects").await;
    assert_eq!(gone.error_code(), "NOT_CONNECTED");
}

#[rstest]
#[tokio::test]
async fn a_sync_is_begun_looked_at_and_read_anywhere_and_runs_once(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (app, _other, browser) = replicas(kind).await;
    app.log_in(&browser, "mia").await;
    let slow = FaultAction::Delay(Duration::from_secs(2));
    app.on_projects(slow, None);
    let begun = start(&browser, "jira").await;
    assert!(begun["started_at"].is_string(), "{begun}");
    app.advance(Duration::from_secs(1));
    let again = start(&browser, "jira").await;
    assert_eq!(again["status"], "running", "{again}");
    assert_eq!(again["started_at"], begun["started_at"], "the same run");
    let end = ended(&browser, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert_eq!(app.starts(), [0], "one walk");
    let stored = stored_projects(&browser).await;
    assert_eq!(stored, stored_projects(&browser).await);
    assert!(!stored.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_key_is_good_everywhere_at_once_and_refused_everywhere_once_it_is_revoked(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (app, other, browser) = replicas(kind).await;
    let tenant = integration_backend::model::ids::TenantId::default();
    let keys = app.app.api_keys();
    let (row, text) = keys
        .create("service", tenant, vec![KeyScope::Read], None)
        .await
        .unwrap();
    let bearer = format!("Bearer {}", text.expose());
    let header = [("authorization", bearer.as_str())];
    for _ in 0..2 {
        assert_eq!(browser.get_with("/users", &header).await.status, 200);
    }
    other.api_keys().revoke(&row.id).await.unwrap();
    for _ in 0..2 {
        assert_eq!(browser.get_with("/users", &header).await.status, 401);
    }
}

#[rstest]
#[tokio::test]
async fn a_stream_that_breaks_off_is_taken_up_by_another_process_where_it_ended(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (app, other, browser) = replicas(kind).await;
    app.log_in(&browser, "mia").await;
    let (here, there) = (elsewhere(&app.app, &browser), elsewhere(&other, &browser));
    let mut stream = listen(&here).await;
    let snapshot = stream.next().await.unwrap();
    drop(stream);
    assert_eq!(
        here.delete("/connectors/confluence/connection")
            .await
            .status,
        200
    );
    let last = [("last-event-id", snapshot.id.as_deref().unwrap())];
    let mut resumed = there.listen(STREAM, &last).await;
    resumed.next().await.unwrap();
    let missed = resumed.next().await.unwrap();
    assert_eq!(missed.data["message"], "Disconnected from Confluence.");
}
