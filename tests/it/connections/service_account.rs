//! The account for Jira in the settings: whose connection it becomes, when it is checked, when it goes.

use atlassian_sandbox::FaultAction;
use integration_backend::app::App;
use integration_backend::model::api_key::KeyScope;
use integration_backend::service::authorization::service_account::Settled;
use integration_backend::service::error::ServiceError;
use rstest::rstest;
use serde_json::json;

use crate::support::app::api_key;
use crate::support::faults::{answering_text, on_api};
use crate::support::installation::Installation;
use crate::support::{Answer, Browser, TestApp};

const SETTINGS: [(&str, &str); 3] = [
    ("JIRA_URL", "https://acme.atlassian.net/"),
    ("JIRA_USERNAME", "mia@example.com"),
    ("JIRA_API_TOKEN", "classic-token-mia"),
];
const PROJECTS: &str = "/connectors/jira/projects?limit=1";
const CONNECTION: &str = "/connectors/jira/connection";

async fn settle(app: &App) -> Result<Settled, ServiceError> {
    app.services().authorization.settle_service_account().await
}

/// Asks with a key that acts as `owner`.
async fn ask_as(app: &App, owner: &str, path: &str) -> Answer {
    let bearer = api_key(app, owner, "default", &[KeyScope::Read]).await;
    let browser = Browser::new(app.router());
    browser
        .get_with(path, &[("authorization", bearer.as_str())])
        .await
}

#[rstest]
#[case("classic-token-mia")]
#[case("scoped-token-mia")]
#[tokio::test]
async fn its_connection_is_reached_by_keys_of_the_service_and_by_no_session(#[case] token: &str) {
    let mut settings = SETTINGS.to_vec();
    settings[2].1 = token;
    let app = TestApp::start_with(&settings).await;
    assert_eq!(settle(&app.app).await.unwrap(), Settled::Connected);
    let projects = ask_as(&app.app, "service", PROJECTS).await;
    assert_eq!(projects.status, 200, "{}", projects.body);
    let connection = ask_as(&app.app, "service", CONNECTION).await.json();
    assert_eq!(connection["auth_method"], "api_token");
    assert_eq!(connection["account"]["display_name"], "Mia Krystof");
    let omar = app.logged_in_by("/auth/confluence/login", "omar").await;
    assert_eq!(omar.get(PROJECTS).await.status, 409);
    assert_eq!(app.browser().get(PROJECTS).await.status, 401);
    assert_eq!(ask_as(&app.app, "local", PROJECTS).await.status, 409);
}

#[tokio::test]
async fn in_open_mode_it_is_the_connection_of_this_machine() {
    let mut settings = SETTINGS.to_vec();
    settings.push(("AUTH_MODE", "open"));
    let app = TestApp::start_with(&settings).await;
    assert_eq!(settle(&app.app).await.unwrap(), Settled::Connected);
    assert_eq!(app.browser().get(PROJECTS).await.status, 200);
}

#[tokio::test]
async fn an_unchanged_account_costs_no_call_and_a_changed_one_is_checked_again() {
    let app = TestApp::start_with(&SETTINGS).await;
    settle(&app.app).await.unwrap();
    app.sandbox.clear_journal();
    let restarted = app.another_process().await;
    assert_eq!(settle(&restarted).await.unwrap(), Settled::Unchanged);
    app.assert_nothing_sent();
    let other = [("JIRA_API_TOKEN", "scoped-token-mia")];
    let changed = app.another_process_with(&other).await;
    assert_eq!(settle(&changed).await.unwrap(), Settled::Connected);
    let other = [
        ("JIRA_USERNAME", "omar@example.com"),
        ("JIRA_API_TOKEN", "classic-token-omar"),
    ];
    let changed = app.another_process_with(&other).await;
    assert_eq!(settle(&changed).await.unwrap(), Settled::Connected);
    let connection = ask_as(&changed, "service", CONNECTION).await.json();
    assert_eq!(connection["account"]["display_name"], "Omar Haddad");
    assert_eq!(
        app.rows("grants").await,
        1,
        "the earlier account's is erased"
    );
}

#[tokio::test]
async fn a_refused_account_is_not_kept_and_replaces_the_one_before() {
    let app = TestApp::start_with(&SETTINGS).await;
    settle(&app.app).await.unwrap();
    let changed = app
        .another_process_with(&[("JIRA_API_TOKEN", "wrong")])
        .await;
    let refused = settle(&changed).await.unwrap_err();
    assert!(matches!(refused, ServiceError::CredentialRejected { .. }));
    assert_eq!(app.rows("grants").await + app.rows("connections").await, 0);
}

#[rstest]
#[case::a_refusal(answering_text(401, "{}"), true)]
#[case::a_page_in_front(FaultAction::Status {
    status: 403,
    headers: vec![(String::from("content-type"), String::from("text/html"))],
    body: String::from("<html>Maintenance</html>"),
}, false)]
#[tokio::test]
async fn a_start_in_a_bad_minute_keeps_the_connection_and_asks_again(
    #[case] action: FaultAction,
    #[case] is_refused: bool,
) {
    let app = TestApp::start_with(&SETTINGS).await;
    settle(&app.app).await.unwrap();
    app.sandbox
        .fault(on_api("/rest/api/3", action.clone(), None));
    assert!(ask_as(&app.app, "service", PROJECTS).await.status >= 400);
    let restarted = app.another_process().await;
    if is_refused {
        assert!(settle(&restarted).await.is_err());
        let told = ask_as(&restarted, "service", CONNECTION).await.json();
        assert_eq!(told["status"], "reauth_required", "{told}");
    }
    assert_eq!(app.rows("connections").await, 1);
    app.sandbox.clear_faults();
    settle(&restarted).await.unwrap();
    assert_eq!(ask_as(&restarted, "service", PROJECTS).await.status, 200);
}

#[tokio::test]
async fn a_page_in_front_of_the_site_is_no_verdict_on_another_token() {
    let app = TestApp::start_with(&SETTINGS).await;
    settle(&app.app).await.unwrap();
    let page = FaultAction::Status {
        status: 403,
        headers: vec![(String::from("content-type"), String::from("text/html"))],
        body: String::from("<html>Maintenance</html>"),
    };
    app.sandbox.fault(on_api("/rest/api/3", page, None));
    let other = [("JIRA_API_TOKEN", "scoped-token-mia")];
    let changed = app.another_process_with(&other).await;
    assert!(settle(&changed).await.is_err());
    assert_eq!(app.rows("connections").await, 1);
    app.sandbox.clear_faults();
    assert_eq!(settle(&changed).await.unwrap(), Settled::Connected);
}

#[rstest]
#[case(answering_text(503, ""))]
#[case(FaultAction::Drop)]
#[tokio::test]
async fn an_outage_changes_nothing_and_is_no_verdict(#[case] action: FaultAction) {
    let app = TestApp::start_with(&SETTINGS).await;
    settle(&app.app).await.unwrap();
    app.sandbox.fault(on_api("tenant_info", action, None));
    let other = [("JIRA_API_TOKEN", "scoped-token-mia")];
    let changed = app.another_process_with(&other).await;
    let failed = settle(&changed).await.unwrap_err();
    assert!(
        matches!(failed, ServiceError::VendorDown { .. }),
        "{failed}"
    );
    assert_eq!(app.rows("connections").await, 1);
    app.sandbox.clear_faults();
    assert_eq!(settle(&changed).await.unwrap(), Settled::Connected);
}

#[tokio::test]
async fn it_goes_with_the_settings_and_moves_with_the_mode() {
    let app = TestApp::start_with(&SETTINGS).await;
    settle(&app.app).await.unwrap();
    let open = app.another_process_with(&[("AUTH_MODE", "open")]).await;
    assert_eq!(settle(&open).await.unwrap(), Settled::Connected);
    assert_eq!(ask_as(&open, "service", PROJECTS).await.status, 409);
    assert_eq!(ask_as(&open, "local", PROJECTS).await.status, 200);
    let without = app.another_process_with(&[("JIRA_API_TOKEN", "")]).await;
    assert_eq!(settle(&without).await.unwrap(), Settled::NotSet);
    assert_eq!(app.rows("grants").await + app.rows("connections").await, 0);
}

#[tokio::test]
async fn a_connection_of_ones_own_is_neither_replaced_nor_removed() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let own =
        json!({ "email": "omar@example.com", "api_token": "classic-token-omar", "site": "acme" });
    let made = app.browser().post("/auth/jira/api-token", own).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let with = app.another_process_with(&SETTINGS).await;
    assert_eq!(settle(&with).await.unwrap(), Settled::OwnersOwn);
    assert_eq!(settle(&app.app).await.unwrap(), Settled::NotSet);
    let connection = app.browser().get(CONNECTION).await.json();
    assert_eq!(connection["account"]["display_name"], "Omar Haddad");
}

#[tokio::test]
async fn a_site_that_may_not_be_used_is_refused() {
    let mut settings = SETTINGS.to_vec();
    settings.push(("ALLOWED_SITES", "globex"));
    let app = TestApp::start_with(&settings).await;
    let refused = settle(&app.app).await.unwrap_err();
    assert!(matches!(refused, ServiceError::Forbidden { .. }));
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_start_does_not_wait_for_atlassian_and_connects_by_itself() {
    let installation = Installation::new().await;
    let fault = on_api("tenant_info", FaultAction::Drop, Some(1));
    installation.sandbox.fault(fault);
    let mut command = installation.command(&[]);
    command.envs(SETTINGS).env("AUTH_MODE", "open");
    let process = installation.start_command(command).await;
    let browser = installation.browser();
    assert_eq!(browser.get("/ready").await.status, 200);
    assert_eq!(browser.get(PROJECTS).await.status, 409);
    crate::support::waiting::until("the account is connected", async || {
        browser.get(PROJECTS).await.status == 200
    })
    .await;
    process.stop().await;
}
