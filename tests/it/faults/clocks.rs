//! Clocks that are wrong, and set right: nobody waits for a time that was written down while one was ahead.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::json;

use crate::refresh::fixture::{EXPIRY, READ, on_refresh};
use crate::support::TestApp;
use crate::support::app::{build, elsewhere};
use crate::support::database::Database;
use crate::support::faults::answering;

const HOUR: Duration = Duration::from_hours(1);

#[rstest]
#[tokio::test]
async fn a_refresh_that_failed_while_the_clock_was_ahead_is_tried_again_when_it_is_set_back(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    app.sandbox
        .fault(on_refresh(answering(503, &json!({})), None));
    app.clock.advance(HOUR);
    assert_eq!(browser.get(READ).await.status, 503);
    app.clock.set_back(HOUR);
    app.sandbox.clear_faults();
    let answer = browser.get(READ).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[rstest]
#[tokio::test]
async fn a_client_that_was_refused_while_the_clock_was_ahead_is_tried_again_when_it_is_set_back(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    app.advance(EXPIRY);
    let refused = json!({"error": "access_denied", "error_description": "Unauthorized"});
    app.sandbox
        .fault(on_refresh(answering(401, &refused), None));
    app.clock.advance(HOUR);
    assert_eq!(browser.get(READ).await.status, 503);
    assert_eq!(omar.get(READ).await.status, 503);
    app.clock.set_back(HOUR);
    app.sandbox.clear_faults();
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(omar.get(READ).await.status, 200);
}

#[rstest]
#[tokio::test]
async fn a_lease_that_was_taken_while_the_clock_was_ahead_holds_nobody_up_when_it_is_set_back(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    app.clock.advance(HOUR);
    // A holder that cannot be known to be dead.
    let until = app.clock_millis() + 15_000;
    app.raw()
        .await
        .run(format!(
            "UPDATE grants SET lease_owner = 'timed-1', lease_until = {until}, fence = fence + 1"
        ))
        .await;
    app.clock.set_back(HOUR);
    let answer = browser.get(READ).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_machine_whose_clock_is_wrong_renews_nothing_and_another_one_does() {
    let app = TestApp::start_on(Database::Postgres, &[]).await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    app.clock.advance_alone(HOUR);
    let answer = browser.get(READ).await;
    assert_eq!(answer.status, 503, "it cannot tell whether the token lives");
    assert_eq!(app.app.grants().refresh_due().await, 0);
    assert_eq!(browser.get("/ready").await.json()["checks"]["clock"], false);
    app.settled().await;
    assert_eq!(app.refreshes().len(), 0);
    app.clock.set_back_alone(HOUR);
    assert_eq!(browser.get(READ).await.status, 200);
}

#[tokio::test]
async fn an_old_token_serves_on_a_machine_whose_clock_is_a_little_ahead() {
    let app = TestApp::start_on(Database::Postgres, &[]).await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    app.clock
        .advance_alone(EXPIRY.saturating_sub(Duration::from_secs(10)));
    assert_eq!(browser.get(READ).await.status, 200);
    app.settled().await;
    assert_eq!(app.refreshes().len(), 0);
}

#[tokio::test]
async fn a_start_beside_a_process_with_another_clock_takes_no_lease_away() {
    let app = TestApp::start_on(Database::Postgres, &[]).await;
    let browser = app.expired().await;
    let slow = FaultAction::Delay(Duration::from_millis(800));
    app.sandbox.fault(on_refresh(slow, None));
    let other = build(&app.settings, app.clock.clone()).await;
    let there = elsewhere(&other, &browser);
    let meanwhile = async {
        app.until_refreshing(1).await;
        app.clock.advance_alone(HOUR);
        let answer = there.get(READ).await;
        app.clock.set_back_alone(HOUR);
        answer
    };
    let (answer, meanwhile) = futures_util::future::join(browser.get(READ), meanwhile).await;
    assert_eq!((answer.status, meanwhile.status), (200, 503));
    assert_eq!(app.refreshes().len(), 1);
}
