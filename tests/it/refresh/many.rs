//! Many grants that are due at once: none starves, all are renewed in one round, and politely.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use atlassian_sandbox::FaultAction;
use integration_backend::store::grants::DUE_GRANTS;
use rstest::rstest;

use crate::refresh::fixture::on_refresh;
use crate::support::TestApp;
use crate::support::database::Database;

/// A little before a token of an hour expires.
const DUE: Duration = Duration::from_secs(3430);

/// Adds copies of the first grant that do not open, because a sealed token opens in its own row only.
async fn add_copies(app: &TestApp, count: u32, due_at: &str) {
    let added = app
        .raw()
        .await
        .run(format!(
            "INSERT INTO grants (id, tenant, owner, identity, method, base, client_id, account_id, scopes, sites, generation, status,
               access_token_sealed, refresh_token_sealed, expires_at, lifetime, refreshed_at, used_at, due_at, fence, fail_count, created_at)
             WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {count})
             SELECT 'copy-' || number, tenant, 'owner-' || number, identity, method, base, client_id, account_id, scopes, sites, generation,
               status, access_token_sealed, refresh_token_sealed, expires_at, lifetime, refreshed_at, used_at, {due_at}, fence, fail_count, created_at
             FROM numbers, (SELECT * FROM grants LIMIT 1) AS one"
        ))
        .await;
    assert_eq!(added, u64::from(count));
}

#[rstest]
#[tokio::test]
async fn rows_that_cannot_be_read_keep_nobody_from_being_renewed(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    app.logged_in("mia").await;
    add_copies(&app, 120, "due_at - number").await;
    app.advance(DUE);
    assert_eq!(app.app.grants().refresh_due().await, 1);
    assert_eq!(app.refreshes().len(), 1);
    let mut raw = app.raw().await;
    let due = format!(
        "SELECT COUNT(*) FROM grants WHERE due_at <= {}",
        app.clock_millis()
    );
    assert_eq!(raw.number(due).await, Some(0), "they are put off, too");
}

/// Three people's logins in so many namespaces; gives how many grants that makes.
async fn log_in_everywhere(app: &TestApp, namespaces: usize) -> usize {
    let people = ["mia", "omar", "lea"];
    for namespace in 0..namespaces {
        for person in people {
            let path = format!("/auth/atlassian/login?site=acme&tenant=t{namespace}");
            app.logged_in_by(&path, person).await;
        }
    }
    namespaces * people.len()
}

#[tokio::test]
async fn everybody_who_is_due_is_renewed_in_one_round_at_one_call_each_among_a_hundred_thousand() {
    let app = TestApp::start().await;
    let due = log_in_everywhere(&app, 40).await;
    add_copies(&app, 100_000, "due_at + 3600000").await;
    app.advance(DUE);
    app.sandbox.clear_journal();
    let began = Instant::now();
    assert_eq!(app.app.grants().refresh_due().await, due);
    let a_second = f64::from(u32::try_from(due).unwrap()) / began.elapsed().as_secs_f64();
    assert!(a_second < 50.0, "a burst of {a_second} calls a second");
    let presented = app.presented();
    assert_eq!(presented.len(), due);
    assert_eq!(presented.iter().collect::<HashSet<_>>().len(), due);
    assert_eq!(app.app.grants().refresh_due().await, 0, "and nobody twice");
}

#[tokio::test]
async fn where_atlassian_renews_nothing_a_round_ends_early() {
    let app = TestApp::start().await;
    let due = log_in_everywhere(&app, 40).await;
    app.advance(DUE);
    app.sandbox.clear_journal();
    let limited = FaultAction::RateLimit {
        retry_after: String::from("30"),
        reason: String::from("jira-burst-based"),
    };
    app.sandbox.fault(on_refresh(limited, None));
    assert_eq!(app.app.grants().refresh_due().await, 100);
    assert_eq!(app.refreshes().len(), 100);
    app.sandbox.clear_faults();
    app.advance(Duration::from_secs(31));
    app.app.grants().refresh_due().await;
    assert_eq!(app.refreshes().len(), due, "the others, and nobody twice");
}

#[tokio::test]
async fn due_grants_are_found_along_an_index() {
    let app = TestApp::start().await;
    let mut raw = app.raw().await;
    let sql = DUE_GRANTS
        .replace("$1", "9")
        .replace("$2", "7")
        .replace("$3", "'x'")
        .replace("$4", "50");
    let plan = raw.plan(sql).await;
    assert!(
        plan.contains("USING INDEX grants_by_due_time (status=? AND due_at>? AND due_at<?)")
            && !plan.contains("SCAN"),
        "{plan}"
    );
}
