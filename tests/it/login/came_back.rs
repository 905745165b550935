//! People who go back to Atlassian's page after a login was declined or finished, and answer it once more.

use std::time::Duration;

use atlassian_sandbox::FaultAction;

use crate::support::app::FRONTEND;
use crate::support::faults::on_api;
use crate::support::journey::parameter;
use crate::support::{Browser, TestApp};

async fn who(browser: &Browser) -> String {
    let session = browser.read("/auth/session").await;
    session["user"]["display_name"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn another_choice_after_a_finished_login_is_not_said_to_be_taken_over() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = "/auth/atlassian/login?return_url=/connected";
    let url = app.authorize_url(&browser, start).await;
    let first = app.sandbox.consent(&url, "mia", None).await.unwrap();
    assert_eq!(browser.get(&first).await.status, 303);
    let mia = who(&browser).await;
    let second = app.sandbox.consent(&url, "omar", None).await.unwrap();
    assert_ne!(parameter(&first, "code"), parameter(&second, "code"));
    let page = browser.navigate(&second).await.body;
    for words in [
        format!("you are logged in as {mia}."),
        String::from("that was not taken over: start again to change it"),
        String::from("Start again"),
        String::from("Go on"),
    ] {
        assert!(page.contains(&words), "{words}: {page}");
    }
    assert_eq!(who(&browser).await, mia);
}

#[tokio::test]
async fn who_declines_and_then_accepts_is_told_so_in_words_for_people() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let accepted = app.sandbox.consent(&url, "mia", None).await.unwrap();
    let state = parameter(&accepted, "state").unwrap();
    let declined = format!("/auth/jira/callback?error=access_denied&state={state}");
    browser.navigate(&declined).await;
    app.sandbox.clear_journal();
    let page = browser.navigate(&accepted).await.body;
    assert!(
        page.contains("it was declined, finished or broken off before"),
        "{page}"
    );
    assert!(
        !page.contains("fetch") && page.contains("Start again"),
        "{page}"
    );
    app.assert_nothing_sent();
}

/// Atlassian takes this long for the tokens.
fn slow(app: &TestApp, millis: u64) {
    let slow = FaultAction::Delay(Duration::from_millis(millis));
    app.sandbox.fault(on_api("/oauth/token", slow, Some(1)));
}

#[tokio::test]
async fn a_reload_while_the_login_is_finished_gets_its_end() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = "/auth/atlassian/login?return_url=/connected";
    let callback = app.callback_url(&browser, start, "mia").await;
    slow(&app, 600);
    // The browser hangs up on its first request, and its second one comes while the first is at work.
    let first = tokio::time::timeout(Duration::from_millis(200), browser.navigate(&callback));
    assert!(first.await.is_err());
    let again = browser.navigate(&callback).await;
    assert_eq!(again.status, 303, "{}", again.body);
    assert_eq!(who(&browser).await, "Mia Krystof");
    assert_eq!(app.sandbox.token_calls(), 1);
    // The end was told: a login ends once.
    let page = browser.navigate(&callback).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("You are logged in"), "{}", page.body);
}

#[tokio::test]
async fn an_end_that_nobody_heard_of_is_told_to_the_browser_that_asks_for_it() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    let cookie = browser.cookie("jira_oauth_state").unwrap();
    slow(&app, 300);
    let first = tokio::time::timeout(Duration::from_millis(100), browser.navigate(&callback));
    assert!(first.await.is_err());
    crate::support::waiting::until("the login is stored", async || {
        app.rows("sessions").await == 1
    })
    .await;
    // Neither another code nor a program gets it, nor a browser without the cookie.
    let other_code = format!("{callback}x");
    assert_eq!(browser.navigate(&other_code).await.status, 422);
    assert_eq!(browser.get(&callback).await.status, 422);
    assert_eq!(app.browser().navigate(&callback).await.status, 422);
    assert_eq!(browser.navigate(&callback).await.status, 303);
    assert_eq!(who(&browser).await, "Omar Haddad");
    let thief = app.browser();
    thief.set_cookie("jira_oauth_state", &cookie);
    assert_eq!(thief.navigate(&callback).await.status, 422);
    assert_eq!(thief.cookie("ib_session"), None);
}

#[tokio::test]
async fn of_several_loads_at_once_every_one_leads_on() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app.callback_url(&browser, "/auth/jira/login", "omar").await;
    slow(&app, 300);
    let loads = [(); 4].map(|()| browser.navigate(&callback));
    let answers = futures_util::future::join_all(loads).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [303; 4]);
    assert_eq!(app.sandbox.token_calls(), 1);
    assert_eq!(app.rows("sessions").await, 1);
}

const REFUSED: &str = "error=unauthorized_client&error_description=Your+site+admin+must+authorize+this+app+(eyJhbGciOiJIUzI1NiJ9.x.y)";
const TOLD: &str = "Your site admin must authorize this app";

#[tokio::test]
async fn what_atlassian_says_of_a_refusal_is_told() {
    let app = TestApp::start().await;
    for (start, status) in [
        ("/auth/atlassian/login", 502),
        ("/api/v1/auth/atlassian/login", 502),
        ("/api/v1/auth/atlassian/login?format=json", 502),
    ] {
        let browser = app.browser();
        let url = app.authorize_url(&browser, start).await;
        let state = parameter(&url, "state").unwrap();
        let refused = format!("/auth/atlassian/callback?{REFUSED}&state={state}");
        let answer = browser.navigate(&refused).await;
        assert_eq!(answer.status, status, "{start}: {}", answer.body);
        assert!(answer.body.contains(TOLD), "{start}: {}", answer.body);
        assert!(!answer.body.contains("eyJ"), "{start}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_frontend_gets_atlassians_words_and_a_declined_login_needs_none() {
    let app = TestApp::start_with(&[("APP_FRONTEND_URL", FRONTEND)]).await;
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let state = parameter(&url, "state").unwrap();
    let refused = format!("/auth/jira/callback?{REFUSED}&state={state}");
    let answer = browser.navigate(&refused).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let location = answer.header("location");
    let told = parameter(location, "error_description").unwrap();
    assert!(told.starts_with(TOLD) && !told.contains("eyJ"), "{told}");
    assert_eq!(
        parameter(location, "error").as_deref(),
        Some("server_misconfigured")
    );
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let state = parameter(&url, "state").unwrap();
    let declined = format!(
        "/auth/jira/callback?error=access_denied&error_description=No+thanks&state={state}"
    );
    let answer = browser.navigate(&declined).await;
    assert_eq!(answer.status, 303);
    assert_eq!(
        parameter(answer.header("location"), "error_description"),
        None
    );
}

#[tokio::test]
async fn a_login_that_takes_a_connection_to_another_site_says_so() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = async |site: &str| {
        let url = app.authorize_url(&browser, "/auth/atlassian/login").await;
        let callback = app
            .sandbox
            .consent(&url, "mia", Some(&[site]))
            .await
            .unwrap();
        let answer = browser.get(&callback).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").to_owned()
    };
    let first = login("acme.atlassian.net").await;
    assert_eq!(parameter(&first, "site"), None, "{first}");
    let second = login("globex.atlassian.net").await;
    assert_eq!(parameter(&second, "site").as_deref(), Some("changed"));
    let page = browser.navigate(&second).await.body;
    assert!(
        page.contains("reaches another site than the one before"),
        "{page}"
    );
    let third = login("globex.atlassian.net").await;
    assert_eq!(parameter(&third, "site"), None, "{third}");
}
