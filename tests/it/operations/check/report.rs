//! The report as a whole: its sections, what it lists, how the program ends.

use integration_backend::commands::check::{Mark, Target};
use integration_backend::config;

use crate::operations::check::fixture::{CALLBACK, check, check_as, id_of, section, wrong};
use crate::support::TestApp;
use crate::support::installation::Installation;

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
    let of_nobody = check_as(&app, &[], Target::All, None, false).await;
    assert_eq!(
        of_nobody.summary(),
        "what was checked works; no call to Jira or Confluence was made (--as <id> tries a person's connections)"
    );
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
      -        tools       this login does not cover jira_get_agile_boards (read:board-scope:jira-software read:project:jira), jira_get_sprints_from_board (read:sprint:jira-software), jira_get_board_issues (read:board-scope:jira-software read:issue-details:jira), jira_create_sprint (write:sprint:jira-software), jira_update_sprint (write:sprint:jira-software), jira_add_issues_to_sprint (write:sprint:jira-software), jira_move_issues_to_backlog (write:board-scope:jira-software)
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
      -        tools       this login does not cover confluence_add_label (write:confluence-content), confluence_remove_label (write:confluence-content), confluence_get_attachments (read:attachment:confluence), confluence_upload_attachment (write:confluence-file), confluence_download_attachment (read:attachment:confluence readonly:content.attachment:confluence), confluence_delete_attachment (delete:attachment:confluence)
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
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.ends_with("Result: 1 problem\n"),
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
