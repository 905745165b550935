//! `copy-to`: SQLite to PostgreSQL and back, with nobody logged out, killed at several points, and refused
//! where two services could meet.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use integration_backend::model::database_url::DatabaseUrl;
use rstest::rstest;

use crate::edge::idempotency::fixture::{JIRA, is_replay, issue, send};
use crate::refresh::fixture::READ;
use crate::support::Browser;
use crate::support::database::{Database, TestDatabase};
use crate::support::installation::{Installation, Process};
use crate::support::raw_database::Raw;

const FORCED: &str = "/api/oauth/atlassian/refresh";
const KEYS: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// An installation with a used database, stopped, and an empty database of the other kind.
pub(super) struct Moving {
    pub(super) installation: Installation,
    pub(super) other: TestDatabase,
    mia: Browser,
}

const fn other(kind: Database) -> Database {
    match kind {
        Database::Sqlite => Database::Postgres,
        Database::Postgres => Database::Sqlite,
    }
}

impl Moving {
    pub(super) async fn new(kind: Database) -> Self {
        let installation = Installation::new_on(kind).await;
        let other = TestDatabase::new(other(kind)).await;
        let process = start(&installation, &installation.database.url()).await;
        let mia = installation.logged_in().await;
        let created = send(&mia, JIRA, "kept", &issue("kept")).await;
        assert_eq!(created.status, 201, "{}", created.body);
        process.stop().await;
        Self {
            installation,
            other,
            mia,
        }
    }

    pub(super) fn copy_command(&self) -> Command {
        self.command(&["copy-to", &self.other.url()])
    }

    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.installation.command(words);
        command.env("VAULT_KEYS", KEYS).stdout(Stdio::null());
        command
    }

    pub(super) async fn outcome(&self, command: Command) -> (Option<i32>, String) {
        self.installation.outcome(command).await
    }

    pub(super) async fn copy(&self) -> (Option<i32>, String) {
        self.outcome(self.copy_command()).await
    }

    pub(super) async fn here(&self) -> Raw {
        Raw::open(&self.installation.database.url()).await
    }

    pub(super) async fn there(&self) -> Raw {
        Raw::open(&self.other.url()).await
    }

    async fn start_there(&self) -> Process {
        start(&self.installation, &self.other.url()).await
    }

    /// Whether a start on the first database is refused; what it says.
    pub(super) async fn refused_here(&self) -> String {
        let mut command = self.command(&[]);
        command.env("LOG_LEVEL", "off");
        let (code, said) = self.outcome(command).await;
        assert_eq!(code, Some(1), "{said}");
        said
    }

    /// Mia is still logged in where the service runs, her login renews, and her create is not repeated.
    pub(super) async fn assert_serves_mia(&self) {
        let read = self.mia.get(READ).await;
        assert_eq!(read.status, 200, "{}", read.body);
        let renewed = self.mia.send("POST", FORCED, &[], None).await;
        assert_eq!(renewed.status, 200, "{}", renewed.body);
        let again = send(&self.mia, JIRA, "kept", &issue("kept")).await;
        assert!(is_replay(&again), "{} {}", again.status, again.body);
    }
}

pub(super) async fn start(installation: &Installation, database: &str) -> Process {
    let mut command = installation.command(&[]);
    command
        .env("VAULT_KEYS", KEYS)
        .env("INTEGRATION_DB_URL", database);
    installation.start_command(command).await
}

/// Rows in every table, of which some are under way.
pub(super) async fn fill(raw: &mut Raw, rows: usize) {
    for number in 0..rows {
        raw.run(format!(
            "INSERT INTO grant_events (tenant, owner, seq, event_type, message, happened_at)
             VALUES ('t{}', 'o', {number}, 'x', 'it''s {number} – ünïcode', {number})",
            number % 3
        ))
        .await;
    }
    raw.run("UPDATE grants SET lease_owner = 'locked-7', lease_until = 4000000000000")
        .await;
    raw.run(
        "INSERT INTO idempotency_keys (id, tenant, owner, route, key_hash, body_hash, state, lease_until, created_at, expires_at, lease_owner)
         VALUES ('running', 't', 'o', 'r', 'k', 'b', 'running', 4000000000000, 1, 4000000000000, 'locked-7')",
    )
    .await;
    raw.run(
        "INSERT INTO sync_runs (id, tenant, owner, product, connection_id, grant_id, cloud_id, user_id, status, is_walked,
           fetched, upserted, removed, started_at, available_at, lease_owner, fence)
         VALUES ('run', 't', 'o', 'jira', 'c', 'g', 's', 'u', 'running', TRUE, 1, 2, 3, 4, 4000000000000, 'locked-7', 5)",
    )
    .await;
    raw.run(
        "INSERT INTO user_rows (id, tenant, owner, number, is_own, created_at) VALUES ('user', 't', 'o', 1, TRUE, 1)",
    )
    .await;
}

#[rstest]
#[tokio::test]
async fn everything_goes_along_and_nobody_is_logged_out(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let moving = Moving::new(kind).await;
    fill(&mut moving.here().await, 250).await;
    let (code, said) = moving.copy().await;
    assert_eq!(code, Some(0), "{said}");
    let mut there = moving.there().await;
    for (sql, expected) in [
        (
            "SELECT COUNT(*) FROM grant_events WHERE message LIKE 'it''s % – ünïcode'",
            250,
        ),
        (
            "SELECT COUNT(*) FROM grants WHERE lease_owner IS NULL AND lease_until IS NULL",
            1,
        ),
        (
            "SELECT COUNT(*) FROM idempotency_keys WHERE id = 'running' AND state = 'unknown'",
            1,
        ),
        (
            "SELECT COUNT(*) FROM sync_runs WHERE lease_owner IS NULL AND is_walked AND fence = 5",
            1,
        ),
        (
            "SELECT COUNT(*) FROM user_rows WHERE is_own AND email IS NULL",
            1,
        ),
    ] {
        assert_eq!(there.number(sql).await, Some(expected), "{sql}");
    }
    there.run("DELETE FROM sync_runs").await;
    let process = moving.start_there().await;
    moving.assert_serves_mia().await;
    process.stop().await;

    let said = moving.refused_here().await;
    assert!(
        said.contains("was moved to") && said.contains("copy-to --undo"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
    let (code, said) = moving.copy().await;
    assert_eq!(code, Some(0), "it is all there: {said}");
    assert_eq!(
        there.number("SELECT COUNT(*) FROM sync_runs").await,
        Some(0),
        "nothing is put back"
    );
    let epoch = "SELECT oldest_epoch FROM schema_info";
    assert!(
        moving.here().await.number(epoch).await > Some(100),
        "older programs stay out"
    );
    assert_eq!(there.number(epoch).await, Some(1));
    let (code, said) = moving.outcome(moving.command(&["copy-to", "--undo"])).await;
    assert_eq!(code, Some(0), "{said}");
    start(&moving.installation, &moving.installation.database.url())
        .await
        .stop()
        .await;
}

#[rstest]
#[tokio::test]
async fn a_copy_that_is_killed_anywhere_is_completed_by_the_next_and_no_service_starts_before(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values(
        "people:",
        "sessions:",
        "grants:",
        "connections:",
        "idempotency_keys:",
        "grant_events:"
    )]
    point: &str,
) {
    let moving = Moving::new(kind).await;
    fill(&mut moving.here().await, 400).await;
    let mut command = moving.copy_command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reached = lines
        .map_while(Result::ok)
        .any(|line| line.starts_with(point));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reached, "it came as far as {point}");
    let mut there = moving.there().await;
    let unfinished = "SELECT COUNT(*) FROM moves WHERE direction = 'from' AND finished_at IS NULL";
    if there.number(unfinished).await == Some(1) {
        let said = moving.refused_here().await;
        assert!(
            said.contains("run integration-backend copy-to again"),
            "{said}"
        );
        let mut command = moving.command(&[]);
        command
            .env("INTEGRATION_DB_URL", moving.other.url())
            .env("LOG_LEVEL", "off");
        let (code, said) = moving.outcome(command).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("holds a part of"), "{said}");
    }
    let (code, said) = moving.copy().await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(there.number(unfinished).await, Some(0));
    let events = "SELECT COUNT(*) FROM grant_events WHERE event_type = 'x'";
    assert_eq!(there.number(events).await, Some(400));
    there.run("DELETE FROM sync_runs").await;
    let process = moving.start_there().await;
    moving.assert_serves_mia().await;
    process.stop().await;
}

#[rstest]
#[tokio::test]
async fn nothing_is_copied_while_a_service_runs_or_into_a_database_in_use(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let moving = Moving::new(kind).await;
    let process = start(&moving.installation, &moving.installation.database.url()).await;
    let (code, said) = moving.copy().await;
    assert_eq!(code, Some(1));
    assert!(said.contains("stop the service first"), "{said}");
    assert_eq!(moving.mia.get(READ).await.status, 200);
    process.stop().await;
    let process = moving.start_there().await;
    let (code, said) = moving.copy().await;
    assert_eq!(code, Some(1));
    assert!(said.contains("stop the service first"), "{said}");
    process.stop().await;
    let mut there = moving.there().await;
    there
        .run("INSERT INTO people (id, issuer, account_id, created_at) VALUES ('p', 'i', 'a', 1)")
        .await;
    let (code, said) = moving.copy().await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("is in use: its table people has rows"),
        "{said}"
    );
    there.run("DELETE FROM people").await;
    // Nothing of all this has closed the first database.
    start(&moving.installation, &moving.installation.database.url())
        .await
        .stop()
        .await;
    let (code, said) = moving.copy().await;
    assert_eq!(
        code,
        Some(0),
        "an unused database of a service will do: {said}"
    );
}

#[tokio::test]
async fn a_copy_of_the_same_kind_and_a_bad_address_are_refused() {
    let moving = Moving::new(Database::Sqlite).await;
    for (address, word) in [
        ("sqlite://another.db", "backup and restore"),
        ("mysql://h/db", "sqlite:// or postgres://"),
    ] {
        let (code, said) = moving.outcome(moving.command(&["copy-to", address])).await;
        assert_eq!(code, Some(1));
        assert!(said.contains(word), "{said}");
    }
    assert!(matches!(
        moving.installation.database.location,
        DatabaseUrl::Sqlite(_)
    ));
    let (code, said) = moving.outcome(moving.command(&["copy-to", "--undo"])).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("was not moved"), "{said}");
}

#[tokio::test]
async fn a_database_sealed_with_its_own_key_file_says_how_the_other_one_opens_it() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    process.stop().await;
    let other = TestDatabase::new(Database::Postgres).await;
    let output = {
        let mut command = installation.command(&["copy-to", &other.url()]);
        tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap()
    };
    let said = String::from_utf8(output.stdout).unwrap();
    let setting = said
        .split_whitespace()
        .find_map(|word| word.strip_prefix("VAULT_KEY_FILE="));
    let file = setting.expect(&said).trim_end_matches(',');
    let mut command = installation.command(&[]);
    command
        .env("INTEGRATION_DB_URL", other.url())
        .env("VAULT_KEY_FILE", file);
    let process = installation.start_command(command).await;
    assert_eq!(mia.get(READ).await.status, 200);
    assert_eq!(mia.send("POST", FORCED, &[], None).await.status, 200);
    process.stop().await;
}
