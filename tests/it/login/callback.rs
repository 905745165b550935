//! The callback: what it checks, in which order, before anything is sent to Atlassian.

use std::collections::BTreeSet;
use std::time::Duration;

use atlassian_sandbox::FaultAction;
use integration_backend::http::CALLBACK_PATHS;
use url::Url;

use crate::support::app::ORIGIN;
use crate::support::faults::{answering_text, on_api};
use crate::support::{Answer, Browser, TestApp, parameter};

/// Asserts a refusal, to a program and to a person, before anything was sent to Atlassian.
async fn assert_refused(app: &TestApp, browser: &Browser, callback: &str, words: &str) {
    let answer = browser.get(callback).await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (422, "VALIDATION".into())
    );
    assert_eq!(answer.json()["details"]["fields"][0], "state");
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains(words), "{message}");
    let page = browser.navigate(callback).await;
    assert_eq!(page.status, 422);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.body.contains("Start again"), "{}", page.body);
    // Where nothing is known of the login, on the page for logins, else by the same start.
    let starts = ["href=\"/login\"", "href=\"/auth/jira/login?redirect=true\""];
    let start = starts.iter().find(|start| page.body.contains(**start));
    assert!(start.is_some(), "{}", page.body);
    assert_eq!(browser.cookie("ib_session"), None);
    app.assert_nothing_sent();
}

fn broken() -> FaultAction {
    answering_text(500, "{}")
}

#[test]
fn the_sandbox_lets_logins_return_to_every_callback_path_and_to_no_other() {
    let ours: BTreeSet<&str> = CALLBACK_PATHS.iter().copied().collect();
    assert_eq!(ours.len(), CALLBACK_PATHS.len());
    assert_eq!(ours, BTreeSet::from(atlassian_sandbox::CALLBACK_PATHS));
}

#[tokio::test]
async fn a_callback_without_a_state_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.authorize_url(&browser, "/auth/jira/login").await;
    assert_refused(
        &app,
        &browser,
        "/auth/jira/callback?code=x",
        "state is missing",
    )
    .await;
    assert_refused(
        &app,
        &browser,
        "/auth/jira/callback?code=x&state=",
        "state is missing",
    )
    .await;
    assert_refused(
        &app,
        &browser,
        "/auth/jira/callback?error=access_denied",
        "state is missing",
    )
    .await;
}

#[tokio::test]
async fn a_callback_without_the_cookie_is_refused_and_hints_at_credentials_include() {
    let app = TestApp::start().await;
    let callback = app
        .callback_url(&app.browser(), "/auth/jira/login", "omar")
        .await;
    assert_refused(&app, &app.browser(), &callback, "credentials: \"include\"").await;
}

#[tokio::test]
async fn a_cookie_that_we_did_not_sign_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let cookie = browser.cookie("jira_oauth_state").unwrap();
    let (list, signature) = cookie.split_once('~').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    for forged in [
        String::from("x"),
        list.to_owned(),
        format!("{list}~"),
        format!("{list}.x~{signature}"),
        format!("{list}~{flipped}{}", &signature[1..]),
    ] {
        browser.set_cookie("jira_oauth_state", &forged);
        assert_refused(&app, &browser, &callback, "no valid signature").await;
    }
    browser.forget_cookies();
    // A genuine list under another provider's name is not genuine.
    browser.set_cookie("confluence_oauth_state", &cookie);
    assert_refused(&app, &browser, &callback, "no valid signature").await;
}

#[tokio::test]
async fn a_callback_planted_on_another_person_is_refused_and_can_still_be_finished_by_its_own_browser()
 {
    let app = TestApp::start().await;
    let (attacker, victim) = (app.browser(), app.browser());
    let planted = app
        .callback_url(&attacker, "/auth/jira/login", "omar")
        .await;
    app.authorize_url(&victim, "/auth/jira/login").await;
    assert_refused(&app, &victim, &planted, "not started here").await;
    assert_eq!(attacker.get(&planted).await.status, 303);
}

#[tokio::test]
async fn a_state_that_never_was_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.authorize_url(&browser, "/auth/jira/login").await;
    let callback = "/auth/jira/callback?code=x&state=made-up";
    assert_refused(&app, &browser, callback, "not started here").await;
}

#[tokio::test]
async fn a_callback_works_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let cookie = browser.cookie("jira_oauth_state").unwrap();
    assert_eq!(browser.get(&callback).await.status, 303);
    assert_eq!(
        browser.cookie("jira_oauth_state"),
        None,
        "the list is empty now"
    );
    app.sandbox.clear_journal();
    let thief = app.browser();
    thief.set_cookie("jira_oauth_state", &cookie);
    assert_refused(&app, &thief, &callback, "finished already").await;
}

#[tokio::test]
async fn a_login_must_be_finished_within_ten_minutes() {
    let app = TestApp::start().await;
    let (in_time, late) = (app.browser(), app.browser());
    let callback = app.callback_url(&in_time, "/auth/jira/login", "omar").await;
    let too_late = app.callback_url(&late, "/auth/jira/login", "mia").await;
    app.clock.advance(Duration::from_secs(599));
    assert_eq!(in_time.get(&callback).await.status, 303);
    app.sandbox.clear_journal();
    app.clock.advance(Duration::from_secs(1));
    assert_refused(&app, &late, &too_late, "ten minutes").await;
}

#[tokio::test]
async fn a_callback_without_a_code_is_400_and_the_flow_is_used_up() {
    let app = TestApp::start().await;
    for code in ["", "&code="] {
        let browser = app.browser();
        let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
        let state = parameter(&callback, "state").unwrap();
        let cookie = browser.cookie("jira_oauth_state").unwrap();
        let answer = browser
            .get(&format!("/auth/jira/callback?state={state}{code}"))
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (400, "VALIDATION".into())
        );
        browser.set_cookie("jira_oauth_state", &cookie);
        assert_refused(&app, &browser, &callback, "finished already").await;
    }
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let state = parameter(&url, "state").unwrap();
    let page = browser
        .navigate(&format!("/auth/jira/callback?state={state}"))
        .await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("Start again"));
}

#[tokio::test]
async fn a_flow_is_used_up_even_when_the_exchange_failed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let cookie = browser.cookie("jira_oauth_state").unwrap();
    app.sandbox.fault(on_api("/oauth/token", broken(), Some(1)));
    let failed = browser.get(&callback).await;
    assert_eq!(
        parameter(failed.header("location"), "error").as_deref(),
        Some("temporarily_unavailable")
    );
    app.sandbox.clear_journal();
    browser.set_cookie("jira_oauth_state", &cookie);
    assert_refused(&app, &browser, &callback, "finished already").await;
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn five_tabs_can_log_in_side_by_side_and_a_sixth_drops_the_oldest() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut tabs = Vec::new();
    for _ in 0..6 {
        tabs.push(app.callback_url(&browser, "/auth/jira/login", "omar").await);
    }
    let oldest = browser.get(&tabs[0]).await;
    assert_eq!(oldest.status, 422, "{}", oldest.body);
    for tab in &tabs[1..] {
        let answer = browser.get(tab).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(answer.header("location").contains("connected=jira"));
    }
}

#[tokio::test]
async fn logins_of_different_providers_do_not_push_each_other_out() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let first = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    for _ in 0..5 {
        app.callback_url(&browser, "/auth/confluence/login", "omar")
            .await;
    }
    assert_eq!(browser.get(&first).await.status, 303);
}

#[tokio::test]
async fn any_callback_path_finishes_any_start() {
    let app = TestApp::start().await;
    let starts = [
        ("/auth/jira/login", 303),
        ("/auth/confluence/login", 303),
        ("/auth/atlassian/login", 303),
        ("/auth/jira/oauth/start", 200),
        ("/auth/confluence/oauth/start", 200),
        ("/api/v1/auth/atlassian/login", 200),
        ("/api/oauth/atlassian/login", 303),
    ];
    for path in CALLBACK_PATHS {
        for (start, expected) in starts {
            let browser = app.browser();
            let callback = app.callback_url(&browser, start, "omar").await;
            let mut callback = Url::parse(&callback).unwrap();
            callback.set_path(path);
            let answer = browser.get(callback.as_str()).await;
            assert_eq!(
                answer.status, expected,
                "{start} -> {path}: {}",
                answer.body
            );
            assert!(browser.cookie("ib_session").is_some(), "{start} -> {path}");
        }
    }
}

#[tokio::test]
async fn one_registered_redirect_uri_serves_every_start() {
    let registered = format!("{ORIGIN}/api/oauth/callback/atlassian");
    let app = TestApp::start_with(&[("ATLASSIAN_REDIRECT_URI", &registered)]).await;
    for start in [
        "/auth/jira/login",
        "/auth/confluence/oauth/start",
        "/api/v1/auth/atlassian/login",
    ] {
        let browser = app.browser();
        let callback = app.callback_url(&browser, start, "omar").await;
        assert!(callback.starts_with(&registered), "{callback}");
        assert!(browser.get(&callback).await.status < 400);
        assert!(browser.cookie("ib_session").is_some());
    }
}

#[tokio::test]
async fn of_two_callbacks_at_once_on_two_processes_one_wins() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let cookie = browser.cookie("jira_oauth_state").unwrap();
    let other_process = app.another_process().await;
    let twin = Browser::new(other_process.router());
    twin.set_cookie("jira_oauth_state", &cookie);
    let (one, other): (Answer, Answer) = tokio::join!(browser.get(&callback), twin.get(&callback));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(app.sandbox.token_calls(), 1);
}

#[tokio::test]
async fn a_login_can_start_on_one_process_and_end_on_another() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let elsewhere = Browser::new(app.another_process().await.router());
    elsewhere.set_cookie(
        "jira_oauth_state",
        &browser.cookie("jira_oauth_state").unwrap(),
    );
    assert_eq!(elsewhere.get(&callback).await.status, 303);
    browser.set_cookie("ib_session", &elsewhere.cookie("ib_session").unwrap());
    assert_eq!(
        browser.get("/auth/session").await.json()["authenticated"],
        true
    );
}

#[tokio::test]
async fn an_exchange_goes_on_when_the_browser_goes_away() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let slow = FaultAction::Delay(Duration::from_millis(500));
    app.sandbox.fault(on_api("/oauth/token", slow, None));
    let gone = tokio::time::timeout(Duration::from_millis(150), browser.get(&callback)).await;
    assert!(gone.is_err(), "the browser left before the answer");
    for _ in 0..100 {
        if app.rows("connections").await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the login was lost with the browser");
}

#[tokio::test]
async fn a_hiccup_of_atlassian_does_not_cost_the_person_another_consent() {
    let app = TestApp::start().await;
    app.sandbox.fault(on_api("/me", broken(), Some(1)));
    app.sandbox.fault(on_api(
        "/oauth/token/accessible-resources",
        broken(),
        Some(1),
    ));
    let answer = app
        .complete(&app.browser(), "/auth/jira/login", "omar")
        .await;
    assert!(
        answer.header("location").contains("connected=jira"),
        "{}",
        answer.header("location")
    );
}

#[tokio::test]
async fn the_code_is_exchanged_with_the_verifier_the_secret_and_the_redirect_uri_of_the_start() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    browser.get(&callback).await;
    let call = &app.sandbox.journal()[0];
    assert_eq!(
        (call.method.as_str(), call.path.as_str()),
        ("POST", "/oauth/token")
    );
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(call.header("cookie"), None);
    let body: serde_json::Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!(body["grant_type"], "authorization_code");
    assert_eq!(body["client_id"], "sandbox-client");
    assert_eq!(body["client_secret"], "sandbox-secret");
    assert_eq!(body["redirect_uri"], format!("{ORIGIN}/auth/jira/callback"));
    assert_eq!(body["code"], parameter(&callback, "code").unwrap());
    assert!(
        body["code_verifier"].as_str().unwrap().len() >= 43,
        "RFC 7636 §4.1"
    );
    assert_eq!(body.as_object().unwrap().len(), 6);
}
