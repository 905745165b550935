//! What clients of S2, the session-token backend, were promised, as far as no other test asserts it.

use serde_json::json;

use crate::support::app::{FRONTEND, ORIGIN};
use crate::support::{Browser, TestApp};

/// What its `.env` says: an app for each product, each with a callback of its own.
async fn configured() -> TestApp {
    let (jira, confluence) = (
        format!("{ORIGIN}/auth/jira/oauth/callback"),
        format!("{ORIGIN}/auth/confluence/oauth/callback"),
    );
    TestApp::start_with(&[
        ("ATLASSIAN_CLIENT_ID", ""),
        ("ATLASSIAN_CLIENT_SECRET", ""),
        ("JIRA_OAUTH_CLIENT_ID", "sandbox-client"),
        ("JIRA_OAUTH_CLIENT_SECRET", "sandbox-secret"),
        ("JIRA_OAUTH_REDIRECT_URI", &jira),
        ("CONFLUENCE_OAUTH_CLIENT_ID", "sandbox-client"),
        ("CONFLUENCE_OAUTH_CLIENT_SECRET", "sandbox-secret"),
        ("CONFLUENCE_OAUTH_REDIRECT_URI", &confluence),
    ])
    .await
}

const LISTS: [(&str, &str, &str); 2] = [
    ("jira", "/jira/projects", "projects"),
    ("confluence", "/confluence/spaces", "spaces"),
];

/// Lists with the token alone; gives how the product was called: path and authorization.
async fn listed(app: &TestApp, token: &str, path: &str, name: &str) -> (String, String) {
    app.sandbox.clear_journal();
    let script = app.browser();
    let answer = script.get_with(path, &[("x-session-token", token)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.json()[name].as_array().unwrap().is_empty());
    let call = app.sandbox.journal().remove(0);
    (
        call.path.clone(),
        call.header("authorization").unwrap().to_owned(),
    )
}

#[tokio::test]
async fn a_frontend_logs_in_with_fetch_and_lists_with_the_session_token_alone() {
    let app = configured().await;
    let fetch = [
        ("origin", FRONTEND),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-mode", "cors"),
    ];
    for (product, path, name) in LISTS {
        let browser = app.browser();
        let start = browser
            .get_with(&format!("/auth/{product}/oauth/start"), &fetch)
            .await;
        assert_eq!(start.status, 200, "{}", start.body);
        assert_eq!(start.header("access-control-allow-credentials"), "true");
        let exposed = start.header("access-control-expose-headers").to_lowercase();
        assert!(exposed.contains("x-session-token"), "{exposed}");
        let url = start.json()["auth_url"].as_str().unwrap().to_owned();
        let callback = app.sandbox.consent(&url, "omar", None).await.unwrap();
        let own = format!("{ORIGIN}/auth/{product}/oauth/callback?");
        assert!(callback.starts_with(&own), "{callback}");
        let ended = browser.navigate(&callback).await;
        assert_eq!(ended.status, 200, "{}", ended.body);
        let token = ended.json()["session_token"].as_str().unwrap().to_owned();
        assert_eq!(token, start.header("x-session-token"));
        let (called, authorization) = listed(&app, &token, path, name).await;
        assert!(called.starts_with(&format!("/ex/{product}/")), "{called}");
        assert!(authorization.starts_with("Bearer "), "{authorization}");
    }
}

#[tokio::test]
async fn an_api_token_lists_on_its_own_site_with_basic_authorization() {
    let app = configured().await;
    for (product, path, name) in LISTS {
        let body = json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme.atlassian.net"});
        let login = app
            .browser()
            .post(&format!("/auth/{product}/api-token"), body)
            .await;
        assert_eq!(login.status, 200, "{}", login.body);
        let token = login.json()["session_token"].as_str().unwrap().to_owned();
        assert_eq!(login.header("x-session-token"), token);
        let (called, authorization) = listed(&app, &token, path, name).await;
        assert!(!called.contains("/ex/"), "{called}");
        assert!(authorization.starts_with("Basic "), "{authorization}");
    }
}

#[tokio::test]
async fn an_api_token_needs_no_site_where_the_operator_set_one() {
    let app = TestApp::start().await;
    let body = json!({"email": "mia@example.com", "api_token": "classic-token-mia"});
    let without = app
        .browser()
        .post("/auth/jira/api-token", body.clone())
        .await;
    assert_eq!(
        (without.status, &without.json()["details"]["fields"]),
        (422, &json!(["site"]))
    );
    let site = [("ATLASSIAN_CLOUD_BASE_URL", "https://acme.atlassian.net")];
    let set = Browser::new(app.another_process_with(&site).await.router());
    assert_eq!(set.post("/auth/jira/api-token", body).await.status, 200);
}

#[tokio::test]
async fn frontend_origin_lists_the_frontends() {
    let list = "http://localhost:3000, https://tools.acme.example";
    let app = TestApp::start_with(&[("FRONTEND_ORIGIN", list)]).await;
    for (origin, allowed) in [
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://tools.acme.example", "https://tools.acme.example"),
        ("https://evil.example", ""),
    ] {
        let answer = app
            .browser()
            .get_with("/jira/projects", &[("origin", origin)])
            .await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
    }
}

/// There each login was a session of its own, and a client needed two tokens.
#[tokio::test]
async fn whoever_logs_in_to_both_products_lists_both_with_either_token() {
    let app = configured().await;
    let mut tokens = Vec::new();
    for (product, _, _) in LISTS {
        let start = format!("/auth/{product}/oauth/start");
        let ended = app.complete(&app.browser(), &start, "omar").await;
        tokens.push(ended.json()["session_token"].as_str().unwrap().to_owned());
    }
    assert_ne!(tokens[0], tokens[1]);
    for token in &tokens {
        for (_, path, name) in LISTS {
            listed(&app, token, path, name).await;
        }
    }
}
