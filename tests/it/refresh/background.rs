//! When tokens are renewed: the margin, the background refresher, a person's wish, another client id.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;

use crate::refresh::fixture::{EXPIRY, READ, force};
use crate::support::TestApp;
use crate::support::app::elsewhere;

const DAY: Duration = Duration::from_hours(24);

#[rstest]
#[case::of_the_setting("", 0, 3479, 3481)]
#[case::of_half_a_short_life("", 100, 49, 51)]
#[case::of_another_setting("300", 0, 3299, 3301)]
#[tokio::test]
async fn a_token_is_renewed_from_its_margin_on(
    #[case] margin: &str,
    #[case] lifetime: u32,
    #[case] before: u64,
    #[case] after: u64,
) {
    let app = TestApp::start_with(&[("TOKEN_REFRESH_MARGIN", margin)]).await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.access_token_seconds = lifetime);
    let browser = app.logged_in("mia").await;
    app.advance(Duration::from_secs(before));
    assert_eq!(browser.get(READ).await.status, 200);
    app.settled().await;
    assert_eq!(app.refreshes().len(), 0);
    app.advance(Duration::from_secs(after - before));
    assert_eq!(browser.get(READ).await.status, 200);
    app.settled().await;
    assert_eq!(app.refreshes().len(), 1);
}

#[tokio::test]
async fn a_grant_in_use_is_renewed_in_the_background_before_a_request_has_to() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let refresher = app.app.grants();
    app.advance(Duration::from_mins(55));
    assert_eq!(refresher.refresh_due().await, 0);
    app.advance(Duration::from_secs(130));
    assert_eq!(refresher.refresh_due().await, 1);
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(refresher.refresh_due().await, 0);
    app.advance(Duration::from_mins(55));
    assert_eq!(browser.get(READ).await.status, 200);
    app.settled().await;
    assert_eq!(app.refreshes().len(), 1);
}

#[tokio::test]
async fn two_background_refreshers_renew_a_due_grant_once() {
    let app = TestApp::start().await;
    let other = app.another_process().await;
    app.logged_in("mia").await;
    app.advance(Duration::from_secs(3430));
    tokio::join!(app.app.grants().refresh_due(), other.grants().refresh_due());
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(app.grant_state().await.0, Some(2));
}

#[tokio::test]
async fn an_idle_grant_is_left_alone_for_55_days_and_kept_alive_before_60() {
    let app = TestApp::start().await;
    app.logged_in("mia").await;
    let refresher = app.app.grants();
    app.advance(DAY + EXPIRY);
    refresher.refresh_due().await;
    app.advance(DAY * 53);
    refresher.refresh_due().await;
    assert_eq!(app.refreshes().len(), 0);
    for round in 1..=3 {
        app.advance(DAY * 2);
        refresher.refresh_due().await;
        assert_eq!(app.refreshes().len(), round, "renewed");
        app.advance(DAY * 2);
        refresher.refresh_due().await;
        app.advance(DAY * 52);
        refresher.refresh_due().await;
        assert_eq!(app.refreshes().len(), round, "and left alone");
    }
    assert_eq!(app.grant_state().await, (Some(4), Some("active".into())));
    let browser = app.logged_in("mia").await;
    assert_eq!(browser.get(READ).await.status, 200);
}

#[tokio::test]
async fn a_grant_used_after_a_long_pause_is_renewed_ahead_again() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let refresher = app.app.grants();
    app.advance(Duration::from_hours(11));
    refresher.refresh_due().await;
    assert_eq!(app.refreshes().len(), 1, "used less than a day ago");
    assert_eq!(browser.get(READ).await.status, 200);
    app.settled().await;
    assert_eq!(app.refreshes().len(), 1);
    app.advance(Duration::from_secs(3500));
    refresher.refresh_due().await;
    assert_eq!(app.refreshes().len(), 2);
}

#[tokio::test]
async fn refreshes_that_people_ask_for_at_once_or_in_a_row_cost_one_token_call() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    force(&browser).await;
    assert_eq!(app.refreshes().len(), 0, "the login is fresh enough");
    app.advance(Duration::from_secs(31));
    let all = join_all((0..10).map(|_| force(&browser))).await;
    assert_eq!(app.refreshes().len(), 1);
    app.advance(Duration::from_secs(29));
    let later = force(&browser).await;
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(later["scope"], all[0]["scope"]);
    assert_eq!(all[0]["expires_in"], 3600);
    assert_eq!(later["expires_in"], 3571);
    app.advance(Duration::from_secs(2));
    force(&browser).await;
    assert_eq!(app.refreshes().len(), 2);
}

#[tokio::test]
async fn a_grant_of_another_client_id_gets_no_token_call_and_works_again_with_its_own() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let other = app
        .another_process_with(&[("ATLASSIAN_CLIENT_ID", "another-client")])
        .await;
    let elsewhere = elsewhere(&other, &browser);
    app.sandbox.clear_journal();
    assert_eq!(elsewhere.get(READ).await.status, 200, "while it lives");
    assert!(other.is_idle(), "and nothing is renewed beside it");
    app.advance(EXPIRY);
    for _ in 0..2 {
        let answer = elsewhere.get(READ).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (401, "TOKEN_EXPIRED")
        );
        assert!(answer.json()["details"]["login_url"].is_string());
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(
            message.contains("belongs to another client id"),
            "{message}"
        );
    }
    let told = "this login belongs to another client id than those in the settings, and is not renewed; this service's operator must check the client id, or log in again";
    assert_eq!(
        elsewhere.read("/connectors").await[0]["last_error"],
        told,
        "by the process that lacks it"
    );
    other.grants().refresh_due().await;
    assert_eq!(app.sandbox.token_calls(), 0);
    assert_eq!(app.grant_state().await, (Some(1), Some("active".into())));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
}
