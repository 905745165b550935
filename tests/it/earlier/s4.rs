//! What clients of S4, the chatbot server for Jira, were promised, as far as no other test asserts it.

use serde_json::json;

use crate::support::app::ORIGIN;
use crate::support::{Browser, TestApp, parameter};

/// The projects as its panel shows them, then one project's issues.
async fn panel(browser: &Browser) {
    let projects = browser.get("/api/auth/oauth/jira/projects").await;
    assert_eq!(projects.status, 200, "{}", projects.body);
    let project = projects.json()[0].clone();
    assert_eq!(project.as_object().unwrap().len(), 3, "{project}");
    let key = project["key"].as_str().unwrap();
    let path = format!("/api/auth/oauth/jira/issues?project_key={key}&max_results=3");
    let issues = browser.get(&path).await.json();
    for issue in issues.as_array().unwrap() {
        for name in ["key", "summary", "status", "assignee", "updated"] {
            assert!(issue.get(name).is_some(), "{name}: {issue}");
        }
    }
}

#[tokio::test]
async fn a_login_comes_back_to_the_callback_that_its_console_knows() {
    let callback = format!("{ORIGIN}/api/auth/callback");
    let app = TestApp::start_with(&[
        ("ATLASSIAN_CLIENT_ID", ""),
        ("ATLASSIAN_CLIENT_SECRET", ""),
        ("JIRA_OAUTH_CLIENT_ID", "sandbox-client"),
        ("JIRA_OAUTH_CLIENT_SECRET", "sandbox-secret"),
        ("JIRA_OAUTH_CALLBACK_URL", &callback),
        ("SITE_URL", ORIGIN),
    ])
    .await;
    let browser = app.browser();
    let start = browser.navigate("/api/auth/jira/login").await;
    assert_eq!(start.status, 307);
    let consent = start.header("location").to_owned();
    assert_eq!(
        parameter(&consent, "audience").unwrap(),
        "api.atlassian.com"
    );
    for scope in ["read:jira-user", "read:jira-work", "write:jira-work"] {
        assert!(
            parameter(&consent, "scope").unwrap().contains(scope),
            "{scope}"
        );
    }
    let back = app.sandbox.consent(&consent, "omar", None).await.unwrap();
    assert!(back.starts_with(&format!("{callback}?")), "{back}");
    let ended = browser.navigate(&back).await;
    assert_eq!(ended.status, 303, "{}", ended.body);
    panel(&browser).await;
}

#[tokio::test]
async fn an_account_in_the_settings_works_on_ones_own_machine_without_a_login() {
    let app = TestApp::start_with(&[
        ("AUTH_MODE", "open"),
        ("JIRA_URL", "https://acme.atlassian.net/"),
        ("JIRA_USERNAME", "mia@example.com"),
        ("JIRA_API_TOKEN", "classic-token-mia"),
    ])
    .await;
    app.app
        .services()
        .authorization
        .settle_service_account()
        .await
        .unwrap();
    let client = app.browser();
    let health = client.get("/api/jira/health").await.json();
    assert_eq!(health["status"], "connected", "{health}");
    assert_eq!(
        client.get("/api/jira/myself").await.json()["displayName"],
        "Mia Krystof"
    );
    let search = client
        .post("/api/jira/search", json!({"jql": "project = APP"}))
        .await;
    assert_eq!(search.status, 200, "{}", search.body);
    panel(&client).await;
}
