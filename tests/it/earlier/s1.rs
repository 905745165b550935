//! What clients of S1, the connector with tenants, were promised, as far as no other test asserts it.

use std::time::Duration;

use atlassian_sandbox::{Fault, FaultAction};
use integration_backend::config;
use integration_backend::model::database_url::DatabaseUrl;
use serde_json::{Value, json};

use crate::support::app::FRONTEND;
use crate::support::waiting::until;
use crate::support::{Answer, Browser, TestApp, parameter};

/// Asserts that every one of `names` is a key of `object`.
fn assert_has(object: &Value, names: &[&str]) {
    for name in names {
        assert!(object.get(name).is_some(), "{name}: {object}");
    }
}

#[test]
fn nothing_has_to_be_set_for_a_start() {
    let settings = config::load(&|_| None, None).unwrap();
    assert_eq!(settings.listener.port, 3001);
    assert!(settings.frontend.origins.any, "any origin may read");
    let DatabaseUrl::Sqlite(file) = &settings.storage.database else {
        panic!("{}", settings.storage.database)
    };
    assert_eq!(file.to_str(), Some("integration.db"));
    let theirs = "INTEGRATION_DB_URL=sqlite:///./integration.db";
    let settings = config::load(&|_| None, Some(theirs)).unwrap();
    let DatabaseUrl::Sqlite(file) = &settings.storage.database else {
        panic!("{}", settings.storage.database)
    };
    assert_eq!(file.to_str(), Some("./integration.db"));
}

/// Its state cookie was readable by no script, signed, and sent back by Atlassian's redirect.
#[tokio::test]
async fn the_state_cookie_is_signed_http_only_and_on_https_for_every_site() {
    let plain = TestApp::start().await;
    let answer = plain.browser().get("/auth/jira/login").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("jira_oauth_state="), "{cookie}");
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"),
        "{cookie}"
    );
    let secure = plain
        .another_process_with(&[("PUBLIC_BASE_URL", "https://ib.example.com")])
        .await;
    let browser = Browser::new(secure.router())
        .at("ib.example.com")
        .on_https();
    let answer = browser.get("/auth/jira/login").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-jira_oauth_state="), "{cookie}");
    for attribute in [
        "; HttpOnly",
        "; Secure",
        "; SameSite=None",
        "; Path=/",
        "; Max-Age=600",
    ] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
}

#[tokio::test]
async fn a_callback_asks_for_the_state_before_the_code() {
    let app = TestApp::start().await;
    let fields = |answer: &Answer| answer.json()["details"]["fields"].clone();
    let neither = app.browser().get("/auth/jira/callback").await;
    assert_eq!((neither.status, fields(&neither)), (422, json!(["state"])));
    let no_state = app.browser().get("/auth/jira/callback?code=x").await;
    assert_eq!(
        (no_state.status, fields(&no_state)),
        (422, json!(["state"]))
    );
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let state = parameter(&url, "state").unwrap();
    let no_code = browser
        .get(&format!("/auth/jira/callback?state={state}"))
        .await;
    assert_eq!(
        (no_code.status, no_code.error_code().as_str()),
        (400, "VALIDATION")
    );
}

#[tokio::test]
async fn a_login_ends_at_the_login_page_of_frontend_url() {
    let app = TestApp::start_with(&[("FRONTEND_URL", FRONTEND)]).await;
    let ended = app
        .complete(&app.browser(), "/auth/jira/login", "omar")
        .await;
    assert_eq!(
        ended.header("location"),
        format!("{FRONTEND}/login?connected=jira&provider=jira&status=success")
    );
}

#[tokio::test]
async fn without_a_tenant_header_the_tenant_is_default() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let path = "/connectors/jira/connection";
    let named = browser.get_with(path, &[("x-tenant-id", "default")]).await;
    assert_eq!(named.json(), browser.get(path).await.json());
    let other = browser
        .get_with(path, &[("x-tenant-id", "other")])
        .await
        .json();
    assert_eq!(other["connected"], false);
}

#[tokio::test]
async fn its_frontend_reads_the_keys_it_knows_from_connectors_and_connections() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let connectors = browser.get("/connectors").await.json();
    for (connector, (id, title)) in connectors
        .as_array()
        .unwrap()
        .iter()
        .zip([("jira", "Jira"), ("confluence", "Confluence")])
    {
        assert_eq!(
            (&connector["id"], &connector["title"]),
            (&json!(id), &json!(title))
        );
        assert_eq!(connector["connected"], true);
        assert_has(
            connector,
            &["scopes", "expires_at", "refreshed_at", "last_error"],
        );
        let state = browser
            .get(&format!("/connectors/{id}/connection"))
            .await
            .json();
        assert_has(
            &state,
            &["connected", "scopes", "expires_at", "refreshed_at", "error"],
        );
        let path = format!("/connectors/{id}/connection");
        let rotated = browser.patch(&path, json!({"rotate": true})).await.json();
        assert_eq!(
            (&rotated["ok"], &rotated["provider"]),
            (&json!(true), &json!(id))
        );
        assert_eq!(rotated["status"]["connected"], true);
        let gone = browser.delete(&path).await;
        assert_eq!(gone.json(), json!({"ok": true}));
    }
}

#[tokio::test]
async fn its_frontend_reads_the_keys_it_knows_from_lists_and_creates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let first = async |path: &str| {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()[0].clone()
    };
    let project = first("/connectors/jira/projects?limit=1").await;
    assert_has(&project, &["id", "key", "name", "url", "type"]);
    assert_has(
        &first("/connectors/confluence/spaces?limit=1").await,
        &["id", "key", "name"],
    );
    let hit = ["id", "title", "url", "type", "icon", "snippet", "metadata"];
    let issue = first("/connectors/jira/search?q=project%20%3D%20APP&limit=1").await;
    assert_has(&issue, &hit);
    assert_has(&issue["metadata"], &["status", "priority", "project"]);
    let page = first("/connectors/confluence/search?q=type%3Dpage&limit=1").await;
    assert_has(&page, &hit);
    assert_has(&page["metadata"], &["space"]);
    for (product, body) in [
        (
            "jira",
            json!({"fields": {"project": {"key": "APP"}, "issuetype": {"name": "Task"}, "summary": "S1"}}),
        ),
        (
            "confluence",
            json!({"space_key": "ENG", "title": "Made by S1", "body": "Text"}),
        ),
    ] {
        let made = browser
            .post(&format!("/connectors/{product}/create"), body)
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_has(&made.json(), &["id", "url", "title", "metadata"]);
    }
}

#[tokio::test]
async fn atlassians_rate_limit_is_told_with_the_seconds_to_wait() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    app.sandbox.fault(Fault {
        method: None,
        path_contains: String::from("/project/search"),
        body_contains: None,
        times: None,
        action: FaultAction::RateLimit {
            retry_after: String::from("40"),
            reason: String::from("jira-burst-based"),
        },
    });
    let answer = browser.get("/connectors/jira/projects").await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (429, "RATE_LIMITED")
    );
    let body = answer.json();
    assert_eq!(
        (&body["status"], &body["retry_after"]),
        (&json!("error"), &json!(40))
    );
    assert_eq!(answer.header("retry-after"), "40");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_the_new_times_are_kept() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let path = "/connectors/jira/connection";
    let before = browser.get(path).await.json();
    app.advance(Duration::from_mins(59));
    assert_eq!(
        browser
            .get("/connectors/jira/projects?limit=1")
            .await
            .status,
        200
    );
    // It is renewed beside the request, which the old token still serves.
    until("the token is renewed", async || {
        let now = browser.get(path).await.json();
        now["refreshed_at"] != before["refreshed_at"]
    })
    .await;
    assert_eq!(app.sandbox.refresh_calls(), 1);
    let after = browser.get(path).await.json();
    for time in ["expires_at", "refreshed_at"] {
        assert!(
            after[time].as_str().unwrap() > before[time].as_str().unwrap(),
            "{time}"
        );
    }
}
