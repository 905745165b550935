//! Other names of routes, S4's among them: they do what their route does, for whom it does.

use std::time::Duration;

use integration_backend::http::caller::access::TABLE;
use integration_backend::http::earlier::aliases::ALIASES;
use integration_backend::http::router;
use serde_json::json;

use crate::support::TestApp;

#[test]
fn every_other_name_is_a_route_that_admits_whom_its_route_admits() {
    let document = serde_json::to_value(router::document()).unwrap();
    let access = |(method, path): (&str, &str)| {
        let documented = &document["paths"][path][method.to_lowercase()];
        assert!(documented.is_object(), "{method} {path}");
        let row = TABLE
            .iter()
            .find(|(known, template, _)| *known == method && *template == path);
        row.unwrap_or_else(|| panic!("{method} {path}")).2
    };
    for alias in ALIASES {
        assert_eq!(access(alias.name), access(alias.of), "{:?}", alias.name);
        let others = ALIASES.iter().filter(|other| other.name == alias.of);
        assert_eq!(
            others.count(),
            0,
            "{:?} stands for another alias",
            alias.name
        );
    }
}

#[tokio::test]
async fn s4_names_log_in_renew_and_disconnect() {
    let app = TestApp::start().await;
    let browser = app
        .logged_in_by("/api/auth/jira/login?site=acme", "mia")
        .await;
    let state = browser.get("/connectors/jira/connection").await.json();
    assert_eq!(state["status"], "active");
    let start = app.browser().navigate("/api/auth/atlassian/login").await;
    assert_eq!(start.status, 307);
    app.advance(Duration::from_mins(1));
    let tokens = app.sandbox.refresh_calls();
    let renewed = browser
        .send("POST", "/api/auth/jira/refresh", &[], None)
        .await;
    let body = renewed.json();
    assert_eq!(
        (
            &body["status"],
            &body["message"],
            &body["data"]["token_type"]
        ),
        (
            &json!("success"),
            &json!("Token refreshed"),
            &json!("Bearer")
        ),
        "{body}"
    );
    assert_eq!(app.sandbox.refresh_calls(), tokens + 1);
    let other = browser
        .send("POST", "/api/auth/confluence/refresh", &[], None)
        .await;
    assert_eq!(
        (other.status, other.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
    for _ in 0..2 {
        let ended = browser
            .send("POST", "/api/auth/jira/logout", &[], None)
            .await;
        assert_eq!((ended.status, ended.json()), (200, json!({"ok": true})));
    }
    let state = browser.get("/connectors/jira/connection").await.json();
    assert_eq!(state["status"], "not_connected");
    assert!(browser.get("/auth/session").await.json()["authenticated"] == true);
    for (method, path, status) in [
        ("POST", "/api/auth/trello/refresh", 404),
        ("POST", "/api/auth/atlassian/logout", 404),
        ("GET", "/api/auth/trello/login", 404),
        ("GET", "/api/auth/jira/logout", 405),
        ("POST", "/api/auth/jira/callback", 405),
    ] {
        let answer = browser.send(method, path, &[], None).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}
