//! Failures that pass do not end a sync: it rests, and goes on from where it was.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::faults::{answering, answering_text};
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};
use crate::sync::fixture::{PAGES, start, status, synced};

/// Lets what rests go on, once its pause is over; gives the state it comes to then.
async fn go_on(app: &TestApp, browser: &Browser) -> Value {
    let before = app.sandbox.journal().len();
    app.advance(Duration::from_mins(15));
    app.app.services().catalog.look_for_work();
    until("it went on and rests again or has ended", async || {
        let mut raw = app.raw().await;
        let held = "SELECT COUNT(*) FROM sync_runs WHERE lease_owner IS NOT NULL";
        app.sandbox.journal().len() > before && raw.number(held).await == Some(0)
    })
    .await;
    status(browser, "jira").await
}

async fn at_rest(app: &TestApp) -> Browser {
    app.sandbox.crowd("acme", 220, 0);
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    app.rests_after_its_first_page(&browser).await;
    browser
}

#[rstest]
#[case(answering(500, &json!({})))]
#[case(answering(503, &json!({})))]
#[case(answering(408, &json!({})))]
#[case(answering(522, &json!({})))]
#[case(answering_text(200, "<html>Back soon</html>"))]
#[case(answering_text(200, ""))]
#[case(FaultAction::Redirect(String::from("https://elsewhere.example/")))]
#[case(FaultAction::Drop)]
#[tokio::test]
async fn one_failure_does_not_end_a_run(#[case] failure: FaultAction) {
    let app = TestApp::start().await;
    let browser = at_rest(&app).await;
    app.on_projects(failure, Some(4));
    let resting = go_on(&app, &browser).await;
    assert_eq!(
        (&resting["status"], &resting["fetched"]),
        (&json!("running"), &json!(100)),
        "{resting}"
    );
    assert!(resting["waits_for"].is_string(), "{resting}");
    assert!(resting["error"].is_null(), "nothing has failed: {resting}");
    let mut end = resting;
    while end["status"] == "running" {
        end = go_on(&app, &browser).await;
    }
    assert_eq!(
        (&end["status"], &end["fetched"]),
        (&json!("succeeded"), &end["total"]),
        "{end}"
    );
    assert!(end["waits_for"].is_null(), "{end}");
    let mut starts = app.starts();
    starts.dedup();
    assert_eq!(starts, [0, 100, 200], "from where it was");
}

#[tokio::test]
async fn an_outage_ends_a_run_after_several_failures_in_a_row_and_removes_nothing() {
    let app = TestApp::start().await;
    let browser = at_rest(&app).await;
    app.on_projects(answering(500, &json!({})), None);
    let mut rests = 0;
    let end = loop {
        let seen = go_on(&app, &browser).await;
        if seen["status"] != "running" {
            break seen;
        }
        rests += 1;
        assert!(rests < 10, "it never ends");
    };
    assert!(rests >= 3, "{rests}");
    assert_eq!(
        (&end["status"], &end["removed"], &end["error"]),
        (
            &json!("failed"),
            &json!(0),
            &json!("Atlassian failed with status 500; nothing was removed")
        )
    );
    app.sandbox.clear_faults();
    synced(&browser, "jira").await;
}

#[tokio::test]
async fn where_confluence_cannot_give_250_at_once_smaller_pages_are_asked_for() {
    let app = TestApp::start().await;
    app.sandbox.crowd("acme", 0, 300);
    let browser = app.logged_in("mia").await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.largest_list = 100);
    app.sandbox.clear_journal();
    start(&browser, "confluence").await;
    until("the sync ends", async || {
        status(&browser, "confluence").await["status"] != "running"
    })
    .await;
    let end = status(&browser, "confluence").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert!(end["fetched"].as_u64().unwrap() > 300, "{end}");
    let sizes: Vec<String> = app
        .walked(PAGES)
        .iter()
        .map(|query| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs
                .find(|(name, _)| name == "limit")
                .unwrap()
                .1
                .into_owned()
        })
        .collect();
    let mut tried = sizes.clone();
    tried.dedup();
    assert_eq!(tried, ["250", "125", "62"], "{sizes:?}");
}
