//! Processes that are killed in the middle of their work: another one, or their next start, goes on
//! within two seconds, because a dead process is known at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use atlassian_sandbox::FaultAction;
use rstest::rstest;

use crate::edge::idempotency::fixture::{JIRA, assert_unknown, issue, on_create, send};
use crate::refresh::fixture::{READ, on_refresh};
use crate::support::Browser;
use crate::support::database::Database;
use crate::support::faults::on_api;
use crate::support::installation::{Installation, Process};
use crate::support::waiting::until;
use crate::sync::fixture::{PROJECTS, ended, start, status};

/// Within this a person is served again.
const SOON: Duration = Duration::from_secs(2);

/// How many calls of a kind reached Atlassian.
fn calls(installation: &Installation, method: &str, ending: &str, body: &str) -> usize {
    let journal = installation.sandbox.journal();
    journal
        .iter()
        .filter(|call| call.method == method && call.path.ends_with(ending))
        .filter(|call| call.body.contains(body))
        .count()
}

fn refreshes(installation: &Installation) -> usize {
    calls(installation, "POST", "/oauth/token", "\"refresh_token\"")
}

/// Two processes on one database, and a browser that is logged in to the first.
async fn two_processes(kind: Database) -> (Installation, Process, Process, Browser, Browser) {
    let installation = Installation::new_on(kind).await;
    let first = installation.start().await;
    let (second, port) = installation.start_beside().await;
    let browser = installation.logged_in().await;
    let there = browser.at_port(port);
    (installation, first, second, browser, there)
}

/// Kills `process` in the middle of a refresh.
async fn kill_in_refresh(installation: &Installation, process: Process, browser: Browser) {
    installation.sandbox.expire_access_tokens();
    let hangs = on_refresh(FaultAction::Hang, Some(1));
    installation.sandbox.fault(hangs);
    let client = tokio::spawn(async move { browser.get(READ).await.status });
    until("the refresh arrives", async || refreshes(installation) == 1).await;
    process.kill().await;
    assert_eq!(client.await.unwrap(), 502);
}

#[rstest]
#[tokio::test]
async fn a_refresh_whose_process_is_killed_goes_on_elsewhere_within_two_seconds(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (installation, first, second, browser, there) = two_processes(kind).await;
    kill_in_refresh(&installation, first, browser).await;
    let killed = Instant::now();
    let answer = there.get(READ).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    assert_eq!(refreshes(&installation), 2);
    second.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_refresh_whose_process_is_killed_goes_on_after_its_next_start_within_two_seconds(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let installation = Installation::new_on(kind).await;
    let first = installation.start().await;
    let browser = installation.logged_in().await;
    let again = browser.at_port(installation.port);
    kill_in_refresh(&installation, first, browser).await;
    let process = installation.start().await;
    let started = Instant::now();
    let answer = again.get(READ).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert_eq!(refreshes(&installation), 2);
    process.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_sync_whose_process_is_killed_goes_on_elsewhere_soon(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (installation, first, second, browser, there) = two_processes(kind).await;
    installation.sandbox.crowd("acme", 1000, 0);
    let slow = FaultAction::Delay(Duration::from_millis(150));
    installation.sandbox.fault(on_api(PROJECTS, slow, None));
    start(&browser, "jira").await;
    until("some pages are stored", async || {
        status(&browser, "jira").await["fetched"].as_u64().unwrap() >= 200
    })
    .await;
    first.kill().await;
    let killed = Instant::now();
    let before = calls(&installation, "GET", PROJECTS, "");
    until("the walk goes on", async || {
        calls(&installation, "GET", PROJECTS, "") > before
    })
    .await;
    assert!(killed.elapsed() < SOON * 2, "{:?}", killed.elapsed());
    let end = ended(&there, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert_eq!(end["fetched"], end["total"]);
    second.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_create_whose_process_is_killed_is_known_elsewhere_to_be_unknown_within_two_seconds(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (installation, first, second, browser, there) = two_processes(kind).await;
    let hangs = on_create(FaultAction::Hang, Some(1));
    installation.sandbox.fault(hangs);
    let browser = Arc::new(browser);
    let client = {
        let browser = browser.clone();
        tokio::spawn(async move { send(&browser, JIRA, "k", &issue("killed")).await.status })
    };
    let creates = || calls(&installation, "POST", "/issue", "");
    until("the create arrives", async || creates() == 1).await;
    let running = send(&there, JIRA, "k", &issue("killed")).await;
    assert_eq!(running.status, 409, "its process lives");
    first.kill().await;
    let killed = Instant::now();
    assert_eq!(client.await.unwrap(), 502);
    assert_unknown(&send(&there, JIRA, "k", &issue("killed")).await);
    assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    assert_eq!(creates(), 1, "and it is not sent again");
    second.stop().await;
}
