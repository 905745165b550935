//! Logins as browsers do them: fetched ahead, opened twice, come back to with a lost cookie.

use std::time::Duration;

use rstest::rstest;

use crate::support::{Answer, Browser, TestApp, parameter, with_query};

const RETURN: &str = "http://localhost:3000/after?tab=1";

/// The address behind the page's button.
fn link(page: &Answer) -> String {
    let button = page.body.split("class=\"button primary\" href=\"").nth(1);
    let text = button.and_then(|rest| rest.split('"').next()).unwrap();
    text.replace("&#38;", "&").replace("&amp;", "&")
}

#[rstest]
#[case("sec-purpose", "prefetch")]
#[case("sec-purpose", "prefetch;prerender")]
#[case("purpose", "prefetch")]
#[case("x-moz", "prefetch")]
#[case("x-purpose", "preview")]
#[tokio::test]
async fn what_is_fetched_ahead_starts_no_login_and_uses_none_up(
    #[case] header: &str,
    #[case] purpose: &str,
) {
    let app = TestApp::start().await;
    let headers = [
        (header, purpose),
        ("sec-fetch-mode", "navigate"),
        ("accept", "text/html"),
    ];
    for start in [
        "/auth/jira/login?redirect=true",
        "/auth/jira/oauth/start",
        "/api/v1/auth/atlassian/login",
        "/api/oauth/atlassian/login",
        "/api/auth/jira/login",
    ] {
        let answer = app.browser().get_with(start, &headers).await;
        assert_eq!(answer.status, 403, "{start}: {}", answer.body);
        assert_eq!(answer.header("set-cookie"), "", "{start}");
    }
    assert_eq!(app.rows("flows").await, 0);
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let ahead = browser.get_with(&callback, &headers).await;
    assert_eq!((ahead.status, ahead.header("set-cookie")), (403, ""));
    let opened = browser.navigate(&callback).await;
    assert_eq!(opened.status, 303, "{}", opened.body);
    assert!(opened.header("location").contains("connected=jira"));
}

#[rstest]
#[case("/auth/jira/login", "/connected")]
#[case(
    "/auth/jira/login?return_url=http%3A%2F%2Flocalhost%3A3000%2Fafter%3Ftab%3D1",
    RETURN
)]
#[case("/auth/jira/oauth/start", "/connected")]
#[case("/api/v1/auth/atlassian/login", "/connected")]
#[case("/api/oauth/atlassian/login", "/connected")]
#[tokio::test]
async fn the_browser_that_logged_in_is_told_so_when_it_comes_back(
    #[case] start: &str,
    #[case] goes_on: &str,
) {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, start, "omar").await;
    assert!(browser.navigate(&callback).await.status < 400);
    app.sandbox.clear_journal();
    let session = browser.cookie("ib_session");
    let again = browser.navigate(&callback).await;
    assert_eq!(again.status, 422, "a login ends once");
    assert!(again.body.contains("You are logged in"), "{}", again.body);
    assert!(!again.body.contains("did not work"), "{}", again.body);
    assert_eq!(link(&again), goes_on);
    assert_eq!(browser.cookie("ib_session"), session);
    let program = browser.get(&callback).await;
    assert_eq!(
        (program.status, program.error_code()),
        (422, "VALIDATION".into())
    );
    assert!(
        program.body.contains("you are logged in"),
        "{}",
        program.body
    );
    // Another browser is told nothing of the kind, whoever is logged in there.
    for other in [app.browser(), app.logged_in("omar").await] {
        let page = other.navigate(&callback).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains("did not work"), "{}", page.body);
    }
    app.log_in(&browser, "mia").await;
    let page = browser.navigate(&callback).await;
    assert!(page.body.contains("did not work"), "another login by now");
}

#[tokio::test]
async fn in_open_mode_a_login_that_failed_is_not_called_finished_though_there_is_an_older_one() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let browser = app.browser();
    let start = "/api/v1/auth/atlassian/login?site=acme";
    let callback = app.callback_url(&browser, start, "omar").await;
    assert_eq!(browser.navigate(&callback).await.status, 200);
    app.advance(Duration::from_secs(5));
    let callback = app.callback_url(&browser, start, "omar").await;
    let forged = format!("{callback}&iss=https%3A%2F%2Fevil.example");
    let refused = browser.get(&forged).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("does not come from Atlassian"),
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn in_open_mode_coming_back_tells_what_is_there() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/api/v1/auth/atlassian/login?site=acme", "omar");
    let callback = callback.await;
    assert_eq!(browser.navigate(&callback).await.status, 200);
    let again = browser.navigate(&callback).await;
    assert!(again.body.contains("You are logged in"), "{}", again.body);
    for product in ["jira", "confluence"] {
        browser
            .delete(&format!("/connectors/{product}/connection"))
            .await;
    }
    let again = browser.navigate(&callback).await;
    assert!(again.body.contains("did not work"), "{}", again.body);
}

async fn comes_back(app: &TestApp, browser: &Browser, start: &str) -> (Answer, String) {
    let callback = app.callback_url(browser, start, "omar").await;
    browser.forget_cookies();
    let page = browser.navigate(&callback).await;
    assert_eq!(page.status, 422, "{}", page.body);
    let link = link(&page);
    (page, link)
}

#[rstest]
#[case("/auth/confluence/login", "/auth/confluence/login")]
#[case("/auth/jira/oauth/start", "/auth/jira/login")]
#[case("/api/auth/jira/login", "/auth/jira/login")]
#[case("/api/v1/auth/atlassian/login", "/api/v1/auth/atlassian/login")]
#[case("/api/oauth/atlassian/login", "/api/oauth/atlassian/login")]
#[tokio::test]
async fn after_a_lost_cookie_the_same_login_starts_again_by_navigation(
    #[case] start: &str,
    #[case] again: &str,
) {
    let app = TestApp::start().await;
    let browser = app.browser();
    let asked = [
        ("return_url", RETURN),
        ("state", "a b&c"),
        ("site", "acme"),
        ("tenant", "blue"),
    ];
    let (_, link) = comes_back(&app, &browser, &with_query(start, &asked)).await;
    assert!(link.starts_with(again), "{link}");
    for (name, value) in asked {
        let value = if name == "site" {
            "acme.atlassian.net"
        } else {
            value
        };
        let full = format!("http://localhost:3001{link}");
        assert_eq!(parameter(&full, name).as_deref(), Some(value), "{link}");
    }
    let started = browser.navigate(&link).await;
    assert!(matches!(started.status, 302 | 307), "{}", started.body);
    let url = started.header("location");
    let callback = app.sandbox.consent(url, "omar", None).await.unwrap();
    let ended = browser.navigate(&callback).await;
    assert!(ended.status < 400, "{}", ended.body);
    if again.starts_with("/auth/") {
        assert!(
            ended.header("location").starts_with(RETURN),
            "{}",
            ended.header("location")
        );
        let state = parameter(ended.header("location"), "state");
        assert_eq!(state.as_deref(), Some("a b&c"));
    }
}

#[tokio::test]
async fn a_login_that_a_key_began_is_not_started_again_by_a_browser() {
    let app = TestApp::start().await;
    let scopes = [integration_backend::model::api_key::KeyScope::Write];
    let key = app.api_key("service", "default", &scopes).await;
    let browser = app.browser();
    let headers = [("authorization", key.as_str())];
    let started = browser.get_with("/auth/jira/login", &headers).await.json();
    let url = started["url"].as_str().unwrap();
    let callback = app.sandbox.consent(url, "omar", None).await.unwrap();
    browser.forget_cookies();
    assert_eq!(link(&browser.navigate(&callback).await), "/login");
}

#[rstest]
#[case("https://evil.example", false)]
#[case("https://auth.atlassian.com", false)]
#[case("", false)]
#[case("{sandbox}", true)]
#[case("{sandbox}/", true)]
#[tokio::test]
async fn an_issuer_that_is_named_must_be_atlassian(#[case] issuer: &str, #[case] is_good: bool) {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    app.sandbox.clear_journal();
    let issuer = issuer.replace("{sandbox}", &app.sandbox.base_url());
    let mut with_issuer = url::Url::parse(&callback).unwrap();
    with_issuer.query_pairs_mut().append_pair("iss", &issuer);
    let answer = browser.get(with_issuer.as_str()).await;
    if is_good {
        assert_eq!(answer.status, 303, "{}", answer.body);
        return;
    }
    answer.assert_invalid(&["iss"], &issuer);
    app.assert_nothing_sent();
    assert_eq!(
        browser.get(&callback).await.status,
        303,
        "Atlassian's own still counts"
    );
}

#[tokio::test]
async fn no_redirect_of_a_login_tells_the_next_page_where_it_comes_from() {
    let app = TestApp::start().await;
    for start in [
        "/auth/jira/login?redirect=true&state=mine",
        "/api/v1/auth/atlassian/login?state=mine",
        "/api/oauth/atlassian/login?state=mine",
    ] {
        let browser = app.browser();
        let started = browser.get(start).await;
        assert_eq!(started.header("referrer-policy"), "no-referrer", "{start}");
        let url = started.header("location");
        let callback = app.sandbox.consent(url, "omar", None).await.unwrap();
        let ended = browser.get(&callback).await;
        assert_eq!(ended.header("referrer-policy"), "no-referrer", "{callback}");
    }
    let elsewhere = app.browser().at("127.0.0.1:3001");
    let moved = elsewhere.navigate("/auth/jira/login?state=mine").await;
    assert_eq!(moved.status, 307);
    assert_eq!(moved.header("referrer-policy"), "no-referrer");
}
