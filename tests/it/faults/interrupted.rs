//! Refreshes that take long or are interrupted: slow answers, tokens that are only in memory, stopped
//! processes.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;

use crate::refresh::fixture::{READ, on_refresh};
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;

/// A little longer than a lease holds that nobody renews.
const LEASE: Duration = Duration::from_secs(16);

#[tokio::test]
async fn a_slow_answer_is_waited_for_and_its_tokens_are_used() {
    let app = TestApp::start_with(&[("UPSTREAM_TIMEOUT", "1")]).await;
    let browser = app.expired().await;
    let slow = FaultAction::Delay(Duration::from_millis(2500));
    app.sandbox.fault(on_refresh(slow, None));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1, "sent once, and not hung up on");
    assert_eq!(app.grant_state().await.0, Some(2));
}

#[rstest]
#[tokio::test]
async fn while_an_answer_is_waited_for_the_lease_is_renewed_and_nobody_else_calls(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let other = app.another_process().await;
    let browser = app.expired().await;
    let slow = FaultAction::Delay(Duration::from_secs(7));
    app.sandbox.fault(on_refresh(slow, None));
    let first = browser.get(READ);
    let beside = elsewhere(&other, &browser);
    let second = async {
        app.until_refreshing(1).await;
        app.advance(LEASE / 2);
        // The lease is renewed every five seconds of real time.
        tokio::time::sleep(Duration::from_secs(6)).await;
        app.advance(LEASE.saturating_sub(Duration::from_secs(4)));
        beside.get(READ).await
    };
    let (first, second) = futures_util::future::join(first, second).await;
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(app.refreshes().len(), 1, "one call, however slow");
    assert_eq!(app.grant_state().await.0, Some(2));
}

/// The database takes everything but renewed tokens.
async fn refuse_tokens(raw: &mut Raw) {
    match raw {
        Raw::Sqlite(_) => {
            raw.run("CREATE TRIGGER refuse_tokens BEFORE UPDATE OF access_token_sealed ON grants BEGIN SELECT RAISE(ABORT, 'no space left'); END").await;
        }
        Raw::Postgres(_) => {
            raw.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no space left'; END $$").await;
            raw.run("CREATE TRIGGER refuse_tokens BEFORE UPDATE OF access_token_sealed ON grants FOR EACH ROW EXECUTE FUNCTION refuse()").await;
        }
    }
}

async fn take_tokens_again(raw: &mut Raw) {
    let sql = match raw {
        Raw::Sqlite(_) => "DROP TRIGGER refuse_tokens",
        Raw::Postgres(_) => "DROP TRIGGER refuse_tokens ON grants",
    };
    raw.run(sql).await;
}

#[rstest]
#[tokio::test]
async fn tokens_in_memory_outlive_an_absence_of_the_database_longer_than_the_leeway(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let other = app.another_process().await;
    let browser = app.expired().await;
    let mut raw = app.raw().await;
    refuse_tokens(&mut raw).await;
    assert_eq!(browser.get(READ).await.status, 503);
    assert_eq!(app.refreshes().len(), 1, "the pair is in memory");
    app.advance(Duration::from_mins(11));
    let beside = elsewhere(&other, &browser);
    let asked_first = beside.get(READ).await;
    assert_eq!(asked_first.status, 503, "{}", asked_first.body);
    let wait: u64 = asked_first.header("retry-after").parse().unwrap();
    assert!((1..=15).contains(&wait), "{wait}");
    assert_eq!(app.refreshes().len(), 1, "the old token is not presented");
    take_tokens_again(&mut raw).await;
    until("the pair is committed", async || {
        app.grant_state().await == (Some(2), Some("active".into()))
    })
    .await;
    assert_eq!(beside.get(READ).await.status, 200);
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
}

#[rstest]
#[tokio::test]
async fn tokens_that_arrive_after_another_process_took_the_lease_are_kept(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    let mut raw = app.raw().await;
    let slow = FaultAction::Delay(Duration::from_millis(700));
    app.sandbox.fault(on_refresh(slow, Some(1)));
    let taken_over = async {
        app.until_refreshing(1).await;
        // Another process took the lease and died before it called.
        raw.run("UPDATE grants SET lease_owner = 'dead', fence = fence + 1")
            .await;
    };
    let (answer, ()) = futures_util::future::join(browser.get(READ), taken_over).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(app.grant_state().await, (Some(2), Some("active".into())));
}

#[tokio::test]
async fn a_process_that_was_stopped_between_two_tries_looks_before_it_sends_again() {
    let app = TestApp::start().await;
    let other = app.another_process().await;
    let browser = app.expired().await;
    app.sandbox.fault(on_refresh(FaultAction::Drop, Some(1)));
    let stopped = browser.get(READ);
    let beside = elsewhere(&other, &browser);
    let meanwhile = async {
        app.until_refreshing(1).await;
        app.advance(LEASE);
        beside.get(READ).await
    };
    let (stopped, meanwhile) = futures_util::future::join(stopped, meanwhile).await;
    assert_eq!((stopped.status, meanwhile.status), (200, 200));
    assert_eq!(
        app.refreshes().len(),
        2,
        "the lost call, and the other process's"
    );
    assert_eq!(app.grant_state().await.0, Some(2));
}
