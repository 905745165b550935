//! Leases on grants in the store, on both databases, and what may be done under them.

use std::time::Duration;

use integration_backend::model::grant::{Grant, GrantStatus};
use integration_backend::model::lease::LEASE;
use integration_backend::store::Store;
use integration_backend::store::refreshes::LeaseState;
use rstest::rstest;

use crate::store::fixture::{HOUR, Stored, mia, strangers, vault};
use crate::support::database::Database;

const MINUTE: Duration = Duration::from_mins(1);

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_that_want_the_lease_at_once_one_gets_it(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let now = stored.now();
    let mut processes = vec![stored.store.clone()];
    for _ in 0..7 {
        processes.push(stored.another(vault()).await.unwrap());
    }
    let takers = processes.into_iter().map(|store| {
        let grant = grant.clone();
        tokio::spawn(async move {
            let lease = store.take_lease(&grant, now, LeaseState::Free).await;
            (store, lease.unwrap())
        })
    });
    let mut fences = Vec::new();
    let mut alive = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        let (store, fence) = taker.await.unwrap();
        alive.push(store);
        fences.extend(fence);
    }
    assert_eq!(fences, [grant.fence + 1]);
}

#[rstest]
#[tokio::test]
async fn a_lease_can_be_taken_again_only_when_it_has_run_out_and_whoever_commits_first_is_kept(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let other = stored.another(vault()).await.unwrap();
    let grant = stored.log_in(&mia(), "one").await;
    let first = stored.lease(&grant).await.unwrap();
    stored
        .clock
        .advance(LEASE.saturating_sub(Duration::from_millis(1)));
    assert!(stored.lease_by(&other, &grant).await.is_none());
    stored.clock.advance(Duration::from_millis(1));
    let second = stored.lease_by(&other, &grant).await.unwrap();
    assert_eq!(second.fence, first.fence + 1);
    let renewed = async |held: &Grant, store: &Store| store.renew_lease(held).await.unwrap();
    assert!(!renewed(&first, &stored.store).await, "lost");
    assert!(!renewed(&second, &stored.store).await, "of another process");
    assert!(renewed(&second, &other).await);
    let good = stored.renewed("good");
    assert!(stored.store.commit_tokens(&first, &good).await.unwrap());
    let late = stored.renewed("late");
    assert!(!stored.store.commit_tokens(&second, &late).await.unwrap());
    assert!(!renewed(&second, &other).await, "the grant has moved on");
    let current = stored.reread(&grant).await;
    assert_eq!(stored.tokens(&current), "access-good refresh-good");
    assert_eq!(current.generation, grant.generation + 1);
    assert_eq!(current.lease_until, None, "a commit gives the lease back");
}

#[rstest]
#[tokio::test]
async fn a_process_takes_its_own_lease_again_at_once(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let other = stored.another(vault()).await.unwrap();
    let grant = stored.log_in(&mia(), "one").await;
    let first = stored.lease(&grant).await.unwrap();
    assert!(stored.lease_by(&other, &grant).await.is_none());
    let again = stored.lease(&grant).await.unwrap();
    assert_eq!(again.fence, first.fence + 1);
}

#[rstest]
#[tokio::test]
async fn a_lease_that_ends_later_than_any_can_counts_for_nothing(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let other = stored.another(vault()).await.unwrap();
    let grant = stored.log_in(&mia(), "one").await;
    stored.clock.advance(HOUR);
    stored.lease(&grant).await.unwrap();
    stored.clock.set_back(HOUR);
    assert!(stored.lease_by(&other, &grant).await.is_some());
}

#[tokio::test]
async fn leases_run_on_the_clock_of_the_database() {
    let stored = Stored::new(Database::Postgres).await;
    let other = stored.another(vault()).await.unwrap();
    let grant = stored.log_in(&mia(), "one").await;
    let held = stored.lease(&grant).await.unwrap();
    stored.clock.advance_alone(HOUR);
    assert!(stored.lease_by(&other, &grant).await.is_none());
    assert!(stored.store.renew_lease(&held).await.unwrap());
    stored.clock.set_back_alone(HOUR);
    stored.clock.advance(LEASE);
    assert!(stored.lease_by(&other, &grant).await.is_some());
}

#[rstest]
#[tokio::test]
async fn no_lease_is_given_for_another_generation_a_dead_grant_or_to_a_stranger(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let old = stored.log_in(&mia(), "one").await;
    let grant = stored.log_in(&mia(), "two").await;
    assert!(stored.lease(&old).await.is_none());
    for scope in strangers() {
        let foreign = Grant {
            scope,
            ..grant.clone()
        };
        assert!(stored.lease(&foreign).await.is_none());
    }
    assert!(
        stored
            .store
            .require_reauthorization(&grant, "dead")
            .await
            .unwrap()
    );
    let dead = stored.reread(&grant).await;
    assert!(stored.lease(&dead).await.is_none());
}

#[rstest]
#[tokio::test]
async fn a_commit_renews_everything_and_forgets_the_failures_before_it(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let leased = stored.lease(&grant).await.unwrap();
    let next = stored.now().plus(MINUTE);
    stored
        .store
        .note_refresh_failure(&leased, "down", next, next)
        .await
        .unwrap();
    let failed = stored.reread(&grant).await;
    assert_eq!(
        (failed.fail_count, failed.next_attempt_at),
        (1, Some(next)),
        "noted"
    );
    assert_eq!(
        (failed.last_error.as_deref(), failed.lease_until),
        (Some("down"), None)
    );
    assert_eq!(failed.generation, grant.generation, "the tokens stay");
    stored.clock.advance(HOUR);
    let leased = stored.lease(&failed).await.unwrap();
    let mut renewed = stored.renewed("two");
    renewed.scopes = Some(vec![String::from("read:page:confluence")]);
    assert!(stored.store.commit_tokens(&leased, &renewed).await.unwrap());
    let current = stored.reread(&grant).await;
    assert_eq!(stored.tokens(&current), "access-two refresh-two");
    assert_eq!(current.scopes, ["read:page:confluence"]);
    assert_eq!(
        (current.fail_count, current.next_attempt_at),
        (0, None),
        "forgotten"
    );
    assert_eq!(current.last_error, None);
    assert_eq!(current.refreshed_at, Some(stored.now()));
    assert_eq!(current.expires_at, Some(stored.now().plus(HOUR)));
}

#[rstest]
#[tokio::test]
async fn an_answer_without_scopes_keeps_those_of_the_login(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let leased = stored.lease(&grant).await.unwrap();
    let renewed = stored.renewed("two");
    assert!(stored.store.commit_tokens(&leased, &renewed).await.unwrap());
    let current = stored.reread(&grant).await;
    assert_eq!(current.scopes, grant.scopes);
}

#[rstest]
#[tokio::test]
async fn requiring_a_new_login_erases_the_tokens_of_an_unmoved_row_and_touches_no_other(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let leased = stored.lease(&grant).await.unwrap();
    for moved in [
        Grant {
            generation: leased.generation - 1,
            ..leased.clone()
        },
        Grant {
            fence: leased.fence - 1,
            ..leased.clone()
        },
    ] {
        assert!(
            !stored
                .store
                .require_reauthorization(&moved, "dead")
                .await
                .unwrap()
        );
    }
    let current = stored.reread(&grant).await;
    assert_eq!(current.status, GrantStatus::Active);
    assert!(
        stored
            .store
            .require_reauthorization(&leased, "dead")
            .await
            .unwrap()
    );
    let dead = stored.reread(&grant).await;
    assert_eq!(dead.status, GrantStatus::ReauthRequired);
    assert_eq!(stored.tokens(&dead), "- -");
    assert_eq!(dead.last_error.as_deref(), Some("dead"));
    assert!(dead.generation > grant.generation);
    let mut raw = stored.raw().await;
    let kept = "SELECT COUNT(*) FROM grants WHERE access_token_sealed IS NOT NULL OR refresh_token_sealed IS NOT NULL";
    assert_eq!(raw.number(kept).await, Some(0));
}

#[rstest]
#[tokio::test]
async fn a_failure_noted_by_a_holder_who_lost_the_lease_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let other = stored.another(vault()).await.unwrap();
    let first = stored.lease(&grant).await.unwrap();
    stored.clock.advance(LEASE);
    let second = stored.lease_by(&other, &grant).await.unwrap();
    let next = stored.now().plus(HOUR);
    stored
        .store
        .note_refresh_failure(&first, "late", next, next)
        .await
        .unwrap();
    let current = stored.reread(&grant).await;
    assert_eq!((current.fail_count, current.last_error), (0, None));
    assert_eq!(current.lease_until, Some(stored.now().plus(LEASE)));
    assert_eq!(current.fence, second.fence);
}
