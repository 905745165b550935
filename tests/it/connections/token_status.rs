//! The earlier chatbot server's token routes: status, events, refresh.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use serde_json::{Value, json};

use crate::connections::fixture::disconnect;
use crate::refresh::fixture::{EXPIRY, READ, on_refresh};
use crate::support::faults::answering;
use crate::support::{Browser, TestApp};

const STATUS: &str = "/api/auth/oauth/token/status";
const EVENTS: &str = "/api/auth/oauth/token/events";
const REFRESH: &str = "/api/auth/oauth/token/refresh";

async fn status(browser: &Browser) -> Value {
    browser.read(STATUS).await
}

/// Types and sentences of the events, oldest first.
async fn events(browser: &Browser) -> Vec<(String, String)> {
    let answer = browser.get(EVENTS).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let text = |event: &Value, key: &str| event[key].as_str().unwrap().to_owned();
    let events = answer.json();
    let events = events.as_array().unwrap().iter();
    events
        .map(|event| {
            assert!(text(event, "timestamp").ends_with('Z'));
            (text(event, "event_type"), text(event, "message"))
        })
        .collect()
}

#[tokio::test]
async fn without_a_principal_the_token_is_unknown_and_every_key_is_there() {
    let app = TestApp::start().await;
    insta::assert_json_snapshot!(status(&app.browser()).await, @r#"
    {
      "expires_at": null,
      "expires_in_formatted": null,
      "expires_in_seconds": null,
      "last_refresh": null,
      "message": "You are not logged in.",
      "next_scheduled_check": null,
      "refresh_in_formatted": null,
      "refresh_in_seconds": null,
      "refresh_status": null,
      "refreshes_attempted": null,
      "refreshes_failed": null,
      "refreshes_succeeded": null,
      "status": "unknown"
    }
    "#);
    let stale = [("x-session-token", "ibs_stale")];
    let answer = app.browser().get_with(STATUS, &stale).await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &json!("unknown"))
    );
    assert_eq!(app.browser().get(EVENTS).await.status, 401);
    assert_eq!(app.browser().post(REFRESH, json!({})).await.status, 401);
}

#[tokio::test]
async fn a_login_shows_as_an_active_token_with_its_times() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let logged_in = app.clock_text();
    app.advance(Duration::from_mins(2));
    let mut seen = status(&browser).await;
    let refresh_in = seen["refresh_in_seconds"].take().as_u64().unwrap();
    assert!((3240..3310).contains(&refresh_in), "{refresh_in}");
    assert!(
        seen["refresh_in_formatted"]
            .take()
            .as_str()
            .unwrap()
            .contains("minutes")
    );
    let expected = json!({
        "status": "active", "expires_in_seconds": 3480, "expires_in_formatted": "58 minutes",
        "expires_at": seen["expires_at"], "refresh_in_seconds": null, "refresh_in_formatted": null,
        "refresh_status": "waiting", "last_refresh": logged_in, "next_scheduled_check": null,
        "refreshes_attempted": 0, "refreshes_succeeded": 0, "refreshes_failed": 0,
        "message": "The token is good, and is renewed by itself before it expires.",
    });
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_refresh_on_demand_answers_the_new_status_and_within_30_seconds_the_last_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.advance(Duration::from_mins(1));
    app.sandbox.clear_journal();
    for after in [0, 29] {
        app.advance(Duration::from_secs(after));
        let answer = browser.send("POST", REFRESH, &[], None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        assert_eq!(body["status"], "active");
        assert_eq!(body["expires_in_seconds"], 3600 - after);
        assert_eq!(body["refreshes_attempted"], 1);
        assert_eq!(body["refreshes_succeeded"], 1);
    }
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(
        events(&browser).await,
        [
            (
                "info".into(),
                "Connected to Jira and Confluence by logging in with Atlassian.".into()
            ),
            (
                "refresh".into(),
                "Token renewed; it is good for 1 hour.".into()
            ),
        ]
    );
}

#[tokio::test]
async fn failures_are_counted_and_told_and_the_end_of_a_login_too() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.advance(EXPIRY);
    assert_eq!(status(&browser).await["status"], "expired");
    let down = || answering(503, &json!({}));
    app.sandbox.fault(on_refresh(down(), Some(3)));
    let answer = browser.send("POST", REFRESH, &[], None).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (503, "VENDOR_ERROR")
    );
    let failed = status(&browser).await;
    assert_eq!(failed["status"], "error");
    assert_eq!(failed["refreshes_attempted"], 3);
    assert_eq!(failed["refreshes_failed"], 1);
    assert_eq!(
        failed["message"],
        "Atlassian could not renew the token; it will be tried again."
    );
    app.advance(Duration::from_mins(1));
    let dead =
        json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"});
    app.sandbox
        .fault(on_refresh(answering(403, &dead), Some(1)));
    let answer = browser.send("POST", REFRESH, &[], None).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (401, "TOKEN_EXPIRED")
    );
    let ended = status(&browser).await;
    assert_eq!(ended["status"], "error");
    assert_eq!(ended["expires_in_seconds"], json!(null));
    assert_eq!(ended["refresh_status"], json!(null));
    assert_eq!(ended["refreshes_failed"], 2);
    let told = events(&browser).await;
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[1].0, "error");
    assert!(
        told[1].1.starts_with(
            "Atlassian could not renew the token after 3 tries. It is tried again in "
        ),
        "{told:?}"
    );
    assert_eq!(
        told[2],
        (
            "error".into(),
            "Atlassian no longer accepts this login; log in again.".into()
        )
    );
}

#[tokio::test]
async fn a_token_that_is_being_renewed_says_so() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.advance(EXPIRY);
    app.sandbox.fault(on_refresh(
        FaultAction::Delay(Duration::from_millis(700)),
        Some(1),
    ));
    let (read, seen) = tokio::join!(browser.get(READ), async {
        app.until_refreshing(1).await;
        status(&browser).await
    });
    assert_eq!(read.status, 200);
    assert_eq!(
        (&seen["status"], &seen["refresh_status"]),
        (&json!("refreshing"), &json!("in_progress"))
    );
    assert_eq!(status(&browser).await["status"], "active");
}

#[tokio::test]
async fn an_api_token_is_active_and_cannot_be_renewed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    assert_eq!(
        browser.post("/auth/jira/api-token", login).await.status,
        200
    );
    let seen = status(&browser).await;
    assert_eq!(seen["status"], "active");
    assert_eq!(
        (
            &seen["expires_at"],
            &seen["refresh_in_seconds"],
            &seen["refresh_status"]
        ),
        (&json!(null), &json!(null), &json!(null))
    );
    let answer = browser.send("POST", REFRESH, &[], None).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (422, "VALIDATION")
    );
    assert_eq!(
        events(&browser).await,
        [("info".into(), "Connected to Jira with an API token.".into())]
    );
}

#[tokio::test]
async fn what_is_not_connected_is_unknown_and_cannot_be_renewed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    disconnect(&browser, "jira").await;
    disconnect(&browser, "jira").await;
    let seen = status(&browser).await;
    assert_eq!(
        (&seen["status"], &seen["message"]),
        (
            &json!("unknown"),
            &json!("Jira is not connected; log in first.")
        )
    );
    let answer = browser.send("POST", REFRESH, &[], None).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
    let told = events(&browser).await;
    assert_eq!(
        told.len(),
        2,
        "removing what is not there is no event: {told:?}"
    );
    assert_eq!(told[1], ("info".into(), "Disconnected from Jira.".into()));
}

#[tokio::test]
async fn events_name_the_site_chosen_a_token_refused_and_nothing_secret() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let globex = json!({"cloud_id": crate::support::journey::GLOBEX});
    assert_eq!(
        browser
            .patch("/connectors/jira/connection", globex)
            .await
            .status,
        200
    );
    let bad =
        json!({"email": "mia@example.com", "api_token": "wrong-token-canary", "site": "acme"});
    assert_eq!(
        browser
            .patch("/connectors/jira/connection", bad)
            .await
            .status,
        422
    );
    let bad =
        json!({"email": "mia@example.com", "api_token": "wrong-token-canary", "site": "acme"});
    assert_eq!(
        browser
            .patch("/connectors/confluence/connection", bad)
            .await
            .status,
        422
    );
    let told = events(&browser).await;
    let sentences: Vec<&str> = told.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "Connected to Jira and Confluence by logging in with Atlassian.",
            "Jira is now used on globex.atlassian.net.",
            "A token for Jira was not accepted; nothing was changed.",
        ],
        "and nothing of Confluence's alone"
    );
    let stored = app
        .raw()
        .await
        .text("SELECT group_concat(message) FROM grant_events")
        .await
        .unwrap();
    for secret in ["canary", "mia@example.com", "Mia"] {
        assert!(!stored.contains(secret), "{stored}");
    }
}

#[tokio::test]
async fn nobody_reads_another_persons_events_or_another_tenants() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    assert_eq!(
        (events(&mia).await.len(), events(&omar).await.len()),
        (1, 1)
    );
    let elsewhere = mia.get_with(EVENTS, &[("x-tenant-id", "acme")]).await;
    assert_eq!(elsewhere.json(), json!([]));
}

#[tokio::test]
async fn a_login_that_is_about_to_lapse_is_warned_about_once_a_day() {
    let app = TestApp::start().await;
    app.logged_in("mia").await;
    app.advance(Duration::from_hours(76 * 24));
    app.sandbox
        .fault(on_refresh(answering(503, &json!({})), None));
    for _ in 0..2 {
        app.advance(Duration::from_mins(10));
        app.app.grants().refresh_due().await;
    }
    let warnings = "SELECT COUNT(*) FROM grant_events WHERE event_type = 'warning'";
    assert_eq!(app.raw().await.number(warnings).await, Some(1));
    app.advance(Duration::from_hours(25));
    app.app.grants().refresh_due().await;
    assert_eq!(app.raw().await.number(warnings).await, Some(2));
}

#[tokio::test]
async fn a_history_that_cannot_be_written_fails_nothing() {
    let app = TestApp::start().await;
    app.tamper("DROP TABLE grant_events").await;
    let browser = app.logged_in("mia").await;
    app.advance(EXPIRY);
    assert_eq!(browser.get(READ).await.status, 200);
    disconnect(&browser, "jira").await;
}
