//! What came of the first request: done, certainly not done, or unknown.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use integration_backend::model::kept_answer::KeptAnswer;
use integration_backend::service::idempotency::{Idempotency, KeyedAnswer, KeyedRequest};
use rstest::rstest;
use serde_json::json;

use crate::edge::idempotency::fixture::{
    CONFLUENCE, JIRA, assert_unknown, creates, is_replay, issue, on_create, send,
};
use crate::support::database::Database;
use crate::support::faults::{answering, on_method};
use crate::support::installation::free_port;
use crate::support::{Browser, TestApp};

#[tokio::test]
async fn a_change_that_was_made_is_told_and_not_made_again_when_its_result_cannot_be_read() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let made = browser.post(JIRA, issue("moves")).await.json();
    let key = made["id"].as_str().unwrap();
    let on = |path: String, action| on_method("GET", &path, action, None);
    // The list of transitions is read as usual, the issue is not.
    let as_usual = FaultAction::Delay(Duration::ZERO);
    app.sandbox
        .fault(on(String::from("/transitions"), as_usual));
    let refused = answering(404, &json!({}));
    app.sandbox.fault(on(format!("/issue/{key}"), refused));
    let route = format!("/connectors/jira/issues/{key}/transitions");
    let body = json!({"transition": "Done", "comment": "once"});
    for is_again in [false, true] {
        let done = send(&browser, &route, "k", &body).await;
        assert_eq!(
            (done.status, is_replay(&done)),
            (200, is_again),
            "{}",
            done.body
        );
        assert_eq!(done.json()["status"], "Done");
    }
    let moves = app.sandbox.journal();
    let moves = moves
        .iter()
        .filter(|call| call.method == "POST" && call.path.ends_with("/transitions"));
    assert_eq!(moves.count(), 1);
}

#[rstest]
#[tokio::test]
async fn when_the_answer_is_lost_it_is_never_sent_again(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[("UPSTREAM_TIMEOUT", "1")]).await;
    let browser = app.logged_in("mia").await;
    let failures = [
        FaultAction::ProcessThenDrop,
        FaultAction::Drop,
        FaultAction::Hang,
        FaultAction::Garbage,
        FaultAction::Redirect(String::from("https://example.com/")),
        answering(500, &json!({})),
        answering(503, &json!({})),
    ];
    for (number, failure) in failures.into_iter().enumerate() {
        app.sandbox.fault(on_create(failure.clone(), Some(1)));
        let key = number.to_string();
        let first = send(&browser, JIRA, &key, &issue("lost")).await;
        assert_unknown(&first);
        let again = send(&browser, JIRA, &key, &issue("lost")).await;
        assert_unknown(&again);
        assert_eq!(creates(&app), number + 1, "{failure:?}");
    }
    let other = send(&browser, JIRA, "new", &issue("lost")).await;
    assert_eq!(other.status, 201);
}

#[rstest]
#[tokio::test]
async fn what_was_certainly_not_done_may_be_tried_again_with_the_same_key(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let refusals = [400, 403, 404, 409, 413, 429];
    for (number, status) in refusals.into_iter().enumerate() {
        let action = FaultAction::Status {
            status,
            headers: vec![(String::from("retry-after"), String::from("60"))],
            body: String::from("{}"),
        };
        app.sandbox.fault(on_create(action, Some(1)));
        let refused = send(&browser, JIRA, "k", &issue("refused")).await;
        assert_eq!(refused.status, status, "{}", refused.body);
        assert_eq!(creates(&app), number + 1);
    }
    app.advance(Duration::from_mins(2));
    let done = send(&browser, JIRA, "k", &issue("now")).await;
    assert_eq!((done.status, is_replay(&done)), (201, false));
    let malformed = send(&browser, JIRA, "m", &json!({})).await;
    assert_eq!(malformed.status, 422);
    let mended = send(&browser, JIRA, "m", &issue("mended")).await;
    assert_eq!(mended.status, 201);
}

#[tokio::test]
async fn a_caller_who_is_not_connected_keeps_the_key() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let gone = browser.delete("/connectors/jira/connection").await;
    assert_eq!(gone.status, 200);
    let refused = send(&browser, JIRA, "k", &issue("later")).await;
    assert_eq!(refused.error_code(), "NOT_CONNECTED");
    app.log_in(&browser, "mia").await;
    let done = send(&browser, JIRA, "k", &issue("later")).await;
    assert_eq!(done.status, 201);
}

#[tokio::test]
async fn a_failure_before_anything_was_sent_leaves_the_key_free() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = json!({"space_key": "ENG", "title": "After a failed look-up", "body": "x"});
    let look_up = on_method("GET", "/spaces", answering(500, &json!({})), Some(4));
    app.sandbox.fault(look_up);
    let failed = send(&browser, CONFLUENCE, "k", &page).await;
    assert_eq!(failed.status, 502, "{}", failed.body);
    let done = send(&browser, CONFLUENCE, "k", &page).await;
    assert_eq!((done.status, creates(&app)), (201, 1), "{}", done.body);
}

#[tokio::test]
async fn without_a_connection_to_atlassian_the_key_stays_free() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let cut_off = app
        .another_process_with(&[("ATLASSIAN_API_URL", &nowhere)])
        .await;
    let there = Browser::new(cut_off.router());
    there.set_cookie("ib_session", &browser.cookie("ib_session").unwrap());
    let failed = send(&there, JIRA, "k", &issue("later")).await;
    assert_eq!(
        (failed.status, failed.error_code().as_str()),
        (502, "VENDOR_ERROR")
    );
    let done = send(&browser, JIRA, "k", &issue("later")).await;
    assert_eq!((done.status, is_replay(&done)), (201, false));
}

fn work(app: &TestApp, may_only_read: bool) -> (Idempotency, KeyedRequest) {
    let request = KeyedRequest {
        scope: crate::store::fixture::mia(),
        route: String::from("POST /somewhere"),
        key: String::from("k"),
        content: String::from("x"),
        as_sent: String::from("x"),
        may_only_read,
    };
    (app.app.state().idempotency.clone(), request)
}

fn kept(body: &str) -> KeptAnswer {
    KeptAnswer {
        status: 200,
        content_type: None,
        location: None,
        body: body.to_owned(),
    }
}

#[tokio::test]
async fn work_that_panics_before_anything_was_sent_leaves_the_key_free() {
    let app = TestApp::start().await;
    let (idempotency, request) = work(&app, false);
    let (panics, same) = (idempotency.clone(), request.clone());
    let task = tokio::spawn(async move {
        let work = async { panic!("in the middle") };
        panics.run::<(), _>(same, work).await
    });
    assert!(task.await.unwrap_err().is_panic());
    let work = async { ((), Some(kept("done"))) };
    let once = idempotency.run(request, work).await.unwrap();
    assert!(matches!(once, KeyedAnswer::Now(())));
}

#[tokio::test]
async fn what_was_only_read_is_not_kept_where_a_route_may_only_read() {
    let app = TestApp::start().await;
    for (may_only_read, replays) in [(true, false), (false, true)] {
        let (idempotency, request) = work(&app, may_only_read);
        for is_again in [false, true] {
            let work = async { ((), Some(kept("read"))) };
            let once = idempotency.run(request.clone(), work).await.unwrap();
            let is_kept = matches!(&once, KeyedAnswer::Before(answer) if *answer == kept("read"));
            assert_eq!(is_kept, is_again && replays);
        }
    }
}
