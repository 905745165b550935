//! What is kept does not grow for ever: a year of use leaves a database as large as a month of it, and what
//! has lapsed goes in small steps.

use std::time::Duration;

use rstest::rstest;

use crate::store::fixture::{Stored, vault};
use crate::support::database::Database;
use crate::support::raw_database::Raw;

const DAY: Duration = Duration::from_hours(24);
/// The most rows that one statement may remove: SQLite has one writer, and others wait for it.
const STEP: i64 = 500;

/// Puts `count` rows into a table, as a statement over the numbers `n`.
async fn add(raw: &mut Raw, count: u32, into: &str, values: &str) {
    raw.run(format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
         INSERT INTO {into} SELECT {values} FROM numbers"
    ))
    .await;
}

/// What 300 people leave behind in a day.
async fn a_day_of_use(stored: &Stored, day: u32) {
    let now = stored.now().millis();
    let words = "x".repeat(200);
    let mut raw = stored.raw().await;
    add(
        &mut raw,
        900,
        "grant_events (tenant, owner, seq, event_type, message, happened_at)",
        &format!("'t', 'owner ' || (n % 300), {day} * 1000 + n, 'info', '{words}', {now}"),
    )
    .await;
    add(
        &mut raw,
        600,
        "sessions (token_hash, login_id, owner, created_at, used_at, expires_at)",
        &format!("'{day} ' || n, 'login', 'owner', {now}, {now}, {now} + 604800000"),
    )
    .await;
    add(
        &mut raw,
        600,
        "flows (id, state_hash, provider, client_id, redirect_uri, tenant, verifier_sealed, ending, created_at, expires_at)",
        &format!("'{day} ' || n, '{day} ' || n, 'jira', 'c', 'r', 't', '{words}', 'page', {now}, {now} + 600000"),
    )
    .await;
    add(
        &mut raw,
        600,
        "idempotency_keys (id, tenant, owner, route, key_hash, body_hash, state, result_sealed, lease_until, created_at, expires_at)",
        &format!("'{day} ' || n, 't', 'o', 'r', '{day} ' || n, 'b', 'done', '{words}', 0, {now}, {now} + 86400000"),
    )
    .await;
}

async fn prune(stored: &Stored) {
    stored.store.prune_lapsed(DAY / 2).await.unwrap();
    stored.store.prune_keys().await.unwrap();
    stored.store.prune_events(DAY * 90).await.unwrap();
    stored.store.give_back_pages().await.unwrap();
}

#[tokio::test]
async fn a_year_of_use_leaves_a_file_as_large_as_a_quarter_of_it() {
    let stored = Stored::new(Database::Sqlite).await;
    let mut sizes = Vec::new();
    // A day in three: the rows of the others are like them.
    for day in (0..360).step_by(3) {
        a_day_of_use(&stored, day).await;
        stored.clock.advance(DAY * 3);
        prune(&stored).await;
        sizes.push(
            stored
                .raw()
                .await
                .number("PRAGMA page_count")
                .await
                .unwrap(),
        );
    }
    // Events are kept for ninety days.
    let (quarter, year) = (sizes[35], sizes[sizes.len() - 1]);
    assert!(year <= quarter * 11 / 10, "{quarter} pages, then {year}");
    let log = stored.database.folder.join("integration.db-wal");
    let log = std::fs::metadata(log).unwrap().len();
    assert!(log < 16 << 20, "the log has {log} bytes");
}

#[tokio::test]
async fn what_has_lapsed_goes_in_small_steps() {
    let stored = Stored::new(Database::Postgres).await;
    let mut raw = stored.raw().await;
    raw.run("CREATE TABLE steps (gone BIGINT)").await;
    raw.run(
        "CREATE FUNCTION note_step() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN INSERT INTO steps SELECT COUNT(*) FROM gone; RETURN NULL; END $$",
    )
    .await;
    let tables = ["sessions", "flows", "idempotency_keys", "grant_events"];
    for table in tables {
        raw.run(format!(
            "CREATE TRIGGER note_step AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone
             FOR EACH STATEMENT EXECUTE FUNCTION note_step()"
        ))
        .await;
    }
    for day in 0..3 {
        a_day_of_use(&stored, day).await;
    }
    stored.clock.advance(DAY * 100);
    prune(&stored).await;
    let largest = raw.number("SELECT MAX(gone) FROM steps").await;
    assert_eq!(largest, Some(STEP));
    let all = raw
        .number("SELECT CAST(SUM(gone) AS BIGINT) FROM steps")
        .await;
    // All but the newest event of each of three hundred owners.
    assert_eq!(all, Some(3 * (600 * 3 + 900) - 300));
}

#[rstest]
#[tokio::test]
async fn processes_that_have_died_leave_no_rows(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mut raw = stored.raw().await;
    for number in 1..=50 {
        raw.run(format!(
            "INSERT INTO processes (number, holder, place, started_at, seen_at, ring, sealing)
             VALUES ({number}, 'locked-{number}', 'a host', 0, 0, 'first:1', 'first:1')"
        ))
        .await;
    }
    let another = stored.another(vault()).await.unwrap();
    crate::support::waiting::until("only the living are left", async || {
        another.keep_up().await.unwrap();
        let rows = "SELECT COUNT(*) FROM processes";
        stored.raw().await.number(rows).await == Some(2)
    })
    .await;
}
