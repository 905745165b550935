//! Health, readiness, what a login would look like, the documentation.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::{Browser, TestApp, parameter};

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405_with_allow_both_in_the_envelope() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let unknown = browser.get("/no/such/path").await;
    assert_eq!(
        (unknown.status, unknown.error_code().as_str()),
        (404, "NOT_FOUND")
    );
    let wrong = browser.post("/health", json!({})).await;
    assert_eq!(
        (wrong.status, wrong.error_code().as_str()),
        (405, "VALIDATION")
    );
    assert!(wrong.header("allow").contains("GET"));
}

#[tokio::test]
async fn the_root_says_who_we_are_and_where_things_are() {
    let app = TestApp::start().await;
    let body = app.browser().get("/").await.json();
    insta::assert_json_snapshot!(body, @r#"
    {
      "data": {
        "health": "healthy",
        "service": "integration_backend",
        "version": "0.1.0"
      },
      "docs": "/docs",
      "docs_url": "/docs",
      "health": "/health",
      "message": "service healthy",
      "openapi": "/openapi.json",
      "openapi_url": "/openapi.json",
      "ready": "/ready",
      "status": "success",
      "token_dashboard_url": "/dashboard/token",
      "version": "0.1.0"
    }
    "#);
}

#[tokio::test]
async fn healthz_is_ok_and_health_tells_particulars() {
    let app = TestApp::start_with(&[("APP_ENV", "staging")]).await;
    let browser = app.browser();
    assert_eq!(
        browser.get("/healthz").await.json(),
        json!({ "status": "ok" })
    );
    app.clock.advance(Duration::from_secs(90));
    let expected = json!({
        "status": "ok", "service": "integration_backend", "version": "0.1.0", "api_version": "0.1.0", "env": "staging",
        "uptime_seconds": 90,
    });
    assert_eq!(browser.get("/health").await.json(), expected);
}

/// The readiness of a process that nobody has asked before.
async fn readiness(app: &TestApp) -> (u16, Value) {
    let answer = app.browser().get("/ready").await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_healthy_process_is_ready() {
    let app = TestApp::start().await;
    let expected = json!({
        "ready": true, "reason": null, "dependencies_ok": true,
        "checks": { "database": true, "migrations": true, "vault": true, "clock": true, "draining": false },
    });
    assert_eq!(readiness(&app).await, (200, expected));
}

#[tokio::test]
async fn atlassian_being_down_does_not_make_the_process_unready() {
    let changes = [
        ("ATLASSIAN_AUTH_URL", "http://127.0.0.1:9"),
        ("ATLASSIAN_API_URL", "http://127.0.0.1:9"),
    ];
    let app = TestApp::start_with(&changes).await;
    assert_eq!(readiness(&app).await.0, 200);
}

#[rstest]
#[case::full_disk(
    "CREATE TRIGGER full_disk BEFORE UPDATE ON write_probe BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    "database",
    "the database cannot be written"
)]
#[case::lost_table("DROP TABLE write_probe", "database", "the database cannot be written")]
#[case::migrations("DELETE FROM _sqlx_migrations", "migrations", "migrations are pending")]
#[case::vault(
    "UPDATE vault_checks SET sealed = 'v1.test.AAAA'",
    "vault",
    "the vault key does not open the stored secrets"
)]
#[tokio::test]
async fn a_process_that_cannot_do_its_work_says_why(
    #[case] damage: &'static str,
    #[case] check: &str,
    #[case] reason: &str,
) {
    let app = TestApp::start().await;
    // The probe's row must exist for an update to fail.
    app.tamper(
        "INSERT INTO write_probe (id, written_at) VALUES (1, 0) ON CONFLICT (id) DO NOTHING",
    )
    .await;
    app.tamper(damage).await;
    let (status, body) = readiness(&app).await;
    assert_eq!(status, 503);
    assert_eq!(body["ready"], false);
    assert_eq!(body["dependencies_ok"], false);
    assert_eq!(body["reason"], reason);
    assert_eq!(body["checks"][check], false);
    assert_eq!(
        app.browser().get("/healthz").await.status,
        200,
        "it is alive all the same"
    );
}

#[tokio::test]
async fn one_probe_serves_everybody_for_two_seconds_and_recovery_needs_no_restart() {
    let app = TestApp::start().await;
    assert_eq!(readiness(&app).await.0, 200);
    app.tamper("CREATE TRIGGER full_disk BEFORE UPDATE ON write_probe BEGIN SELECT RAISE(ABORT, 'full'); END").await;
    assert_eq!(readiness(&app).await.0, 200, "not probed again yet");
    tokio::time::sleep(Duration::from_millis(2050)).await;
    assert_eq!(readiness(&app).await.0, 503);
    app.tamper("DROP TRIGGER full_disk").await;
    tokio::time::sleep(Duration::from_millis(2050)).await;
    assert_eq!(readiness(&app).await.0, 200);
}

#[tokio::test]
async fn a_process_that_shuts_down_is_not_ready() {
    let app = TestApp::start().await;
    let browser = Browser::new(app.another_process().await.router());
    assert_eq!(browser.get("/ready").await.status, 200);
    let process = app.another_process().await;
    let browser = Browser::new(process.router());
    assert_eq!(browser.get("/ready").await.status, 200);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), process.serve(listener, stop))
        .await
        .expect("a process without work ends at once");
    let answer = browser.get("/ready").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["reason"], "the process is shutting down");
    assert_eq!(answer.json()["checks"]["draining"], true);
    let answer = browser.get("/ready/process").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["status"], "shutting down");
}

#[tokio::test]
async fn a_process_takes_requests_whatever_becomes_of_its_database() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.tamper("DROP TABLE write_probe").await;
    assert_eq!(browser.get("/ready").await.status, 503);
    let answer = browser.get("/ready/process").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"status":"ok"}"#)
    );
}

#[tokio::test]
async fn the_authorize_url_shows_what_a_login_would_look_like() {
    let app = TestApp::start().await;
    let body = app.browser().get("/health/authorize-url").await.json();
    assert_eq!(
        (&body["status"], &body["message"]),
        (&json!("success"), &json!("authorize url"))
    );
    let url = body["data"]["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/authorize?", app.sandbox.base_url())));
    let redirect_uri = body["data"]["redirect_uri"].as_str().unwrap();
    assert_eq!(parameter(url, "redirect_uri").unwrap(), redirect_uri);
    assert_eq!(redirect_uri, "http://localhost:3001/auth/jira/callback");
    assert_eq!(
        body["data"]["redirect_uri_encoded"],
        "http%3A%2F%2Flocalhost%3A3001%2Fauth%2Fjira%2Fcallback"
    );
    assert!(
        body["data"]["scopes"]
            .as_array()
            .unwrap()
            .contains(&json!("offline_access"))
    );
    assert_eq!(app.rows("flows").await, 0, "nothing was started");
}

#[tokio::test]
async fn the_authorize_url_says_what_is_missing() {
    for (redirect_uri, present) in [
        ("", false),
        ("http://localhost:3001/auth/jira/callback", true),
    ] {
        let changes = [
            ("ATLASSIAN_CLIENT_ID", ""),
            ("ATLASSIAN_CLIENT_SECRET", ""),
            ("ATLASSIAN_REDIRECT_URI", redirect_uri),
        ];
        let app = TestApp::start_with(&changes).await;
        let expected = json!({
            "status": "success", "message": "oauth not configured",
            "data": { "url": null, "error": "missing_config", "client_id_present": false, "redirect_uri_present": present },
        });
        assert_eq!(
            app.browser().get("/health/authorize-url").await.json(),
            expected
        );
    }
}

#[tokio::test]
async fn the_redirect_uris_are_shown_and_taken_apart() {
    let app = TestApp::start().await;
    let body = app.browser().get("/health/redirect-uri").await.json();
    assert_eq!(body["status"], "success");
    for provider in ["jira", "confluence", "atlassian"] {
        let path = format!("/auth/{provider}/callback");
        let expected = json!({
            "uri": format!("http://localhost:3001{path}"),
            "analysis": { "valid": true, "scheme": "http", "netloc": "localhost:3001", "path": path, "reason": null },
        });
        assert_eq!(body["data"][provider], expected);
    }
}

#[tokio::test]
async fn the_documentation_works_offline_under_a_policy_of_its_own() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in ["/docs", "/docs/"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").starts_with("text/html"));
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(
            !policy.contains("http") && !policy.contains("unsafe-eval"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(
            !page.body.contains("http://") && !page.body.contains("https://"),
            "{}",
            page.body
        );
        assert!(!page.body.contains("src=\"//"), "{}", page.body);
        for name in linked_files(&page.body) {
            let file = browser.get(&format!("/docs/{name}")).await;
            assert_eq!(file.status, 200, "{name}");
            assert!(!file.body.is_empty(), "{name}");
        }
    }
    let script = browser.get("/docs/swagger-initializer.js").await;
    assert!(script.body.contains("/openapi.json"), "{}", script.body);
    assert!(!script.body.contains("petstore"));
}

/// The files a page loads, from its `src` and `href` attributes.
fn linked_files(page: &str) -> Vec<String> {
    let attributes = page.split(['"', '\'']).collect::<Vec<_>>();
    let files: Vec<String> = attributes
        .windows(2)
        .filter(|pair| pair[0].ends_with("src=") || pair[0].ends_with("href="))
        .map(|pair| pair[1].trim_start_matches("./").to_owned())
        .filter(|name| name != "/docs/")
        .collect();
    assert!(files.len() >= 4, "{files:?}");
    files
}
