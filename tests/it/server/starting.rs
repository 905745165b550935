//! The real program as its operator meets it: starting, refusing to start, being asked how it is.

use crate::refresh::fixture::READ;
use crate::support::installation::{Installation, free_port};
use crate::support::raw_database::Raw;
use crate::support::waiting::until;

/// The one line a refusal consists of.
fn one_line(said: &str) -> &str {
    let line = said.strip_suffix('\n').unwrap_or(said);
    assert!(!line.contains('\n') && !line.is_empty(), "{said}");
    line.strip_prefix("integration-backend: ").expect(said)
}

#[tokio::test]
async fn a_bad_setting_stops_the_start_with_one_line_that_names_it() {
    let installation = Installation::new().await;
    for (name, value) in [
        ("PORT", "many"),
        ("APP_PORT", "70000"),
        ("TOKEN_REFRESH_MARGIN", "soon"),
        ("ATLASSIAN_API_URL", "nowhere"),
        ("VAULT_KEYS", "no-key"),
        ("ATLASSIAN_SCOPES", "read:me read"),
    ] {
        let mut command = installation.command(&[]);
        if name == "APP_PORT" {
            command.env_remove("PORT");
        }
        command.env(name, value);
        let (code, said) = installation.outcome(command).await;
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(one_line(&said).contains(name), "{said}");
    }
    assert!(!installation.file("integration.db").exists());
}

#[tokio::test]
async fn a_taken_port_stops_the_start_with_one_line_that_names_it() {
    let installation = Installation::new().await;
    let _taken = std::net::TcpListener::bind(("127.0.0.1", installation.port)).unwrap();
    let mut command = installation.command(&[]);
    command.env("LOG_LEVEL", "off");
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1));
    let line = one_line(&said);
    assert!(line.contains(&installation.port.to_string()), "{line}");
    assert!(line.contains("PORT"), "{line}");
}

#[tokio::test]
async fn without_oauth_settings_it_starts_and_only_the_login_is_refused() {
    let installation = Installation::new().await;
    let mut command = installation.command(&[]);
    command
        .env_remove("ATLASSIAN_CLIENT_ID")
        .env_remove("ATLASSIAN_CLIENT_SECRET");
    let process = installation.start_command(command).await;
    let browser = installation.browser();
    assert_eq!(browser.get("/ready").await.status, 200);
    let login = browser.get("/auth/jira/login").await;
    assert_eq!(
        (login.status, login.error_code().as_str()),
        (400, "VALIDATION")
    );
    process.stop().await;
}

#[tokio::test]
async fn a_restart_uses_the_same_key_and_keeps_everybody_logged_in() {
    let installation = Installation::new().await;
    let first = installation.start().await;
    let browser = installation.logged_in().await;
    let key = std::fs::read(installation.file("vault.key")).unwrap();
    first.stop().await;
    let second = installation.start().await;
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(std::fs::read(installation.file("vault.key")).unwrap(), key);
    second.stop().await;
}

#[tokio::test]
async fn a_database_that_was_emptied_beside_its_key_stops_the_start_and_is_left_alone() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let key = std::fs::read(installation.file("vault.key")).unwrap();
    let database = installation.file("integration.db");
    std::fs::write(&database, "").unwrap();
    let (code, said) = installation.outcome(installation.command(&[])).await;
    assert_eq!(code, Some(1));
    let said = one_line(&said);
    assert!(
        said.contains("empty file") && said.contains("restore"),
        "{said}"
    );
    assert_eq!(std::fs::metadata(&database).unwrap().len(), 0);
    assert_eq!(std::fs::read(installation.file("vault.key")).unwrap(), key);
    // Without the file, beginning anew may be what the operator wants.
    std::fs::remove_file(&database).unwrap();
    installation.start().await.stop().await;
}

#[tokio::test]
async fn a_database_that_was_removed_beside_its_key_is_made_anew_with_a_warning_that_says_so() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let key = std::fs::read(installation.file("vault.key")).unwrap();
    let database = installation.file("integration.db");
    std::fs::remove_file(&database).unwrap();
    let log = async || {
        installation.start().await.stop().await;
        let log = std::fs::read_to_string(installation.file("log")).unwrap();
        let warnings = log.lines().filter(|line| line.contains("\"WARN\""));
        warnings.map(str::to_owned).collect::<Vec<String>>()
    };
    let warnings = log().await;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    for said in [
        database.to_str().unwrap(),
        installation.file("vault.key").to_str().unwrap(),
        "a new, empty database is made",
        "integration-backend restore FILE",
    ] {
        assert!(warnings[0].contains(said), "{said}: {warnings:?}");
    }
    assert_eq!(std::fs::read(installation.file("vault.key")).unwrap(), key);
    assert_eq!(log().await, Vec::<String>::new());
    // The same with keys that the operator has put into a file.
    std::fs::remove_file(&database).unwrap();
    let mut command = installation.command(&[]);
    command.env("VAULT_KEY_FILE", installation.file("vault.key"));
    installation.start_command(command).await.stop().await;
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    assert!(log.contains("a new, empty database is made"), "{log}");
}

#[tokio::test]
async fn a_journal_without_its_database_stops_the_start_and_is_left_alone() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    installation.logged_in().await;
    drop(process);
    let journal = installation.file("integration.db-wal");
    let left = std::fs::read(&journal).unwrap();
    assert!(!left.is_empty());
    std::fs::remove_file(installation.file("integration.db")).unwrap();
    let (code, said) = installation.outcome(installation.command(&[])).await;
    assert_eq!(code, Some(1));
    let said = one_line(&said);
    assert!(
        said.contains("integration.db-wal") && said.contains("restore"),
        "{said}"
    );
    assert_eq!(std::fs::read(&journal).unwrap(), left);
    assert!(!installation.file("integration.db").exists());
}

#[tokio::test]
async fn a_start_that_waits_for_another_process_says_so() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let lock = std::fs::File::open(installation.file("integration.db.lock")).unwrap();
    lock.lock().unwrap();
    let said = || std::fs::read_to_string(installation.file("log")).unwrap_or_default();
    let release = async {
        until("the start says that it waits", async || {
            said().contains("another process is starting with this database")
        })
        .await;
        drop(lock);
    };
    let (process, ()) = tokio::join!(installation.start(), release);
    assert_eq!(installation.browser().get("/healthz").await.status, 200);
    process.stop().await;
}

#[tokio::test]
async fn without_its_key_beside_data_it_refuses_to_start_and_makes_no_new_one() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let key = installation.file("vault.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let (code, said) = installation.outcome(installation.command(&[])).await;
    assert_eq!(code, Some(1));
    assert!(one_line(&said).contains("vault.key"), "{said}");
    assert!(!key.exists());
    for wrong in ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "no key"] {
        std::fs::write(&key, wrong).unwrap();
        let (code, said) = installation.outcome(installation.command(&[])).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(one_line(&said).contains("vault key"), "{said}");
        assert_eq!(std::fs::read_to_string(&key).unwrap(), wrong);
    }
    std::fs::write(&key, &kept).unwrap();
    installation.start().await.stop().await;
}

#[tokio::test]
async fn a_probe_tells_by_its_exit_code_how_the_service_is() {
    let installation = Installation::new().await;
    let ask = async |question: &str| {
        let command = installation.command(&["probe", question]);
        installation.outcome(command).await
    };
    let (code, said) = ask("ready").await;
    assert_eq!(code, Some(1));
    assert!(one_line(&said).contains("no answer"), "{said}");
    let process = installation.start().await;
    assert_eq!(ask("ready").await, (Some(0), String::new()));
    assert_eq!(ask("healthz").await, (Some(0), String::new()));
    let mut raw = Raw::open(&installation.database.url()).await;
    raw.run("CREATE TRIGGER full_disk BEFORE UPDATE ON write_probe BEGIN SELECT RAISE(ABORT, 'full'); END")
        .await;
    crate::support::waiting::until("the service notices", async || {
        ask("ready").await.0 == Some(1)
    })
    .await;
    let (_, said) = ask("ready").await;
    assert!(said.contains("the database cannot be written"), "{said}");
    assert_eq!(ask("healthz").await.0, Some(0));
    raw.run("DROP TRIGGER full_disk").await;
    crate::support::waiting::until("the service recovers", async || {
        ask("ready").await.0 == Some(0)
    })
    .await;
    process.stop().await;
}

#[tokio::test]
async fn a_probe_of_a_port_where_somebody_else_answers_fails() {
    let mut installation = Installation::new().await;
    installation.port = free_port();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", installation.port))
        .await
        .unwrap();
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let (code, said) = installation
        .outcome(installation.command(&["probe", "ready"]))
        .await;
    assert_eq!(code, Some(1), "{said}");
}

#[tokio::test]
async fn the_openapi_document_needs_no_settings() {
    let installation = Installation::new().await;
    let mut command = installation.command(&["openapi"]);
    command.env("PORT", "many");
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    assert!(output.status.success());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["paths"]["/ready"].is_object());
}

#[tokio::test]
async fn the_log_of_a_start_says_what_runs_and_which_settings_look_wrong() {
    let installation = Installation::new().await;
    let mut command = installation.command(&[]);
    command
        .env("TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1")
        .env("ATLASSIAN_SCOPES", "read:me,read:jira-work")
        .env("ATLASIAN_SCOPES", "read:me")
        .env(
            "ATLASSIAN_REDIRECT_URI",
            format!(
                "http://localhost:{}/auth/atlassian/callback/",
                installation.port
            ),
        )
        .env_remove("ATLASSIAN_CLIENT_SECRET");
    installation.start_command(command).await.stop().await;
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    for said in [
        concat!("version: ", env!("CARGO_PKG_VERSION")),
        "store: /",
        "sealed with ",
        "mode: session",
        "address: http://localhost:",
        "Atlassian app: client id sandbox-client",
        "made the vault key",
        "names the whole Internet",
        "has commas between its scopes",
        "write ATLASSIAN_SCOPES if that",
        "offline_access is missing",
        "ATLASSIAN_CLIENT_SECRET is not set",
        "this service has no callback at /auth/atlassian/callback/",
    ] {
        assert!(log.contains(said), "{said}\n{log}");
    }
}

#[tokio::test]
async fn a_start_with_good_settings_warns_of_nothing_but_the_key_it_made() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    let levels = ["\"level\":\"WARN\"", "\"level\":\"ERROR\""];
    let warnings = log
        .lines()
        .filter(|line| levels.iter().any(|level| line.contains(level)));
    let warnings: Vec<&str> = warnings.collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("made the vault key"), "{warnings:?}");
}

#[tokio::test]
async fn keys_are_made_in_the_database_that_is_used_and_in_no_new_one() {
    let installation = Installation::new().await;
    let arguments = ["keys", "create", "--as", "service"];
    let (code, said) = installation.outcome(installation.command(&arguments)).await;
    assert_eq!(code, Some(1));
    assert!(
        one_line(&said).contains("there is no database at /"),
        "{said}"
    );
    assert!(!installation.file("integration.db").exists());
    assert!(!installation.file("vault.key").exists());
    installation.start().await.stop().await;
    let output = installation.command(&arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let database = installation.file("integration.db");
    assert!(
        said.contains(&format!("It is in the database {}.", database.display())),
        "{said}"
    );
}
