//! What S4's browser extension calls, and what the earlier systems' clients send and read.

use rstest::rstest;
use serde_json::json;

use integration_backend::model::api_key::KeyScope;

use crate::support::journey::{ACME, GLOBEX};
use crate::support::{TestApp, parameter};

#[tokio::test]
async fn health_login_logout_and_issues_live_under_the_extensions_names() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let health = browser.read("/api/health").await;
    assert_eq!(health["status"], "ok");
    assert_eq!(browser.navigate("/api/auth/oauth/login").await.status, 307);
    let callback = app.callback_url(&browser, "/api/auth/oauth/login?site=acme", "mia");
    assert_eq!(browser.get(&callback.await).await.status, 303);
    let connection = browser.read("/connectors/jira/connection").await;
    assert_eq!(connection["status"], "active");
    let issues = browser
        .read("/api/jira/issues?project=WEB&max_results=2")
        .await;
    let issues = issues["issues"].as_array().unwrap();
    assert_eq!(issues.len(), 2);
    for issue in issues {
        assert!(
            issue["key"].as_str().unwrap().starts_with("WEB-"),
            "{issue}"
        );
        assert!(issue["fields"]["summary"].is_string());
    }
    let all = browser.read("/api/jira/issues").await;
    assert_eq!(all["issues"].as_array().unwrap().len(), 20);
    for project in ["WEB%22%20OR%201", "a%20b", "%22"] {
        let answer = browser
            .get(&format!("/api/jira/issues?project={project}"))
            .await;
        answer.assert_invalid(&["project"], project);
    }
    let out = browser
        .send("POST", "/api/auth/oauth/logout", &[], None)
        .await;
    assert_eq!((out.status, out.json()), (200, json!({"ok": true})));
    let connection = browser.read("/connectors/jira/connection").await;
    assert_eq!(connection["status"], "not_connected");
    assert_eq!(browser.get("/api/auth/oauth/logout").await.status, 405);
    let nobody = app.browser();
    let refused = nobody.send("POST", "/api/auth/oauth/logout", &[], None);
    assert_eq!(refused.await.status, 401);
}

#[tokio::test]
async fn jiras_health_is_disconnected_for_whoever_cannot_use_it() {
    let app = TestApp::start().await;
    let writer = app.api_key("service", "default", &[KeyScope::Write]).await;
    let stale = [("x-session-token", "ibs_stale")];
    let writer = [("authorization", writer.as_str())];
    for headers in [&[][..], &stale, &writer] {
        let answer = app.browser().get_with("/api/jira/health", headers).await;
        assert_eq!(answer.status, 200, "{headers:?}: {}", answer.body);
        assert_eq!(answer.json()["status"], "disconnected");
    }
    let mia = app.logged_in("mia").await;
    assert_eq!(mia.read("/api/jira/health").await["status"], "connected");
}

#[rstest]
#[case("x-session-token", "")]
#[case("x-session-token", "  ")]
#[case("authorization", "")]
#[case("authorization", "Bearer")]
#[case("authorization", "bearer ")]
#[tokio::test]
async fn an_empty_credential_counts_as_none(#[case] header: &str, #[case] value: &str) {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let headers = [(header, value)];
    let answer = mia
        .get_with("/connectors/jira/projects?limit=1", &headers)
        .await;
    assert_eq!(answer.status, 200, "the cookie counts: {}", answer.body);
    let token = mia.cookie("ib_session").unwrap();
    let both = [(header, value), ("x-session-token", token.as_str())];
    let answer = app.browser().get_with("/users", &both).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let nobody = app.browser().get_with("/users", &headers).await;
    assert_eq!(
        (nobody.status, nobody.error_code()),
        (401, "UNAUTHORIZED".into())
    );
    let metrics = app.browser().get_with("/metrics", &headers).await;
    assert_eq!(metrics.status, 200, "as without it");
    for _ in 0..150 {
        assert_eq!(
            app.browser()
                .on_machine("192.0.2.1")
                .get_with("/users", &headers)
                .await
                .status,
            401
        );
    }
}

#[tokio::test]
async fn every_failure_has_fastapis_detail_beside_the_message() {
    let app = TestApp::start().await;
    for (method, path) in [
        ("GET", "/no/such/path"),
        ("POST", "/health"),
        ("GET", "/users"),
        ("GET", "/auth/jira/callback"),
        ("GET", "/auth/jira/login?redirect=7"),
    ] {
        let body = app.browser().send(method, path, &[], None).await.json();
        assert!(body["detail"].is_string(), "{path}: {body}");
        assert_eq!(body["detail"], body["message"], "{path}");
    }
}

#[tokio::test]
async fn s3s_frontend_is_returned_to_as_it_was() {
    let frontend = "http://localhost:3000";
    let settings = [
        ("APP_FRONTEND_URL", frontend),
        ("FRONTEND_RETURN_PATH", "/oauth/callback"),
    ];
    let app = TestApp::start_with(&settings).await;
    for product in ["jira", "confluence"] {
        let browser = app.browser();
        let start = format!("/auth/{product}/login?state=mine");
        let ended = app.complete(&browser, &start, "omar").await;
        let location = ended.header("location");
        assert!(
            location.starts_with(&format!("{frontend}/oauth/callback?")),
            "{location}"
        );
        for (name, value) in [
            ("connected", product),
            ("provider", product),
            ("status", "success"),
            ("state", "mine"),
        ] {
            assert_eq!(
                parameter(location, name).as_deref(),
                Some(value),
                "{location}"
            );
        }
        let user = parameter(location, "user_id").unwrap();
        let users = browser.read("/users").await;
        assert_eq!(users[0]["id"], user.as_str());
        let rows = browser.get(&format!("/jira/projects/{user}")).await;
        assert_eq!(rows.status, 200, "it is an owner_id");
    }
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let declined = app.sandbox.decline(&url).await.unwrap();
    let location = browser.get(&declined).await.header("location").to_owned();
    let expected =
        format!("{frontend}/oauth/callback?error=access_denied&provider=jira&status=error");
    assert_eq!(location, expected);
    // Who asked for another address is told nothing of the kind.
    let start = "/auth/jira/login?return_url=http://localhost:3000/x";
    let ended = app.complete(&app.browser(), start, "omar").await;
    assert_eq!(parameter(ended.header("location"), "user_id"), None);
}

#[tokio::test]
async fn jira_url_is_the_site_of_confluences_api_token_too() {
    let app = TestApp::start_with(&[("JIRA_URL", "https://acme.atlassian.net")]).await;
    let login = json!({"email": "mia@example.com", "api_token": "classic-token-mia"});
    for product in ["jira", "confluence"] {
        let browser = app.browser();
        let path = format!("/auth/{product}/api-token");
        let answer = browser.post(&path, login.clone()).await;
        assert_eq!(answer.status, 200, "{product}: {}", answer.body);
        let path = format!("/connectors/{product}/connection");
        let connection = browser.read(&path).await;
        assert_eq!(connection["site"]["url"], "https://acme.atlassian.net");
    }
    let data_center = [("JIRA_URL", "https://jira.corp.example")];
    let app = TestApp::start_with(&data_center).await;
    let answer = app
        .browser()
        .post("/auth/confluence/api-token", login)
        .await;
    answer.assert_invalid(&["site"], "a Data Center is no site of Confluence Cloud");
}

#[rstest]
#[case("JIRA_BASE_URL", "https://api.atlassian.com/ex/jira/{}/rest/api/3", &["jira"])]
#[case("CONFLUENCE_BASE_URL", "https://api.atlassian.com/ex/confluence/{}", &["confluence"])]
#[case("ATLASSIAN_CLOUD_BASE_URL", "https://api.atlassian.com/ex/jira/{}", &["jira", "confluence"])]
#[tokio::test]
async fn a_site_setting_that_is_a_gateway_address_picks_that_site(
    #[case] setting: &str,
    #[case] address: &str,
    #[case] products: &[&str],
) {
    for site in [ACME, GLOBEX] {
        let address = address.replace("{}", site);
        let app = TestApp::start_with(&[(setting, &address)]).await;
        let browser = app.browser();
        app.complete(&browser, "/auth/atlassian/login", "mia").await;
        for product in ["jira", "confluence"] {
            let path = format!("/connectors/{product}/connection");
            let connection = browser.read(&path).await;
            let chosen = &connection["site"]["cloud_id"];
            if products.contains(&product) {
                assert_eq!(chosen, site, "{product}");
            } else {
                assert!(chosen.is_null(), "{product}: {chosen}");
            }
        }
    }
}

#[tokio::test]
async fn a_gateway_address_does_not_tell_where_an_api_token_is_tried() {
    let address = format!("https://api.atlassian.com/ex/jira/{ACME}");
    let app = TestApp::start_with(&[("JIRA_URL", &address)]).await;
    let login = json!({"email": "mia@example.com", "api_token": "classic-token-mia"});
    let answer = app.browser().post("/auth/jira/api-token", login).await;
    answer.assert_invalid(&["site"], "a cloud id is no host");
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("gateway"), "{message}");
}

#[tokio::test]
async fn a_scope_that_atlassian_does_not_know_is_refused_at_the_start() {
    let app = TestApp::start().await;
    for (start, scope) in [
        ("/api/oauth/atlassian/login", "read"),
        ("/auth/jira/login", "openid"),
        ("/auth/jira/oauth/start", "read:issue"),
        (
            "/api/v1/auth/atlassian/login",
            "read:jira-work,write:jira-work",
        ),
    ] {
        let answer = app.browser().get(&format!("{start}?scope={scope}")).await;
        answer.assert_invalid(&["scope"], start);
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(scope), "{message}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let known = "/auth/jira/login?scope=read:page:confluence%20manage:jira-webhook";
    assert_eq!(app.browser().get(known).await.status, 200);
}
