//! A lock that another session of the database server holds for twenty seconds, as a migration by hand or a
//! forgotten transaction does: nobody is logged out, no pair is lost, and everybody hears of it in bounded time.

use std::time::{Duration, Instant};

use atlassian_sandbox::FaultAction;
use futures_util::future::{join, join_all};
use rstest::rstest;

use crate::faults::history::{History, Lost};
use crate::refresh::fixture::{READ, on_refresh};
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;

/// How long it is held: longer than we wait for any statement.
const HELD: Duration = Duration::from_secs(20);
/// Within this everybody has an answer.
const BOUND: Duration = Duration::from_secs(30);

/// What is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lock {
    /// Every grant, also for those who only read.
    Table,
    /// Of the grants the one that is not renewed yet, for those who write.
    Row,
}

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    BeforeTheRefresh,
    WhileAtlassianAnswers,
}

impl Lock {
    async fn begin(self, raw: &mut Raw) {
        raw.run("BEGIN").await;
        let sql = match self {
            Self::Table => "LOCK TABLE grants IN ACCESS EXCLUSIVE MODE",
            Self::Row => "SELECT id FROM grants WHERE generation = 1 FOR UPDATE",
        };
        raw.run(sql).await;
    }
}

#[rstest]
#[tokio::test]
async fn a_lock_on_the_grants_costs_nobody_a_login_and_no_pair(
    #[values(Lock::Table, Lock::Row)] lock: Lock,
    #[values(Moment::BeforeTheRefresh, Moment::WhileAtlassianAnswers)] moment: Moment,
) {
    let app = TestApp::start_on(Database::Postgres, &[]).await;
    let other = app.another_process().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let mut history = History::begin(&app.settings["INTEGRATION_DB_URL"], &app.sandbox).await;
    history.expire(&app.sandbox);
    assert_eq!(omar.get(READ).await.status, 200, "renewed before");
    let sandbox = &app.sandbox;
    let calls = sandbox.token_uses().len();
    let slow = FaultAction::Delay(Duration::from_millis(600));
    sandbox.fault(on_refresh(slow, None));
    let mut raw = app.raw().await;
    if moment == Moment::BeforeTheRefresh {
        lock.begin(&mut raw).await;
    }
    let held = async {
        if moment == Moment::WhileAtlassianAnswers {
            until("the call is sent", async || {
                sandbox.token_uses().len() > calls
            })
            .await;
            lock.begin(&mut raw).await;
        }
        tokio::time::sleep(HELD).await;
        raw.run("ROLLBACK").await;
        app.advance(HELD);
    };
    let there = elsewhere(&other, &mia);
    let asked = [&mia, &there, &mia].map(|browser| async move {
        let began = Instant::now();
        (browser.get(READ).await, began.elapsed())
    });
    let beside = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        if lock == Lock::Row {
            let began = Instant::now();
            let answer = omar.get(READ).await;
            assert_eq!(
                answer.status, 200,
                "nobody else is held up: {}",
                answer.body
            );
            assert!(began.elapsed() < Duration::from_secs(3));
        }
    };
    let (answers, ((), ())) = join(join_all(asked), join(held, beside)).await;
    for (answer, took) in answers {
        assert!(took < BOUND, "{took:?}");
        if answer.status != 200 {
            assert_eq!(answer.status, 503, "{}", answer.body);
            assert!(!answer.header("retry-after").is_empty());
        }
    }
    for browser in [&mia, &there] {
        until("she is served again", async || {
            browser.get(READ).await.status == 200
        })
        .await;
    }
    assert_eq!(sandbox.token_uses().len(), calls + 1, "one pair, kept");
    history.check(sandbox, Lost(0)).await;
}
