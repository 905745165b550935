//! The same key again: the first answer, once for all who ask, for a day.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use futures_util::future::join_all;
use integration_backend::http::edge::idempotency::takes_key;
use rstest::rstest;
use serde_json::json;

use crate::callers::stage::Stage;
use crate::callers::table::rows;
use crate::edge::idempotency::fixture::{
    CONFLUENCE, JIRA, creates, is_replay, issue, on_create, send,
};
use crate::support::database::Database;
use crate::support::{Answer, Browser, TestApp};

const DAY: Duration = Duration::from_hours(24);

#[rstest]
#[tokio::test]
async fn a_repeated_create_gets_the_first_answer_and_is_not_sent_again(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let page = json!({"space_key": "ENG", "title": "Once only", "body": "x"});
    for (number, (route, body)) in [(JIRA, issue("once")), (CONFLUENCE, page)]
        .into_iter()
        .enumerate()
    {
        let first = send(&browser, route, "a-key", &body).await;
        assert_eq!(first.status, 201, "{}", first.body);
        assert!(!is_replay(&first));
        for _ in 0..2 {
            let again = send(&browser, route, "a-key", &body).await;
            assert_eq!((again.status, &again.body), (201, &first.body));
            assert_eq!(again.header("location"), first.header("location"));
            assert_eq!(again.header("content-type"), first.header("content-type"));
            assert!(is_replay(&again));
            assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        }
        assert_eq!(creates(&app), number + 1);
    }
    let other = send(&browser, JIRA, "another-key", &issue("once")).await;
    assert_eq!((other.status, is_replay(&other)), (201, false));
    assert_eq!(creates(&app), 3);
}

#[tokio::test]
async fn every_create_there_is_gives_its_first_answer_again() {
    let stage = Stage::set().await;
    let mut creates = 0;
    for row in rows().iter().filter(|row| row.method == "POST") {
        if !takes_key(row.template) {
            continue;
        }
        let ask = (row.method, row.template, row.ask);
        let key = [("idempotency-key", "k")];
        // A cookie changes nothing at the gateway.
        let who = if row.template.starts_with("/ex/") {
            "writer"
        } else {
            "session"
        };
        let first = stage.call_with(who, ask, &key).await;
        assert!(first.status < 300, "{}: {}", row.template, first.body);
        let sent = stage.app.sandbox.journal().len();
        let again = stage.call_with(who, ask, &key).await;
        assert!(is_replay(&again), "{}", row.template);
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(stage.app.sandbox.journal().len(), sent, "{}", row.template);
        creates += 1;
    }
    assert!(creates >= 7, "{creates}");
}

#[tokio::test]
async fn what_a_tool_wrote_is_not_told_again_to_a_key_that_may_only_read() {
    let stage = Stage::set().await;
    let template = "/connectors/tools/invoke";
    let rows = rows();
    let row = rows.iter().find(|row| row.template == template).unwrap();
    let ask = (row.method, row.template, row.ask);
    let key = [("idempotency-key", "k")];
    let made = stage.call_with("writer", ask, &key).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let told = stage.call_with("reader", ask, &key).await;
    assert_eq!(told.status, 403, "{}", told.body);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    assert_eq!(send(&browser, JIRA, "k", &issue("one")).await.status, 201);
    let other = send(&browser, JIRA, "k", &issue("two")).await;
    other.assert_invalid(&["Idempotency-Key"], "");
    assert_eq!(creates(&app), 1);
    assert!(is_replay(&send(&browser, JIRA, "k", &issue("one")).await));
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_characters_and_sent_once() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let long = "k".repeat(256);
    for key in ["", " ", "a b", "\u{e4}", long.as_str()] {
        let answer = send(&browser, JIRA, key, &issue("x")).await;
        answer.assert_invalid(&["Idempotency-Key"], &format!("{key:?}"));
    }
    let twice = [("idempotency-key", "k"), ("idempotency-key", "k")];
    let body = Some(issue("x").to_string());
    let answer = browser.send("POST", JIRA, &twice, body).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(creates(&app), 0);
    let longest = "~".repeat(255);
    let answer = send(&browser, JIRA, &longest, &issue("x")).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twenty_requests_at_once_on_two_processes_one_is_sent(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let first = app.logged_in("mia").await;
    let other = app.another_process().await;
    let second = Browser::new(other.router());
    second.set_cookie("ib_session", &first.cookie("ib_session").unwrap());
    app.sandbox
        .fault(on_create(FaultAction::Delay(Duration::from_secs(1)), None));
    let body = issue("at once");
    let sent = (0..20).map(|number| {
        let browser = if number % 2 == 0 { &first } else { &second };
        send(browser, JIRA, "one", &body)
    });
    let answers = join_all(sent).await;
    let made: Vec<&Answer> = answers.iter().filter(|one| one.status == 201).collect();
    assert_eq!(made.len(), 1);
    for answer in answers.iter().filter(|one| one.status != 201) {
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "VALIDATION")
        );
        assert_eq!(answer.header("retry-after"), "2");
        assert_eq!(answer.json()["retry_after"], 2);
    }
    for browser in [&first, &second] {
        let again = send(browser, JIRA, "one", &body).await;
        assert_eq!((again.status, &again.body), (201, &made[0].body));
    }
    assert_eq!(creates(&app), 1);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let first = send(&browser, JIRA, "k", &issue("daily")).await;
    app.advance(Duration::from_hours(11));
    assert_eq!(
        send(&browser, JIRA, "k", &issue("daily")).await.body,
        first.body
    );
    app.advance(Duration::from_hours(11));
    assert!(is_replay(&send(&browser, JIRA, "k", &issue("daily")).await));
    app.advance(DAY.saturating_sub(Duration::from_hours(22)));
    assert_eq!(app.app.state().idempotency.prune().await.unwrap(), 1);
    let next = send(&browser, JIRA, "k", &issue("daily")).await;
    assert_eq!((next.status, is_replay(&next)), (201, false));
    assert_ne!(next.body, first.body);
}
