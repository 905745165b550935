//! A process that is stopped past its lease, as a hung machine or SIGSTOP does it, and goes on.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;

use crate::faults::history::{History, Lost};
use crate::faults::long;
use crate::refresh::fixture::{READ, on_refresh};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;

/// A little longer than a lease holds.
const LEASE: Duration = Duration::from_secs(16);

#[rstest]
#[tokio::test]
async fn a_process_that_is_stopped_past_its_lease_and_goes_on_takes_nothing_back(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let installation = Installation::new_on(kind).await;
    let stopped = installation.start().await;
    let browser = installation.logged_in().await;
    let (other, port) = installation.start_beside().await;
    let (there, here) = (browser.at_port(port), browser.at_port(installation.port));
    let mut history = History::begin(&installation.database.url(), &installation.sandbox).await;
    history.expire(&installation.sandbox);
    let sandbox = &installation.sandbox;
    let slow = FaultAction::Delay(Duration::from_millis(500));
    sandbox.fault(on_refresh(slow, Some(1)));
    let before = sandbox.token_uses().len();
    let asked = tokio::spawn(async move { browser.get(READ).await });
    until("the refresh is under way", async || {
        sandbox.token_uses().len() > before
    })
    .await;
    stopped.signal("STOP");
    if long::is_asked_for() {
        tokio::time::sleep(LEASE).await;
    } else {
        let mut raw = Raw::open(&installation.database.url()).await;
        let passed = LEASE.as_millis();
        raw.run(format!(
            "UPDATE grants SET lease_until = lease_until - {passed}"
        ))
        .await;
    }
    let answer = there.get(READ).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    stopped.signal("CONT");
    let answer = asked.await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(sandbox.token_uses().len(), before + 2);
    for browser in [&here, &there] {
        assert_eq!(browser.get(READ).await.status, 200);
    }
    history.check(sandbox, Lost(1)).await;
    stopped.stop().await;
    other.stop().await;
}
