//! API tokens that are refused, and sites that are none.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::json;

use crate::login::api_token::login;
use crate::support::TestApp;
use crate::support::app::FRONTEND;
use crate::support::faults::on_api;

const HOSTILE_SITES: [&str; 24] = [
    "",
    "acme evil",
    "evil.example",
    "acme.evil.example",
    "acme.atlassian.net.evil.example",
    "http://acme.atlassian.net",
    "https://acme.atlassian.net:8443",
    "acme.atlassian.net:443",
    "https://user@acme.atlassian.net",
    "https://acme.atlassian.net@evil.example",
    "https://evil.example#acme.atlassian.net",
    "https://evil.example/acme.atlassian.net",
    "https://evil.example\\acme.atlassian.net",
    "acme.atlassian.net.",
    "a.b.atlassian.net",
    "xn--acme-9ta",
    "ａｃｍｅ",
    "acme%2eatlassian.net",
    "acme/../x",
    "127.0.0.1",
    "[::1]",
    "169.254.169.254",
    "acme\r\nhost: evil.example",
    "acme\u{0}",
];

#[tokio::test]
async fn a_hostile_site_is_422_with_no_outbound_call() {
    let app = TestApp::start().await;
    let session = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    for site in HOSTILE_SITES {
        let body =
            json!({ "email": "mia@example.com", "api_token": "classic-token-mia", "site": site });
        for browser in [&app.browser(), &session] {
            let answer = browser.post("/auth/jira/api-token", body.clone()).await;
            assert_eq!(
                (answer.status, answer.error_code()),
                (422, "VALIDATION".into()),
                "{site:?}"
            );
            assert_eq!(answer.json()["details"]["fields"][0], "site");
        }
        let answer = session.patch("/connectors/jira/connection", body).await;
        assert_eq!(answer.status, 422, "{site:?}");
        let answer = session
            .patch("/connectors/jira/connection", json!({ "base_url": site }))
            .await;
        assert_eq!(answer.status, 422, "{site:?}");
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn malformed_values_are_422_with_no_outbound_call_and_never_echoed() {
    let app = TestApp::start().await;
    let long = "a".repeat(5000);
    for (field, body) in [
        (
            "email",
            json!({ "email": "", "api_token": "secret-value", "site": "acme" }),
        ),
        (
            "email",
            json!({ "email": "mia", "api_token": "secret-value", "site": "acme" }),
        ),
        (
            "email",
            json!({ "email": "mia@example.com:x", "api_token": "secret-value", "site": "acme" }),
        ),
        (
            "email",
            json!({ "email": "mia@example.com\r\nx: y", "api_token": "secret-value", "site": "acme" }),
        ),
        (
            "api_token",
            json!({ "email": "mia@example.com", "api_token": "", "site": "acme" }),
        ),
        (
            "api_token",
            json!({ "email": "mia@example.com", "api_token": "secret value", "site": "acme" }),
        ),
        (
            "api_token",
            json!({ "email": "mia@example.com", "api_token": long, "site": "acme" }),
        ),
        (
            "api_token",
            json!({ "email": "mia@example.com", "site": "acme" }),
        ),
        (
            "api_token",
            json!({ "email": "mia@example.com", "api_token": {"x": "secret-value"}, "site": "acme" }),
        ),
        (
            "site",
            json!({ "email": "mia@example.com", "api_token": "secret-value" }),
        ),
    ] {
        let answer = app.browser().post("/auth/jira/api-token", body).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into()),
            "{}",
            answer.body
        );
        assert_eq!(answer.json()["details"]["fields"][0], field);
        assert!(!answer.body.contains("secret"), "{}", answer.body);
    }
    app.assert_nothing_sent();
}

#[rstest]
#[case("ATLASSIAN_CLOUD_BASE_URL")]
#[case("JIRA_URL")]
#[tokio::test]
async fn without_a_site_the_operators_is_used(#[case] setting: &str) {
    let app = TestApp::start_with(&[(setting, "https://acme.atlassian.net")]).await;
    let body = json!({ "email": "mia@example.com", "api_token": "classic-token-mia" });
    let answer = app.browser().post("/auth/jira/api-token", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_site_that_does_not_exist_is_422() {
    let app = TestApp::start().await;
    let body =
        json!({ "email": "mia@example.com", "api_token": "classic-token-mia", "site": "nowhere" });
    let answer = app.browser().post("/auth/jira/api-token", body).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["details"]["fields"][0], "site");
}

#[tokio::test]
async fn a_site_that_may_not_be_used_here_is_403() {
    let app = TestApp::start_with(&[("ALLOWED_SITES", "globex.atlassian.net")]).await;
    let answer = app
        .browser()
        .post("/auth/jira/api-token", login("classic-token-mia"))
        .await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (403, "FORBIDDEN".into())
    );
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn the_operator_can_turn_api_tokens_off() {
    let app = TestApp::start_with(&[("ENABLE_API_TOKEN_LOGIN", "false")]).await;
    let answer = app
        .browser()
        .post("/auth/jira/api-token", login("classic-token-mia"))
        .await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (403, "FORBIDDEN".into())
    );
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    let answer = browser
        .patch("/connectors/jira/connection", login("classic-token-mia"))
        .await;
    assert_eq!(answer.status, 403);
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_foreign_page_cannot_log_a_person_in_to_somebody_elses_account() {
    let app = TestApp::start().await;
    let body = login("classic-token-mia").to_string();
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
    ] {
        let answer = app
            .browser()
            .send("POST", "/auth/jira/api-token", headers, Some(body.clone()))
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (403, "FORBIDDEN".into()),
            "{headers:?}"
        );
        assert_eq!(answer.header("set-cookie"), "");
    }
    app.assert_nothing_sent();
    let listed = [("origin", FRONTEND)];
    let answer = app
        .browser()
        .send("POST", "/auth/jira/api-token", &listed, Some(body))
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn an_unknown_product_is_404_whatever_the_body() {
    let app = TestApp::start().await;
    for body in [login("x").to_string(), String::from("{")] {
        let answer = app
            .browser()
            .send("POST", "/auth/trello/api-token", &[], Some(body))
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (404, "NOT_FOUND".into())
        );
    }
}

#[tokio::test]
async fn looking_for_sites_has_a_limit_that_trouble_of_atlassians_does_not_use_up() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let attempt = async |site: &str| {
        let body =
            json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": site});
        browser.post("/auth/jira/api-token", body).await
    };
    let busy = FaultAction::Status {
        status: 429,
        headers: vec![(String::from("Retry-After"), String::from("30"))],
        body: String::from("{}"),
    };
    app.sandbox.fault(on_api("/rest/api/", busy, None));
    for _ in 0..21 {
        let answer = attempt("acme").await;
        assert!(
            answer.body.contains("Atlassian's rate limit"),
            "{}",
            answer.body
        );
    }
    app.sandbox.clear_faults();
    for number in 0..20 {
        let answer = attempt(&format!("nowhere{number}")).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
    }
    app.sandbox.clear_journal();
    let answer = attempt("nowhere").await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert!(answer.body.contains("led to no site"), "{}", answer.body);
    assert!(!answer.header("retry-after").is_empty());
    app.assert_nothing_sent();
    // Each address counts for itself, and a minute later somebody who mistyped goes on.
    app.clock.advance(Duration::from_secs(61));
    assert_eq!(attempt("acme").await.status, 200);
}
