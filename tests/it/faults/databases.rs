//! A database that is locked, gone, or silent, before a refresh and in the middle of one: no token call
//! without a lease, no pair lost, and everybody is served as soon as it is back.

use std::time::{Duration, Instant};

use atlassian_sandbox::FaultAction;
use rstest::rstest;

use crate::faults::history::{History, Lost};
use crate::refresh::fixture::{READ, on_refresh};
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::lossy_wire::LossyWire;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};

/// How the wire to a database server fails.
#[derive(Debug, Clone, Copy)]
enum Absence {
    /// Connections end, and new ones are refused.
    Gone,
    /// Everything is lost on the way.
    Silent,
}

impl Absence {
    fn begin(self, wire: &LossyWire) {
        match self {
            Self::Gone => wire.cut(),
            Self::Silent => wire.lose(),
        }
    }
}

/// A process that reaches its database by a wire which can fail, and a person who is logged in.
struct Wired {
    app: TestApp,
    browser: Browser,
    wire: LossyWire,
    history: History,
}

impl Wired {
    /// No token call was made since there were `calls` of them; with the wire mended there is one, in seconds, and
    /// nobody is logged out.
    async fn goes_on_at_once(&mut self, calls: usize) {
        assert_eq!(self.app.sandbox.token_uses().len(), calls);
        self.wire.mend();
        let asked = Instant::now();
        assert_eq!(self.browser.get(READ).await.status, 200);
        assert!(
            asked.elapsed() < Duration::from_secs(4),
            "{:?}",
            asked.elapsed()
        );
        assert_eq!(self.app.sandbox.token_uses().len(), calls + 1);
        self.history.check(&self.app.sandbox, Lost(0)).await;
    }
}

async fn wired() -> Wired {
    let app = TestApp::start_on(Database::Postgres, &[]).await;
    let direct = app.settings["INTEGRATION_DB_URL"].clone();
    let (_, rest) = direct.split_once('@').unwrap();
    let wire = LossyWire::to(rest.split_once('/').unwrap().0).await;
    let url = wire.url(&direct);
    let other = app
        .another_process_with(&[("INTEGRATION_DB_URL", &url)])
        .await;
    let browser = elsewhere(&other, &app.logged_in("mia").await);
    assert_eq!(browser.get(READ).await.status, 200);
    let mut history = History::begin(&direct, &app.sandbox).await;
    history.expire(&app.sandbox);
    Wired {
        app,
        browser,
        wire,
        history,
    }
}

#[rstest]
#[tokio::test]
async fn while_the_server_is_away_nothing_is_presented_and_afterwards_people_are_served_at_once(
    #[values(Absence::Gone, Absence::Silent)] absence: Absence,
) {
    let mut wired = wired().await;
    let calls = wired.app.sandbox.token_uses().len();
    absence.begin(&wired.wire);
    let asked = Instant::now();
    let answer = wired.browser.get(READ).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(
        asked.elapsed() < Duration::from_secs(8),
        "{:?}",
        asked.elapsed()
    );
    wired.goes_on_at_once(calls).await;
}

#[rstest]
#[tokio::test]
async fn a_server_that_goes_away_in_the_middle_of_a_refresh_loses_no_pair(
    #[values(Absence::Gone, Absence::Silent)] absence: Absence,
) {
    let mut wired = wired().await;
    let sandbox = &wired.app.sandbox;
    let calls = sandbox.token_uses().len();
    let slow = FaultAction::Delay(Duration::from_millis(600));
    sandbox.fault(on_refresh(slow, None));
    let away = async {
        until("the call is sent", async || {
            sandbox.token_uses().len() > calls
        })
        .await;
        absence.begin(&wired.wire);
    };
    let (answer, ()) = futures_util::future::join(wired.browser.get(READ), away).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    wired.wire.mend();
    until("the pair is committed", async || {
        wired.app.grant_state().await.0 == Some(2)
    })
    .await;
    assert_eq!(wired.browser.get(READ).await.status, 200);
    assert_eq!(sandbox.token_uses().len(), calls + 1, "one call, kept");
    wired.history.check(sandbox, Lost(0)).await;
}

#[tokio::test]
async fn a_server_that_falls_silent_at_the_lease_lets_nobody_present_a_token() {
    let mut wired = wired().await;
    let calls = wired.app.sandbox.token_uses().len();
    // The lease does not arrive; the same words are sent once on every connection.
    wired.wire.lose_at("refresh_started_at = COALESCE");
    let asked = Instant::now();
    let answer = wired.browser.get(READ).await;
    assert!(wired.wire.is_lost(), "it came as far as the lease");
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(!answer.header("retry-after").is_empty());
    assert!(
        asked.elapsed() < Duration::from_secs(25),
        "{:?}",
        asked.elapsed()
    );
    wired.goes_on_at_once(calls).await;
}

#[tokio::test]
async fn a_sqlite_file_that_another_program_locks_is_told_and_loses_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut history = History::begin(&app.settings["INTEGRATION_DB_URL"], &app.sandbox).await;
    history.expire(&app.sandbox);
    let calls = app.sandbox.token_uses().len();
    let mut raw: Raw = app.raw().await;
    raw.run("BEGIN IMMEDIATE").await;
    let asked = Instant::now();
    let answer = browser.get(READ).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(
        asked.elapsed() < Duration::from_secs(12),
        "{:?}",
        asked.elapsed()
    );
    assert_eq!(
        app.sandbox.token_uses().len(),
        calls,
        "no call without a lease"
    );
    raw.run("ROLLBACK").await;
    assert_eq!(browser.get(READ).await.status, 200);
    history.check(&app.sandbox, Lost(0)).await;
}
