//! Pauses that Atlassian asks for: whom they hold back, for how long, and how they end.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;

use crate::data_center::fixture::connected;
use crate::outbound::fixture::LIST;
use crate::support::faults::on_api;
use crate::support::journey::{ACME, GLOBEX};
use crate::support::{Answer, Browser, TestApp};

const GLOBAL: &str = "jira-quota-global-based";
const TENANT: &str = "jira-quota-tenant-based";

fn quota(reason: &str, seconds: u64) -> FaultAction {
    FaultAction::RateLimit {
        retry_after: seconds.to_string(),
        reason: reason.to_owned(),
    }
}

#[track_caller]
fn waits(answer: &Answer) -> u64 {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (429, "RATE_LIMITED"),
        "{}",
        answer.body
    );
    answer.header("retry-after").parse().unwrap()
}

/// A browser that uses Jira with Mia's own token.
async fn with_token(app: &TestApp, token: &str) -> Browser {
    let browser = app.browser();
    let login = json!({"email": "mia@example.com", "api_token": token, "site": "acme"});
    let answer = browser.post("/auth/jira/api-token", login).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    browser
}

#[rstest]
#[case(GLOBAL)]
#[case(TENANT)]
#[tokio::test]
async fn a_data_centers_quota_holds_back_its_own_caller_only(#[case] reason: &str) {
    let app = TestApp::start_with_data_center(&[]).await;
    let cloud = app.logged_in("mia").await;
    let there = connected(&app, "omar").await;
    let neighbour = app.logged_in("lea").await;
    let pat = json!({"pat": "jira-pat-lea"});
    let attached = neighbour.patch("/connectors/jira/connection", pat).await;
    assert_eq!(attached.status, 200, "{}", attached.body);
    app.sandbox
        .fault(on_api("/rest/api/2/project", quota(reason, 3600), Some(1)));
    waits(&there.get(LIST).await);
    assert!(waits(&there.get(LIST).await) > 3000, "not asked again");
    assert_eq!(
        neighbour.get(LIST).await.status,
        200,
        "the same host with another token"
    );
    assert_eq!(cloud.get(LIST).await.status, 200, "the cloud");
}

#[rstest]
#[case("classic-token-mia", "/sites/acme")]
#[case("scoped-token-mia", "/ex/jira")]
#[tokio::test]
async fn an_api_tokens_quota_holds_back_that_token_only(#[case] token: &str, #[case] place: &str) {
    let app = TestApp::start().await;
    let oauth = app.logged_in("omar").await;
    let own = with_token(&app, token).await;
    app.sandbox
        .fault(on_api(place, quota(GLOBAL, 3600), Some(1)));
    waits(&own.get(LIST).await);
    assert!(waits(&own.get(LIST).await) > 3000);
    assert_eq!(oauth.get(LIST).await.status, 200);
}

#[tokio::test]
async fn the_apps_quota_holds_back_all_its_users_and_nobody_elses() {
    let app = TestApp::start().await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    let token = with_token(&app, "scoped-token-mia").await;
    app.sandbox
        .fault(on_api("/project/search", quota(GLOBAL, 600), Some(1)));
    waits(&mia.get(LIST).await);
    app.sandbox.clear_journal();
    assert!(waits(&omar.get(LIST).await) > 500);
    app.assert_nothing_sent();
    assert_eq!(token.get(LIST).await.status, 200);
}

#[tokio::test]
async fn a_sites_quota_holds_back_the_apps_users_of_that_site() {
    let app = TestApp::start().await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    app.sandbox.fault(on_api(ACME, quota(TENANT, 600), Some(1)));
    waits(&omar.get(LIST).await);
    waits(&mia.get(LIST).await);
    let elsewhere = json!({"cloud_id": GLOBEX});
    assert_eq!(
        mia.patch("/connectors/jira/connection", elsewhere)
            .await
            .status,
        200
    );
    assert_eq!(mia.get(LIST).await.status, 200, "another site");
}

#[tokio::test]
async fn an_hour_is_the_longest_pause_and_it_ends_with_one_caller_who_looks() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .fault(on_api("/project/search", quota(GLOBAL, 90_000), Some(1)));
    waits(&browser.get(LIST).await);
    assert!((3000..=3600).contains(&waits(&browser.get(LIST).await)));
    app.advance(Duration::from_secs(3500));
    waits(&browser.get(LIST).await);
    app.advance(Duration::from_secs(101));
    let slowly = FaultAction::Delay(Duration::from_millis(800));
    app.sandbox
        .fault(on_api("/project/search", slowly, Some(1)));
    app.sandbox.clear_journal();
    let answers = join_all((0..10).map(|_| browser.get(LIST))).await;
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((served, app.upstream("/project/search")), (1, 1));
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert!(waits(answer) <= 5);
    }
    let answers = join_all((0..10).map(|_| browser.get(LIST))).await;
    assert!(
        answers.iter().all(|answer| answer.status == 200),
        "it is over"
    );
}

#[tokio::test]
async fn who_looks_and_is_refused_closes_the_gate_again() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .fault(on_api("/project/search", quota(GLOBAL, 600), Some(2)));
    waits(&browser.get(LIST).await);
    app.advance(Duration::from_secs(601));
    waits(&browser.get(LIST).await);
    app.sandbox.clear_journal();
    assert!(waits(&browser.get(LIST).await) > 500);
    app.assert_nothing_sent();
    app.advance(Duration::from_secs(601));
    assert_eq!(browser.get(LIST).await.status, 200);
}
