//! What the token endpoint's failures mean: which end a login, and which never do.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::json;

use crate::refresh::fixture::{EXPIRY, READ, on_refresh};
use crate::support::faults::answering;
use crate::support::{Answer, Browser, TestApp};

async fn connection_status(browser: &Browser, product: &str) -> String {
    let answer = browser
        .get(&format!("/connectors/{product}/connection"))
        .await;
    answer.json()["status"].as_str().unwrap().to_owned()
}

fn assert_ended(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (401, "TOKEN_EXPIRED"),
        "{}",
        answer.body
    );
    let login = answer.json()["details"]["login_url"].clone();
    assert!(login.as_str().unwrap().starts_with("/auth/"), "{login}");
}

fn assert_later(answer: &Answer, seconds: u64) {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (503, "VENDOR_ERROR"),
        "{}",
        answer.body
    );
    let retry_after: u64 = answer.header("retry-after").parse().unwrap();
    assert!(retry_after >= seconds, "{retry_after}");
}

async fn kept_tokens(app: &TestApp) -> Option<i64> {
    let sql = "SELECT COUNT(*) FROM grants WHERE access_token_sealed IS NOT NULL AND refresh_token_sealed IS NOT NULL";
    app.raw().await.number(sql).await
}

#[tokio::test]
async fn a_revoked_login_ends_with_one_token_call_and_its_tokens_are_erased() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    app.sandbox.revoke_grants("mia");
    assert_ended(&browser.get(READ).await);
    assert_eq!(connection_status(&browser, "jira").await, "reauth_required");
    let confluence = connection_status(&browser, "confluence").await;
    assert_eq!(confluence, "reauth_required");
    assert_eq!(kept_tokens(&app).await, Some(0));
    for _ in 0..3 {
        assert_ended(&browser.get(READ).await);
        let forced = browser.post("/api/oauth/atlassian/refresh", json!({}));
        assert_ended(&forced.await);
        app.advance(Duration::from_hours(1));
        app.app.grants().refresh_due().await;
    }
    assert_eq!(app.refreshes().len(), 1, "no further token call");
    app.log_in(&browser, "mia").await;
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(connection_status(&browser, "jira").await, "active");
}

#[rstest]
#[case::as_documented(403, "invalid_grant", "Unknown or invalid refresh token.")]
#[case::other_words(400, "invalid_grant", "Token has been expired or revoked.")]
#[case::by_status_401(401, "invalid_grant", "")]
#[case::seen_in_the_field(403, "unauthorized_client", "refresh_token is invalid")]
#[tokio::test]
async fn a_dead_refresh_token_is_known_by_its_words(
    #[case] status: u16,
    #[case] error: &str,
    #[case] description: &str,
) {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    let body = json!({"error": error, "error_description": description});
    app.sandbox
        .fault(on_refresh(answering(status, &body), None));
    assert_ended(&browser.get(READ).await);
    assert_ended(&browser.get(READ).await);
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(
        app.grant_state().await.1.as_deref(),
        Some("reauth_required")
    );
}

#[rstest]
#[case::the_secret_is_wrong(401, "access_denied", "Unauthorized")]
#[case::the_client_is_unknown(401, "invalid_client", "")]
#[case::the_client_may_not(403, "unauthorized_client", "The client is not allowed")]
#[case::our_request_is_malformed(400, "invalid_request", "")]
#[tokio::test]
async fn a_mistake_of_ours_never_ends_a_login(
    #[case] status: u16,
    #[case] error: &str,
    #[case] description: &str,
) {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    let body = json!({"error": error, "error_description": description});
    app.sandbox
        .fault(on_refresh(answering(status, &body), None));
    assert_later(&browser.get(READ).await, 1);
    assert_later(&browser.get(READ).await, 1);
    assert_eq!(app.refreshes().len(), 1, "the client is left in peace");
    assert_eq!(app.grant_state().await, (Some(1), Some("active".into())));
    assert_eq!(kept_tokens(&app).await, Some(1));
    app.sandbox.clear_faults();
    app.advance(Duration::from_secs(61));
    assert_eq!(browser.get(READ).await.status, 200);
}

#[tokio::test]
async fn with_a_wrong_client_secret_the_old_token_serves_while_it_lives_and_the_login_is_kept() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.rotate_secret("sandbox-client", "another");
    app.advance(EXPIRY.saturating_sub(Duration::from_secs(30)));
    app.sandbox.clear_journal();
    assert_eq!(browser.get(READ).await.status, 200);
    app.until_refreshing(1).await;
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(connection_status(&browser, "jira").await, "active");
    app.advance(Duration::from_secs(90));
    assert_later(&browser.get(READ).await, 1);
    assert_eq!(connection_status(&browser, "jira").await, "error");
    assert_eq!(app.grant_state().await, (Some(1), Some("active".into())));
    let other = app
        .another_process_with(&[("ATLASSIAN_CLIENT_SECRET", "another")])
        .await;
    let corrected = crate::support::app::elsewhere(&other, &browser);
    assert_eq!(corrected.get(READ).await.status, 200, "at once after a fix");
    app.sandbox
        .rotate_secret("sandbox-client", "sandbox-secret");
    app.advance(EXPIRY);
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(connection_status(&browser, "jira").await, "active");
}

#[rstest]
#[case::rate_limit(FaultAction::RateLimit { retry_after: "7".into(), reason: "jira-burst-based".into() }, 7)]
#[case::unavailable_with_a_wish(FaultAction::Status { status: 503, headers: vec![("Retry-After".into(), "40".into())], body: String::new() }, 40)]
#[case::server_failure(answering(500, &json!({"error": "invalid_grant"})), 1)]
#[case::the_words_with_another_status_404(answering(404, &json!({"error": "invalid_grant"})), 1)]
#[case::the_words_with_another_status_410(answering(410, &json!({"error": "invalid_grant"})), 1)]
#[case::the_words_with_another_status_422(answering(422, &json!({"error": "invalid_grant"})), 1)]
#[case::the_words_with_another_status_429(answering(429, &json!({"error": "invalid_grant"})), 1)]
#[case::the_words_with_another_status_503(answering(503, &json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"})), 1)]
#[case::no_oauth_error(answering(403, &json!({"code": 403, "message": "Forbidden"})), 1)]
#[case::garbage(FaultAction::Garbage, 1)]
#[case::no_token_inside(answering(200, &json!({"expires_in": 3600})), 1)]
#[case::an_endless_answer(FaultAction::Huge, 1)]
#[case::a_closed_connection(FaultAction::Drop, 1)]
#[case::a_redirect(FaultAction::Redirect("http://127.0.0.1:1/".into()), 1)]
#[case::silence(FaultAction::Hang, 1)]
#[tokio::test]
async fn an_outage_never_ends_a_login(#[case] action: FaultAction, #[case] seconds: u64) {
    let app = TestApp::start_with(&[("UPSTREAM_TIMEOUT", "1")]).await;
    let browser = app.expired().await;
    app.sandbox.fault(on_refresh(action, None));
    let first = browser.get(READ).await;
    assert_later(&first, seconds);
    let calls = app.refreshes().len();
    assert!((1..=3).contains(&calls), "{calls}");
    assert_later(&browser.get(READ).await, 1);
    assert_eq!(app.refreshes().len(), calls, "it backs off");
    assert_eq!(app.grant_state().await, (Some(1), Some("active".into())));
    assert_eq!(kept_tokens(&app).await, Some(1));
    app.sandbox.clear_faults();
    let wait: u64 = first.header("retry-after").parse().unwrap();
    app.advance(Duration::from_secs(wait));
    assert_eq!(browser.get(READ).await.status, 200);
    let presented = app.presented();
    assert!(presented.iter().all(|token| *token == presented[0]));
}

#[tokio::test]
async fn repeated_failures_back_off_further_and_further() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    app.sandbox
        .fault(on_refresh(answering(503, &json!({})), None));
    let mut waits = Vec::new();
    for _ in 0..4 {
        let answer = browser.get(READ).await;
        assert_later(&answer, 1);
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        waits.push(wait);
        app.advance(Duration::from_secs(wait));
    }
    assert!(waits[3] > waits[0] && waits[3] <= 300, "{waits:?}");
}

#[tokio::test]
async fn whoever_waits_is_served_within_half_a_minute_after_the_longest_outage() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    app.sandbox
        .fault(on_refresh(answering(503, &json!({})), None));
    for _ in 0..10 {
        let answer = browser.get(READ).await;
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=30).contains(&wait), "{wait}");
        app.advance(Duration::from_secs(wait));
    }
    let calls = app.refreshes().len();
    app.advance(Duration::from_mins(1));
    app.app.grants().refresh_due().await;
    assert_eq!(
        app.refreshes().len(),
        calls,
        "nobody waits in the background"
    );
    app.sandbox.clear_faults();
    assert_eq!(browser.get(READ).await.status, 200);
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let app = TestApp::start().await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.omit_refresh_token = true);
    let browser = app.expired().await;
    assert_eq!(browser.get(READ).await.status, 200);
    app.advance(EXPIRY);
    assert_eq!(browser.get(READ).await.status, 200);
    let presented = app.presented();
    assert_eq!(presented.len(), 2);
    assert_eq!(presented[0], presented[1]);
}

#[tokio::test]
async fn a_sloppy_answer_is_an_answer() {
    let app = TestApp::start().await;
    app.sandbox.set_behaviour(|behaviour| {
        behaviour.string_expires_in = true;
        behaviour.omit_token_type = true;
        behaviour.omit_scope = true;
        behaviour.refresh_kills_access = true;
        behaviour.access_token_seconds = 1800;
    });
    let browser = app.expired().await;
    let scopes = |body: serde_json::Value| body["scopes"].clone();
    let before = scopes(browser.get("/connectors/jira/connection").await.json());
    assert_eq!(browser.get(READ).await.status, 200);
    let connection = browser.get("/connectors/jira/connection").await.json();
    assert_eq!(scopes(connection), before);
    app.advance(Duration::from_secs(1600));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
    app.advance(Duration::from_secs(200));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 2);
}
