//! What clients and operators of S0, the unified interface, were promised, as far as no other test asserts it.

use std::collections::HashMap;

use integration_backend::config;
use serde_json::json;

use crate::support::TestApp;
use crate::support::app::ORIGIN;
use crate::support::files;
use crate::support::installation::Installation;

/// The port that these settings lead to.
fn port(settings: &[(&str, &str)]) -> u16 {
    let settings: HashMap<&str, &str> = settings.iter().copied().collect();
    let settings = config::load(
        &|name| settings.get(name).map(|value| (*value).to_owned()),
        None,
    );
    settings.unwrap().listener.port
}

#[test]
fn the_port_is_3001_or_app_port_and_a_platforms_port_wins() {
    assert_eq!(port(&[]), 3001);
    assert_eq!(port(&[("APP_PORT", "3010")]), 3010);
    assert_eq!(port(&[("APP_PORT", "3010"), ("PORT", "8080")]), 8080);
}

/// The image's own environment wins over nothing that an earlier system's `.env` says about the port.
#[test]
fn the_image_asks_ready_and_leaves_the_port_to_the_settings() {
    let image = files::text("Dockerfile").replace("\\\n", " ");
    let (_, served) = image.rsplit_once("\nFROM ").unwrap();
    let check = served.lines().find(|line| line.starts_with("HEALTHCHECK "));
    assert!(
        check
            .unwrap()
            .contains(r#"["integration-backend", "probe", "ready"]"#)
    );
    let environment: Vec<&str> = served
        .lines()
        .filter_map(|line| line.strip_prefix("ENV "))
        .flat_map(str::split_whitespace)
        .collect();
    assert!(environment.contains(&"HOST=0.0.0.0"), "{environment:?}");
    let port = |setting: &&str| setting.split('=').next().unwrap().ends_with("PORT");
    assert!(!environment.iter().any(port), "{environment:?}");
    assert!(served.contains("\nEXPOSE 3001\n"));
}

#[tokio::test]
async fn the_health_check_of_a_container_finds_the_service_at_app_port() {
    let installation = Installation::new().await;
    let at_app_port = |arguments: &[&str]| {
        let mut command = installation.command(arguments);
        command
            .env_remove("PORT")
            .env("APP_PORT", installation.port.to_string());
        command
    };
    let process = installation.start_command(at_app_port(&[])).await;
    let asked = installation.outcome(at_app_port(&["probe", "ready"])).await;
    assert_eq!(asked, (Some(0), String::new()));
    process.stop().await;
}

#[tokio::test]
async fn a_person_visits_the_login_consents_and_is_shown_that_it_worked() {
    let callback = format!("{ORIGIN}/api/v1/auth/atlassian/callback");
    let app = TestApp::start_with(&[("ATLASSIAN_REDIRECT_URI", &callback)]).await;
    let browser = app.browser();
    let start = browser.navigate("/api/v1/auth/atlassian/login").await;
    assert_eq!(start.status, 302);
    let consent = start.header("location");
    assert!(consent.starts_with(&format!("{}/authorize?", app.sandbox.base_url())));
    let back = app.sandbox.consent(consent, "omar", None).await.unwrap();
    assert!(back.starts_with(&format!("{callback}?")), "{back}");
    let page = browser.navigate(&back).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.header("content-type").starts_with("text/html"));
    let status = browser.get("/api/v1/auth/status").await.json();
    assert_eq!(status["authenticated"], true);
    assert_eq!(status["user"]["display_name"], "Omar Haddad");
    let ping = browser.get("/api/v1/integrations/jira/ping").await.json();
    assert_eq!(
        (&ping["service"], &ping["connected"], &ping["reachable"]),
        (&json!("jira"), &json!(true), &json!(true))
    );
}

#[tokio::test]
async fn a_callback_without_a_good_state_is_an_error_page_or_json_as_it_is_asked() {
    let app = TestApp::start().await;
    let page = app
        .browser()
        .navigate("/api/v1/auth/atlassian/callback?code=x&state=y")
        .await;
    assert_eq!(page.status, 422);
    assert!(page.header("content-type").starts_with("text/html"));
    let asked = "/api/v1/auth/atlassian/callback?code=x&state=y&format=json";
    let json = app.browser().get(asked).await;
    assert_eq!(
        (json.status, json.error_code().as_str()),
        (422, "VALIDATION")
    );
    app.assert_nothing_sent();
}
