//! One refresh for many callers and processes, committed before its token is used, and safe from crashes.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use futures_util::future::join_all;
use rstest::rstest;

use crate::refresh::fixture::{EXPIRY, READ, on_refresh};
use crate::support::app::build;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};

const LEASE: Duration = Duration::from_secs(61);

async fn fifty(browsers: &[&Browser]) -> Vec<u16> {
    let requests = (0..50).map(|number| browsers[number % browsers.len()].get(READ));
    let mut statuses: Vec<u16> = join_all(requests)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    statuses.dedup();
    statuses
}

#[tokio::test]
async fn fifty_requests_with_an_expired_token_cost_one_refresh() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    assert_eq!(fifty(&[&browser]).await, [200]);
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(app.sandbox.refresh_calls(), 1);
}

#[rstest]
#[tokio::test]
async fn fifty_requests_over_two_processes_cost_one_refresh(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let other = app.another_process().await;
    let browser = app.expired().await;
    // The refresh takes long enough for the other process to come upon the lease.
    let slow = FaultAction::Delay(Duration::from_millis(700));
    app.sandbox.fault(on_refresh(slow, None));
    let statuses = fifty(&[&browser, &elsewhere(&other, &browser)]).await;
    assert_eq!(statuses, [200]);
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(app.grant_state().await.0, Some(2));
}

#[tokio::test]
async fn fifty_requests_whose_token_is_refused_cost_one_refresh() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.expire_access_tokens();
    app.sandbox.clear_journal();
    assert_eq!(fifty(&[&browser]).await, [200]);
    assert_eq!(app.refreshes().len(), 1);
}

async fn refuse_commits(raw: &mut Raw) {
    match raw {
        Raw::Sqlite(_) => {
            raw.run("CREATE TRIGGER full_disk BEFORE UPDATE OF access_token_sealed ON grants BEGIN SELECT RAISE(ABORT, 'full'); END").await;
        }
        Raw::Postgres(_) => {
            raw.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$").await;
            raw.run("CREATE TRIGGER full_disk BEFORE UPDATE OF access_token_sealed ON grants FOR EACH ROW EXECUTE FUNCTION refuse()").await;
        }
    }
}

async fn take_commits(raw: &mut Raw) {
    let table = if matches!(raw, Raw::Postgres(_)) {
        " ON grants"
    } else {
        ""
    };
    raw.run(format!("DROP TRIGGER full_disk{table}")).await;
}

#[rstest]
#[tokio::test]
async fn a_rotated_token_is_stored_before_it_is_used(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    let mut raw = app.raw().await;
    refuse_commits(&mut raw).await;
    for _ in 0..2 {
        let answer = browser.get(READ).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (503, "VENDOR_ERROR")
        );
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
    assert!(
        app.used_tokens().is_empty(),
        "nobody was handed the new token"
    );
    let ready = browser.get("/ready").await;
    assert_eq!(ready.status, 503);
    let reason = ready.json()["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("renewed tokens are waiting"), "{reason}");
    assert_eq!(app.grant_state().await.0, Some(1));
    take_commits(&mut raw).await;
    until("the pair reaches the database", async || {
        app.grant_state().await.0 == Some(2)
    })
    .await;
    until("the commit is known", async || {
        browser.get(READ).await.status == 200
    })
    .await;
    let other = app.another_process().await;
    let answer = elsewhere(&other, &browser).get(READ).await;
    assert_eq!(answer.status, 200, "the stored pair works elsewhere");
    assert_eq!(app.refreshes().len(), 1, "and nothing was asked again");
}

#[tokio::test]
async fn while_a_renewed_token_cannot_be_stored_the_old_one_serves_as_long_as_it_lives() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.advance(EXPIRY.saturating_sub(Duration::from_mins(1)));
    app.sandbox.clear_journal();
    let mut raw = app.raw().await;
    refuse_commits(&mut raw).await;
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(browser.get(READ).await.status, 200);
    let used = app.used_tokens();
    assert_eq!(used[0], used[1]);
    take_commits(&mut raw).await;
    until("the pair reaches the database", async || {
        app.grant_state().await.0 == Some(2)
    })
    .await;
    assert_eq!(browser.get(READ).await.status, 200);
    assert_ne!(app.used_tokens()[2], used[0]);
    assert_eq!(app.refreshes().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_heals_by_presenting_the_same_refresh_token_again() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    let lost = on_refresh(FaultAction::ProcessThenDrop, Some(2));
    app.sandbox.fault(lost);
    assert_eq!(browser.get(READ).await.status, 200);
    let presented = app.presented();
    assert_eq!(presented.len(), 3);
    assert!(presented.iter().all(|token| *token == presented[0]));
    assert_eq!(app.grant_state().await.0, Some(2));
    app.advance(EXPIRY);
    assert_eq!(browser.get(READ).await.status, 200, "the new line goes on");
}

/// A process that dies between Atlassian's rotation of the refresh token and its commit.
async fn crash_during_refresh(app: &TestApp, browser: &Browser) {
    app.sandbox
        .fault(on_refresh(FaultAction::ProcessThenDrop, Some(1)));
    app.sandbox.fault(on_refresh(FaultAction::Hang, None));
    let doomed = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (settings, clock) = (app.settings.clone(), app.clock.clone());
    let cookie = browser.cookie("ib_session").unwrap();
    doomed.spawn(async move {
        let process = build(&settings, clock).await;
        let browser = Browser::new(process.router());
        browser.set_cookie("ib_session", &cookie);
        browser.get(READ).await
    });
    app.until_refreshing(2).await;
    doomed.shutdown_background();
    app.sandbox.clear_faults();
}

#[rstest]
#[tokio::test]
async fn after_a_crash_another_process_presents_the_old_refresh_token_and_nobody_logs_in_again(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    crash_during_refresh(&app, &browser).await;
    let mut raw = app.raw().await;
    let started = raw.number("SELECT refresh_started_at FROM grants").await;
    assert!(started.is_some(), "the interrupted refresh left its trace");
    app.advance(LEASE);
    assert_eq!(browser.get(READ).await.status, 200);
    let presented = app.presented();
    assert!(presented.len() == 3 && presented.iter().all(|token| *token == presented[0]));
    let started = raw.number("SELECT refresh_started_at FROM grants").await;
    assert_eq!(started, None);
    app.advance(EXPIRY);
    assert_eq!(browser.get(READ).await.status, 200, "the new line goes on");
}

#[tokio::test]
async fn a_refresh_token_that_rotated_long_ago_costs_one_call_and_a_clear_message_and_no_loop() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    crash_during_refresh(&app, &browser).await;
    app.advance(Duration::from_hours(1));
    app.sandbox.clear_journal();
    let first = browser.get(READ).await;
    assert_eq!(
        first.status, 503,
        "the process that began it may still live"
    );
    let wait: u64 = first.header("retry-after").parse().unwrap();
    assert_eq!(app.refreshes().len(), 0);
    app.advance(Duration::from_secs(wait));
    for _ in 0..3 {
        let answer = browser.get(READ).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.error_code(), "TOKEN_EXPIRED");
    }
    app.grants_are_left_alone().await;
    assert_eq!(app.refreshes().len(), 1);
    app.log_in(&browser, "mia").await;
    assert_eq!(browser.get(READ).await.status, 200);
}

#[tokio::test]
async fn a_client_that_goes_away_loses_nothing() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    let slow = FaultAction::Delay(Duration::from_millis(600));
    app.sandbox.fault(on_refresh(slow, Some(1)));
    tokio::select! {
        _ = browser.get(READ) => panic!("it was to be slow"),
        () = app.until_refreshing(1) => {}
    }
    until("the pair is committed", async || {
        app.grant_state().await.0 == Some(2)
    })
    .await;
    assert_eq!(browser.get(READ).await.status, 200);
    app.settled().await;
    assert_eq!(app.refreshes().len(), 1);
}

impl TestApp {
    /// Gives the background refresher every chance.
    async fn grants_are_left_alone(&self) {
        self.settled().await;
        let before = self.refreshes().len();
        self.app.grants().refresh_due().await;
        assert_eq!(self.refreshes().len(), before);
    }
}
