//! A write that was done is never answered as failed, because something after it failed.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::json;

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::invoke;
use crate::support::faults::{after, answering, on_method};
use crate::support::{Browser, TestApp};

async fn stage() -> (TestApp, Browser, String) {
    let app = TestApp::start_with(&[("UPSTREAM_TIMEOUT", "1")]).await;
    let browser = app.logged_in("mia").await;
    let key = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Before", "description": "Stays.", "labels": ["a"]}),
    )
    .await;
    (app, browser, key)
}

/// Lets every read fail that comes after a write.
fn fail_reads_after(app: &TestApp, write: &str, path: &str, action: FaultAction) {
    let reads = on_method("GET", "/rest/api/3/issue/", action, None);
    app.sandbox.fault(after(write, path, reads));
}

fn failures() -> [FaultAction; 5] {
    [
        answering(404, &json!({"errorMessages": ["gone"]})),
        answering(500, &json!({})),
        answering(401, &json!({})),
        FaultAction::Drop,
        FaultAction::Hang,
    ]
}

#[rstest]
#[tokio::test]
async fn a_change_is_answered_with_what_was_written_and_what_was_read_before(
    #[values(0, 1, 2, 3, 4)] failure: usize,
) {
    let (app, browser, key) = stage().await;
    let action = failures()[failure].clone();
    fail_reads_after(&app, "PUT", "/rest/api/3/issue/", action);
    let path = format!("/connectors/jira/issues/{key}");
    let change = json!({"summary": "After", "labels": ["b"], "description": "New **words**."});
    let answer = browser.put(&path, change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let issue = answer.json();
    assert_eq!(issue["key"], json!(key));
    assert_eq!(issue["title"], "After");
    assert_eq!(issue["labels"], json!(["b"]));
    assert_eq!(issue["description"], "New **words**.");
    assert_eq!(issue["project"], "WEB");
    assert!(issue["status"].is_string(), "{issue}");
    all_is_well(&app);
    assert_eq!(browser.read(&path).await["title"], "After");
}

/// What refused a login is asked again after ten seconds.
fn all_is_well(app: &TestApp) {
    app.sandbox.clear_faults();
    app.advance(Duration::from_secs(11));
}

#[rstest]
#[tokio::test]
async fn a_transition_is_answered_with_the_status_it_led_to(
    #[values(0, 1, 2, 3, 4)] failure: usize,
) {
    let (app, browser, _) = stage().await;
    let key = made(&browser, json!({"project_key": "OPS", "summary": "Moving"})).await;
    let action = failures()[failure].clone();
    fail_reads_after(&app, "POST", "/transitions", action);
    let path = format!("/connectors/jira/issues/{key}/transitions");
    let answer = browser.post(&path, json!({"transition": "Done"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let issue = answer.json();
    assert_eq!(
        (&issue["key"], &issue["title"]),
        (&json!(key), &json!("Moving"))
    );
    let after = issue["status"].clone();
    all_is_well(&app);
    let now = browser
        .read(&format!("/connectors/jira/issues/{key}"))
        .await;
    assert_eq!(after, now["status"]);
}

#[rstest]
#[tokio::test]
async fn a_change_is_made_and_told_even_where_the_issue_cannot_be_read_at_all(
    #[values(404, 403)] status: u16,
) {
    let (app, browser, key) = stage().await;
    let down = answering(status, &json!({}));
    app.sandbox
        .fault(on_method("GET", "/rest/api/3/issue/", down, None));
    let path = format!("/connectors/jira/issues/{key}");
    let answer = browser.put(&path, json!({"summary": "After"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let issue = answer.json();
    assert_eq!(
        (&issue["key"], &issue["title"]),
        (&json!(key), &json!("After"))
    );
    app.sandbox.clear_faults();
    assert_eq!(browser.read(&path).await["title"], "After");
}

/// What was made of the issue could not be told, and whoever took the answer for the issue would clear it.
#[rstest]
#[tokio::test]
async fn while_jira_fails_to_show_the_issue_nothing_is_written(#[values(1, 3, 4)] failure: usize) {
    let (app, browser, key) = stage().await;
    let down = failures()[failure].clone();
    app.sandbox
        .fault(on_method("GET", "/rest/api/3/issue/", down, None));
    let path = format!("/connectors/jira/issues/{key}");
    let answer = browser.put(&path, json!({"summary": "After"})).await;
    assert!(
        [502, 504].contains(&answer.status),
        "{} {}",
        answer.status,
        answer.body
    );
    app.sandbox.clear_faults();
    assert_eq!(browser.read(&path).await["title"], "Before");
}

#[tokio::test]
async fn an_issue_that_is_not_there_is_not_changed() {
    let (app, browser, _) = stage().await;
    app.sandbox.clear_journal();
    let path = "/connectors/jira/issues/WEB-99999";
    let answer = browser.put(path, json!({"summary": "After"})).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (404, "NOT_FOUND"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn tools_and_earlier_routes_answer_alike() {
    let (app, browser, key) = stage().await;
    let down = || answering(500, &json!({}));
    fail_reads_after(&app, "PUT", "/rest/api/3/issue/", down());
    let args = json!({"issue_key": key, "fields": {"summary": "By a tool"}});
    let tool = invoke(&browser, "jira_update_issue", args).await;
    assert_eq!(tool.status, 200, "{}", tool.body);
    assert!(tool.body.contains("By a tool"), "{}", tool.body);
    app.sandbox.clear_faults();
    fail_reads_after(&app, "PUT", "/rest/api/3/issue/", down());
    let path = format!("/api/jira/issues/{key}");
    let earlier = browser.put(&path, json!({"summary": "As before"})).await;
    assert!(earlier.status < 300, "{}", earlier.body);
}

#[tokio::test]
async fn an_idempotency_key_keeps_what_was_done() {
    let (app, browser, _) = stage().await;
    let key = made(&browser, json!({"project_key": "OPS", "summary": "Moving"})).await;
    fail_reads_after(&app, "POST", "/transitions", answering(500, &json!({})));
    let path = format!("/connectors/jira/issues/{key}/transitions");
    let with = [("idempotency-key", "done-once")];
    let body = json!({"transition": "Done"});
    let first = browser.post_with(&path, &with, &body).await;
    assert_eq!(first.status, 200, "{}", first.body);
    app.sandbox.clear_faults();
    let again = browser.post_with(&path, &with, &body).await;
    assert!(again.status == 200, "{}", again.body);
}
