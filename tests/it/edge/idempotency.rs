//! `Idempotency-Key`: what is asked for many times is done once.

use std::sync::Arc;
use std::time::Duration;

use atlassian_sandbox::{Fault, FaultAction};
use futures_util::future::join_all;
use integration_backend::http::caller::access::{RouteAccess, TABLE};
use integration_backend::http::edge::idempotency::{NOT_CREATES, READ_OR_CREATE, takes_key};
use integration_backend::model::kept_answer::KeptAnswer;
use integration_backend::service::idempotency::{Idempotency, KeyedRequest, Once};
use rstest::rstest;
use serde_json::{Value, json};

use crate::callers::stage::Stage;
use crate::callers::table::rows;
use crate::refresh::fixture::{answering, until};
use crate::support::database::Database;
use crate::support::installation::{Installation, free_port};
use crate::support::{Answer, Browser, TestApp};

const JIRA: &str = "/connectors/jira/create";
const CONFLUENCE: &str = "/connectors/confluence/create";
const DAY: Duration = Duration::from_hours(24);

fn issue(summary: &str) -> Value {
    json!({"project_key": "WEB", "summary": summary})
}

async fn send(browser: &Browser, route: &str, key: &str, body: &Value) -> Answer {
    browser
        .send(
            "POST",
            route,
            &[("idempotency-key", key)],
            Some(body.to_string()),
        )
        .await
}

/// How many creates reached Atlassian, processed or not.
fn creates(app: &TestApp) -> usize {
    let is_create = |path: &str| path.ends_with("/rest/api/3/issue") || path.ends_with("/pages");
    app.sandbox
        .journal()
        .iter()
        .filter(|call| call.method == "POST" && is_create(&call.path))
        .count()
}

fn on_create(action: FaultAction, times: Option<u32>) -> Fault {
    Fault {
        method: Some(String::from("POST")),
        path_contains: String::from("/rest/api/3/issue"),
        body_contains: None,
        times,
        action,
    }
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

fn assert_unknown(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (504, "VENDOR_ERROR"),
        "{}",
        answer.body
    );
    assert_eq!(answer.json()["details"]["outcome"], "unknown");
}

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
        let first = stage.call_with("session", ask, &key).await;
        assert!(first.status < 300, "{}: {}", row.template, first.body);
        let sent = stage.app.sandbox.journal().len();
        let again = stage.call_with("session", ask, &key).await;
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
async fn a_change_that_was_made_is_not_made_again_when_its_result_cannot_be_read() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let made = browser.post(JIRA, issue("moves")).await.json();
    let key = made["id"].as_str().unwrap();
    let on = |path: String, action| Fault {
        method: Some(String::from("GET")),
        path_contains: path,
        body_contains: None,
        times: None,
        action,
    };
    // The list of transitions is read as usual, the issue afterwards is not.
    let as_usual = FaultAction::Delay(Duration::ZERO);
    app.sandbox
        .fault(on(String::from("/transitions"), as_usual));
    let refused = answering(404, &json!({}));
    app.sandbox.fault(on(format!("/issue/{key}"), refused));
    let route = format!("/connectors/jira/issues/{key}/transitions");
    let body = json!({"transition": "Done", "comment": "once"});
    for _ in 0..2 {
        assert_unknown(&send(&browser, &route, "k", &body).await);
    }
    let moves = app.sandbox.journal();
    let moves = moves
        .iter()
        .filter(|call| call.method == "POST" && call.path.ends_with("/transitions"));
    assert_eq!(moves.count(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    assert_eq!(send(&browser, JIRA, "k", &issue("one")).await.status, 201);
    let other = send(&browser, JIRA, "k", &issue("two")).await;
    assert_eq!(
        (other.status, other.error_code().as_str()),
        (422, "VALIDATION")
    );
    assert_eq!(
        other.json()["details"]["fields"],
        json!(["Idempotency-Key"])
    );
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
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION"),
            "{key:?}"
        );
        assert_eq!(
            answer.json()["details"]["fields"],
            json!(["Idempotency-Key"])
        );
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
    let look_up = Fault {
        method: Some(String::from("GET")),
        path_contains: String::from("/spaces"),
        body_contains: None,
        times: Some(1),
        action: answering(500, &json!({})),
    };
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
    assert!(matches!(once, Once::Now(())));
}

#[tokio::test]
async fn what_was_only_read_is_not_kept_where_a_route_may_only_read() {
    let app = TestApp::start().await;
    for (may_only_read, replays) in [(true, false), (false, true)] {
        let (idempotency, request) = work(&app, may_only_read);
        for is_again in [false, true] {
            let work = async { ((), Some(kept("read"))) };
            let once = idempotency.run(request.clone(), work).await.unwrap();
            let is_kept = matches!(&once, Once::Before(answer) if *answer == kept("read"));
            assert_eq!(is_kept, is_again && replays);
        }
    }
}

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

#[rstest]
#[tokio::test]
async fn the_same_key_of_another_person_or_in_another_tenant_is_another_key(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    let hers = send(&mia, JIRA, "k", &issue("mine")).await;
    let his = send(&omar, JIRA, "k", &issue("mine")).await;
    assert_eq!((hers.status, his.status), (201, 201));
    assert!(!is_replay(&his));
    assert_ne!(hers.json()["id"], his.json()["id"]);
    let elsewhere = [("idempotency-key", "k"), ("x-tenant-id", "acme")];
    let body = Some(issue("mine").to_string());
    let answer = mia.send("POST", JIRA, &elsewhere, body).await;
    assert_eq!(answer.error_code(), "NOT_CONNECTED");
}

#[tokio::test]
async fn a_kept_answer_is_given_only_to_those_who_may_still_write() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    send(&browser, JIRA, "k", &issue("mine")).await;
    let read_only = app.another_process_with(&[("READ_ONLY", "true")]).await;
    let there = Browser::new(read_only.router());
    there.set_cookie("ib_session", &browser.cookie("ib_session").unwrap());
    assert_eq!(send(&there, JIRA, "k", &issue("mine")).await.status, 403);
    let foreign = [("idempotency-key", "k"), ("origin", "https://evil.example")];
    let body = Some(issue("mine").to_string());
    let answer = browser.send("POST", JIRA, &foreign, body).await;
    assert_eq!(answer.status, 403);
    browser.forget_cookies();
    assert_eq!(send(&browser, JIRA, "k", &issue("mine")).await.status, 401);
}

#[tokio::test]
async fn neither_keys_nor_bodies_nor_results_stand_in_the_database_in_clear() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let made = send(
        &browser,
        JIRA,
        "canary-of-a-key",
        &issue("canary of a body"),
    )
    .await;
    let id = made.json()["metadata"]["self"].as_str().unwrap().to_owned();
    for file in std::fs::read_dir(app.database_folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for canary in ["canary-of-a-key", "canary of a body", id.as_str()] {
            let found = bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "{canary}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_as_without_a_key() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let large = issue(&"x".repeat(1024 * 1024));
    let answer = send(&browser, JIRA, "k", &large).await;
    assert_eq!((answer.status, creates(&app)), (413, 0));
    let form = [
        ("idempotency-key", "k"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let answer = browser
        .send("POST", JIRA, &form, Some(String::from("a=b")))
        .await;
    assert_eq!(answer.status, 415);
}

#[test]
fn every_write_takes_the_key_but_those_that_are_known_to_make_nothing() {
    for (method, template, access) in TABLE {
        let makes = *access == RouteAccess::Write || READ_OR_CREATE.contains(template);
        let expected = makes && !NOT_CREATES.contains(template);
        if *method == "POST" {
            assert_eq!(takes_key(template), expected, "{template}");
        }
    }
    assert!(takes_key(JIRA) && takes_key(CONFLUENCE));
    for template in NOT_CREATES {
        let row = ("POST", *template, RouteAccess::Write);
        assert!(TABLE.contains(&row), "{template} is no write by POST");
        assert!(!READ_OR_CREATE.contains(template));
    }
}

#[test]
fn the_document_names_the_header_where_it_is_taken() {
    let document = serde_json::to_value(integration_backend::http::router::document()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let named = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
            assert_eq!(
                named,
                method == "post" && takes_key(path),
                "{method} {path}"
            );
        }
    }
}
