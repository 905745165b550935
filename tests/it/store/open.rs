//! Opening a store, on both databases: migrations, refusals, private files, leases of dead processes.

use std::path::Path;

use integration_backend::model::database_url::DatabaseUrl;
use integration_backend::model::product::Product;
use integration_backend::store::Store;
use integration_backend::store::error::StoreError;
use rstest::rstest;

use crate::store::fixture::{Stored, mia, vault};
use crate::support::database::{Database, TestDatabase};

#[rstest]
#[tokio::test]
async fn opening_twice_migrates_once_and_keeps_the_rows(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    let again = stored.another(vault()).await.unwrap();
    assert!(again.is_migrated().await.unwrap());
    let jira = again.connection(&mia(), Product::Jira).await.unwrap();
    assert!(jira.is_some());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_processes_may_make_the_same_new_database_at_once(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    for _ in 0..5 {
        let database = TestDatabase::new(kind).await;
        let clock = Stored::new(Database::Sqlite).await.clock;
        let openings = (0..4).map(|_| {
            let (location, clock) = (database.location.clone(), clock.clone());
            tokio::spawn(async move { Store::open(&location, vault(), clock).await })
        });
        for opening in openings.collect::<Vec<_>>() {
            let store = opening.await.unwrap().unwrap();
            assert!(store.is_migrated().await.unwrap());
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_in_one_line(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mut raw = stored.raw().await;
    raw.run("UPDATE schema_info SET oldest_epoch = 2").await;
    let error = stored.another(vault()).await.unwrap_err();
    assert!(matches!(error, StoreError::SchemaTooNew), "{error}");
    assert!(!error.to_string().contains('\n'));
}

#[rstest]
#[tokio::test]
async fn migrations_of_a_newer_neighbour_are_tolerated(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mut raw = stored.raw().await;
    let success = if kind == Database::Sqlite {
        "1"
    } else {
        "TRUE"
    };
    raw.run(format!(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         VALUES (9999, 'from a newer program', CURRENT_TIMESTAMP, {success}, '', 0)"
    ))
    .await;
    assert!(stored.another(vault()).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn a_healthy_store_can_be_written_and_knows_the_time(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.store.write_probe().await.unwrap();
    stored.store.write_probe().await.unwrap();
    let mut raw = stored.raw().await;
    let written = raw.number("SELECT written_at FROM write_probe").await;
    assert_eq!(written, Some(stored.now().millis()));
    let theirs = stored.store.database_time().await.unwrap();
    let apart = theirs
        .since(stored.now())
        .max(stored.now().since(theirs))
        .as_secs();
    assert!(apart < 120, "{apart} s");
    stored.store.close().await;
    assert!(stored.store.write_probe().await.is_err());
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_an_error_and_no_panic() {
    let clock = Stored::new(Database::Sqlite).await.clock;
    let nowhere = DatabaseUrl::Sqlite(Path::new("/nonexistent/folder/x.db").to_owned());
    let error = Store::open(&nowhere, vault(), clock.clone()).await;
    assert!(matches!(error, Err(StoreError::Unavailable(_))));
    let database = TestDatabase::new(Database::Sqlite).await;
    let text = database.folder.join("x.db");
    std::fs::write(&text, "these are no rows, but enough text to look at").unwrap();
    let error = Store::open(&DatabaseUrl::Sqlite(text), vault(), clock).await;
    assert!(error.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_of_a_new_database_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let stored = Stored::new(Database::Sqlite).await;
    stored.log_in(&mia(), "one").await;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&stored.database.folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
        names.push(name);
    }
    let is_lock = |name: &String| Path::new(name).extension().is_some_and(|end| end == "lock");
    let locks: Vec<String> = names.extract_if(.., |name| is_lock(name)).collect();
    assert!(
        locks.contains(&String::from("integration.db.lock")),
        "{locks:?}"
    );
    names.sort();
    let expected = ["integration.db", "integration.db-shm", "integration.db-wal"];
    assert_eq!(names, expected);
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_that_others_could_read_is_taken_from_them_at_the_next_start() {
    use std::os::unix::fs::PermissionsExt;
    let stored = Stored::new(Database::Sqlite).await;
    stored.log_in(&mia(), "one").await;
    let file = |name: &str| stored.database.folder.join(name);
    let names = ["integration.db", "integration.db-shm", "integration.db-wal"];
    for (name, mode) in names.iter().zip([0o644, 0o666, 0o660]) {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(file(name), mode).unwrap();
    }
    let again = stored.another(vault()).await.unwrap();
    let jira = again.connection(&mia(), Product::Jira).await.unwrap();
    assert!(jira.is_some());
    for name in names {
        let mode = std::fs::metadata(file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn the_lease_of_a_dead_process_is_freed_at_the_next_start_and_the_interrupted_refresh_remembered()
 {
    let mut stored = Stored::new(Database::Sqlite).await;
    let grant = stored.log_in(&mia(), "one").await;
    stored.lease(&grant).await.unwrap();
    let another = Stored::new(Database::Sqlite).await.store;
    let dead = std::mem::replace(&mut stored.store, another);
    dead.close().await;
    drop(dead);
    stored.store = stored.another(vault()).await.unwrap();
    let mut raw = stored.raw().await;
    let started = raw.number("SELECT refresh_started_at FROM grants").await;
    assert_eq!(started, Some(stored.now().millis()));
    assert!(stored.lease(&grant).await.is_some());
}

/// A store that is opened beside a running one does not get a grant that is leased there.
async fn a_newcomer_leaves_the_lease(kind: Database) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    stored.lease(&grant).await.unwrap();
    let newcomer = stored.another(vault()).await.unwrap();
    assert!(stored.lease_by(&newcomer, &grant).await.is_none());
}

#[tokio::test]
async fn a_start_beside_a_running_process_frees_nothing() {
    a_newcomer_leaves_the_lease(Database::Sqlite).await;
}

#[tokio::test]
async fn a_start_on_a_database_server_frees_nothing_because_others_may_be_alive() {
    a_newcomer_leaves_the_lease(Database::Postgres).await;
}

#[tokio::test]
async fn a_process_that_starts_while_another_one_does_is_seen_by_later_ones() {
    let mut stored = Stored::new(Database::Sqlite).await;
    let grant = stored.log_in(&mia(), "one").await;
    let elsewhere = Stored::new(Database::Sqlite).await.store;
    let first = std::mem::replace(&mut stored.store, elsewhere);
    first.close().await;
    drop(first);
    // What a process does that finds itself alone, held for longer than it would.
    let lock_file = stored.database.folder.join("integration.db.lock");
    let starting = std::fs::File::open(lock_file).unwrap();
    starting.lock().unwrap();
    let opened = tokio::join!(stored.another(vault()), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        drop(starting);
    });
    let survivor = opened.0.unwrap();
    stored.store = survivor;
    assert!(stored.lease(&grant).await.is_some());
    let newcomer = stored.another(vault()).await.unwrap();
    assert!(stored.lease_by(&newcomer, &grant).await.is_none());
}
