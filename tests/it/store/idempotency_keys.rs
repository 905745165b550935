//! Idempotency keys in the store, on both databases.

use std::time::Duration;

use integration_backend::model::lease::LEASE;
use integration_backend::model::scope::Scope;
use integration_backend::model::secret::Secret;
use integration_backend::store::Store;
use integration_backend::store::idempotency_keys::{Claim, KeyEnding, KeyState, NewIdempotencyKey};
use rstest::rstest;

use crate::store::fixture::{Stored, mia, strangers, vault};
use crate::support::database::Database;

const ROUTE: &str = "POST /connectors/jira/create";
const DAY: Duration = Duration::from_hours(24);

async fn claim(stored: &Stored, store: &Store, scope: &Scope, route: &str) -> Claim {
    let key = NewIdempotencyKey {
        route,
        key_hash: "key",
        body_hash: "body",
        expires_at: stored.now().plus(DAY),
    };
    store.claim_key(scope, &key).await.unwrap()
}

async fn ours(stored: &Stored, scope: &Scope) -> String {
    match claim(stored, &stored.store, scope, ROUTE).await {
        Claim::Ours(id) => id,
        taken @ Claim::Taken { .. } => panic!("{taken:?}"),
    }
}

async fn taken(stored: &Stored, scope: &Scope) -> KeyState {
    match claim(stored, &stored.store, scope, ROUTE).await {
        Claim::Taken { state, body_hash } => {
            assert_eq!(body_hash, "body");
            state
        }
        Claim::Ours(_) => panic!("the key was free"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_claims_in_two_processes_one_gets_the_key(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = std::sync::Arc::new(Stored::new(kind).await);
    let other = stored.another(vault()).await.unwrap();
    let claims = (0..32).map(|number| {
        let store = if number % 2 == 0 {
            stored.store.clone()
        } else {
            other.clone()
        };
        let stored = stored.clone();
        tokio::spawn(async move { claim(&stored, &store, &mia(), ROUTE).await })
    });
    let mut winners = 0;
    for claim in claims.collect::<Vec<_>>() {
        match claim.await.unwrap() {
            Claim::Ours(_) => winners += 1,
            Claim::Taken { state, .. } => assert!(matches!(state, KeyState::Running)),
        }
    }
    assert_eq!(winners, 1);
}

#[rstest]
#[tokio::test]
async fn a_result_comes_back_and_is_sealed_for_its_row_alone(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let result = Secret::new("{\"id\":\"WEB-1\"}");
    for scope in [mia(), strangers()[0].clone()] {
        let id = ours(&stored, &scope).await;
        let done = KeyEnding::Done(&result);
        stored.store.settle_key(&scope, &id, done).await.unwrap();
    }
    let KeyState::Done(kept) = taken(&stored, &mia()).await else {
        panic!("it was settled");
    };
    assert_eq!(kept.expose(), result.expose());
    let mut raw = stored.raw().await;
    let sealed = "SELECT result_sealed FROM idempotency_keys WHERE owner = 'omar'";
    let text = raw.text(sealed).await.unwrap();
    assert!(text.starts_with("v1.first.") && !text.contains("WEB-1"));
    raw.run(format!(
        "UPDATE idempotency_keys SET result_sealed = '{text}' WHERE owner = 'mia'"
    ))
    .await;
    let key = NewIdempotencyKey {
        route: ROUTE,
        key_hash: "key",
        body_hash: "body",
        expires_at: stored.now(),
    };
    assert!(stored.store.claim_key(&mia(), &key).await.is_err());
}

#[rstest]
#[tokio::test]
async fn a_released_key_is_free_and_an_unknown_one_is_not(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let id = ours(&stored, &mia()).await;
    for stranger in strangers() {
        for ending in [KeyEnding::Released, KeyEnding::Unknown] {
            stored
                .store
                .settle_key(&stranger, &id, ending)
                .await
                .unwrap();
        }
    }
    assert!(matches!(taken(&stored, &mia()).await, KeyState::Running));
    let settle = async |id: &str, ending| {
        stored.store.settle_key(&mia(), id, ending).await.unwrap();
    };
    settle(&id, KeyEnding::Released).await;
    let id = ours(&stored, &mia()).await;
    settle(&id, KeyEnding::Unknown).await;
    assert!(matches!(taken(&stored, &mia()).await, KeyState::Unknown));
}

#[rstest]
#[tokio::test]
async fn a_key_belongs_to_its_tenant_owner_and_route(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    ours(&stored, &mia()).await;
    for stranger in strangers() {
        ours(&stored, &stranger).await;
    }
    let elsewhere = claim(&stored, &stored.store, &mia(), "POST /elsewhere").await;
    assert!(matches!(elsewhere, Claim::Ours(_)));
}

#[rstest]
#[tokio::test]
async fn after_a_day_a_key_is_free_whether_it_was_pruned_or_not(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    for _ in 0..2 {
        let id = ours(&stored, &mia()).await;
        let result = Secret::new("x");
        let done = KeyEnding::Done(&result);
        stored.store.settle_key(&mia(), &id, done).await.unwrap();
        stored
            .clock
            .advance(DAY.saturating_sub(Duration::from_millis(1)));
        assert_eq!(stored.store.prune_keys().await.unwrap(), 0);
        assert!(matches!(taken(&stored, &mia()).await, KeyState::Done(_)));
        stored.clock.advance(Duration::from_millis(1));
    }
    assert_eq!(stored.store.prune_keys().await.unwrap(), 1);
    ours(&stored, &mia()).await;
}

#[rstest]
#[tokio::test]
async fn a_key_is_running_while_its_lease_is_renewed_and_unknown_when_it_has_run_out(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let id = ours(&stored, &mia()).await;
    for _ in 0..3 {
        stored.clock.advance(LEASE / 2);
        stored.store.renew_key(&mia(), &id).await.unwrap();
    }
    assert!(matches!(taken(&stored, &mia()).await, KeyState::Running));
    stored.clock.advance(LEASE);
    assert!(matches!(taken(&stored, &mia()).await, KeyState::Unknown));
    let late = Secret::new("late");
    let done = KeyEnding::Done(&late);
    stored.store.settle_key(&mia(), &id, done).await.unwrap();
    let state = taken(&stored, &mia()).await;
    assert!(matches!(state, KeyState::Done(_)), "it was only stopped");
}

#[rstest]
#[tokio::test]
async fn a_key_that_was_claimed_while_the_clock_was_ahead_does_not_run_for_ever(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.clock.advance(Duration::from_hours(1));
    ours(&stored, &mia()).await;
    stored.clock.set_back(Duration::from_hours(1));
    assert!(matches!(taken(&stored, &mia()).await, KeyState::Unknown));
}

#[tokio::test]
async fn what_a_dead_process_left_running_is_unknown_to_the_next_one_that_is_alone() {
    let stored = Stored::new(Database::Sqlite).await;
    ours(&stored, &mia()).await;
    let beside = stored.another(vault()).await.unwrap();
    assert!(matches!(taken(&stored, &mia()).await, KeyState::Running));
    beside.close().await;
    drop(beside);
    let Stored {
        store,
        clock,
        database,
    } = stored;
    store.close().await;
    drop(store);
    let store = Store::open(&database.location, vault(), clock.clone())
        .await
        .unwrap();
    let stored = Stored {
        store,
        clock,
        database,
    };
    assert!(matches!(taken(&stored, &mia()).await, KeyState::Unknown));
}

#[tokio::test]
async fn the_pruning_and_the_look_up_use_an_index() {
    let stored = Stored::new(Database::Sqlite).await;
    let mut raw = stored.raw().await;
    for condition in [
        "expires_at <= 1",
        "state = 'running'",
        "tenant = 'a' AND owner = 'b' AND route = 'c' AND key_hash = 'd'",
    ] {
        let plan = raw
            .plan(format!("SELECT id FROM idempotency_keys WHERE {condition}"))
            .await;
        assert!(plan.contains("USING INDEX"), "{condition}: {plan}");
    }
}
