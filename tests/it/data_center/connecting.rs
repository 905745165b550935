//! Data Center: connecting with a personal access token, and what becomes of the connection.

use serde_json::json;

use crate::connections::fixture::connection;
use crate::data_center::fixture::{connect, connected};
use crate::support::TestApp;
use crate::support::faults::{answering_text, on_api};

#[tokio::test]
async fn a_token_connects_the_only_data_center_without_naming_it() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    let host = app.sandbox.data_center_url();
    let name = host.strip_prefix("http://").unwrap();
    for (product, checked) in [
        ("jira", "/rest/api/2/myself"),
        ("confluence", "/rest/api/user/current"),
    ] {
        let pat = format!("{product}-pat-mia");
        let answer = connect(&browser, product, json!({ "pat": pat })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let site = json!({"cloud_id": format!("dc:{name}"), "name": name, "url": host});
        let status = json!({
            "connected": true, "status": "active", "auth_method": "pat", "scopes": [], "site": site, "sites": [site],
            "account": {"account_id": "mia", "display_name": "Mia Krystof"}, "expires_at": null,
            "refreshed_at": connection(&browser, product).await["refreshed_at"], "error": null,
        });
        assert_eq!(
            answer.json(),
            json!({"ok": true, "provider": product, "status": status})
        );
        let calls = app.sandbox.journal();
        let last = calls.last().unwrap();
        assert_eq!((last.path.as_str(), last.status), (checked, 200));
        let bearer = (String::from("authorization"), format!("Bearer {pat}"));
        assert!(last.headers.contains(&bearer));
    }
    let list = browser.get("/connectors").await.json();
    assert_eq!(list[0]["auth_method"], "pat");
}

#[tokio::test]
async fn the_token_is_kept_sealed_and_shown_nowhere() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    for path in [
        "/connectors",
        "/connectors/jira/connection",
        "/connected",
        "/auth/session",
    ] {
        let answer = browser.get(path).await;
        assert!(!answer.body.contains("pat-mia"), "{path}: {}", answer.body);
    }
    let page = browser.get("/connected").await.body;
    assert!(page.contains("Personal access token"), "{page}");
    for entry in std::fs::read_dir(app.database_folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(7).any(|window| window == b"pat-mia");
        assert!(!found, "{}", path.display());
    }
}

#[tokio::test]
async fn a_refused_token_leaves_everything_as_it_was() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    let before = connection(&browser, "jira").await;
    for pat in ["jira-pat-nobody", "confluence-pat-mia", "classic-token-mia"] {
        let answer = connect(&browser, "jira", json!({ "pat": pat })).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION")
        );
        assert_eq!(answer.json()["details"]["reason"], "credential_rejected");
        assert!(!answer.body.contains(pat));
    }
    let answer = connect(&browser, "confluence", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(answer.json()["details"]["reason"], "credential_rejected");
    assert_eq!(connection(&browser, "jira").await, before);
}

#[tokio::test]
async fn text_that_can_be_no_token_is_refused_without_a_call() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    let long = "a".repeat(1025);
    for pat in ["", "  ", "two words", "line\nbreak", "tökén", long.as_str()] {
        let answer = connect(&browser, "jira", json!({ "pat": pat })).await;
        assert_eq!(answer.status, 422, "{pat:?}: {}", answer.body);
        assert_eq!(answer.json()["details"]["fields"], json!(["pat"]));
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn jiras_tokens_are_taken_only_where_the_operator_allows_them() {
    let app = TestApp::start_with_data_center(&[("ENABLE_JIRA_PAT", "")]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    let answer = connect(&browser, "jira", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (400, "VALIDATION")
    );
    assert!(answer.body.contains("ENABLE_JIRA_PAT"));
    app.assert_nothing_sent();
    let answer = connect(&browser, "confluence", json!({"pat": "confluence-pat-mia"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn without_a_listed_host_no_token_is_taken() {
    let app = TestApp::start_with(&[("ENABLE_JIRA_PAT", "true")]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    for body in [
        json!({"pat": "jira-pat-mia"}),
        json!({"pat": "jira-pat-mia", "base_url": app.sandbox.data_center_url()}),
    ] {
        assert_eq!(connect(&browser, "jira", body).await.status, 400);
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn nobody_connects_a_data_center_without_logging_in() {
    let app = TestApp::start_with_data_center(&[]).await;
    let answer = connect(&app.browser(), "jira", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(answer.status, 401);
    app.assert_nothing_sent();
}

#[tokio::test]
async fn the_connection_belongs_to_the_caller_and_to_nobody_else() {
    let app = TestApp::start_with_data_center(&[]).await;
    let omar = connected(&app, "mia").await;
    let mia = app.logged_in("mia").await;
    assert_eq!(connection(&mia, "jira").await["auth_method"], "oauth");
    let session = omar.get("/auth/session").await.json();
    assert_eq!(session["user"]["display_name"], "Omar Haddad");
}

#[tokio::test]
async fn a_token_that_ends_later_asks_for_a_new_one_and_costs_no_token_call() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    app.sandbox
        .fault(on_api("/rest/api/", answering_text(401, ""), Some(2)));
    let answer = browser.get("/connectors/jira/issues/MILL-1").await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (401, "TOKEN_EXPIRED")
    );
    let body = answer.json();
    assert_eq!(
        body["message"],
        "Jira refuses the personal access token of this connection; it is tried again every quarter of an hour, and if that lasts, make a new one there and connect again"
    );
    assert_eq!(body["details"]["reason"], "credential_rejected");
    assert_eq!(app.sandbox.token_calls(), 0);
}

#[tokio::test]
async fn a_token_is_not_renewed_and_its_site_is_not_changed() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    for (change, field) in [
        (json!({"rotate": true}), "rotate"),
        (json!({"base_url": "acme"}), "cloud_id"),
    ] {
        let answer = connect(&browser, "jira", change).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.json()["details"]["fields"], json!([field]));
    }
    app.advance(std::time::Duration::from_hours(24 * 100));
    let fresh = app.another_process().await;
    fresh.grants().refresh_due().await;
    assert_eq!(app.sandbox.token_calls(), 0);
}

#[tokio::test]
async fn disconnecting_erases_the_token() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    for product in ["jira", "confluence"] {
        let path = format!("/connectors/{product}/connection");
        assert_eq!(browser.delete(&path).await.status, 200);
        assert_eq!(
            connection(&browser, product).await["status"],
            "not_connected"
        );
    }
    assert_eq!(app.rows("grants").await, 0);
}

#[tokio::test]
async fn the_address_of_a_page_is_as_good_as_that_of_its_server() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    let host = app.sandbox.data_center_url();
    for pasted in [
        format!("{host}/rest/api/2"),
        format!("{host}/browse/MILL-1"),
        format!("{host}/secure/Dashboard.jspa?selectPageId=1"),
    ] {
        let change = json!({ "pat": "jira-pat-mia", "base_url": pasted });
        let answer = connect(&browser, "jira", change).await;
        assert_eq!(answer.status, 200, "{pasted}: {}", answer.body);
        assert_eq!(answer.json()["status"]["site"]["url"], host, "{pasted}");
    }
    let elsewhere =
        json!({ "pat": "jira-pat-mia", "base_url": "https://evil.example/browse/MILL-1" });
    app.sandbox.clear_journal();
    let refused = connect(&browser, "jira", elsewhere).await;
    assert_eq!(refused.status, 422);
    app.assert_nothing_sent();
}
