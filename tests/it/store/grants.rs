//! Grants in the store, on both databases: what logins leave behind, what is due, what is noted.

use std::time::Duration;

use integration_backend::model::grant::{Account, AuthMethod, Grant, GrantStatus, TokenBase};
use integration_backend::model::product::Product;
use integration_backend::store::logins::NewGrant;
use rstest::rstest;

use crate::store::fixture::{HOUR, Stored, login, mia, site, strangers};
use crate::support::database::Database;

const MINUTE: Duration = Duration::from_mins(1);

#[rstest]
#[tokio::test]
async fn a_login_is_read_back_whole(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let read = stored.reread(&grant).await;
    assert_eq!(format!("{read:?}"), format!("{grant:?}"));
    assert_eq!(stored.tokens(&read), "access-one refresh-one");
    let expected = login("one");
    assert_eq!(read.account, expected.account);
    assert_eq!(read.scopes, expected.scopes);
    assert_eq!(read.sites, expected.sites);
    assert_eq!(
        (read.method, read.base),
        (AuthMethod::OAuth, TokenBase::Gateway)
    );
    assert_eq!((read.generation, read.fence, read.fail_count), (1, 0, 0));
    assert_eq!(read.status, GrantStatus::Active);
    assert_eq!(read.lifetime, HOUR);
    assert_eq!(read.expires_at, Some(stored.now().plus(HOUR)));
    assert_eq!(read.refreshed_at, Some(stored.now()));
}

#[rstest]
#[tokio::test]
async fn a_login_with_a_token_has_no_expiry_and_is_never_due(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values(
        (AuthMethod::ApiToken, TokenBase::Site),
        (AuthMethod::Pat, TokenBase::DataCenter)
    )]
    how: (AuthMethod, TokenBase),
) {
    let stored = Stored::new(kind).await;
    let new = NewGrant {
        identity: String::from("token:acme:account-mia"),
        method: how.0,
        base: how.1,
        client_id: None,
        refresh_token: None,
        expires_in: None,
        ..login("token")
    };
    let grant = stored
        .store
        .put_login(&mia(), &new, &[(Product::Jira, Some(site("acme")))])
        .await
        .unwrap();
    assert_eq!(stored.tokens(&grant), "access-token -");
    assert_eq!((grant.method, grant.base), how);
    assert_eq!(grant.expires_at, None);
    stored.clock.advance(HOUR * 24 * 365);
    assert!(
        stored
            .store
            .due_grants(None, 10)
            .await
            .unwrap()
            .grants
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn a_second_login_of_the_same_identity_keeps_the_id_and_outdates_every_refresh_under_way(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let first = stored.log_in(&mia(), "one").await;
    let leased = stored.lease(&first).await.unwrap();
    let second = stored.log_in(&mia(), "two").await;
    assert_eq!(second.id, first.id);
    assert_eq!(second.generation, first.generation + 1);
    assert!(second.fence > leased.fence);
    assert_eq!(second.lease_until, None);
    let late = stored.renewed("late");
    assert!(!stored.store.commit_tokens(&leased, &late).await.unwrap());
    assert!(
        !stored
            .store
            .require_reauthorization(&leased, "dead")
            .await
            .unwrap()
    );
    let current = stored.connected(&mia(), Product::Jira).await.grant;
    assert_eq!(stored.tokens(&current), "access-two refresh-two");
}

#[rstest]
#[tokio::test]
async fn a_login_brings_a_dead_grant_back_to_life(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let first = stored.log_in(&mia(), "one").await;
    assert!(
        stored
            .store
            .require_reauthorization(&first, "dead")
            .await
            .unwrap()
    );
    let second = stored.log_in(&mia(), "two").await;
    assert_eq!(second.id, first.id);
    assert_eq!(second.generation, first.generation + 2);
    assert_eq!(second.status, GrantStatus::Active);
    assert_eq!(second.last_error, None);
}

#[rstest]
#[tokio::test]
async fn a_login_with_another_account_replaces_the_grant_and_erases_the_one_nobody_uses(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let first = stored.log_in(&mia(), "one").await;
    let other = NewGrant {
        identity: String::from("oauth:client:account-omar"),
        account: Account {
            account_id: String::from("account-omar"),
            ..Account::default()
        },
        ..login("two")
    };
    let jira_only = [(Product::Jira, None)];
    let second = stored
        .store
        .put_login(&mia(), &other, &jira_only)
        .await
        .unwrap();
    assert_ne!(second.id, first.id);
    let confluence = stored.connected(&mia(), Product::Confluence).await;
    assert_eq!(confluence.grant.id, first.id, "Confluence still uses it");
    let both = [(Product::Jira, None), (Product::Confluence, None)];
    stored.store.put_login(&mia(), &other, &both).await.unwrap();
    assert!(
        stored
            .store
            .grant(&mia(), &first.id)
            .await
            .unwrap()
            .is_none()
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_of_one_identity_at_the_same_moment_leave_one_grant_that_opens(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let logins = (0..6).map(|number| {
        let store = stored.store.clone();
        tokio::spawn(async move {
            let connections = [(Product::Jira, None), (Product::Confluence, None)];
            store
                .put_login(&mia(), &login(&number.to_string()), &connections)
                .await
                .unwrap()
        })
    });
    let mut generations = Vec::new();
    for login in logins.collect::<Vec<_>>() {
        generations.push(login.await.unwrap().generation);
    }
    generations.sort_unstable();
    assert_eq!(generations, [1, 2, 3, 4, 5, 6]);
    let current = stored.connected(&mia(), Product::Confluence).await.grant;
    assert_eq!(current.generation, 6);
    let mut raw = stored.raw().await;
    assert_eq!(raw.number("SELECT COUNT(*) FROM grants").await, Some(1));
}

#[rstest]
#[tokio::test]
async fn due_grants_come_longest_overdue_first_and_no_more_than_asked_for(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mut grants = Vec::new();
    for (owner, minutes) in [("a", 30), ("b", 10), ("c", 20), ("d", 90)] {
        let scope = crate::store::fixture::scope("default", owner);
        let grant = stored.log_in(&scope, owner).await;
        let due_at = stored.now().plus(MINUTE * minutes);
        stored.store.postpone(&grant, due_at).await.unwrap();
        grants.push(grant);
    }
    stored.clock.advance(HOUR);
    let owners = |due: Vec<Grant>| -> Vec<String> {
        due.iter()
            .map(|grant| grant.scope.owner().as_str().to_owned())
            .collect()
    };
    let due = stored.store.due_grants(None, 10).await.unwrap().grants;
    assert_eq!(owners(due), ["b", "c", "a"]);
    let due = stored.store.due_grants(None, 2).await.unwrap().grants;
    assert_eq!(owners(due), ["b", "c"]);
    let later = stored.now().plus(HOUR);
    stored
        .store
        .note_use(&grants[0], Some(later))
        .await
        .unwrap();
    assert!(
        stored
            .store
            .require_reauthorization(&grants[1], "dead")
            .await
            .unwrap()
    );
    let due = stored.store.due_grants(None, 10).await.unwrap().grants;
    assert_eq!(owners(due), ["c"]);
    let used = stored
        .store
        .grant(&grants[0].scope, &grants[0].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(used.used_at, stored.now());
}

#[rstest]
#[tokio::test]
async fn a_row_that_does_not_open_keeps_no_other_grant_from_being_renewed(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let broken = stored.log_in(&mia(), "broken").await;
    let good = stored.log_in(&strangers()[0], "good").await;
    for grant in [&broken, &good] {
        let due_at = stored.now();
        stored.store.postpone(grant, due_at).await.unwrap();
    }
    let damage = format!(
        "UPDATE grants SET refresh_token_sealed = 'v1.first.AAAA' WHERE id = '{}'",
        broken.id
    );
    assert_eq!(stored.raw().await.run(damage).await, 1);
    let due = stored.store.due_grants(None, 10).await.unwrap().grants;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].id, good.id);
}

#[rstest]
#[tokio::test]
async fn bookkeeping_for_an_older_generation_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let old = stored.log_in(&mia(), "one").await;
    let new = stored.log_in(&mia(), "two").await;
    stored.clock.advance(HOUR);
    stored.store.postpone(&old, stored.now()).await.unwrap();
    stored
        .store
        .note_use(&old, Some(stored.now()))
        .await
        .unwrap();
    stored.store.update_sites(&old, &[]).await.unwrap();
    let read = || async { stored.reread(&new).await };
    assert_eq!(format!("{:?}", read().await), format!("{new:?}"));
    assert!(
        stored
            .store
            .due_grants(None, 10)
            .await
            .unwrap()
            .grants
            .is_empty()
    );
    stored.store.update_sites(&new, &[]).await.unwrap();
    assert!(read().await.sites.is_empty());
}
