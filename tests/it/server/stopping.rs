//! How the real program ends: in order, at once, or killed in the middle of a refresh.

use std::time::Duration;

use atlassian_sandbox::FaultAction;

use crate::refresh::fixture::{READ, READ_UPSTREAM, on_refresh};
use crate::support::faults::on_api;
use crate::support::installation::Installation;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;

/// Long enough for a login, short enough to wait for.
const SHORT_LIFE: u32 = 3;

fn slow(millis: u64) -> FaultAction {
    FaultAction::Delay(Duration::from_millis(millis))
}

async fn until_upstream(installation: &Installation, path: &str, count: usize) {
    until("the call reaches Atlassian", async || {
        let journal = installation.sandbox.journal();
        let calls = journal
            .iter()
            .filter(|entry| entry.path == path && !entry.body.contains("authorization_code"));
        calls.count() >= count
    })
    .await;
}

/// Mia's browser, with an access token that will need a refresh from now on.
async fn about_to_refresh(installation: &Installation) -> crate::support::Browser {
    installation
        .sandbox
        .set_behaviour(|behaviour| behaviour.access_token_seconds = SHORT_LIFE);
    let browser = installation.logged_in().await;
    installation
        .sandbox
        .set_behaviour(|behaviour| behaviour.access_token_seconds = 0);
    installation.sandbox.clear_journal();
    tokio::time::sleep(Duration::from_secs(u64::from(SHORT_LIFE))).await;
    browser
}

#[tokio::test]
async fn after_a_termination_signal_the_slow_request_finishes_and_the_exit_code_is_0() {
    let installation = Installation::new().await;
    let mut process = installation.start().await;
    let browser = installation.logged_in().await;
    installation.sandbox.clear_journal();
    installation
        .sandbox
        .fault(on_api(READ_UPSTREAM, slow(1500), None));
    // A browser that opened a connection ahead of need must not hold the end up.
    let _silent = installation.connect().await;
    let (answer, ()) = tokio::join!(browser.get(READ), async {
        until_upstream(&installation, READ_UPSTREAM, 1).await;
        process.signal("TERM");
        until("nothing new is accepted", async || {
            installation.browser().get("/healthz").await.status == 502
        })
        .await;
    });
    assert_eq!(answer.status, 200, "{}", answer.body);
    let status = process.ended(Duration::from_secs(3)).await;
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn no_signal_cuts_a_request_under_way() {
    let installation = Installation::new().await;
    let mut process = installation.start().await;
    let browser = installation.logged_in().await;
    for signal in ["HUP", "USR1", "USR2", "QUIT"] {
        installation.sandbox.clear_journal();
        let fault = on_api(READ_UPSTREAM, slow(700), Some(1));
        installation.sandbox.fault(fault);
        let (answer, ()) = tokio::join!(browser.get(READ), async {
            until_upstream(&installation, READ_UPSTREAM, 1).await;
            process.signal(signal);
        });
        assert_eq!(answer.status, 200, "{signal}: {}", answer.body);
    }
    let status = process.ended(Duration::from_secs(3)).await;
    assert_eq!(status.code(), Some(0), "SIGQUIT ends it in order");
}

#[tokio::test]
async fn a_second_signal_ends_the_process_at_once() {
    let installation = Installation::new().await;
    let mut process = installation.start().await;
    let browser = installation.logged_in().await;
    installation.sandbox.clear_journal();
    installation
        .sandbox
        .fault(on_api(READ_UPSTREAM, slow(15_000), None));
    let (answer, status) = tokio::join!(browser.get(READ), async {
        until_upstream(&installation, READ_UPSTREAM, 1).await;
        process.signal("TERM");
        tokio::time::sleep(Duration::from_millis(300)).await;
        process.signal("INT");
        process.ended(Duration::from_secs(2)).await
    });
    assert_eq!(answer.status, 502, "cut off");
    assert_eq!(status.code(), Some(130));
}

#[tokio::test]
async fn a_refresh_under_way_at_the_end_is_committed_though_its_client_has_gone() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let browser = about_to_refresh(&installation).await;
    installation.sandbox.fault(on_refresh(slow(1500), Some(1)));
    tokio::select! {
        _ = browser.get(READ) => panic!("it was to be slow"),
        () = until_upstream(&installation, "/oauth/token", 1) => {}
    }
    process.stop().await;
    let mut raw = Raw::open(&installation.database.url()).await;
    let generation = raw.number("SELECT generation FROM grants").await;
    assert_eq!(generation, Some(2));
}

#[tokio::test]
async fn a_process_killed_in_the_middle_of_a_refresh_costs_nobody_a_login() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let browser = about_to_refresh(&installation).await;
    let sandbox = &installation.sandbox;
    // Atlassian has rotated the refresh token, and the answer never arrives.
    sandbox.fault(on_refresh(FaultAction::ProcessThenDrop, Some(1)));
    sandbox.fault(on_refresh(FaultAction::Hang, None));
    tokio::select! {
        _ = browser.get(READ) => panic!("it was to hang"),
        () = until_upstream(&installation, "/oauth/token", 2) => {}
    }
    process.kill().await;
    let mut raw = Raw::open(&installation.database.url()).await;
    let lease = raw.text("SELECT lease_owner FROM grants").await;
    assert!(lease.is_some(), "the dead process still holds the lease");
    drop(raw);
    sandbox.clear_faults();
    let restarted = installation.start().await;
    let answer = browser.get(READ).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let presented: Vec<String> = sandbox
        .journal()
        .iter()
        .filter(|entry| entry.path == "/oauth/token")
        .map(|entry| entry.body.clone())
        .collect();
    assert_eq!(presented.len(), 3);
    assert!(presented.iter().all(|body| *body == presented[0]));
    restarted.stop().await;
}
