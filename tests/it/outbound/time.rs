//! Calls out take no longer than whoever asked can wait: a call with all its tries, and all calls of one
//! request together.

use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use integration_backend::http::edge::inside_the_edge;
use integration_backend::work::deadline::Deadline;
use serde_json::json;

use crate::outbound::fixture::{Stage, is_vendors};
use crate::refresh::fixture::READ;
use crate::support::upstream::{Raw, head_and, response};
use crate::support::{Answer, Browser, TestApp};

const LIST: &str = "/connectors/jira/projects";
const SECOND: Duration = Duration::from_secs(1);

/// What was answered, and that it took between a moment and a little more.
async fn after(least: Duration, work: impl Future<Output = Answer>) -> Answer {
    let started = Instant::now();
    let answer = work.await;
    let took = started.elapsed();
    let (least, most) = (least * 9 / 10, least + SECOND * 6 / 5);
    assert!(least <= took && took < most, "{took:?}: {}", answer.body);
    answer
}

fn failing() -> Vec<u8> {
    response("503 Unavailable", &[], b"{}")
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_does_not_end_is_a_504_in_time() {
    let stage = Stage::gateway("1").await;
    let head = head_and("200 OK", &[], b"");
    let drip = Duration::from_millis(100);
    for (what, raw) in [
        ("silence", Raw::Silent),
        ("a body that drips", Raw::Endless(head, vec![b' '], drip)),
        (
            "a head that drips",
            Raw::Endless(b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'y'], drip),
        ),
        (
            "100 for ever",
            Raw::Endless(vec![], b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), drip),
        ),
        ("a late answer", Raw::Later(SECOND * 4, failing())),
    ] {
        is_vendors(&after(SECOND, stage.write(raw.clone())).await, 504, what);
        for path in [LIST, READ] {
            stage.upstream.answer([raw.clone()]);
            is_vendors(&after(SECOND, stage.browser.get(path)).await, 504, what);
        }
    }
}

#[tokio::test]
async fn all_tries_of_a_call_together_take_no_longer_than_one_may() {
    let stage = Stage::gateway("2").await;
    for path in [LIST, READ] {
        let slowly = Raw::Later(SECOND * 6 / 5, failing());
        stage.upstream.answer([slowly, Raw::Silent]);
        let answer = after(SECOND * 2, stage.browser.get(path)).await;
        is_vendors(&answer, 504, path);
        assert_eq!(stage.upstream.heads().len(), 2, "{path}");
    }
}

#[tokio::test]
async fn a_pause_that_would_last_too_long_is_not_begun() {
    let stage = Stage::gateway("1").await;
    stage.upstream.answer([Raw::Bytes(failing())]);
    let started = Instant::now();
    let answer = stage.browser.get(LIST).await;
    is_vendors(&answer, 502, "the failure itself");
    assert!(started.elapsed() < SECOND);
    assert!(stage.upstream.heads().len() < 4);
}

#[tokio::test]
async fn the_second_try_with_a_newer_token_has_to_fit_in_as_well() {
    let stage = Stage::gateway("20").await;
    let refused = Raw::Later(SECOND, response("401 Unauthorized", &[], b"{}"));
    stage.upstream.answer([refused, Raw::Silent]);
    let all = Deadline::within(SECOND * 2);
    let answer = after(SECOND * 2, all.over(stage.browser.get(LIST))).await;
    is_vendors(&answer, 504, "the second try");
    assert_eq!(stage.upstream.heads().len(), 2);
}

#[tokio::test]
async fn work_under_a_key_has_to_fit_in_as_well() {
    let stage = Stage::gateway("20").await;
    stage.upstream.answer([Raw::Silent]);
    let key = [("idempotency-key", "one")];
    let body = json!({"body": "Hello"}).to_string();
    let path = "/connectors/jira/issues/EX-1/comments";
    let sent = stage.browser.send("POST", path, &key, Some(body));
    let answer = after(SECOND, Deadline::within(SECOND).over(sent)).await;
    is_vendors(&answer, 504, "a write");
}

#[tokio::test]
async fn a_login_has_to_fit_in_as_well() {
    let stage = Stage::gateway("20").await;
    stage.upstream.answer([Raw::Silent]);
    let browser = Browser::new(stage.browser.router());
    let callback = stage
        .app
        .callback_url(&browser, "/auth/atlassian/login", "mia")
        .await;
    let all = Deadline::within(SECOND * 2);
    let ended = after(SECOND * 2, all.over(browser.get(&callback))).await;
    assert_eq!(ended.status, 303, "{}", ended.body);
    assert!(
        !ended.header("location").contains("connected="),
        "{}",
        ended.header("location")
    );
    assert_eq!(stage.upstream.heads().len(), 1, "the code was exchanged");
}

async fn waits() -> StatusCode {
    let waited = Deadline::within(SECOND * 60).keep(std::future::pending::<()>());
    match waited.await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::GATEWAY_TIMEOUT,
    }
}

#[tokio::test]
async fn what_a_handler_waits_for_ends_before_the_handler_does() {
    let app = TestApp::start().await;
    let routes = Router::new().route("/waits", get(waits));
    let browser = Browser::new(inside_the_edge(routes, app.app.state(), SECOND * 2));
    let answer = after(SECOND * 2 * 5 / 6, browser.get("/waits")).await;
    assert_eq!(answer.status, 504);
}
