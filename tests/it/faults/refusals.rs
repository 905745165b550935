//! Atlassian refuses our client: for one person, or for everybody.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use crate::refresh::fixture::{EXPIRY, READ, on_refresh};
use crate::support::faults::answering;
use crate::support::{Browser, TestApp};

const PAUSE: Duration = Duration::from_secs(61);

fn refusal(status: u16, error: &str) -> FaultAction {
    let body: Value = json!({"error": error, "error_description": "The client is not allowed"});
    answering(status, &body)
}

/// Three people whose tokens have expired.
async fn three(app: &TestApp) -> [Browser; 3] {
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let lea = app.logged_in("lea").await;
    app.advance(EXPIRY);
    app.sandbox.clear_journal();
    [mia, omar, lea]
}

async fn statuses(browsers: &[&Browser]) -> Vec<u16> {
    let answers = join_all(browsers.iter().map(|browser| browser.get(READ))).await;
    answers.iter().map(|answer| answer.status).collect()
}

#[rstest]
#[case::not_allowed(403, "unauthorized_client")]
#[case::malformed(400, "invalid_request")]
#[case::wrong_secret(401, "access_denied")]
#[tokio::test]
async fn one_persons_refusal_stops_nobody_else_however_long_they_poll(
    #[case] status: u16,
    #[case] error: &str,
) {
    let app = TestApp::start().await;
    let [mia, omar, lea] = three(&app).await;
    for _ in 0..3 {
        app.sandbox
            .fault(on_refresh(refusal(status, error), Some(1)));
        assert_eq!(mia.get(READ).await.status, 503);
        assert_eq!(mia.get(READ).await.status, 503);
        assert_eq!(app.refreshes().len(), 1, "she is left in peace");
        assert_eq!(statuses(&[&omar, &lea]).await, [200, 200]);
        app.advance(EXPIRY);
        app.sandbox.clear_journal();
    }
    assert_eq!(mia.get(READ).await.status, 200, "and she comes back");
}

#[tokio::test]
async fn a_grant_that_is_refused_again_and_again_waits_longer_each_time() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    app.sandbox
        .fault(on_refresh(refusal(403, "unauthorized_client"), None));
    let mut waits = Vec::new();
    for _ in 0..7 {
        let answer = browser.get(READ).await;
        assert_eq!(answer.status, 503);
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        waits.push(wait / 60);
        app.advance(Duration::from_secs(wait));
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 16, 16]);
    assert_eq!(app.refreshes().len(), 7);
    app.sandbox.clear_faults();
    assert_eq!(browser.get(READ).await.status, 200);
}

#[tokio::test]
async fn two_different_grants_open_the_breaker_and_one_try_decides_when_it_closes() {
    let app = TestApp::start().await;
    let [mia, omar, lea] = three(&app).await;
    app.sandbox
        .fault(on_refresh(refusal(401, "access_denied"), None));
    assert_eq!(mia.get(READ).await.status, 503);
    assert_eq!(omar.get(READ).await.status, 503);
    assert_eq!(lea.get(READ).await.status, 503);
    assert_eq!(app.refreshes().len(), 2, "the third makes no call");
    app.advance(PAUSE);
    let all = [&mia, &omar, &lea];
    assert_eq!(statuses(&all).await, [503, 503, 503]);
    let calls = app.refreshes().len();
    assert!((3..=5).contains(&calls), "{calls}");
    app.sandbox.clear_faults();
    app.advance(PAUSE * 3);
    // The secret is right again. One try finds out, and nobody else calls before it has.
    let slow = FaultAction::Delay(Duration::from_millis(500));
    app.sandbox.fault(on_refresh(slow, Some(1)));
    app.sandbox.clear_journal();
    let mut answers = statuses(&all).await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 503, 503]);
    assert_eq!(app.refreshes().len(), 1, "one try decides");
    assert_eq!(statuses(&all).await, [200, 200, 200], "and all go on");
}

#[tokio::test]
async fn a_try_that_tells_nothing_about_the_client_leaves_the_decision_to_the_next() {
    let app = TestApp::start().await;
    let [mia, omar, lea] = three(&app).await;
    app.sandbox
        .fault(on_refresh(refusal(401, "access_denied"), Some(2)));
    assert_eq!(mia.get(READ).await.status, 503);
    assert_eq!(omar.get(READ).await.status, 503);
    app.advance(PAUSE);
    app.sandbox
        .fault(on_refresh(answering(500, &json!({})), Some(3)));
    assert_eq!(lea.get(READ).await.status, 503, "an outage");
    app.sandbox.clear_faults();
    assert_eq!(mia.get(READ).await.status, 200);
    assert_eq!(omar.get(READ).await.status, 200);
}

/// Two refusals one after another show that it is the client that is refused: then it is so for everybody's login.
#[tokio::test]
async fn once_the_client_is_known_to_be_refused_every_login_of_it_says_so_until_it_is_taken() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    app.advance(EXPIRY);
    let fresh = app.logged_in("lea").await;
    app.sandbox
        .fault(on_refresh(refusal(401, "access_denied"), None));
    for browser in [&mia, &omar] {
        assert_eq!(browser.get(READ).await.status, 503);
    }
    let told = "this service's own OAuth client is not accepted by Atlassian; its operator must check the client id and secret";
    for browser in [&mia, &omar, &fresh] {
        let connectors = browser.read("/connectors").await;
        assert_eq!(connectors[0]["last_error"], told);
        let status = browser.read("/api/auth/oauth/token/status").await;
        let message = status["message"].as_str().unwrap();
        assert!(
            message.contains("OAuth client is not accepted"),
            "{message}"
        );
    }
    assert_eq!(fresh.get(READ).await.status, 200, "her token still lives");
    app.sandbox.clear_faults();
    app.advance(PAUSE);
    assert_eq!(mia.get(READ).await.status, 200);
    let connectors = fresh.read("/connectors").await;
    assert_eq!(connectors[0]["last_error"], Value::Null);
}
