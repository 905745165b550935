//! Syncs in the real program: ended in order, or killed, and gone on with by the next start.

use std::time::Duration;

use atlassian_sandbox::FaultAction;

use crate::support::Browser;
use crate::support::faults::on_api;
use crate::support::installation::{Installation, Process};
use crate::support::waiting::until;
use crate::sync::fixture::{PROJECTS, ended, start, status};

/// A site with eleven pages of projects, each of which takes a while.
fn slow_site(installation: &Installation) {
    installation.sandbox.crowd("acme", 1000, 0);
    let slow = FaultAction::Delay(Duration::from_millis(150));
    installation.sandbox.fault(on_api(PROJECTS, slow, None));
}

fn calls(installation: &Installation) -> usize {
    let journal = installation.sandbox.journal();
    journal
        .iter()
        .filter(|entry| entry.path.ends_with(PROJECTS))
        .count()
}

/// The real program in the middle of a sync of Mia's.
async fn half_synced() -> (Installation, Process, Browser) {
    let installation = Installation::new().await;
    let process = installation.start().await;
    slow_site(&installation);
    let browser = installation.logged_in().await;
    start(&browser, "jira").await;
    until("some pages are stored", async || {
        status(&browser, "jira").await["fetched"].as_u64().unwrap() >= 200
    })
    .await;
    (installation, process, browser)
}

#[tokio::test]
async fn a_termination_signal_stops_a_walk_at_once_and_the_next_start_goes_on() {
    let (installation, mut process, browser) = half_synced().await;
    process.signal("TERM");
    let exit = process.ended(Duration::from_secs(5)).await;
    assert_eq!(exit.code(), Some(0));
    let _again = installation.start().await;
    let end = ended(&browser, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert_eq!(end["fetched"], end["total"]);
    // The page that was under way is asked for again, and no other.
    assert!(calls(&installation) <= 12, "{}", calls(&installation));
}

#[tokio::test]
async fn a_killed_process_leaves_a_run_that_the_next_start_goes_on_with() {
    let (installation, process, browser) = half_synced().await;
    process.kill().await;
    let _again = installation.start().await;
    let end = ended(&browser, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert_eq!(end["fetched"], end["total"]);
    assert!(calls(&installation) <= 12, "{}", calls(&installation));
}
