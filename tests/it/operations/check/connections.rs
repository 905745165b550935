//! What is wrong with logins and with the account of the settings.

use std::time::Duration;

use integration_backend::commands::check::{Mark, Report, Target};

use crate::connections::refused::attach;
use crate::operations::check::fixture::{
    CALLBACK, check, check_as, check_in, id_of, section, wrong,
};
use crate::support::TestApp;
use crate::support::faults::{answering_text, on_api};
use crate::support::installation::Installation;

#[tokio::test]
async fn without_offline_access_it_warns_of_the_hour_and_of_logins_that_cannot_be_renewed() {
    let without = "read:me read:jira-work read:jira-user";
    let app = TestApp::start_with(&[CALLBACK, ("ATLASSIAN_SCOPES", without)]).await;
    let mia = app.logged_in("mia").await;
    let id = id_of(&mia).await;
    let report = check_as(&app, &[], Target::Jira, Some(&id), false).await;
    let (mark, text, _) = wrong(&report, "scopes");
    assert_eq!(mark, Mark::Warning);
    assert_eq!(
        text,
        "offline_access is missing: every login ends after an hour"
    );
    let (_, text, _) = wrong(&report, "token");
    assert!(text.contains("cannot be renewed"), "{text}");
    let report = check_as(
        &app,
        &[("ATLASSIAN_SCOPES", "")],
        Target::Jira,
        Some(&id),
        false,
    )
    .await;
    let (_, text, _) = wrong(&report, "scopes");
    assert_eq!(text, "this login does not have write:jira-work");
}

#[tokio::test]
async fn a_login_without_a_site_and_an_account_without_the_product_are_told_apart() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let mia = app.logged_in("mia").await;
    let id = id_of(&mia).await;
    app.sandbox.fault(on_api(
        "accessible-resources",
        answering_text(200, "[]"),
        None,
    ));
    let report = check_as(&app, &[], Target::All, Some(&id), false).await;
    assert_eq!(
        wrong(&report, "sites").1,
        "this login reaches no site any more"
    );
    app.sandbox.clear_faults();
    app.sandbox.fault(on_api(
        "/rest/api/3/myself",
        answering_text(403, r#"{"errorMessages":["No licence."]}"#),
        None,
    ));
    let report = check_as(&app, &[], Target::All, Some(&id), false).await;
    let (mark, text, advice) = wrong(&report, "account");
    assert_eq!(
        (mark, text.as_str()),
        (
            Mark::Problem,
            "Jira does not let this account in: No licence."
        )
    );
    assert!(advice.contains("admin.atlassian.com"), "{advice}");
    app.sandbox.clear_faults();
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/atlassian/login").await;
    let globex = Some(["globex.atlassian.net"].as_slice());
    let callback = app.sandbox.consent(&url, "lea", globex).await.unwrap();
    browser.get(&callback).await;
    let id = id_of(&browser).await;
    let report = check_as(&app, &[], Target::All, Some(&id), false).await;
    let (mark, text, _) = wrong(&report, "connection");
    assert_eq!(mark, Mark::Problem);
    assert!(
        text.starts_with("this login reaches Confluence but no site with Jira"),
        "{text}"
    );
}

#[tokio::test]
async fn a_forced_refresh_goes_through_the_protocol() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let mia = app.logged_in("mia").await;
    let id = id_of(&mia).await;
    app.advance(Duration::from_mins(1));
    let report = check_as(&app, &[], Target::All, Some(&id), true).await;
    let found = report
        .findings()
        .filter(|one| one.subject == "refresh" && one.mark == Mark::Ok);
    assert_eq!(found.count(), 2, "{report}");
    assert_eq!(
        app.grant_state().await.0,
        Some(2),
        "one refresh serves both products"
    );
    assert_eq!(mia.get("/connectors/jira/projects").await.status, 200);
    app.sandbox.revoke_grants("mia");
    app.advance(Duration::from_mins(1));
    let report = check_as(&app, &[], Target::Jira, Some(&id), true).await;
    assert_eq!(wrong(&report, "refresh").0, Mark::Problem);
}

#[tokio::test]
async fn the_account_of_the_settings_is_tried_and_its_calls_are_made() {
    let account = [
        CALLBACK,
        ("JIRA_URL", "acme.atlassian.net"),
        ("JIRA_USERNAME", "omar@example.com"),
        ("JIRA_API_TOKEN", "classic-token-omar"),
    ];
    let app = TestApp::start_with(&account).await;
    let report = check_as(&app, &[], Target::Jira, None, false).await;
    assert_eq!(
        report.count(Mark::Problem) + report.count(Mark::Warning),
        0,
        "{report}"
    );
    insta::assert_snapshot!(section(&app, &report, "Jira as service, tenant default"), @r"
    Jira as service, tenant default
      ok       connection  API token, https://acme.atlassian.net
      ok       token       has no known end; Atlassian ends it on the day chosen when it was made
      ok       account     Omar Haddad
      ok       projects    API, APP, AUTH, …
      ok       issues      FOUND
    ");
    let report = check(&app, &[("JIRA_API_TOKEN", "wrong")]).await;
    assert_eq!(wrong(&report, "account").0, Mark::Problem);
    let report = check(&app, &[("JIRA_API_TOKEN", "")]).await;
    assert_eq!(
        wrong(&report, "JIRA_USERNAME").1,
        "is set and JIRA_API_TOKEN is not: neither is used"
    );
}

const ACCOUNT: [(&str, &str); 3] = [
    ("JIRA_URL", "acme.atlassian.net"),
    ("JIRA_USERNAME", "omar@example.com"),
    ("JIRA_API_TOKEN", "classic-token-omar"),
];

#[tokio::test]
async fn the_account_of_the_settings_is_tried_without_a_database() {
    let installation = Installation::new().await;
    let outcome = async |what: &str, changes: &[(&str, &str)]| {
        let mut command = installation.command(&["check", what]);
        command.envs(ACCOUNT).envs(changes.iter().copied());
        command.env("ATLASSIAN_CLIENT_ID", "");
        let output = tokio::task::spawn_blocking(move || command.output());
        let output = output.await.unwrap().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said)
    };
    let (code, said) = outcome("jira", &[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Jira accepts it, as Omar Haddad"), "{said}");
    let (code, said) = outcome("jira", &[("JIRA_API_TOKEN", "wrong")]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("does not accept"), "{said}");
    for (what, changes) in [
        ("jira", &[("JIRA_USERNAME", ""), ("JIRA_API_TOKEN", "")][..]),
        ("confluence", &[]),
    ] {
        let (code, said) = outcome(what, changes).await;
        assert_eq!(code, Some(1), "{what}: {said}");
        assert!(said.contains("none was made"), "{what}: {said}");
        let advises_an_account = said.contains("or set JIRA_USERNAME");
        assert_eq!(advises_an_account, what == "jira", "{what}: {said}");
    }
    assert!(!installation.database.folder.join("integration.db").exists());
}

#[tokio::test]
async fn a_product_that_is_not_connected_is_a_problem_for_whoever_asks_for_it() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    for (target, mark) in [
        (Target::Jira, Mark::Problem),
        (Target::Confluence, Mark::Problem),
        (Target::All, Mark::Note),
    ] {
        let report = check_as(&app, &[], target, None, false).await;
        let mut found = report.findings();
        let found = found.find(|one| one.subject == "connection");
        assert_eq!(found.map(|one| one.mark), Some(mark), "{report}");
    }
}

#[tokio::test]
async fn whoever_names_an_owner_or_a_namespace_without_connections_is_told_that_nothing_was_tried()
{
    let app = TestApp::start_with(&[CALLBACK]).await;
    let mia = app.logged_in("mia").await;
    let id = id_of(&mia).await;
    let calls = |report: &Report| {
        let mut findings = report.findings();
        let found = findings.find(|one| one.subject == "calls");
        found.map(|one| (one.mark, one.text.clone()))
    };
    for (tenant, owner) in [
        ("nosuch", None),
        ("nosuch", Some(id.as_str())),
        ("default", Some("service")),
    ] {
        let report = check_in(&app, tenant, owner).await;
        let (mark, text) = calls(&report).expect(tenant);
        assert_eq!(mark, Mark::Problem);
        assert!(text.ends_with(&format!("in the tenant {tenant}")), "{text}");
    }
    assert_eq!(calls(&check_in(&app, "default", Some(&id)).await), None);
    assert_eq!(calls(&check_in(&app, "default", None).await), None);
}

#[tokio::test]
async fn a_token_for_one_product_is_not_said_to_be_a_login_that_lacks_the_other() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let browser = app.browser();
    attach(&browser, "jira").await;
    let id = id_of(&browser).await;
    let report = check_as(&app, &[], Target::All, Some(&id), false).await;
    let findings = report.findings();
    let connections = findings.filter(|one| one.subject == "connection");
    let confluence = connections.last().unwrap();
    assert_eq!(
        (confluence.mark, confluence.text.as_str()),
        (Mark::Note, "not connected: no call was made")
    );
}
