//! Waiting as Atlassian asks, trying again where it may help, and not too often for all callers together.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use futures_util::future::join_all;
use integration_backend::model::clock::{Clock, SystemClock};
use rstest::rstest;
use serde_json::json;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::data_center::fixture::connected;
use crate::outbound::fixture::{LIST, is_vendors};
use crate::support::faults::{answering, answering_text, on_api, on_method};
use crate::support::{Browser, TestApp};

/// An answer that asks to wait.
fn asking(status: u16, wait: &str) -> FaultAction {
    FaultAction::Status {
        status,
        headers: vec![(String::from("Retry-After"), wait.to_owned())],
        body: String::from("{}"),
    }
}

/// The date of an HTTP header, so many seconds from now.
fn date_in(seconds: i64) -> String {
    let now = SystemClock.now().millis() / 1000;
    let form = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let moment = OffsetDateTime::from_unix_timestamp(now + seconds).unwrap();
    moment.format(form).unwrap()
}

#[tokio::test]
async fn a_503_that_asks_to_wait_is_not_asked_again_within_that_time_and_says_how_long() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .fault(on_api("/project/search", asking(503, "30"), Some(1)));
    app.sandbox.clear_journal();
    for _ in 0..3 {
        let answer = browser.get(LIST).await;
        is_vendors(&answer, 503, "the pause");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((29..=30).contains(&wait), "{wait}");
        assert_eq!(answer.json()["retry_after"], json!(wait));
    }
    assert_eq!(app.upstream("/project/search"), 1);
    app.advance(Duration::from_secs(31));
    assert_eq!(browser.get(LIST).await.status, 200);
}

#[rstest]
#[case(429, 429)]
#[case(503, 503)]
#[tokio::test]
async fn a_date_to_wait_for_counts_like_seconds(#[case] status: u16, #[case] answered: u16) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(on_api(
        "/project/search",
        asking(status, &date_in(60)),
        Some(1),
    ));
    let answer = browser.get(LIST).await;
    assert_eq!(answer.status, answered, "{}", answer.body);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((50..=60).contains(&wait), "{wait}");
}

#[rstest]
#[case::the_larger_of_two(&["2", "40"], 40)]
#[case::in_either_order(&["40", "2"], 40)]
#[case::too_large_to_be_read(&["99999999999999999999"], 3600)]
#[tokio::test]
async fn the_longest_wait_that_is_asked_for_counts(#[case] waits: &[&str], #[case] counted: u64) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let headers = waits
        .iter()
        .map(|wait| (String::from("Retry-After"), (*wait).to_owned()));
    let action = FaultAction::Status {
        status: 429,
        headers: headers.collect(),
        body: String::from("{}"),
    };
    app.sandbox
        .fault(on_api("/project/search", action, Some(1)));
    let answer = browser.get(LIST).await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((counted - 1..=counted).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_date_that_is_over_is_the_shortest_wait() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let over = asking(429, &date_in(-3600));
    app.sandbox.fault(on_api("/project/search", over, Some(1)));
    assert_eq!(
        browser.get(LIST).await.status,
        200,
        "waited for within the request"
    );
}

#[rstest]
#[case(500)]
#[case(502)]
#[case(503)]
#[case(504)]
#[case(408)]
#[case(425)]
#[case(520)]
#[case(524)]
#[case(530)]
#[case::limited_without_a_time(429)]
#[tokio::test]
async fn a_read_that_failed_once_is_tried_again(#[case] status: u16) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(on_api(
        "/project/search",
        answering(status, &json!({})),
        Some(1),
    ));
    app.sandbox.clear_journal();
    assert_eq!(browser.get(LIST).await.status, 200);
    assert_eq!(app.upstream("/project/search"), 2);
}

#[rstest]
#[case::a_page("<html><body>Back soon</body></html>")]
#[case::nothing("")]
#[tokio::test]
async fn a_read_that_somebody_in_front_answered_is_tried_again_once(#[case] body: &str) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let answer = answering_text(200, body);
    app.sandbox
        .fault(on_api("/project/search", answer.clone(), Some(1)));
    app.sandbox.clear_journal();
    assert_eq!(browser.get(LIST).await.status, 200);
    assert_eq!(app.upstream("/project/search"), 2);
    app.sandbox.fault(on_api("/project/search", answer, None));
    is_vendors(&browser.get(LIST).await, 502, "a page");
    assert_eq!(app.upstream("/project/search"), 4);
}

#[tokio::test]
async fn a_429_that_asks_for_just_what_can_be_waited_is_waited_for() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .fault(on_api("/project/search", asking(429, "5"), Some(1)));
    assert_eq!(browser.get(LIST).await.status, 200);
}

#[tokio::test]
async fn a_write_that_failed_is_never_sent_again() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(on_method(
        "POST",
        "/comment",
        answering(500, &json!({})),
        None,
    ));
    app.sandbox.clear_journal();
    let answer = browser
        .post(
            "/connectors/jira/issues/WEB-1/comments",
            json!({"body": "x"}),
        )
        .await;
    is_vendors(&answer, 502, "a write");
    assert_eq!(app.upstream("/comment"), 1);
}

/// So many requests at once, which all fail.
async fn in_an_outage(browser: &Browser, requests: usize) {
    let answers = join_all((0..requests).map(|_| browser.get(LIST))).await;
    for answer in &answers {
        is_vendors(answer, 502, "an outage");
    }
}

#[tokio::test]
async fn in_an_outage_all_callers_together_try_little_more_than_once_each() {
    let app = TestApp::start().await;
    let browsers = [app.logged_in("mia").await, app.logged_in("omar").await];
    app.sandbox
        .fault(on_api("/project/search", answering(503, &json!({})), None));
    app.sandbox.clear_journal();
    let [one, other] = &browsers;
    tokio::join!(in_an_outage(one, 75), in_an_outage(other, 75));
    let calls = app.upstream("/project/search");
    assert!((151..=200).contains(&calls), "{calls} calls");
    app.sandbox.clear_faults();
    app.sandbox.fault(on_api(
        "/project/search",
        answering(503, &json!({})),
        Some(1),
    ));
    app.advance(Duration::from_mins(1));
    assert_eq!(
        one.get(LIST).await.status,
        200,
        "afterwards a hiccup heals again"
    );
}

#[tokio::test]
async fn the_outage_of_a_data_center_costs_the_cloud_none_of_its_tries() {
    let app = TestApp::start_with_data_center(&[]).await;
    let cloud = app.logged_in("mia").await;
    let there = connected(&app, "omar").await;
    app.sandbox
        .fault(on_api("/rest/api/2/", answering(503, &json!({})), None));
    in_an_outage(&there, 40).await;
    app.sandbox.fault(on_api(
        "/project/search",
        answering(503, &json!({})),
        Some(1),
    ));
    assert_eq!(cloud.get(LIST).await.status, 200);
}
