//! A commit that fails is never a success: full and read-only disks fail there, on both databases.

use std::time::Duration;

use integration_backend::model::api_key::KeyScope;
use integration_backend::model::product::Product;
use integration_backend::store::refreshes::LeaseState;
use rstest::rstest;
use serde_json::json;

use crate::refresh::fixture::READ;
use crate::store::fixture::{Stored, mia};
use crate::support::database::Database;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;
use crate::support::{Answer, Browser, TestApp};

/// Makes every change of a table fail when it is committed, and not before: what a deferred constraint
/// refuses is refused by `COMMIT`, as a full disk is.
async fn refuse_commits(raw: &mut Raw, change: &str, table: &str) {
    let sql = match raw {
        Raw::Sqlite(_) => vec![
            String::from("CREATE TABLE IF NOT EXISTS void (id INTEGER PRIMARY KEY)"),
            String::from(
                "CREATE TABLE IF NOT EXISTS dangling (id INTEGER REFERENCES void (id) DEFERRABLE INITIALLY DEFERRED)",
            ),
            format!(
                "CREATE TRIGGER refuse_{table} AFTER {change} ON {table} BEGIN INSERT INTO dangling VALUES (1); END"
            ),
        ],
        Raw::Postgres(_) => vec![
            String::from(
                "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no space left'; END $$",
            ),
            format!(
                "CREATE CONSTRAINT TRIGGER refuse_{table} AFTER {change} ON {table} DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION refuse()"
            ),
        ],
    };
    for statement in sql {
        raw.run(statement).await;
    }
}

async fn allow_commits(raw: &mut Raw, table: &str) {
    let sql = match raw {
        Raw::Sqlite(_) => format!("DROP TRIGGER refuse_{table}"),
        Raw::Postgres(_) => format!("DROP TRIGGER refuse_{table} ON {table}"),
    };
    raw.run(sql).await;
}

fn assert_not_available(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (503, "INTERNAL_ERROR"),
        "{}",
        answer.body
    );
    assert!(!answer.header("retry-after").is_empty());
}

#[rstest]
#[tokio::test]
async fn without_a_committed_lease_no_refresh_token_is_presented_and_nobody_is_logged_out(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    let mut raw = app.raw().await;
    refuse_commits(&mut raw, "UPDATE", "grants").await;
    for _ in 0..4 {
        assert_not_available(&browser.get(READ).await);
    }
    assert_eq!(app.refreshes().len(), 0, "no call without a lease");
    app.advance(Duration::from_mins(11));
    assert_not_available(&browser.get(READ).await);
    allow_commits(&mut raw, "grants").await;
    assert_eq!(browser.get(READ).await.status, 200, "without a restart");
    assert_eq!(app.refreshes().len(), 1);
}

/// A write that a browser asks for, and the table it ends in.
async fn write(browser: &Browser, table: &str) -> Answer {
    match table {
        "user_rows" => {
            let user = json!({"email": "ada@example.com", "display_name": "Ada"});
            browser.post("/users", user).await
        }
        "stored_projects" => {
            let project = json!({"key": "ENG", "name": "Engineering"});
            browser.post("/jira/projects", project).await
        }
        "stored_pages" => {
            let page = json!({"space_key": "DOCS", "page_id": "1", "title": "Start"});
            browser.post("/confluence/pages", page).await
        }
        "sync_runs" => browser.post("/connectors/jira/sync", json!({})).await,
        _ => panic!("nothing writes to {table}"),
    }
}

#[rstest]
#[tokio::test]
async fn what_was_not_committed_is_not_answered_as_done(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values("user_rows", "stored_projects", "stored_pages", "sync_runs")] table: &str,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    // The caller's own row exists already, so that only the table in question is written.
    assert_eq!(browser.get("/users").await.status, 200);
    let own = json!({"email": "mia@example.com"});
    assert_eq!(browser.post("/users", own).await.status, 201);
    let mut raw = app.raw().await;
    let before = raw.number(format!("SELECT COUNT(*) FROM {table}")).await;
    refuse_commits(&mut raw, "INSERT", table).await;
    assert_not_available(&write(&browser, table).await);
    let after = raw.number(format!("SELECT COUNT(*) FROM {table}")).await;
    assert_eq!(before, after);
    allow_commits(&mut raw, table).await;
    let answer = write(&browser, table).await;
    assert!(matches!(answer.status, 201 | 202), "{}", answer.body);
}

#[rstest]
#[tokio::test]
async fn a_login_that_cannot_be_kept_is_told_and_leaves_nothing(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let mut raw = app.raw().await;
    refuse_commits(&mut raw, "INSERT", "people").await;
    let browser = app.browser();
    let start = browser.get("/auth/atlassian/login?site=acme").await;
    let address = start.json()["url"].as_str().unwrap().to_owned();
    let callback = app.sandbox.consent(&address, "mia", None).await.unwrap();
    let ended = browser.get(&callback).await;
    assert!(
        ended
            .header("location")
            .contains("error=temporarily_unavailable"),
        "{} {}",
        ended.status,
        ended.header("location")
    );
    assert_eq!(raw.number("SELECT COUNT(*) FROM people").await, Some(0));
    allow_commits(&mut raw, "people").await;
    until("the login works again", async || {
        app.log_in(&app.browser(), "mia").await;
        true
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn what_is_taken_is_taken_only_once_that_is_committed(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let connected = stored.connected(&mia(), Product::Jira).await;
    let site = connected.connection.site.as_ref().unwrap();
    let run = stored
        .store
        .start_sync(&mia(), &connected.connection, &site.cloud_id, "user")
        .await;
    run.unwrap().expect("a run that waits");
    let mut raw = stored.raw().await;
    for table in ["grants", "sync_runs", "connections"] {
        refuse_commits(&mut raw, "UPDATE", table).await;
    }
    let now = stored.now();
    let lease = stored.store.take_lease(&grant, now, LeaseState::Free).await;
    assert!(lease.is_err(), "{lease:?}");
    let run = stored.store.take_sync_run().await;
    assert!(run.is_err(), "{run:?}");
    let due = stored.store.take_due_connection(now).await;
    assert!(due.is_err(), "{due:?}");
    for table in ["grants", "sync_runs", "connections"] {
        allow_commits(&mut raw, table).await;
    }
    assert!(stored.lease(&grant).await.is_some());
    assert!(stored.store.take_sync_run().await.unwrap().is_some());
    let due = stored.store.take_due_connection(now).await;
    assert!(due.unwrap().is_some());
}

/// The ban that keeps it so: outside a transaction, SQLite commits a statement when it is stepped past
/// its last row, and sqlx ignores the error of a statement that is not read to its end.
#[test]
fn no_writing_statement_is_left_before_its_last_row() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for (start, _) in text.match_indices("on_writer!(") {
            let statement = balanced(&text[start..]);
            checked += 1;
            for early in ["fetch_one", "fetch_optional", ".fetch("] {
                assert!(
                    !statement.contains(early),
                    "{}: a writing statement is read with {early}; use fetch_all",
                    path.display()
                );
            }
        }
    }
    assert!(checked > 20, "only {checked} writing statements were found");
}

/// A text up to the bracket that closes its first one.
fn balanced(text: &str) -> &str {
    let mut depth = 0;
    for (position, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 1 => return &text[..position],
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}

#[rstest]
#[tokio::test]
async fn a_credential_is_taken_though_its_use_cannot_be_written_down(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let bearer = app.api_key("service", "default", &[KeyScope::Read]).await;
    let with_key = async || {
        let headers = [("authorization", bearer.as_str())];
        app.browser().get_with("/users", &headers).await.status
    };
    let mut raw = app.raw().await;
    for table in ["sessions", "api_keys"] {
        refuse_commits(&mut raw, "UPDATE", table).await;
    }
    for _ in 0..2 {
        assert_eq!(browser.get("/users").await.status, 200);
        assert_eq!(with_key().await, 200);
        app.advance(Duration::from_mins(6));
    }
    for table in ["sessions", "api_keys"] {
        allow_commits(&mut raw, table).await;
    }
    assert_eq!(with_key().await, 200);
    let used = "SELECT COUNT(*) FROM api_keys WHERE used_at IS NOT NULL";
    assert_eq!(raw.number(used).await, Some(1), "as soon as it can be");
}
