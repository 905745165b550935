//! `check`: each classic mistake is named, with the field to change; and it changes nothing.

use std::collections::HashMap;
use std::time::Duration;

use atlassian_sandbox::{App, DEFAULT_SCOPES, Fault, FaultAction};
use integration_backend::commands::check::{self, CheckRequest, Mark, Report, Target};
use integration_backend::config;

use crate::support::installation::Installation;
use crate::support::{Browser, TestApp};

/// The one callback URL the tests' app has in the console.
const CALLBACK: (&str, &str) = (
    "ATLASSIAN_REDIRECT_URI",
    "http://localhost:3001/auth/atlassian/callback",
);

async fn check(app: &TestApp, changes: &[(&str, &str)]) -> Report {
    check_as(app, changes, Target::All, None, false).await
}

async fn check_as(
    app: &TestApp,
    changes: &[(&str, &str)],
    target: Target,
    owner: Option<&str>,
    refresh: bool,
) -> Report {
    let mut settings: HashMap<String, String> = app.settings.clone();
    for (name, value) in changes {
        settings.insert((*name).to_owned(), (*value).to_owned());
    }
    let settings = config::load(&|name| settings.get(name).cloned(), None).unwrap();
    let request = CheckRequest {
        target,
        tenant: "default",
        owner,
        refresh,
    };
    check::run(&settings, app.clock.clone(), &request)
        .await
        .unwrap()
}

/// A section's text, with what differs from run to run made equal.
fn section(app: &TestApp, report: &Report, title: &str) -> String {
    let section = report.section(title);
    let text = section
        .unwrap_or_else(|| panic!("no {title} in {report}"))
        .to_string();
    let folder = app.database_folder().display().to_string();
    let time = |word: &str| word.starts_with("20") && word.contains('T') && word.contains('Z');
    let steady = |line: &str| {
        let words = line
            .split(' ')
            .map(|word| if time(word) { "TIME" } else { word });
        let line = words.collect::<Vec<_>>().join(" ");
        // What was changed last is another issue or page every day.
        let found = ["ok       issues      ", "ok       search      "];
        match found.iter().find(|found| line.contains(**found)) {
            Some(found) => format!("  {found}FOUND"),
            None => line,
        }
    };
    let text = text
        .replace(&app.sandbox.base_url(), "http://sandbox")
        .replace(&folder, "/data");
    text.lines().map(steady).collect::<Vec<_>>().join("\n")
}

/// What is wrong about a subject, and what to do.
fn wrong(report: &Report, subject: &str) -> (Mark, String, String) {
    let mut findings = report.findings();
    let found = findings.find(|one| one.subject == subject && one.mark >= Mark::Warning);
    let found = found.unwrap_or_else(|| panic!("nothing wrong with {subject}:\n{report}"));
    let advice = found.advice.clone().unwrap();
    (found.mark, found.text.clone(), advice)
}

async fn id_of(browser: &Browser) -> String {
    let session = browser.get("/auth/session").await.json();
    session["user"]["id"].as_str().unwrap().to_owned()
}

/// The app in the console, changed.
fn console(app: &TestApp, change: impl FnOnce(&mut App)) {
    let mut entry = App {
        redirect_uris: vec![CALLBACK.1.to_owned()],
        ..App::default()
    };
    change(&mut entry);
    app.sandbox.add_app(entry);
}

fn fault(path: &str, status: u16, body: &str) -> Fault {
    Fault {
        method: None,
        path_contains: path.to_owned(),
        body_contains: None,
        times: None,
        action: FaultAction::Status {
            status,
            headers: vec![],
            body: body.to_owned(),
        },
    }
}

#[tokio::test]
async fn a_sound_installation_gets_a_report_without_a_complaint() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let mia = app.logged_in("mia").await;
    let id = id_of(&mia).await;
    let calls = app.sandbox.token_calls();
    let report = check_as(&app, &[], Target::All, Some(&id), false).await;
    assert_eq!(
        report.count(Mark::Problem) + report.count(Mark::Warning),
        0,
        "{report}"
    );
    insta::assert_snapshot!(section(&app, &report, "Address"), @r"
    Address
      -        listens on      127.0.0.1:3001 (HOST, PORT)
      ok       public address  http://localhost:3001 (PUBLIC_BASE_URL)
      -        who may call    people who log in, and API keys (AUTH_MODE=session)
    ");
    insta::assert_snapshot!(section(&app, &report, "Store"), @r"
    Store
      ok       database   sqlite:///data/integration.db can be written
      ok       schema     up to date
      ok       vault key  opens the stored secrets
      ok       clock      agrees with the database's
    ");
    insta::assert_snapshot!(section(&app, &report, "Atlassian"), @r"
    Atlassian
      ok       reached  http://sandbox
      ok       clock    agrees with Atlassian's
    ");
    insta::assert_snapshot!(section(&app, &report, "Atlassian app"), @r"
    Atlassian app
      -        client id      sandbox-client, for logins to atlassian, jira, confluence
      ok       client secret  Atlassian accepts it
      ok       callback URL   http://localhost:3001/auth/atlassian/callback (atlassian, jira, confluence); the login page opens with these scopes
    ");
    assert_eq!(report.summary(), "everything that was checked works");
    assert_eq!(
        app.sandbox.token_calls(),
        calls + 1,
        "only nobody's refresh token was shown"
    );
    assert_eq!(mia.get("/connectors/jira/projects").await.status, 200);
}

#[tokio::test]
async fn real_calls_are_made_for_the_owner_who_is_named() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let id = id_of(&app.logged_in("mia").await).await;
    let report = check_as(&app, &[], Target::All, Some(&id), false).await;
    let jira = section(&app, &report, &format!("Jira as {id}, tenant default"));
    insta::assert_snapshot!(jira.replace(&id, "ID"), @r"
    Jira as ID, tenant default
      ok       connection  login with Atlassian, https://acme.atlassian.net
      ok       token       expires at TIME renewed at TIME
      ok       sites       https://acme.atlassian.net https://globex.atlassian.net
      ok       account     Mia Krystof
      ok       projects    API, APP, AUTH, …
      ok       issues      FOUND
    ");
    let confluence = section(
        &app,
        &report,
        &format!("Confluence as {id}, tenant default"),
    );
    insta::assert_snapshot!(confluence.replace(&id, "ID"), @r"
    Confluence as ID, tenant default
      ok       connection  login with Atlassian, https://acme.atlassian.net
      ok       token       expires at TIME renewed at TIME
      ok       sites       https://acme.atlassian.net https://globex.atlassian.net
      ok       account     Mia Krystof
      ok       spaces      API, ARCH, AUTH, …
      ok       search      FOUND
    ");
}

#[tokio::test]
async fn every_setting_is_listed_with_its_source_and_no_secret() {
    let app = TestApp::start().await;
    let report = check(
        &app,
        &[
            ("APP_BASE_URL", "http://localhost:3001"),
            ("JIRA_API_TOKEN", "hunter2-token"),
        ],
    )
    .await;
    let text = report.section("Settings").unwrap().to_string();
    for variable in config::VARIABLES {
        assert!(
            text.contains(&format!(" {} ", variable.name)),
            "{}",
            variable.name
        );
    }
    let line = |name: &str| {
        let found = text
            .lines()
            .find(|line| line.contains(&format!(" {name} ")));
        found
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        line("PUBLIC_BASE_URL"),
        "- PUBLIC_BASE_URL http://localhost:3001 (environment, as APP_BASE_URL)"
    );
    assert_eq!(
        line("ATLASSIAN_CLIENT_SECRET"),
        "- ATLASSIAN_CLIENT_SECRET set (environment)"
    );
    assert_eq!(
        line("JIRA_OAUTH_CLIENT_SECRET"),
        "- JIRA_OAUTH_CLIENT_SECRET not set"
    );
    assert_eq!(line("PORT"), "- PORT 3001 (default)");
    let whole = report.to_string();
    assert!(!whole.contains("hunter2-token") && !whole.contains("sandbox-secret"));
}

#[tokio::test]
async fn a_wrong_secret_is_told_from_a_dead_login_and_touches_no_login() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let mia = app.logged_in("mia").await;
    app.sandbox.rotate_secret("sandbox-client", "another");
    let report = check(&app, &[]).await;
    let (mark, text, advice) = wrong(&report, "client secret");
    assert_eq!(mark, Mark::Problem);
    insta::assert_snapshot!(text, @r"Atlassian does not accept ATLASSIAN_CLIENT_ID with ATLASSIAN_CLIENT_SECRET: logins and renewals fail");
    insta::assert_snapshot!(advice, @r"https://developer.atlassian.com/console/myapps/ -> your app -> Settings -> Authentication details: copy Client ID and Secret again; nobody has to log in again");
    assert_eq!(mia.get("/connectors/jira/projects").await.status, 200);
    let report = check(&app, &[("ATLASSIAN_CLIENT_SECRET", "another")]).await;
    assert_eq!(report.count(Mark::Problem), 0, "{report}");
}

#[tokio::test]
async fn an_id_without_a_secret_is_a_warning() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let report = check(&app, &[("ATLASSIAN_CLIENT_SECRET", "")]).await;
    let (mark, text, _) = wrong(&report, "client secret");
    assert_eq!(mark, Mark::Warning);
    assert!(
        text.starts_with("ATLASSIAN_CLIENT_SECRET is not set"),
        "{text}"
    );
}

#[tokio::test]
async fn a_callback_url_that_differs_is_named_with_the_field_in_the_console() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    console(&app, |entry| {
        entry.redirect_uris = vec![String::from("http://localhost:3001/auth/callback")];
    });
    let report = check(&app, &[]).await;
    let (mark, text, advice) = wrong(&report, "callback URL");
    assert_eq!(mark, Mark::Problem);
    insta::assert_snapshot!(text, @r"Atlassian refuses http://localhost:3001/auth/atlassian/callback (atlassian, jira, confluence): logins cannot finish");
    insta::assert_snapshot!(advice, @r"https://developer.atlassian.com/console/myapps/ -> your app -> Authorization -> OAuth 2.0 (3LO) -> Callback URL: it must be http://localhost:3001/auth/atlassian/callback, letter by letter; or set ATLASSIAN_REDIRECT_URI to what stands there");
}

#[tokio::test]
async fn logins_with_callback_urls_of_their_own_are_warned_of_when_one_works() {
    let app = TestApp::start().await;
    console(&app, |_| {});
    let report = check(&app, &[]).await;
    assert_eq!(report.count(Mark::Problem), 0, "{report}");
    let (mark, text, advice) = wrong(&report, "callback URL");
    assert_eq!(mark, Mark::Warning);
    assert!(text.ends_with("/auth/jira/callback (jira): this login does not work"));
    assert!(advice.contains("set ATLASSIAN_REDIRECT_URI"), "{advice}");
}

#[tokio::test]
async fn a_callback_url_that_nobody_answers_is_a_problem() {
    let app = TestApp::start().await;
    let changes = [("ATLASSIAN_REDIRECT_URI", "http://localhost:3001/oauth/done")];
    let report = check(&app, &changes).await;
    let (mark, text, _) = wrong(&report, "callback URL");
    assert_eq!(mark, Mark::Problem);
    assert!(text.contains("no callback at /oauth/done"), "{text}");
    let changes = [(
        "ATLASSIAN_REDIRECT_URI",
        "http://127.0.0.1:3001/auth/atlassian/callback",
    )];
    let report = check(&app, &changes).await;
    let (_, text, _) = wrong(&report, "callback URL");
    assert!(
        text.contains("at another address than this service"),
        "{text}"
    );
}

#[tokio::test]
async fn scopes_that_are_not_enabled_are_named_one_by_one() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    console(&app, |entry| {
        let all = DEFAULT_SCOPES.split_whitespace();
        let but = all.filter(|scope| !matches!(*scope, "write:jira-work" | "search:confluence"));
        entry.scopes = but.map(str::to_owned).collect();
    });
    let report = check(&app, &[]).await;
    let (mark, text, advice) = wrong(&report, "scopes");
    assert_eq!(mark, Mark::Problem);
    assert_eq!(
        text,
        "not enabled for the app: write:jira-work search:confluence"
    );
    assert!(advice.contains("-> Permissions: "), "{advice}");
}

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
    app.sandbox.fault(fault("accessible-resources", 200, "[]"));
    let report = check_as(&app, &[], Target::All, Some(&id), false).await;
    assert_eq!(
        wrong(&report, "sites").1,
        "this login reaches no site any more"
    );
    app.sandbox.clear_faults();
    app.sandbox.fault(fault(
        "/rest/api/3/myself",
        403,
        r#"{"errorMessages":["No licence."]}"#,
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
async fn a_clock_that_is_wrong_is_named_with_its_distance() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    app.clock.advance(Duration::from_secs(30));
    let (mark, text, _) = wrong(&check(&app, &[]).await, "clock");
    assert_eq!(mark, Mark::Warning);
    assert!(text.ends_with("seconds ahead of Atlassian's"), "{text}");
    app.clock.advance(Duration::from_mins(10));
    assert_eq!(wrong(&check(&app, &[]).await, "clock").0, Mark::Problem);
}

#[tokio::test]
async fn cookies_that_cannot_work_with_the_frontend_are_warned_of() {
    let app = TestApp::start().await;
    let address = |frontend: &'static str, public: &'static str| {
        [("APP_FRONTEND_URL", frontend), ("PUBLIC_BASE_URL", public)]
    };
    for (frontend, public, says) in [
        (
            "https://app.other.example",
            "https://ib.acme.example",
            "is on another site",
        ),
        (
            "http://app.acme.example",
            "https://ib.acme.example",
            "is http and this service https",
        ),
        (
            "http://127.0.0.1:5173",
            "http://localhost:3001",
            "is on another site",
        ),
    ] {
        let report = check(&app, &address(frontend, public)).await;
        let (mark, text, _) = wrong(&report, &format!("frontend {frontend}"));
        assert_eq!(mark, Mark::Warning);
        assert!(text.starts_with(says), "{frontend}: {text}");
    }
    let mut third_party = address("https://app.other.example", "https://ib.acme.example").to_vec();
    third_party.push(("SESSION_SAMESITE", "none"));
    let report = check(&app, &third_party).await;
    let (_, text, _) = wrong(&report, "frontend https://app.other.example");
    assert!(text.contains("third-party cookie"), "{text}");
    let report = check(
        &app,
        &address("https://app.acme.example", "https://ib.acme.example"),
    )
    .await;
    assert!(
        report
            .section("Address")
            .unwrap()
            .to_string()
            .contains("the session cookie works")
    );
    let report = check(&app, &[("SESSION_SAMESITE", "none")]).await;
    assert_eq!(wrong(&report, "session cookie").0, Mark::Warning);
    let report = check(&app, &[("PUBLIC_BASE_URL", "http://ib.acme.example")]).await;
    assert_eq!(wrong(&report, "public address").0, Mark::Problem);
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
        wrong(&report, "settings").1,
        "JIRA_USERNAME is set and JIRA_API_TOKEN is not: neither is used"
    );
}

#[tokio::test]
async fn an_unreachable_atlassian_is_one_problem_and_not_ten() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let gone = [
        ("ATLASSIAN_API_URL", "http://127.0.0.1:1"),
        ("ATLASSIAN_AUTH_URL", "http://127.0.0.1:1"),
    ];
    let report = check(&app, &gone).await;
    assert_eq!(report.count(Mark::Problem), 1, "{report}");
    assert_eq!(
        wrong(&report, "reached").1,
        "http://127.0.0.1:1: no connection could be made"
    );
}

#[tokio::test]
async fn what_is_wrong_with_the_store_is_said_and_a_missing_database_is_not_made() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let wrong_key = [(
        "VAULT_KEYS",
        "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    )];
    let (mark, text, _) = wrong(&check(&app, &wrong_key).await, "database");
    assert_eq!(mark, Mark::Problem);
    assert!(text.contains("vault key"), "{text}");
    app.tamper("UPDATE schema_info SET oldest_epoch = 1000")
        .await;
    let (_, text, _) = wrong(&check(&app, &[]).await, "database");
    assert!(text.contains("newer version of this program"), "{text}");
    let elsewhere = app.database_folder().join("new.db");
    let url = format!("sqlite:///{}", elsewhere.display());
    let report = check(&app, &[("INTEGRATION_DB_URL", &url)]).await;
    assert_eq!(report.count(Mark::Problem), 0, "{report}");
    assert!(!elsewhere.exists());
    let url = format!(
        "sqlite:///{}/nowhere/new.db",
        app.database_folder().display()
    );
    let report = check(&app, &[("INTEGRATION_DB_URL", &url)]).await;
    assert_eq!(wrong(&report, "database").0, Mark::Problem);
}

#[tokio::test]
async fn the_program_checks_beside_a_running_service_and_tells_by_its_exit_code() {
    let installation = Installation::new().await;
    let callback = format!(
        "http://localhost:{}/auth/atlassian/callback",
        installation.port
    );
    let run = async |arguments: &'static [&'static str], secret: &'static str| {
        let mut command = installation.command(arguments);
        command
            .env(CALLBACK.0, &callback)
            .env("ATLASSIAN_CLIENT_SECRET", secret);
        let output = tokio::task::spawn_blocking(move || command.output());
        let output = output.await.unwrap().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (
            output.status.code(),
            said,
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, said, complaint) = run(&["check"], "sandbox-secret").await;
    assert_eq!((code, complaint.as_str()), (Some(0), ""), "{said}");
    assert!(!installation.file("integration.db").exists());
    let process = installation.start().await;
    let browser = installation.logged_in().await;
    let (code, said, _) = run(&["check", "jira"], "sandbox-secret").await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.ends_with("Result: 1 warning\n"),
        "nobody is connected as service: {said}"
    );
    let (code, said, complaint) = run(&["check", "all", "--refresh"], "wrong").await;
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(complaint, "integration-backend: 1 problem\n");
    let (code, _, complaint) = run(&["check", "--tenant", "a b"], "sandbox-secret").await;
    assert_eq!(code, Some(1));
    assert!(
        complaint.starts_with("integration-backend: --tenant: a tenant is"),
        "{complaint}"
    );
    assert_eq!(browser.get("/connectors/jira/projects").await.status, 200);
    process.stop().await;
}
