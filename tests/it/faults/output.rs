//! A log that cannot be written and a reader that has gone away harm nobody.

use std::fs::OpenOptions;
use std::process::Stdio;
use std::time::Duration;

use crate::support::Browser;
use crate::support::installation::{Installation, Process};
use crate::support::raw_database::Raw;

const PATIENCE: Duration = Duration::from_secs(20);

async fn lost_lines(browser: &Browser) -> f64 {
    let metrics = browser.get("/metrics").await.body;
    let line = metrics
        .lines()
        .find(|line| line.starts_with("integration_backend_log_lines_lost "));
    line.unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

/// It answers, people log in, lost lines are counted, and SIGTERM ends it.
async fn goes_on(installation: &Installation, mut process: Process) {
    let browser = installation.logged_in().await;
    assert_eq!(browser.get("/healthz").await.status, 200);
    assert_eq!(browser.get("/connectors/jira/projects").await.status, 200);
    assert!(lost_lines(&browser).await >= 1.0);
    process.signal("TERM");
    assert_eq!(process.ended(PATIENCE).await.code(), Some(0));
}

#[tokio::test]
async fn a_log_pipe_whose_reader_has_ended_ends_no_request() {
    let installation = Installation::new().await;
    let mut command = installation.command(&[]);
    command.stderr(Stdio::piped());
    let mut process = installation.start_as_it_is(command).await;
    drop(process.take_stderr());
    goes_on(&installation, process).await;
}

#[tokio::test]
async fn a_log_disk_that_is_full_from_the_start_ends_nothing() {
    let installation = Installation::new().await;
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = installation.command(&[]);
    command.stderr(full);
    let process = installation.start_as_it_is(command).await;
    goes_on(&installation, process).await;
}

#[tokio::test]
async fn a_log_pipe_that_nobody_empties_holds_no_request_up() {
    let installation = Installation::new().await;
    let mut command = installation.command(&[]);
    command.stderr(Stdio::piped()).env("LOG_LEVEL", "trace");
    let mut process = installation.start_as_it_is(command).await;
    let browser = installation.browser();
    // A pipe holds 64 KiB (pipe(7)); these say more.
    for _ in 0..600 {
        assert_eq!(browser.get("/healthz").await.status, 200);
    }
    process.signal("TERM");
    assert_eq!(process.ended(PATIENCE).await.code(), Some(0));
}

#[tokio::test]
async fn signals_that_mean_something_elsewhere_end_nothing_here() {
    let installation = Installation::new().await;
    let mut process = installation.start().await;
    for signal in ["HUP", "USR1", "USR2"] {
        process.signal(signal);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let answer = installation.browser().get("/healthz").await;
        assert_eq!(answer.status, 200, "{signal}");
    }
    process.signal("QUIT");
    assert_eq!(process.ended(PATIENCE).await.code(), Some(0));
}

#[tokio::test]
async fn a_command_whose_reader_has_seen_enough_ends_quietly() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    for arguments in [&["keys", "list"][..], &["openapi"], &["check"]] {
        let mut command = installation.command(arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.stdout(writer);
        let (code, said) = installation.outcome_as_it_is(command).await;
        assert!(!said.contains("panicked"), "{arguments:?}: {said}");
        if arguments != ["check"] {
            assert_eq!((code, said.as_str()), (Some(0), ""), "{arguments:?}");
        }
    }
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = installation.command(&["openapi"]);
    command.stdout(full);
    let (code, said) = installation.outcome_as_it_is(command).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("cannot be written"), "{said}");
}

#[tokio::test]
async fn what_is_shown_once_is_taken_back_where_nobody_has_seen_it() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    for words in [
        &["keys", "create", "--as", "service"][..],
        &[
            "clients",
            "create",
            "--name",
            "Studio",
            "--redirect",
            "https://a.example/cb",
            "--secret",
        ],
    ] {
        let mut commands = [installation.command(words), installation.command(words)];
        commands[0].stdout(full());
        commands[1].stdout(closed());
        for command in commands {
            let (code, said) = installation.outcome_as_it_is(command).await;
            assert_eq!(code, Some(1), "{words:?}");
            assert!(said.contains("taken back"), "{words:?}: {said}");
        }
    }
    let mut raw = Raw::open(&installation.database.url()).await;
    let good = "SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL";
    assert_eq!(raw.number(good).await, Some(0));
    assert_eq!(
        raw.number("SELECT COUNT(*) FROM agent_clients").await,
        Some(0)
    );
    process.stop().await;
}

#[tokio::test]
async fn keys_that_would_open_nothing_are_refused_and_a_pasted_id_is_found() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let create = ["keys", "create", "--as", "service"];
    for (words, said) in [
        (
            &["--product", "confluence", "--project", "APP"][..],
            "--project is about Jira",
        ),
        (
            &["--product", "jira", "--space", "ENG"],
            "--space is about Confluence",
        ),
        (
            &["--scope", "admin", "--project", "APP"],
            "neither read nor write",
        ),
        (
            &["--product", "confluence", "--allow", "getIssue"],
            "getIssue",
        ),
    ] {
        let command = installation.command(&[&create[..], words].concat());
        let (code, told) = installation.outcome(command).await;
        assert_eq!(code, Some(1), "{words:?}");
        assert!(told.contains(said), "{words:?}: {told}");
    }
    let mut raw = Raw::open(&installation.database.url()).await;
    assert_eq!(raw.number("SELECT COUNT(*) FROM api_keys").await, Some(0));
    let command = installation.command(&create);
    assert_eq!(installation.outcome(command).await.0, Some(0));
    let id = raw.text("SELECT id FROM api_keys").await.unwrap();
    let pasted = format!(" {} ", id.to_uppercase());
    let command = installation.command(&["keys", "revoke", &pasted]);
    assert_eq!(installation.outcome(command).await.0, Some(0));
    let pattern = "https://*.a.example/cb";
    let words = [
        "clients",
        "create",
        "--name",
        "Studio",
        "--redirect",
        pattern,
    ];
    let (code, told) = installation.outcome(installation.command(&words)).await;
    assert_eq!(code, Some(1));
    assert!(told.contains("patterns are not possible"), "{told}");
}
