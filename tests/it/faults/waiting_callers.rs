//! Who waits for a renewal, how long, and what they are told.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use integration_backend::work::deadline::Deadline;
use rstest::rstest;

use crate::refresh::fixture::{EXPIRY, READ, on_refresh};
use crate::support::app::{build, elsewhere};
use crate::support::database::Database;
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};

/// Lets a process that nobody knows take the lease; gives the answer to a caller who waits a second.
async fn asked_beside(
    app: &TestApp,
    browser: &Browser,
    holder: &str,
    seconds: i64,
) -> crate::support::Answer {
    let until = app.clock_millis() + seconds * 1000;
    app.raw()
        .await
        .run(format!(
            "UPDATE grants SET lease_owner = '{holder}', lease_until = {until}, refresh_started_at = {until} - 15000, fence = fence + 1"
        ))
        .await;
    Deadline::within(Duration::from_secs(1))
        .over(browser.get(READ))
        .await
}

#[rstest]
#[tokio::test]
async fn who_waited_in_vain_is_told_how_long_the_lease_lasts_and_atlassian_is_not_blamed(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    let answer = asked_beside(&app, &browser, "timed-1", 12).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((10..=12).contains(&wait), "{wait}");
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("is being renewed") && !message.contains("Atlassian"),
        "{message}"
    );
    assert_eq!(app.refreshes().len(), 0);
    app.advance(Duration::from_secs(12));
    assert_eq!(browser.get(READ).await.status, 200, "the lease is over");
}

#[rstest]
#[tokio::test]
async fn a_holder_whose_lock_is_gone_is_not_waited_for(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    if kind == Database::Sqlite {
        let left = app.database_folder().join("integration.db.77.lock");
        std::fs::write(left, "").unwrap();
    }
    asked_beside(&app, &browser, "locked-77", 12).await;
    // The clock stands still: whoever waited for the lease to end would wait in vain.
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
}

/// A process whose lock on PostgreSQL is only pretended, as behind a pooler that shares sessions.
#[tokio::test]
async fn without_session_locks_the_lease_of_a_dead_process_lasts_and_no_living_one_is_taken_for_dead()
 {
    let app = TestApp::start_on(Database::Postgres, &[]).await;
    let browser = app.expired().await;
    let mut raw = app.raw().await;
    raw.run("CREATE FUNCTION public.pg_try_advisory_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'").await;
    let pooled = build(&app.settings, app.clock.clone()).await;
    let there = elsewhere(&pooled, &browser);
    let slow = FaultAction::Delay(Duration::from_millis(2500));
    app.sandbox.fault(on_refresh(slow, Some(1)));
    let meanwhile = async {
        app.until_refreshing(1).await;
        let holder = raw.text("SELECT lease_owner FROM grants").await.unwrap();
        assert!(holder.starts_with("timed-"), "{holder}");
        browser.get(READ).await
    };
    let (renewed, waited) = futures_util::future::join(there.get(READ), meanwhile).await;
    assert_eq!((renewed.status, waited.status), (200, 200));
    assert_eq!(app.refreshes().len(), 1, "a slow one is not taken over");
}

#[rstest]
#[tokio::test]
async fn inside_the_margin_nobody_waits_and_the_token_is_renewed_beside_the_request(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    app.advance(EXPIRY.saturating_sub(Duration::from_mins(1)));
    app.sandbox.clear_journal();
    let slow = FaultAction::Delay(Duration::from_secs(2));
    app.sandbox.fault(on_refresh(slow, None));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.grant_state().await.0, Some(1), "the old one served");
    app.until_refreshing(1).await;
    until("the pair is committed", async || {
        app.grant_state().await.0 == Some(2)
    })
    .await;
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
    let used = app.used_tokens();
    assert_ne!(used[0], used[1]);
}

#[tokio::test]
async fn in_the_last_moments_of_a_token_its_renewal_is_waited_for() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let before = app.browser_token(&browser).await;
    app.advance(EXPIRY.saturating_sub(Duration::from_secs(12)));
    let slow = FaultAction::Delay(Duration::from_millis(700));
    app.sandbox.fault(on_refresh(slow, None));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
    assert_ne!(
        app.used_tokens().last(),
        Some(&before),
        "the new one serves"
    );
}

impl TestApp {
    /// The access token that the browser's calls are made with.
    async fn browser_token(&self, browser: &Browser) -> String {
        assert_eq!(browser.get(READ).await.status, 200);
        self.used_tokens().last().unwrap().clone()
    }
}
