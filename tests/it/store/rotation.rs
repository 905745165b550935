//! Sealing anew under another vault key: which key seals when, what a step changes, and when it is over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use integration_backend::model::flow::Flow;
use integration_backend::model::product::Product;
use integration_backend::store::Store;
use integration_backend::store::error::StoreError;
use integration_backend::store::rotation::{RotationOutcome, Unreadable};
use integration_backend::store::vault::{Vault, VaultError};
use rstest::rstest;

use crate::store::fixture::{Stored, key, login, mia, scope, tokens, vault};
use crate::store::people::flow;
use crate::support::database::Database;
use crate::support::waiting::until;

/// A ring with a new key in front of the usual one.
fn ring() -> Vault {
    Vault::new(key("second", 8), vec![key("first", 7)])
}

fn new_key_alone() -> Vault {
    Vault::new(key("second", 8), vec![])
}

/// Seals every column anew; gives how many rows were, and those that could not be.
async fn pass(store: &Store) -> (u64, Vec<Unreadable>) {
    let (mut resealed, mut unreadable) = (0, Vec::new());
    for column in Store::secrets() {
        let mut after = Some(String::new());
        while let Some(place) = after {
            let step = store.reseal(column, &place).await.unwrap();
            resealed += step.resealed;
            unreadable.extend(step.unreadable);
            after = step.next;
        }
    }
    (resealed, unreadable)
}

async fn is_done(store: &Store) -> bool {
    matches!(store.end_rotation().await.unwrap(), RotationOutcome::Done)
}

/// The name of the key that sealed the access token of `owner`.
async fn sealed_with(stored: &Stored, owner: &str) -> String {
    let sql = format!("SELECT access_token_sealed FROM grants WHERE owner = '{owner}'");
    let text = stored.raw().await.text(sql).await.unwrap();
    text.split('.').nth(1).unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn a_new_key_seals_only_when_no_process_lives_that_does_not_know_it(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let ahead = stored.another(ring()).await.unwrap();
    let other = stored.another(ring()).await.unwrap();
    ahead
        .put_login(&scope("default", "omar"), &login("x"), &[])
        .await
        .unwrap();
    ahead.keep_up().await.unwrap();
    ahead
        .put_login(&mia(), &login("y"), &[(Product::Jira, None)])
        .await
        .unwrap();
    assert_eq!(sealed_with(&stored, "mia").await, "first");
    let read = stored.connected(&mia(), Product::Jira).await.grant;
    assert_eq!(
        stored.tokens(&read),
        "access-y refresh-y",
        "the old process reads it"
    );
    stored.store.close().await;
    until("the new key seals", async || {
        ahead.keep_up().await.unwrap();
        ahead
            .put_login(&mia(), &login("z"), &[(Product::Jira, None)])
            .await
            .unwrap();
        sealed_with(&stored, "mia").await == "second"
    })
    .await;
    let late = stored.another(vault()).await.unwrap_err();
    let missing = VaultError::KeyMissing(String::from("second"));
    assert!(matches!(late, StoreError::Vault(found) if found == missing));
    let read = other.connection(&mia(), Product::Jira).await.unwrap();
    assert_eq!(tokens(&other, &read.unwrap().grant), "access-z refresh-z");
}

#[rstest]
#[tokio::test]
async fn a_process_that_has_another_key_of_that_name_does_not_know_the_new_one(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let ahead = stored.another(ring()).await.unwrap();
    let mistaken = Vault::new(key("first", 7), vec![key("second", 9)]);
    let mistaken = stored.another(mistaken).await.unwrap();
    stored.store.close().await;
    let sealed = async || {
        ahead.keep_up().await.unwrap();
        ahead
            .put_login(&mia(), &login("x"), &[(Product::Jira, None)])
            .await
            .unwrap();
        sealed_with(&stored, "mia").await
    };
    for _ in 0..3 {
        assert_eq!(sealed().await, "first");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    mistaken.close().await;
    until("the new key seals", async || sealed().await == "second").await;
}

#[rstest]
#[tokio::test]
async fn every_row_is_sealed_anew_its_generation_stays_and_the_old_key_is_needed_no_more(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    for number in 0..120 {
        let owner = scope("default", &format!("owner-{number}"));
        stored
            .store
            .put_login(&owner, &login("x"), &[(Product::Jira, None)])
            .await
            .unwrap();
    }
    stored.store.close().await;
    let store = stored.another(ring()).await.unwrap();
    assert!(matches!(
        store.end_rotation().await.unwrap(),
        RotationOutcome::RowsLeft
    ));
    let early = stored.another(new_key_alone()).await.unwrap_err();
    assert!(early.to_string().contains("\"first\""), "{early}");
    assert_eq!(pass(&store).await, (240, vec![]));
    assert_eq!(pass(&store).await, (0, vec![]), "each row once");
    let mut raw = stored.raw().await;
    let generations = "SELECT MAX(generation) FROM grants";
    assert_eq!(raw.number(generations).await, Some(1));
    assert!(is_done(&store).await);
    let proofs = "SELECT COUNT(*) FROM vault_checks WHERE key_id = 'first'";
    assert_eq!(raw.number(proofs).await, Some(0));
    store.close().await;
    let store = stored.another(new_key_alone()).await.unwrap();
    assert!(store.vault_opens().await.unwrap());
    for number in 0..120 {
        let owner = scope("default", &format!("owner-{number}"));
        let read = store.connection(&owner, Product::Jira).await.unwrap();
        assert_eq!(tokens(&store, &read.unwrap().grant), "access-x refresh-x");
    }
}

#[rstest]
#[tokio::test]
async fn a_process_that_seals_with_the_old_key_keeps_it_from_ending(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.store.close().await;
    let behind = Vault::new(key("first", 7), vec![key("second", 8)]);
    let behind = stored.another(behind).await.unwrap();
    let store = stored.another(ring()).await.unwrap();
    let RotationOutcome::Waiting(others) = store.end_rotation().await.unwrap() else {
        panic!("it ended while somebody seals with the old key");
    };
    assert_eq!(others.len(), 1);
    assert!(others[0].sealing.starts_with("first:"), "{others:?}");
    assert!(others[0].place.starts_with(&std::process::id().to_string()));
    behind.close().await;
    assert!(is_done(&store).await);
}

#[rstest]
#[tokio::test]
async fn nothing_that_is_written_meanwhile_is_lost(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "0").await;
    let behind = Vault::new(key("first", 7), vec![key("second", 8)]);
    let store = stored.another(ring()).await.unwrap();
    stored.store.close().await;
    let writer = stored.another(behind).await.unwrap();
    store.keep_up().await.unwrap();
    let over = AtomicBool::new(false);
    let write = async {
        for number in 1..=60 {
            let read = writer.connection(&mia(), Product::Jira).await.unwrap();
            let grant = read.unwrap().grant;
            let renewed = stored.renewed(&number.to_string());
            assert!(writer.commit_tokens(&grant, &renewed).await.unwrap());
        }
        over.store(true, Ordering::SeqCst);
    };
    let rotate = async {
        while !over.load(Ordering::SeqCst) {
            let (_, unreadable) = pass(&store).await;
            assert_eq!(unreadable, []);
        }
    };
    tokio::join!(write, rotate);
    let read = store.connection(&mia(), Product::Jira).await.unwrap();
    let grant = read.unwrap().grant;
    assert_eq!(tokens(&store, &grant), "access-60 refresh-60");
    assert_eq!(grant.generation, 61);
}

#[rstest]
#[tokio::test]
async fn a_row_that_somebody_has_changed_is_told_and_keeps_the_old_keys_proof(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "x").await;
    stored.log_in(&scope("default", "omar"), "y").await;
    let mut raw = stored.raw().await;
    let sql = "UPDATE grants SET refresh_token_sealed = access_token_sealed WHERE owner = 'mia'";
    raw.run(sql).await;
    stored.store.close().await;
    let store = stored.another(ring()).await.unwrap();
    let told = Unreadable {
        place: String::from("grants.refresh_token_sealed"),
        id: grant.id.clone(),
        problem: VaultError::DoesNotOpen,
    };
    assert_eq!(pass(&store).await, (3, vec![told]));
    assert!(matches!(
        store.end_rotation().await.unwrap(),
        RotationOutcome::RowsLeft
    ));
    let proofs = "SELECT COUNT(*) FROM vault_checks";
    assert_eq!(raw.number(proofs).await, Some(2));
}

/// Two processes with both keys on PostgreSQL: one that writes with the old key still, and one that has gone
/// over to the new one. A third that knew only the old key has just ended.
async fn writer_and_rotating() -> (Stored, Store, Store) {
    let stored = Stored::new(Database::Postgres).await;
    stored.log_in(&mia(), "0").await;
    let writer = stored.another(ring()).await.unwrap();
    let rotating = stored.another(ring()).await.unwrap();
    stored.store.close().await;
    rotating.keep_up().await.unwrap();
    (stored, writer, rotating)
}

#[tokio::test]
async fn a_key_is_at_work_until_what_it_sealed_is_written() {
    let (stored, writer, rotating) = writer_and_rotating().await;
    let grant = writer.connection(&mia(), Product::Jira).await.unwrap();
    let grant = grant.unwrap().grant;
    let mut raw = stored.raw().await;
    raw.run("BEGIN").await;
    raw.run("LOCK TABLE grants IN EXCLUSIVE MODE").await;
    let (store, renewed) = (writer.clone(), stored.renewed("late"));
    let writing = tokio::spawn(async move { store.commit_tokens(&grant, &renewed).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut keeping = std::pin::pin!(writer.keep_up());
    let early = tokio::time::timeout(Duration::from_secs(1), &mut keeping).await;
    assert!(early.is_err(), "the old key is in use still");
    let ending = rotating.end_rotation().await.unwrap();
    assert!(matches!(ending, RotationOutcome::Waiting(_)), "{ending:?}");
    raw.run("ROLLBACK").await;
    assert!(writing.await.unwrap().unwrap());
    keeping.await.unwrap();
    pass(&rotating).await;
    assert!(is_done(&rotating).await);
    assert_eq!(sealed_with(&stored, "mia").await, "second");
    let read = rotating.connection(&mia(), Product::Jira).await.unwrap();
    assert_eq!(
        tokens(&rotating, &read.unwrap().grant),
        "access-late refresh-late"
    );
}

#[tokio::test]
async fn a_statement_that_was_given_up_and_waits_in_the_server_keeps_the_old_key_from_ending() {
    let (stored, writer, rotating) = writer_and_rotating().await;
    // Every connection knows the statement: preparing it would wait for the lock already.
    let without_secrets = |number: usize| Flow {
        verifier: None,
        session_token: None,
        ..flow(&stored, &number.to_string())
    };
    let flows: Vec<Flow> = (0..16).map(without_secrets).collect();
    let known = join_all(flows.iter().map(|flow| writer.insert_flow(flow))).await;
    assert!(known.iter().all(Result::is_ok));
    let mut raw = stored.raw().await;
    raw.run("BEGIN").await;
    raw.run("LOCK TABLE flows IN EXCLUSIVE MODE").await;
    let flow = flow(&stored, "late");
    let given_up =
        tokio::time::timeout(Duration::from_millis(500), writer.insert_flow(&flow)).await;
    assert!(given_up.is_err());
    writer.keep_up().await.unwrap();
    pass(&rotating).await;
    let ending = rotating.end_rotation().await.unwrap();
    assert!(matches!(ending, RotationOutcome::Writing), "{ending:?}");
    raw.run("ROLLBACK").await;
    until("nothing waits and nothing old is left", async || {
        pass(&rotating).await;
        is_done(&rotating).await
    })
    .await;
    let flows = "SELECT COUNT(*) FROM flows";
    assert_eq!(
        raw.number(flows).await,
        Some(17),
        "it was written after all"
    );
    let old = "SELECT COUNT(*) FROM flows WHERE verifier_sealed LIKE 'v1.first.%'";
    assert_eq!(raw.number(old).await, Some(0));
}
