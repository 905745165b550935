//! Sync runs in the store, on both databases: who holds one, and along which index they are found.

use integration_backend::model::lease::LEASE;
use integration_backend::model::product::Product;
use integration_backend::model::scope::Scope;
use integration_backend::model::stored::ProjectEntry;
use integration_backend::model::sync::{Entries, ListPage, SyncRun, SyncState};
use integration_backend::store::sync_runs::{TAKE_DUE, WAITING_SYNCS};
use rstest::rstest;

use crate::store::fixture::{HOUR, Stored, mia, site, strangers};
use crate::support::database::Database;

async fn begun(stored: &Stored) -> Option<SyncRun> {
    let connected = stored.connected(&mia(), Product::Jira).await;
    let user = stored.store.own_user(&mia()).await.unwrap();
    let cloud_id = &site("acme").cloud_id;
    let store = &stored.store;
    let begun = store
        .start_sync(&mia(), &connected.connection, cloud_id, &user.id)
        .await;
    begun.unwrap()
}

async fn taken(stored: &Stored) -> Option<SyncRun> {
    let taken = stored.store.take_sync_run().await.unwrap();
    taken.map(|taken| taken.run)
}

async fn save(stored: &Stored, scope: &Scope, run: &SyncRun, page: ListPage) -> Option<SyncRun> {
    let saved = stored.store.save_sync_page(scope, run, &page).await;
    saved.unwrap()
}

fn page(keys: &[&str], next: Option<&str>) -> ListPage {
    let entry = |key: &&str| ProjectEntry {
        key: (*key).to_owned(),
        name: format!("Name of {key}"),
        lead: None,
        url: None,
    };
    ListPage {
        entries: Entries::Projects(keys.iter().map(entry).collect()),
        count: i64::try_from(keys.len()).unwrap(),
        next: next.map(str::to_owned),
        total: None,
    }
}

#[rstest]
#[tokio::test]
async fn a_run_is_begun_once_and_held_by_one_until_its_lease_ends(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    let run = begun(&stored).await.unwrap();
    assert_eq!(begun(&stored).await, None, "one is under way");
    let first = taken(&stored).await.unwrap();
    assert_eq!((first.id.as_str(), first.fence), (run.id.as_str(), 1));
    assert_eq!(taken(&stored).await, None);
    stored.clock.advance(LEASE);
    let second = taken(&stored).await.unwrap();
    assert_eq!((second.id.as_str(), second.fence), (run.id.as_str(), 2));
    let store = &stored.store;
    let late = save(&stored, &mia(), &first, page(&["EX"], None)).await;
    assert_eq!(late, None, "the earlier holder writes nothing");
    assert!(!store.finish_sync(&first, Some("late")).await.unwrap());
    assert!(store.finish_sync(&second, None).await.unwrap());
    let ended = store
        .sync_run(&mia(), Product::Jira)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (ended.state, ended.synced_at),
        (SyncState::Succeeded, Some(stored.now()))
    );
    assert!(begun(&stored).await.is_some_and(|next| next.id != run.id));
}

#[rstest]
#[tokio::test]
async fn a_page_is_stored_with_its_progress_or_not_at_all(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    stored.log_in(&mia(), "one").await;
    begun(&stored).await.unwrap();
    let run = taken(&stored).await.unwrap();
    let first = page(&["B", "A", "B"], Some("next"));
    let saved = save(&stored, &mia(), &run, first).await.unwrap();
    assert_eq!(
        (saved.fetched, saved.upserted),
        (3, 2),
        "a key twice is one row"
    );
    assert_eq!(
        (saved.walked_to.as_deref(), saved.is_walked),
        (Some("next"), false)
    );
    assert_eq!(
        store.remove_unseen(&mia(), &saved).await.unwrap(),
        None,
        "not before the whole list was seen"
    );
    for stranger in strangers() {
        let theirs = save(&stored, &stranger, &saved, page(&["C"], None)).await;
        assert_eq!(theirs, None);
    }
    store
        .delete_connection(&mia(), Product::Jira)
        .await
        .unwrap();
    let gone = save(&stored, &mia(), &saved, page(&["C"], None)).await;
    assert_eq!(gone, None, "the connection is gone");
    let rows = store
        .stored_projects(&mia(), &saved.user_id, "", 9)
        .await
        .unwrap();
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["A", "B"]);
}

#[rstest]
#[tokio::test]
async fn a_run_that_starts_over_keeps_its_rows_and_counts_anew(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    stored.log_in(&mia(), "one").await;
    begun(&stored).await.unwrap();
    let run = taken(&stored).await.unwrap();
    let first = ListPage {
        total: Some(9),
        ..page(&["A", "B"], Some("next"))
    };
    let saved = save(&stored, &mia(), &run, first).await.unwrap();
    for stranger in strangers() {
        let theirs = store.start_sync_over(&stranger, &saved).await;
        assert_eq!(theirs.unwrap(), None);
    }
    let over = store.start_sync_over(&mia(), &saved).await;
    let over = over.unwrap().unwrap();
    assert_eq!(
        (over.walked_to.as_deref(), over.fetched, over.total),
        (None, 0, None)
    );
    assert_eq!((over.id, over.upserted), (saved.id.clone(), 2));
    let rows = store.stored_projects(&mia(), &saved.user_id, "", 9).await;
    assert_eq!(rows.unwrap().len(), 2);
    stored.clock.advance(LEASE);
    taken(&stored).await.unwrap();
    let late = store.start_sync_over(&mia(), &saved).await;
    assert_eq!(late.unwrap(), None, "another process holds it");
}

#[rstest]
#[tokio::test]
async fn an_empty_page_is_progress_too(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    begun(&stored).await.unwrap();
    let run = taken(&stored).await.unwrap();
    let saved = save(&stored, &mia(), &run, page(&[], None)).await.unwrap();
    assert_eq!((saved.fetched, saved.is_walked), (0, true));
}

#[rstest]
#[tokio::test]
async fn each_due_connection_is_taken_once(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    let store = &stored.store;
    let next = stored.now().plus(HOUR);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.extend(store.take_due_connection(next).await.unwrap());
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 2, "both connections, and then none");
    stored.clock.advance(HOUR);
    assert!(
        store
            .take_due_connection(next.plus(HOUR))
            .await
            .unwrap()
            .is_some()
    );
}

#[rstest]
#[tokio::test]
async fn a_run_is_held_while_its_holder_renews_the_lease_and_no_longer(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    begun(&stored).await.unwrap();
    let run = taken(&stored).await.unwrap();
    for _ in 0..3 {
        stored.clock.advance(LEASE / 2);
        assert!(stored.store.renew_sync(&run).await.unwrap());
    }
    assert_eq!(taken(&stored).await, None);
    stored.clock.advance(LEASE);
    taken(&stored).await.unwrap();
    assert!(!stored.store.renew_sync(&run).await.unwrap(), "taken over");
}

#[rstest]
#[tokio::test]
async fn a_run_whose_times_were_written_by_a_clock_that_was_ahead_waits_for_nobody(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    stored.clock.advance(HOUR);
    begun(&stored).await.unwrap();
    taken(&stored).await.unwrap();
    stored.clock.set_back(HOUR);
    assert_eq!(taken(&stored).await, None);
    let orphans = stored.store.free_orphaned_syncs().await.unwrap();
    assert_eq!(orphans.freed, 1);
    assert!(taken(&stored).await.is_some());
}

#[tokio::test]
async fn runs_that_wait_and_connections_that_are_due_are_found_along_an_index() {
    let stored = Stored::new(Database::Sqlite).await;
    let mut raw = stored.raw().await;
    let waiting = WAITING_SYNCS.replace("$1", "7").replace("$2", "8");
    let plan = raw.plan(waiting).await;
    assert_eq!(
        plan,
        "SEARCH sync_runs USING INDEX sync_runs_by_availability (status=? AND available_at<?)\n"
    );
    let due = TAKE_DUE.replace("$1", "7").replace("$2", "8");
    let plan = raw.plan(due).await;
    assert!(
        plan.contains("connections_by_sync_due_time (sync_due_at<?)") && !plan.contains("SCAN"),
        "{plan}"
    );
}
