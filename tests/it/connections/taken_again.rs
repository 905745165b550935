//! Refusals and failures that pass: a token that was refused for a minute is taken again without anybody's doing, and
//! what fails just now is told until it answers.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::connections::fixture::connection;
use crate::connections::refused::attach;
use crate::data_center::fixture::connected;
use crate::support::faults::{answering, answering_text, on_api};
use crate::support::{Answer, Browser, TestApp};

const PROJECTS: &str = "/connectors/jira/projects";
const PING: &str = "/api/v1/integrations/jira/ping";
const MINUTE: Duration = Duration::from_mins(1);

/// Two answers as of a server that cannot ask its directory who is calling.
fn refuse_for_a_moment(app: &TestApp) {
    let refused = answering(401, &json!({"message": "Unauthorized"}));
    app.sandbox.fault(on_api("/rest/", refused, Some(2)));
}

async fn attached(data_center: bool) -> (TestApp, Browser) {
    if data_center {
        let app = TestApp::start_with_data_center(&[]).await;
        let browser = connected(&app, "mia").await;
        return (app, browser);
    }
    let app = TestApp::start().await;
    let browser = app.browser();
    attach(&browser, "jira").await;
    (app, browser)
}

async fn state(browser: &Browser) -> (Value, Value) {
    let seen = connection(browser, "jira").await;
    (seen["status"].clone(), seen["error"].clone())
}

fn good() -> (Value, Value) {
    (json!("active"), Value::Null)
}

#[rstest]
#[case::api_token(false)]
#[case::personal_access_token(true)]
#[tokio::test]
async fn a_token_that_was_refused_for_a_moment_is_taken_again_by_itself(#[case] data_center: bool) {
    let (app, browser) = attached(data_center).await;
    refuse_for_a_moment(&app);
    assert_eq!(browser.get(PROJECTS).await.status, 401);
    let (status, error) = state(&browser).await;
    assert_eq!(status, "reauth_required");
    let told = error.as_str().unwrap();
    assert!(
        told.contains("tried again every quarter of an hour"),
        "{told}"
    );
    app.sandbox.clear_journal();
    app.advance(14 * MINUTE);
    assert_eq!(browser.get(PROJECTS).await.status, 401);
    app.assert_nothing_sent();
    app.advance(MINUTE);
    assert_eq!(browser.get(PROJECTS).await.status, 200);
    assert_eq!(state(&browser).await, good());
    assert_eq!(browser.get(PROJECTS).await.status, 200, "and stays so");
}

#[tokio::test]
async fn one_that_is_refused_for_good_costs_one_call_in_a_quarter_of_an_hour() {
    let (app, browser) = attached(false).await;
    app.sandbox.revoke_tokens("mia");
    assert_eq!(browser.get(PROJECTS).await.status, 401);
    for _ in 0..3 {
        app.advance(15 * MINUTE);
        app.sandbox.clear_journal();
        for _ in 0..3 {
            assert_eq!(browser.get(PROJECTS).await.status, 401);
        }
        assert_eq!(app.sandbox.journal().len(), 1);
    }
}

#[rstest]
#[case::api_token(false)]
#[case::personal_access_token(true)]
#[tokio::test]
async fn who_asks_whether_it_works_turns_it_green_a_minute_later(#[case] data_center: bool) {
    let (app, browser) = attached(data_center).await;
    refuse_for_a_moment(&app);
    assert_eq!(browser.get(PROJECTS).await.status, 401);
    app.sandbox.clear_journal();
    let told = browser.read(PING).await;
    assert_eq!(
        (&told["connected"], &told["reachable"]),
        (&json!(false), &Value::Null)
    );
    app.assert_nothing_sent();
    app.advance(MINUTE);
    let told = browser.read(PING).await;
    assert_eq!(
        (&told["connected"], &told["reachable"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(state(&browser).await, good());
}

#[rstest]
#[case(402, "Payment required")]
#[case(410, "Site deactivated")]
#[case(451, "Unavailable for legal reasons")]
#[tokio::test]
async fn a_product_that_refuses_every_call_is_not_green(#[case] code: u16, #[case] words: &str) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let refused = answering(code, &json!({"message": words}));
    app.sandbox.fault(on_api("/ex/jira/", refused, None));
    assert!(browser.get(PROJECTS).await.status >= 400);
    let (status, error) = state(&browser).await;
    assert_eq!(status, "error");
    let told = error.as_str().unwrap();
    assert!(
        told.contains(&format!("every call with status {code}")) && told.contains("administrator"),
        "{told}"
    );
    app.sandbox.clear_faults();
    assert_eq!(browser.get(PROJECTS).await.status, 200);
    assert_eq!(state(&browser).await, good());
}

#[rstest]
#[case(answering(500, &json!({})), "status 500")]
#[case(answering_text(521, "<html>"), "status 521")]
#[case(answering(429, &json!({})), "rate limit")]
#[case(answering_text(200, "ok"), "not the documented JSON")]
#[case(answering_text(200, "{}"), "unexpected")]
#[tokio::test]
async fn what_fails_in_passing_is_told_until_it_answers(
    #[case] failure: FaultAction,
    #[case] words: &str,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(on_api("/ex/jira/", failure, None));
    assert!(browser.get(PROJECTS).await.status >= 400);
    let (status, error) = state(&browser).await;
    assert_eq!(status, "active");
    let told = error.as_str().unwrap();
    assert!(
        told.starts_with("Jira fails since ") && told.contains(words),
        "{told}"
    );
    app.sandbox.clear_faults();
    app.advance(5 * MINUTE);
    assert_eq!(browser.get(PROJECTS).await.status, 200);
    assert_eq!(state(&browser).await, good());
}

fn refusal_words(answer: &Answer) -> (u16, String) {
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    (answer.status, message)
}

#[tokio::test]
async fn a_token_is_not_spoken_of_as_a_login() {
    let (app, browser) = attached(false).await;
    let mismatch = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    app.sandbox
        .fault(on_api("/rest/", answering(401, &mismatch), Some(1)));
    let (status, told) = refusal_words(&browser.get(PROJECTS).await);
    assert_eq!(status, 403);
    assert_eq!(
        told,
        "the API token lacks a scope this call needs; make one that has it and connect again"
    );
}

#[tokio::test]
async fn what_blocks_an_app_is_told_in_atlassians_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let words = "Unauthorized; app is blocked by data security policy";
    let blocked = json!({"code": 401, "message": words});
    app.sandbox
        .fault(on_api("/ex/jira/", answering(401, &blocked), None));
    let (status, told) = refusal_words(&browser.get(PROJECTS).await);
    assert_eq!(status, 403);
    assert!(told.contains("blocked by data security policy"), "{told}");
    let (status, error) = state(&browser).await;
    assert_eq!(status, "error");
    assert!(
        error
            .as_str()
            .unwrap()
            .contains("blocked by data security policy")
    );
    assert!(app.refreshes().is_empty(), "no renewal would help");
}
