//! A database server that answers nothing for a while: who asks is told soon, and served as soon as it
//! answers again.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use integration_backend::store::error::StoreError;

use crate::refresh::fixture::READ;
use crate::store::fixture::Stored;
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::lossy_wire::LossyWire;

#[tokio::test]
async fn when_a_silent_server_answers_again_the_first_request_is_served() {
    let app = TestApp::start_on(Database::Postgres, &[]).await;
    let direct = app.settings["INTEGRATION_DB_URL"].clone();
    let (_, rest) = direct.split_once('@').unwrap();
    let wire = LossyWire::to(rest.split_once('/').unwrap().0).await;
    let url = wire.url(&direct);
    let other = app
        .another_process_with(&[("INTEGRATION_DB_URL", &url)])
        .await;
    let browser = app.logged_in("mia").await;
    let there = elsewhere(&other, &browser);
    let all = join_all((0..12).map(|_| there.get(READ))).await;
    assert!(all.iter().all(|answer| answer.status == 200));
    wire.lose();
    let asked = Instant::now();
    assert_eq!(there.get(READ).await.status, 503);
    assert!(
        asked.elapsed() < Duration::from_secs(8),
        "{:?}",
        asked.elapsed()
    );
    wire.mend();
    let asked = Instant::now();
    let all = join_all((0..12).map(|_| there.get(READ))).await;
    let statuses: Vec<u16> = all.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200; 12]);
    assert!(
        asked.elapsed() < Duration::from_secs(3),
        "{:?}",
        asked.elapsed()
    );
}

#[tokio::test]
async fn a_statement_that_gets_no_answer_is_given_up_and_its_connection_with_it() {
    let stored = Stored::new(Database::Postgres).await;
    stored.store.write_probe().await.unwrap();
    let mut raw = stored.raw().await;
    raw.run("BEGIN").await;
    raw.run("LOCK TABLE write_probe").await;
    let asked = Instant::now();
    let given_up = stored.store.write_probe().await;
    assert!(matches!(given_up, Err(StoreError::Unavailable(_))));
    assert!(
        asked.elapsed() < Duration::from_secs(17),
        "{:?}",
        asked.elapsed()
    );
    raw.run("ROLLBACK").await;
    stored.store.write_probe().await.unwrap();
}

#[tokio::test]
async fn those_who_gave_up_waiting_keep_nobodys_connection() {
    let stored = Stored::new(Database::Postgres).await;
    stored.store.write_probe().await.unwrap();
    let mut raw = stored.raw().await;
    raw.run("BEGIN").await;
    raw.run("LOCK TABLE write_probe").await;
    let impatient = (0..16)
        .map(|_| tokio::time::timeout(Duration::from_millis(500), stored.store.write_probe()));
    let given_up = join_all(impatient).await;
    assert!(given_up.iter().all(Result::is_err));
    let asked = Instant::now();
    assert!(stored.store.is_migrated().await.unwrap());
    assert!(
        asked.elapsed() < Duration::from_secs(4),
        "{:?}",
        asked.elapsed()
    );
    raw.run("ROLLBACK").await;
}
