//! What is said of a login's renewal: by itself, failing, or not at all.

use std::time::Duration;

use serde_json::{Value, json};

use crate::connections::fixture::connection;
use crate::refresh::fixture::{EXPIRY, READ};
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};

const PROJECTS: &str = "/connectors/jira/projects?limit=1";

/// Somebody whose login has no refresh token, because the app does not ask for `offline_access`.
async fn without_offline_access() -> (TestApp, Browser) {
    let scopes = "read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence";
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", scopes)]).await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    (app, browser)
}

/// What the dashboard says will become of Jira's token.
async fn renewal(browser: &Browser) -> Value {
    let mut stream = browser.listen("/dashboard/events", &[]).await;
    let snapshot = stream.next().await.unwrap().data;
    snapshot["connections"][0]["renewal"].clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_login_without_offline_access_says_what_is_missing_and_when_it_ends() {
    let (app, browser) = without_offline_access().await;
    let seen = connection(&browser, "jira").await;
    assert_eq!(seen["status"], "active");
    assert_eq!(renewal(&browser).await, "none");
    assert!(text(&seen["error"]).contains("offline_access"), "{seen}");
    assert!(seen["expires_at"].is_string());
    let token = browser.read("/api/auth/oauth/token/status").await;
    assert!(
        text(&token["message"]).contains("offline_access"),
        "{token}"
    );
    assert!(!text(&token["message"]).contains("by itself"), "{token}");
    assert_eq!(
        (&token["refresh_status"], &token["refresh_in_seconds"]),
        (&Value::Null, &Value::Null)
    );
    for page in ["/connected", "/dashboard"] {
        let page = browser.get(page).await.body;
        let cards = page.split("<template").next().unwrap();
        assert!(cards.contains("offline_access"), "{cards}");
        assert!(!cards.contains("renews itself"), "{cards}");
        assert!(!cards.contains("by itself"), "{cards}");
        let ends = text(&seen["expires_at"]);
        assert!(
            cards.contains(&format!("<time datetime=\"{ends}\">")),
            "{cards}"
        );
    }
    assert!(app.refreshes().is_empty());
}

#[tokio::test]
async fn it_serves_to_its_very_end_and_then_asks_for_a_new_login_without_a_call() {
    let (app, browser) = without_offline_access().await;
    app.advance(EXPIRY.saturating_sub(Duration::from_secs(30)));
    app.app.grants().refresh_due().await;
    assert_eq!(browser.get(PROJECTS).await.status, 200);
    assert_eq!(connection(&browser, "jira").await["status"], "active");
    app.advance(Duration::from_mins(1));
    app.app.grants().refresh_due().await;
    app.sandbox.clear_journal();
    let seen = connection(&browser, "jira").await;
    assert_eq!(seen["status"], "reauth_required");
    assert!(text(&seen["error"]).contains("offline_access"), "{seen}");
    let answer = browser.get(PROJECTS).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (401, "TOKEN_EXPIRED")
    );
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_refresh_that_is_asked_for_ends_no_login_that_cannot_be_renewed() {
    let (app, browser) = without_offline_access().await;
    for path in [
        "/api/auth/oauth/token/refresh",
        "/api/oauth/atlassian/refresh",
    ] {
        let answer = browser.post(path, json!({})).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION")
        );
        assert!(answer.body.contains("offline_access"), "{}", answer.body);
    }
    assert_eq!(browser.get(PROJECTS).await.status, 200);
    assert!(app.refreshes().is_empty());
}

#[tokio::test]
async fn while_renewals_fail_cards_and_status_say_so_for_everybody() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    app.sandbox.rotate_secret("sandbox-client", "another");
    app.advance(EXPIRY.saturating_sub(Duration::from_mins(1)));
    for browser in [&mia, &omar] {
        assert_eq!(browser.get(READ).await.status, 200, "the old token serves");
        // What is known of the client is said of every login of it, also while its own renewal is under way.
        until("the renewal beside it has failed", async || {
            let token = browser.read("/api/auth/oauth/token/status").await;
            renewal(browser).await == "failing" && token["status"] != "refreshing"
        })
        .await;
        let seen = connection(browser, "jira").await;
        assert_eq!(seen["status"], "active");
        assert!(
            text(&seen["error"]).contains("client id and secret"),
            "{seen}"
        );
        let token = browser.read("/api/auth/oauth/token/status").await;
        assert!(
            text(&token["message"]).contains("client id and secret"),
            "{token}"
        );
        let page = browser.get("/connected").await.body;
        assert!(page.contains("client id and secret"), "{page}");
        assert!(!page.contains("renews itself"), "{page}");
    }
    app.advance(Duration::from_mins(2));
    for browser in [&mia, &omar] {
        assert_eq!(connection(browser, "jira").await["status"], "error");
        let token = browser.read("/api/auth/oauth/token/status").await;
        assert_eq!(token["status"], "error");
    }
    app.sandbox
        .rotate_secret("sandbox-client", "sandbox-secret");
    for browser in [&mia, &omar] {
        assert_eq!(browser.get(READ).await.status, 200);
        let seen = connection(browser, "jira").await;
        assert_eq!(seen["error"], Value::Null);
        assert_eq!(renewal(browser).await, "by_itself");
    }
}

#[tokio::test]
async fn the_call_to_choose_a_site_goes_when_one_is_chosen() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let ended = app
        .complete(
            &browser,
            "/auth/atlassian/login?return_url=/dashboard&redirect=true",
            "mia",
        )
        .await;
    let address = ended.header("location").to_owned();
    assert!(address.contains("needs_site"), "{address}");
    let banner = "Please choose the site";
    for page in [address.clone(), address.replace("/dashboard", "/connected")] {
        assert!(browser.get(&page).await.body.contains(banner), "{page}");
    }
    for product in ["jira", "confluence"] {
        let change = json!({"cloud_id": crate::support::journey::ACME});
        crate::connections::fixture::choose(&browser, product, change).await;
    }
    for page in [address.clone(), address.replace("/dashboard", "/connected")] {
        let body = browser.get(&page).await.body;
        assert!(
            !body.contains(banner) && body.contains("You are logged in"),
            "{page}"
        );
    }
}
