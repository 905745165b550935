//! Clients that go away, processes that die: a create goes on or is unknown, and is not sent again.

use std::sync::Arc;
use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;

use crate::edge::idempotency::fixture::{
    JIRA, assert_unknown, creates, is_replay, issue, on_create, send,
};
use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::waiting::until;

#[tokio::test]
async fn a_create_goes_on_when_its_client_goes_away_and_the_result_waits_for_it() {
    let app = TestApp::start().await;
    let browser = Arc::new(app.logged_in("mia").await);
    app.sandbox.fault(on_create(
        FaultAction::Delay(Duration::from_millis(500)),
        None,
    ));
    let client = {
        let browser = browser.clone();
        tokio::spawn(async move { send(&browser, JIRA, "k", &issue("gone")).await.status })
    };
    until("the create arrives", async || creates(&app) == 1).await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    let running = send(&browser, JIRA, "k", &issue("gone")).await;
    assert_eq!(running.status, 409, "{}", running.body);
    until("the result is there", async || {
        send(&browser, JIRA, "k", &issue("gone")).await.status == 201
    })
    .await;
    assert!(is_replay(&send(&browser, JIRA, "k", &issue("gone")).await));
    assert_eq!(creates(&app), 1);
}

#[rstest]
#[tokio::test]
async fn a_create_whose_process_died_is_running_until_its_time_is_over_and_unknown_then(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    send(&browser, JIRA, "k", &issue("died")).await;
    let mut raw =
        crate::support::raw_database::Raw::open(&app.settings["INTEGRATION_DB_URL"]).await;
    let left = "UPDATE idempotency_keys SET state = 'running', result_sealed = NULL";
    assert_eq!(raw.run(left).await, 1);
    let running = send(&browser, JIRA, "k", &issue("died")).await;
    assert_eq!(running.status, 409);
    app.advance(Duration::from_secs(91));
    for _ in 0..2 {
        assert_unknown(&send(&browser, JIRA, "k", &issue("died")).await);
    }
    assert_eq!(creates(&app), 1);
}

#[tokio::test]
async fn after_a_power_failure_in_the_middle_nothing_is_sent_again() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let browser = Arc::new(installation.logged_in().await);
    installation
        .sandbox
        .fault(on_create(FaultAction::Hang, Some(1)));
    let client = {
        let browser = browser.clone();
        tokio::spawn(async move { send(&browser, JIRA, "k", &issue("power")).await.status })
    };
    let arrived = || {
        let journal = installation.sandbox.journal();
        journal
            .iter()
            .filter(|call| call.method == "POST" && call.path.ends_with("/issue"))
            .count()
    };
    until("the create arrives", async || arrived() == 1).await;
    process.kill().await;
    assert_eq!(client.await.unwrap(), 502);
    let process = installation.start().await;
    let again = send(&browser, JIRA, "k", &issue("power")).await;
    assert_unknown(&again);
    assert_eq!(arrived(), 1);
    process.stop().await;
}
