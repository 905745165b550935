//! Sessions: cookies, lifetimes, credentials, logging out.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use crate::support::app::FRONTEND;
use crate::support::{Browser, TestApp};

const HOUR: Duration = Duration::from_hours(1);
const ALMOST_TWELVE_HOURS: Duration = Duration::from_secs(12 * 3600 - 1);

pub(crate) async fn knows(browser: &Browser) -> bool {
    browser.get("/auth/session").await.json()["authenticated"] == true
}

pub(crate) async fn knows_token(app: &TestApp, token: &str) -> bool {
    let headers = [("x-session-token", token)];
    let answer = app.browser().get_with("/auth/session", &headers).await;
    assert_eq!(answer.status, 200, "the status route is never 401");
    answer.json()["authenticated"] == true
}

fn set_cookies(answer: &crate::support::Answer) -> Vec<String> {
    let values = answer.headers.get_all("set-cookie").iter();
    values
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

fn attributes(cookie: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}

#[tokio::test]
async fn a_person_logs_in_and_is_still_known_on_the_next_request() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let session = browser.get("/auth/session").await.json();
    assert_eq!(session["authenticated"], true);
    assert_eq!(session["user"]["display_name"], "Mia Krystof");
    assert_eq!(session["connections"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn on_http_cookies_have_plain_names_and_browsers_that_drop_secure_cookies_log_in_fine() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = browser.get("/auth/jira/login").await;
    let state = set_cookies(&start).remove(0);
    assert!(state.starts_with("jira_oauth_state="), "{state}");
    assert_eq!(
        attributes(&state),
        ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]
    );
    let url = start.json()["url"].as_str().unwrap().to_owned();
    let callback = app.sandbox.consent(&url, "omar", None).await.unwrap();
    let cookies = set_cookies(&browser.get(&callback).await);
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("ib_session=ibs_"))
        .unwrap();
    assert_eq!(
        attributes(session),
        ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]
    );
    assert!(knows(&browser).await);
}

#[rstest]
#[case("", "SameSite=Lax")]
#[case("strict", "SameSite=Strict")]
#[case("none", "SameSite=None")]
#[tokio::test]
async fn on_https_cookies_are_secure_host_cookies(#[case] setting: &str, #[case] same_site: &str) {
    let changes = [
        ("PUBLIC_BASE_URL", "https://ib.example"),
        ("SESSION_SAMESITE", setting),
    ];
    let app = TestApp::start_with(&changes).await;
    app.sandbox
        .add_redirect_uri("sandbox-client", "https://ib.example/auth/jira/callback");
    let browser = app.browser().at("ib.example").on_https();
    let start = browser.get("/auth/jira/login").await;
    let state = set_cookies(&start).remove(0);
    assert!(state.starts_with("__Host-jira_oauth_state="), "{state}");
    assert_eq!(
        attributes(&state),
        [
            "HttpOnly",
            "Max-Age=600",
            "Path=/",
            "SameSite=None",
            "Secure"
        ]
    );
    let url = start.json()["url"].as_str().unwrap().to_owned();
    let callback = app.sandbox.consent(&url, "omar", None).await.unwrap();
    let cookies = set_cookies(&browser.get(&callback).await);
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-ib_session=ibs_"))
        .unwrap();
    assert_eq!(
        attributes(session),
        ["HttpOnly", "Max-Age=604800", "Path=/", same_site, "Secure"]
    );
    assert!(knows(&browser).await);
    browser.forget_cookies();
    browser.set_cookie("ib_session", session.split(['=', ';']).nth(1).unwrap());
    assert!(
        !knows(&browser).await,
        "the name without its prefix is worth nothing on https"
    );
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_without_use() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    app.clock.advance(ALMOST_TWELVE_HOURS);
    assert!(knows(&browser).await, "used just in time");
    app.clock.advance(ALMOST_TWELVE_HOURS);
    assert!(knows(&browser).await, "use made it last");
    app.clock.advance(HOUR * 12);
    assert!(!knows(&browser).await);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_much_it_is_used() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    for _ in 0..16 {
        app.clock.advance(HOUR * 10);
        assert!(knows(&browser).await);
    }
    app.clock.advance(HOUR * 8);
    assert!(!knows(&browser).await);
}

#[tokio::test]
async fn the_lifetimes_can_be_set() {
    let changes = [("SESSION_IDLE_HOURS", "1"), ("SESSION_MAX_DAYS", "1")];
    let app = TestApp::start_with(&changes).await;
    let browser = app.logged_in("omar").await;
    app.clock.advance(HOUR);
    assert!(!knows(&browser).await);
    let browser = app.logged_in("omar").await;
    for _ in 0..30 {
        app.clock.advance(Duration::from_mins(45));
        assert!(knows(&browser).await);
    }
    app.clock.advance(HOUR * 2);
    assert!(!knows(&browser).await);
}

#[tokio::test]
async fn logging_out_ends_the_session_and_keeps_the_connections() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let cookie = browser.cookie("ib_session").unwrap();
    let answer = browser.send("POST", "/auth/logout", &[], None).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(browser.cookie("ib_session"), None);
    browser.set_cookie("ib_session", &cookie);
    assert!(
        !knows(&browser).await,
        "the session itself is gone, not only the cookie"
    );
    assert_eq!(app.rows("sessions").await, 0);
    assert_eq!(app.rows("connections").await, 2);
    let again = app.browser();
    app.complete(&again, "/auth/jira/login", "omar").await;
    let connection = again.get("/connectors/confluence/connection").await.json();
    assert_eq!(
        connection["status"], "active",
        "still there from the first login"
    );
}

#[tokio::test]
async fn logging_out_is_204_for_everybody() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for headers in [
        &[][..],
        &[("cookie", "ib_session=ibs_stale")],
        &[("x-session-token", "ibs_stale")],
        &[("authorization", "Bearer x")],
        &[("origin", "https://evil.example")],
    ] {
        let answer = browser.send("POST", "/auth/logout", headers, None).await;
        assert_eq!(answer.status, 204, "{headers:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn logging_out_with_a_stale_token_still_ends_the_session_of_the_cookie_it_clears() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let headers = [("x-session-token", "ibs_stale")];
    let answer = browser.send("POST", "/auth/logout", &headers, None).await;
    assert_eq!(answer.status, 204);
    assert_eq!(browser.cookie("ib_session"), None);
    assert_eq!(app.rows("sessions").await, 0);
}

#[tokio::test]
async fn logging_out_forgets_logins_that_are_under_way() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    browser.send("POST", "/auth/logout", &[], None).await;
    assert_eq!(browser.cookie("jira_oauth_state"), None);
    assert_eq!(browser.get(&callback).await.status, 422);
}

#[tokio::test]
async fn logging_out_in_one_browser_leaves_the_others_logged_in() {
    let app = TestApp::start().await;
    let (one, other) = (app.logged_in("omar").await, app.logged_in("omar").await);
    one.send("POST", "/auth/logout", &[], None).await;
    assert!(!knows(&one).await);
    assert!(knows(&other).await);
}

#[tokio::test]
async fn every_login_has_a_session_of_its_own() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let first = browser.cookie("ib_session").unwrap();
    app.log_in(&browser, "omar").await;
    let second = browser.cookie("ib_session").unwrap();
    assert_ne!(first, second);
    app.log_in(&browser, "mia").await;
    let session = browser.get("/auth/session").await.json();
    assert_eq!(session["user"]["display_name"], "Mia Krystof");
    let connections = browser.get("/connectors/jira/connection").await.json();
    assert_eq!(connections["account"]["display_name"], "Mia Krystof");
}

#[tokio::test]
async fn a_new_login_ends_the_session_that_its_cookie_names() {
    let app = TestApp::start().await;
    let by_token =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    for (round, account) in ["omar", "omar", "mia"].into_iter().enumerate() {
        let browser = app.logged_in_by("/auth/jira/oauth/start", "omar").await;
        let earlier = browser.cookie("ib_session").unwrap();
        if round == 2 {
            // The bad header goes before the good cookie, so this is a login.
            let headers = [("x-session-token", "ibs_stale")];
            let path = "/auth/jira/api-token";
            let answer = browser.post_with(path, &headers, &by_token).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
        } else {
            app.log_in(&browser, account).await;
        }
        assert!(!knows_token(&app, &earlier).await, "round {round}");
        assert!(knows(&browser).await);
        let latest = browser.cookie("ib_session").unwrap();
        browser.send("POST", "/auth/logout", &[], None).await;
        assert!(!knows_token(&app, &latest).await);
        assert_eq!(
            app.rows("sessions").await,
            0,
            "no session of that browser is left"
        );
    }
}

#[tokio::test]
async fn a_login_that_fails_and_a_login_elsewhere_end_nothing() {
    let app = TestApp::start().await;
    let (browser, other) = (app.logged_in("omar").await, app.logged_in("omar").await);
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let declined = app.sandbox.decline(&url).await.unwrap();
    assert_eq!(browser.get(&declined).await.status, 303);
    assert!(knows(&browser).await);
    app.log_in(&other, "mia").await;
    assert!(knows(&browser).await);
}

#[tokio::test]
async fn the_status_says_who_is_calling_and_what_is_connected() {
    let app = TestApp::start().await;
    for path in ["/auth/session", "/api/v1/auth/status"] {
        let nobody = app.browser().get(path).await.json();
        let expected = json!({
            "authenticated": false, "user": null, "tenant": "default", "auth_mode": "session", "connections": [],
        });
        assert_eq!(nobody, expected);
        let browser = app.logged_in_by("/auth/jira/login", "omar").await;
        let body = browser.get(path).await.json();
        assert_eq!(body["authenticated"], true);
        assert_eq!(body["user"]["display_name"], "Omar Haddad");
        assert_eq!(body["user"]["email"], "omar@example.com");
        assert_eq!(
            body["user"]["account_id"],
            "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20"
        );
        assert!(body["user"]["id"].is_string());
        assert_eq!(body["connections"].as_array().unwrap().len(), 1);
        assert_eq!(body["connections"][0]["id"], "jira");
    }
}

#[tokio::test]
async fn a_listed_frontend_uses_the_session_with_its_cookie() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let headers = [
        ("origin", FRONTEND),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-mode", "cors"),
    ];
    let answer = browser
        .send("POST", "/api/oauth/atlassian/refresh", &headers, None)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
}
