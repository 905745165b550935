//! Who may come to `/mcp`, from which pages, and what a refusal says.

use integration_backend::model::api_key::KeyScope;
use serde_json::json;

use crate::mcp::fixture::{legacy, message, names, send};
use crate::support::TestApp;

#[tokio::test]
async fn who_shows_no_credential_is_told_where_to_get_one() {
    let app = TestApp::start().await;
    let script = app.browser();
    let list = message("tools/list", json!({}));
    let wrong = "error=\"invalid_token\", ";
    for (headers, error) in [
        (vec![], ""),
        (vec![("authorization", "Bearer ibk_wrong")], wrong),
        (vec![("x-session-token", "wrong")], wrong),
    ] {
        let answer = send(&script, "/mcp", &headers, &list).await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.header("www-authenticate"),
            format!(
                "Bearer {error}resource_metadata=\"http://localhost:3001/.well-known/oauth-protected-resource/mcp\", scope=\"read write\""
            )
        );
        assert_eq!(answer.error_code(), "UNAUTHORIZED");
    }
    let elsewhere = script.get("/connectors/tools").await;
    assert!(elsewhere.headers.get("www-authenticate").is_none());
}

#[tokio::test]
async fn keys_and_sessions_work_as_everywhere() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let owner = mia.read("/auth/session").await["user"]["id"].clone();
    let key = app
        .api_key(
            owner.as_str().unwrap(),
            "default",
            &[KeyScope::Read, KeyScope::Write],
        )
        .await;
    let call = message(
        "tools/call",
        json!({"name": "jira_get_current_user", "arguments": {}}),
    );
    let by_key = send(&app.browser(), "/mcp", &[("authorization", &key)], &call).await;
    let by_cookie = send(&mia, "/mcp", &[], &call).await;
    for answer in [by_key, by_cookie] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let account = &answer.json()["result"]["structuredContent"];
        assert_eq!(account["display_name"], "Mia Krystof", "{account}");
    }
}

#[tokio::test]
async fn a_key_that_may_not_write_sees_no_such_tools_and_is_told_what_it_lacks() {
    let app = TestApp::start().await;
    let script = app.browser();
    let reader = app.api_key("service", "default", &[KeyScope::Read]).await;
    let headers = [("authorization", reader.as_str())];
    let list = send(&script, "/mcp", &headers, &message("tools/list", json!({}))).await;
    let list = list.json();
    let listed = names(&list);
    assert!(listed.contains(&"jira_get_issue") && !listed.contains(&"jira_create_issue"));
    let call = json!({"name": "jira_create_issue", "arguments": {}});
    let refused = send(&script, "/mcp", &headers, &message("tools/call", call)).await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.header("www-authenticate"),
        "Bearer error=\"insufficient_scope\", scope=\"read write\", resource_metadata=\"http://localhost:3001/.well-known/oauth-protected-resource/mcp\""
    );
}

#[tokio::test]
async fn where_nobody_may_write_a_tool_that_writes_says_so_and_nothing_is_sent() {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let mia = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let list = legacy(&mia, "tools/list", json!({})).await.json();
    assert!(!names(&list).contains(&"jira_create_issue"));
    let call = json!({"name": "jira_create_issue", "arguments": {}});
    let answer = legacy(&mia, "tools/call", call).await;
    assert_eq!(answer.status, 200);
    let result = &answer.json()["result"];
    assert_eq!(result["isError"], true);
    assert_eq!(
        result["content"][0]["text"],
        "This service is read-only (READ_ONLY=true). (FORBIDDEN)"
    );
    assert!(app.sandbox.journal().is_empty());
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_whatever_they_show() {
    let app = TestApp::start_with(&[("CORS_ORIGINS", "https://app.example")]).await;
    let mia = app.logged_in("mia").await;
    let key = app.api_key("service", "default", &[KeyScope::Read]).await;
    let ping = message("ping", json!({}));
    for (origin, status) in [
        ("https://evil.example", 403),
        ("null", 403),
        ("http://localhost:3002", 403),
        ("https://app.example", 200),
        ("http://localhost:3001", 200),
    ] {
        let by_cookie = send(&mia, "/mcp", &[("origin", origin)], &ping).await;
        assert_eq!(by_cookie.status, status, "{origin}");
        let headers = [("origin", origin), ("authorization", key.as_str())];
        let by_key = send(&app.browser(), "/mcp", &headers, &ping).await;
        assert_eq!(by_key.status, status, "{origin} with a key");
    }
    let any = TestApp::start_with(&[("CORS_ORIGINS", "*")]).await;
    let key = any.api_key("service", "default", &[KeyScope::Read]).await;
    for (origin, status) in [("https://page.example", 200), ("null", 403)] {
        let headers = [("origin", origin), ("authorization", key.as_str())];
        let by_key = send(&any.browser(), "/mcp", &headers, &ping).await;
        assert_eq!(by_key.status, status, "{origin} with a key");
        let mia = any.logged_in("mia").await;
        let by_cookie = send(&mia, "/mcp", &[("origin", origin)], &ping).await;
        assert_eq!(by_cookie.status, 403, "{origin}");
    }
}

/// Programs in a browser ask without a token first, and go where the challenge says.
#[tokio::test]
async fn a_page_that_shows_nothing_is_told_where_to_log_in() {
    let any = TestApp::start_with(&[("CORS_ORIGINS", "*")]).await;
    let ping = message("ping", json!({}));
    let origin = [("origin", "https://inspector.example")];
    let told = send(&any.browser(), "/mcp", &origin, &ping).await;
    assert_eq!(told.status, 401, "{}", told.body);
    let challenge = told.header("www-authenticate");
    assert!(challenge.contains("resource_metadata="), "{challenge}");
    let opaque = send(&any.browser(), "/mcp", &[("origin", "null")], &ping).await;
    assert_eq!(opaque.status, 403);
    let open = TestApp::start_with(&[("CORS_ORIGINS", "*"), ("AUTH_MODE", "open")]).await;
    let led_here = send(&open.browser(), "/mcp", &origin, &ping).await;
    assert_eq!(led_here.status, 403);
}

/// DNS rebinding: a page's own name is pointed at this machine.
#[tokio::test]
async fn in_open_mode_this_machine_needs_no_login_and_pages_elsewhere_reach_nothing() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let ping = message("ping", json!({}));
    for (host, headers, status) in [
        ("localhost:3001", vec![], 200),
        ("127.0.0.1:3001", vec![], 200),
        (
            "localhost:3001",
            vec![("origin", "http://localhost:3001")],
            200,
        ),
        ("evil.example:3001", vec![], 403),
        (
            "evil.example:3001",
            vec![("origin", "http://evil.example:3001")],
            403,
        ),
        (
            "localhost:3001",
            vec![("origin", "http://evil.example:3001")],
            403,
        ),
        ("localhost:3001", vec![("origin", "null")], 403),
        (
            "localhost:3001",
            vec![("sec-fetch-site", "cross-site")],
            403,
        ),
        ("localhost:3001", vec![("x-forwarded-for", "10.0.0.1")], 403),
    ] {
        let browser = app.browser().on_machine("127.0.0.1").at(host);
        let answer = send(&browser, "/mcp", &headers, &ping).await;
        assert_eq!(answer.status, status, "{host} {headers:?}: {}", answer.body);
    }
    let far = app.browser().on_machine("192.0.2.1");
    assert_eq!(send(&far, "/mcp", &[], &ping).await.status, 403);
}
