//! Connections in the store, on both databases: whose they are, and when a grant goes with them.

use integration_backend::model::connection::Connection;
use integration_backend::model::grant::Grant;
use integration_backend::model::product::Product;
use integration_backend::model::scope::Scope;
use integration_backend::store::logins::NewGrant;
use rstest::rstest;

use crate::store::fixture::{Stored, mia, scope, site, strangers};
use crate::support::database::Database;

#[rstest]
#[tokio::test]
async fn both_connections_of_a_login_share_its_grant_and_come_in_the_order_of_the_products(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let all = stored.store.connections(&mia()).await.unwrap();
    let products: Vec<_> = all.iter().map(|one| one.connection.product).collect();
    assert_eq!(products, [Product::Jira, Product::Confluence]);
    assert!(all.iter().all(|one| one.grant.id == grant.id));
    assert_eq!(all[0].connection.site, Some(site("acme")));
    assert_eq!(all[1].connection.site, None);
    let jira = stored.connected(&mia(), Product::Jira).await;
    assert_eq!(jira.connection.id, all[0].connection.id);
    assert_eq!(stored.tokens(&jira.grant), "access-one refresh-one");
}

#[rstest]
#[tokio::test]
async fn a_second_login_keeps_the_connections_and_moves_their_sites(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    let before = stored.connected(&mia(), Product::Confluence).await;
    let login = crate::store::fixture::login("two");
    let connections = [(Product::Confluence, Some(site("other")))];
    stored
        .store
        .put_login(&mia(), &login, &connections)
        .await
        .unwrap();
    let after = stored.connected(&mia(), Product::Confluence).await;
    assert_eq!(after.connection.id, before.connection.id);
    assert_eq!(after.connection.site, Some(site("other")));
    let jira = stored.connected(&mia(), Product::Jira).await;
    assert_eq!(jira.connection.site, Some(site("acme")));
    assert_eq!(jira.grant.generation, 2, "the one grant serves both");
}

#[rstest]
#[tokio::test]
async fn nobody_else_sees_or_changes_an_owners_rows(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let grant = stored.log_in(&mia(), "one").await;
    let before = stored.connected(&mia(), Product::Jira).await;
    for stranger in strangers() {
        assert!(store.connections(&stranger).await.unwrap().is_empty());
        let jira = store.connection(&stranger, Product::Jira).await.unwrap();
        assert!(jira.is_none());
        assert!(store.grant(&stranger, &grant.id).await.unwrap().is_none());
        let chosen = store
            .choose_site(&stranger, &before.connection, &site("other"))
            .await
            .unwrap();
        assert!(!chosen);
        store
            .delete_connection(&stranger, Product::Jira)
            .await
            .unwrap();
        let foreign = Grant {
            scope: stranger,
            ..grant.clone()
        };
        let renewed = stored.renewed("foreign");
        assert!(!store.commit_tokens(&foreign, &renewed).await.unwrap());
        assert!(
            !store
                .require_reauthorization(&foreign, "dead")
                .await
                .unwrap()
        );
        store
            .note_refresh_failure(&foreign, "x", stored.now(), stored.now())
            .await
            .unwrap();
        store.note_use(&foreign, Some(stored.now())).await.unwrap();
        store.update_sites(&foreign, &[]).await.unwrap();
    }
    let after = stored.connected(&mia(), Product::Jira).await;
    assert_eq!(format!("{after:?}"), format!("{before:?}"));
    assert!(store.due_grants(None, 10).await.unwrap().grants.is_empty());
}

#[rstest]
#[tokio::test]
async fn the_same_account_in_two_namespaces_has_two_grants(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let one = stored.log_in(&mia(), "one").await;
    let two = stored.log_in(&scope("acme", "mia"), "two").await;
    assert_ne!(one.id, two.id);
    for product in Product::ALL {
        stored
            .store
            .delete_connection(&mia(), product)
            .await
            .unwrap();
    }
    let left = stored
        .connected(&scope("acme", "mia"), Product::Confluence)
        .await;
    assert_eq!(stored.tokens(&left.grant), "access-two refresh-two");
}

#[rstest]
#[tokio::test]
async fn a_site_is_chosen_only_while_the_connection_uses_the_grant_it_was_chosen_from(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    let connection = stored.connected(&mia(), Product::Jira).await.connection;
    let moved = Connection {
        grant_id: String::from("another"),
        ..connection.clone()
    };
    let choose = |connection: Connection| {
        let store = stored.store.clone();
        async move {
            store
                .choose_site(&mia(), &connection, &site("other"))
                .await
                .unwrap()
        }
    };
    assert!(!choose(moved).await);
    assert!(choose(connection).await);
    let jira = stored.connected(&mia(), Product::Jira).await;
    assert_eq!(jira.connection.site, Some(site("other")));
    let confluence = stored.connected(&mia(), Product::Confluence).await;
    assert_eq!(confluence.connection.site, None);
}

#[rstest]
#[tokio::test]
async fn a_grant_is_erased_with_its_last_connection_and_not_before(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "one").await;
    let leased = stored.lease(&grant).await.unwrap();
    let owner = mia();
    let delete = |product| stored.store.delete_connection(&owner, product);
    delete(Product::Jira).await.unwrap();
    delete(Product::Jira).await.unwrap();
    let left = stored.connected(&mia(), Product::Confluence).await.grant;
    assert_eq!(
        (left.generation, left.fence),
        (leased.generation, leased.fence),
        "a refresh under way may commit"
    );
    delete(Product::Confluence).await.unwrap();
    let mut raw = stored.raw().await;
    assert_eq!(raw.number("SELECT COUNT(*) FROM grants").await, Some(0));
    let renewed = stored.renewed("late");
    assert!(!stored.store.commit_tokens(&leased, &renewed).await.unwrap());
    assert_eq!(raw.number("SELECT COUNT(*) FROM grants").await, Some(0));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_both_connections_at_the_same_moment_erases_the_grant(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mut raw = stored.raw().await;
    for round in 0..40 {
        stored.log_in(&mia(), "one").await;
        let deletions = Product::ALL.map(|product| {
            let store = stored.store.clone();
            tokio::spawn(async move { store.delete_connection(&mia(), product).await })
        });
        for deletion in deletions {
            deletion.await.unwrap().unwrap();
        }
        let left = raw.number("SELECT COUNT(*) FROM grants").await;
        assert_eq!(left, Some(0), "round {round}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_and_a_deletion_at_the_same_moment_both_succeed(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mut raw = stored.raw().await;
    for round in 0..40 {
        stored.log_in(&mia(), "one").await;
        let store = stored.store.clone();
        let deletion = tokio::spawn(async move {
            for product in Product::ALL {
                store.delete_connection(&mia(), product).await?;
            }
            Ok::<(), integration_backend::store::error::StoreError>(())
        });
        let grant = stored.log_in(&mia(), "two").await;
        deletion.await.unwrap().unwrap();
        let connections = stored.store.connections(&mia()).await.unwrap();
        assert!(
            connections.iter().all(|one| one.grant.id == grant.id),
            "round {round}"
        );
        let grants = raw.number("SELECT COUNT(*) FROM grants").await;
        assert_eq!(
            grants,
            Some(i64::from(!connections.is_empty())),
            "round {round}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn what_the_settings_made_is_told_apart_and_removed_alone(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let from_settings = NewGrant {
        identity: String::from("settings:jira:acme:account-mia"),
        ..crate::store::fixture::login("settings")
    };
    let jira = [(Product::Jira, Some(site("acme")))];
    store
        .put_login(&mia(), &from_settings, &jira)
        .await
        .unwrap();
    let made = async |scope: Scope| {
        store
            .is_made_by_settings(&scope, Product::Jira)
            .await
            .unwrap()
    };
    let removed = async |scope: Scope| {
        let removed = store.delete_made_by_settings(&scope, Product::Jira).await;
        removed.unwrap()
    };
    assert!(made(mia()).await);
    for stranger in strangers() {
        assert!(!made(stranger.clone()).await && !removed(stranger).await);
    }
    assert!(removed(mia()).await && !removed(mia()).await);
    assert!(store.connections(&mia()).await.unwrap().is_empty());
    let own = stored.log_in(&mia(), "own").await;
    assert!(!made(mia()).await && !removed(mia()).await);
    assert_eq!(
        stored.connected(&mia(), Product::Jira).await.grant.id,
        own.id
    );
}
