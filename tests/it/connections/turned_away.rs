//! Connections whose login is good and whose site yet answers nothing: they say so, and go green by themselves.

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::connections::fixture::{choose, connection};
use crate::connections::refused::attach;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::faults::{answering, answering_text, on_api};
use crate::support::journey::{ACME, GLOBEX};
use crate::support::{Browser, TestApp};

const PAGE: &str = "<!DOCTYPE html><html><body>Access denied</body></html>";
const SIGN_IN: &str = "<html><head><title>Sign in</title></head></html>";
const OF_JIRA: &str = "/connectors/jira/projects";
const OF_CONFLUENCE: &str = "/connectors/confluence/spaces";

/// The gateway's own words for a site that is gone, or that was taken out of the consent.
fn gone() -> FaultAction {
    let body = json!({"status": 404, "error": "Not Found", "message": "No message available"});
    answering(404, &body)
}

/// What a site with an IP allow list says to everybody else.
fn not_listed() -> FaultAction {
    let words = "The IP address has been rejected because it is not on the allowed list. See your admin for more information.";
    answering(403, &json!({"errorMessages": [words], "errors": {}}))
}

/// What single sign-on says to whoever it does not know.
fn led_elsewhere() -> FaultAction {
    FaultAction::Status {
        status: 302,
        headers: vec![(
            String::from("location"),
            String::from("https://sso.example.com/login"),
        )],
        body: String::new(),
    }
}

/// What Confluence says to an account without access to it.
fn no_access() -> FaultAction {
    let message = "Request rejected because Current user not permitted to use Confluence";
    answering(403, &json!({"statusCode": 403, "message": message}))
}

fn list_of(product: &str) -> &'static str {
    if product == "jira" {
        OF_JIRA
    } else {
        OF_CONFLUENCE
    }
}

/// The words up to the first sign that HTML writes otherwise.
fn words_of(words: &str) -> &str {
    words.split('\'').next().unwrap()
}

async fn ping(browser: &Browser, product: &str) -> Value {
    let path = format!("/api/v1/integrations/{product}/ping");
    browser.read(&path).await["reachable"].clone()
}

/// Everything that shows how a connection is says that the site turns calls away, in these words.
async fn says_so(browser: &Browser, product: &str, words: &str) {
    let seen = connection(browser, product).await;
    assert_eq!(seen["status"], "error", "{seen}");
    let told = seen["error"].as_str().unwrap_or_default();
    assert!(told.contains(words), "{seen}");
    let connectors = browser.read("/connectors").await;
    let listed = connectors.as_array().unwrap().iter();
    let listed = listed.clone().find(|one| one["id"] == product).unwrap();
    assert_eq!(
        (&listed["status"], &listed["last_error"]),
        (&json!("error"), &json!(told))
    );
    assert_eq!(ping(browser, product).await, false);
    for page in ["/connected", "/dashboard/token"] {
        let shown = browser.get(page).await.body;
        assert!(shown.contains("Turned away"), "{page}: {shown}");
        assert!(shown.contains(words_of(words)), "{page}: {shown}");
    }
    if product == "jira" {
        let token = browser.read("/api/auth/oauth/token/status").await;
        assert_eq!(token["status"], "error");
        let message = token["message"].as_str().unwrap();
        assert!(
            message.to_lowercase().contains(&words.to_lowercase()),
            "{token}"
        );
    }
}

async fn is_green(browser: &Browser, product: &str) {
    let seen = connection(browser, product).await;
    assert_eq!(
        (&seen["status"], &seen["error"], &seen["connected"]),
        (&json!("active"), &Value::Null, &json!(true))
    );
    assert_eq!(ping(browser, product).await, true);
    let shown = browser.get("/connected").await.body;
    assert!(shown.contains("Ready to use"), "{shown}");
    if product == "jira" {
        let token = browser.read("/api/auth/oauth/token/status").await;
        assert_eq!(token["status"], "active");
    }
}

#[rstest]
#[case::gone(gone(), 404, "choose another site, or log in again")]
#[case::gone_with_a_page(answering_text(404, PAGE), 404, "choose another site, or log in again")]
#[case::page(answering_text(403, PAGE), 403, "perhaps an IP allow list")]
#[case::not_listed(not_listed(), 403, "is not on the site's IP allow list")]
#[case::no_access(no_access(), 403, "allows this account nothing")]
#[case::login_page(
    answering_text(200, SIGN_IN),
    502,
    "perhaps a login page of your company"
)]
#[case::login_elsewhere(led_elsewhere(), 502, "perhaps a login page of your company")]
#[case::proxy_login(answering_text(407, PAGE), 502, "asks for a login of its own")]
#[tokio::test]
async fn a_site_that_answers_nothing_shows_everywhere_and_goes_green_with_its_first_answer(
    #[case] action: FaultAction,
    #[case] status: u16,
    #[case] words: &str,
    #[values("jira", "confluence")] product: &str,
    #[values("oauth", "api_token")] means: &str,
) {
    let app = TestApp::start().await;
    let browser = if means == "oauth" {
        app.logged_in("mia").await
    } else {
        let browser = app.browser();
        attach(&browser, product).await;
        browser
    };
    is_green(&browser, product).await;
    let calls = app.sandbox.token_calls();
    let words = match words {
        // At its own address a site says that otherwise.
        "choose another site, or log in again" if means == "api_token" => {
            "there is no such thing here"
        }
        words => words,
    };
    for path in ["/rest/api/3/", "/wiki/"] {
        app.sandbox.fault(on_api(path, action.clone(), None));
    }
    assert_eq!(browser.get(list_of(product)).await.status, status);
    says_so(&browser, product, words).await;
    // It is asked again, and again refused.
    assert_eq!(browser.get(list_of(product)).await.status, status);
    says_so(&browser, product, words).await;
    app.sandbox.clear_faults();
    assert_eq!(browser.get(list_of(product)).await.status, 200);
    is_green(&browser, product).await;
    assert_eq!(app.sandbox.token_calls(), calls, "the login is as it was");
}

#[rstest]
#[case::gone(gone(), 404)]
#[case::page(answering_text(403, PAGE), 403)]
#[case::no_access(no_access(), 403)]
#[case::forbidden(answering(403, &json!({"errorMessages": ["You do not have the permission to see the specified issue."], "errors": {}})), 403)]
#[tokio::test]
async fn one_call_that_is_refused_among_good_ones_is_no_failure_of_the_site(
    #[case] action: FaultAction,
    #[case] status: u16,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(on_api("/issue/WEB-1", action, None));
    app.sandbox.clear_journal();
    for _ in 0..3 {
        let answer = browser.get("/connectors/jira/issues/WEB-1").await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    is_green(&browser, "jira").await;
    if status == 403 {
        assert!(app.upstream("/myself") <= 3);
    }
}

#[tokio::test]
async fn what_is_forbidden_again_and_again_is_asked_after_once() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let refusal = answering(403, &json!({"errorMessages": ["No."], "errors": {}}));
    app.sandbox.fault(on_api("/issue/WEB-1", refusal, None));
    app.sandbox.clear_journal();
    for _ in 0..5 {
        browser.get("/connectors/jira/issues/WEB-1").await;
    }
    assert_eq!(app.upstream("/myself"), 1);
}

#[tokio::test]
async fn another_site_or_a_new_login_begins_anew() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let turned_away = async || {
        app.sandbox.fault(on_api(ACME, gone(), None));
        assert_eq!(browser.get(OF_JIRA).await.status, 404);
        assert_eq!(connection(&browser, "jira").await["status"], "error");
        assert_eq!(connection(&browser, "confluence").await["status"], "active");
    };
    turned_away().await;
    choose(&browser, "jira", json!({"cloud_id": GLOBEX})).await;
    is_green(&browser, "jira").await;
    choose(&browser, "jira", json!({"cloud_id": ACME})).await;
    turned_away().await;
    app.sandbox.clear_faults();
    app.complete(&browser, "/auth/jira/login?site=acme", "mia")
        .await;
    let seen = connection(&browser, "jira").await;
    assert_eq!(
        (&seen["status"], &seen["error"]),
        (&json!("active"), &Value::Null)
    );
}

#[tokio::test]
async fn the_other_site_of_an_address_says_nothing_about_the_connections_own() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let reached = "/connectors/jira/issues/https%3A%2F%2Fglobex.atlassian.net%2Fbrowse%2FGEN-1";
    assert_eq!(browser.get(reached).await.status, 200);
    app.sandbox.fault(on_api(GLOBEX, gone(), None));
    assert_eq!(browser.get(reached).await.status, 404);
    is_green(&browser, "jira").await;
    app.sandbox.clear_faults();
    app.sandbox.fault(on_api(ACME, gone(), None));
    assert_eq!(browser.get(OF_JIRA).await.status, 404);
    assert_eq!(browser.get(reached).await.status, 200);
    assert_eq!(connection(&browser, "jira").await["status"], "error");
}

#[tokio::test]
async fn every_process_says_so_and_the_history_keeps_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let other = app.another_process().await;
    let there = elsewhere(&other, &browser);
    app.sandbox.fault(on_api("/ex/", gone(), None));
    assert_eq!(browser.get(OF_JIRA).await.status, 404);
    assert_eq!(connection(&there, "jira").await["status"], "error");
    app.sandbox.clear_faults();
    assert_eq!(there.get(OF_JIRA).await.status, 200);
    assert_eq!(connection(&browser, "jira").await["status"], "active");
    let events = browser.read("/api/auth/oauth/token/events").await;
    let told: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        told[told.len() - 2..],
        [
            "Jira turns all calls away though the login is good; the connection says why.",
            "Jira answers calls again."
        ]
    );
}

#[rstest]
#[tokio::test]
async fn a_site_that_changes_its_mind_again_and_again_is_written_down_once_an_hour(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let told = async || {
        let events = browser.read("/api/auth/oauth/token/events").await;
        let events = events.as_array().unwrap().iter();
        let about = events.filter(|event| {
            let message = event["message"].as_str().unwrap();
            message.starts_with("Jira turns all calls away") || message.starts_with("Jira answers")
        });
        about.count()
    };
    for (round, expected) in [(0, 2), (1, 2), (2, 2), (61, 4)] {
        app.advance(std::time::Duration::from_mins(round));
        app.sandbox.fault(on_api("/ex/", gone(), None));
        assert_eq!(browser.get(OF_JIRA).await.status, 404);
        app.sandbox.clear_faults();
        assert_eq!(browser.get(OF_JIRA).await.status, 200);
        assert_eq!(told().await, expected, "after {round} minutes");
    }
}
