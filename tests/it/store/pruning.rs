//! Removing what has lapsed: all of it, by an index, in steps, and the file shrinks.

use std::time::Duration;

use integration_backend::store::grant_events::NEWEST_EVERYWHERE;
use integration_backend::store::prune::STATEMENTS;
use rstest::rstest;

use crate::store::fixture::Stored;
use crate::support::database::Database;

const DAY: Duration = Duration::from_hours(24);

/// Puts `count` events of one owner into the table, all of this moment.
async fn add_events(stored: &Stored, count: u32, message_length: usize) {
    let now = stored.now().millis();
    let words = "x".repeat(message_length);
    stored
        .raw()
        .await
        .run(format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
             INSERT INTO grant_events (tenant, owner, seq, event_type, message, happened_at)
             SELECT 'default', 'mia', n, 'info', '{words}', {now} FROM numbers"
        ))
        .await;
}

/// Puts `count` sessions into the table, that end in an hour.
async fn add_sessions(stored: &Stored, count: u32) {
    let now = stored.now().millis();
    stored
        .raw()
        .await
        .run(format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
             INSERT INTO sessions (token_hash, login_id, owner, created_at, used_at, expires_at)
             SELECT 'hash ' || n, 'login', 'mia', {now}, {now}, {now} + 3600000 FROM numbers"
        ))
        .await;
}

#[rstest]
#[tokio::test]
async fn more_than_one_step_removes_is_removed_all_the_same(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    add_sessions(&stored, 1_203).await;
    add_events(&stored, 1_001, 10).await;
    assert_eq!(stored.store.prune_lapsed(DAY).await.unwrap(), 0);
    stored.clock.advance(DAY * 91);
    assert_eq!(stored.store.prune_lapsed(DAY * 365).await.unwrap(), 1_203);
    assert_eq!(stored.store.prune_events(DAY * 90).await.unwrap(), 1_000);
    let left = stored
        .raw()
        .await
        .number("SELECT seq FROM grant_events")
        .await;
    assert_eq!(left, Some(1_001), "the newest stays");
}

/// Each statement with numbers in the place of its parameters.
fn filled(statement: &str) -> String {
    statement.replace("$1", "5").replace("$2", "500")
}

#[tokio::test]
async fn every_removal_finds_its_rows_by_an_index_and_in_its_order() {
    let stored = Stored::new(Database::Sqlite).await;
    let mut raw = stored.raw().await;
    for statement in STATEMENTS {
        let plan = raw.plan(filled(statement)).await;
        let walks_a_table = plan
            .lines()
            .any(|step| step.starts_with("SCAN") && !step.contains("INDEX"));
        assert!(
            !walks_a_table && !plan.contains("TEMP B-TREE"),
            "{statement}: {plan}"
        );
    }
}

#[tokio::test]
async fn recent_events_are_found_by_time_however_many_old_ones_there_are() {
    let stored = Stored::new(Database::Sqlite).await;
    let mut raw = stored.raw().await;
    let plan = raw.plan(filled(NEWEST_EVERYWHERE)).await;
    assert!(
        plan.contains("grant_events_by_time (happened_at>?)"),
        "{plan}"
    );
    assert!(!plan.contains("SCAN grant_events"), "{plan}");
}

#[tokio::test]
async fn the_file_of_sqlite_shrinks_when_what_filled_it_has_gone() {
    let stored = Stored::new(Database::Sqlite).await;
    let pages = async || {
        let pages = stored.raw().await.number("PRAGMA page_count").await;
        pages.unwrap()
    };
    add_events(&stored, 20_000, 1_000).await;
    let full = pages().await;
    stored.clock.advance(DAY * 91);
    stored.store.prune_events(DAY * 90).await.unwrap();
    assert_eq!(pages().await, full, "a removal alone leaves the pages free");
    let given = stored.store.give_back_pages().await.unwrap();
    let left = pages().await;
    assert!(
        given > 0 && left < full / 2,
        "{full} pages, {left} left, {given} given back"
    );
}
