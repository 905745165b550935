//! People, their sessions and their login flows in the store, on both databases.

use std::time::Duration;

use integration_backend::model::flow::{Flow, LoginReply};
use integration_backend::model::grant::Account;
use integration_backend::model::ids::TenantId;
use integration_backend::model::owner::Owner;
use integration_backend::model::principal::{Means, Person};
use integration_backend::model::product::Provider;
use integration_backend::model::secret::{Secret, sha256};
use integration_backend::store::flows::FoundFlow;
use integration_backend::store::sessions::NewSession;
use rstest::rstest;

use crate::store::fixture::{HOUR, Stored, vault};
use crate::support::database::Database;

const IDLE: Duration = Duration::from_hours(12);
const WEEK: Duration = Duration::from_hours(7 * 24);
const TEN_MINUTES: Duration = Duration::from_mins(10);

fn account(id: &str, name: Option<&str>) -> Account {
    Account {
        account_id: id.to_owned(),
        display_name: name.map(str::to_owned),
        email: None,
    }
}

async fn person(stored: &Stored) -> Person {
    stored
        .store
        .remember_person("atlassian", &account("mia", Some("Mia")))
        .await
        .unwrap()
}

async fn session(stored: &Stored, person: &Person, token: &str, login_id: &str) {
    let session = NewSession {
        token_hash: &sha256(token),
        login_id,
        owner: &person.owner(),
        person: Some(person),
        expires_at: stored.now().plus(WEEK),
    };
    stored.store.insert_session(&session).await.unwrap();
}

async fn is_known(stored: &Stored, token: &str) -> bool {
    stored
        .store
        .session(&sha256(token), IDLE)
        .await
        .unwrap()
        .is_some()
}

#[rstest]
#[tokio::test]
async fn a_person_is_an_issuer_and_an_account_and_keeps_the_newest_name(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let first = person(&stored).await;
    let remember = |issuer: &'static str, account: Account| {
        let store = stored.store.clone();
        async move { store.remember_person(issuer, &account).await.unwrap() }
    };
    let nameless = remember("atlassian", account("mia", None)).await;
    assert_eq!(nameless, first, "a missing name does not erase a known one");
    let renamed = remember("atlassian", account("mia", Some("Mia K."))).await;
    assert_eq!(renamed.id, first.id);
    assert_eq!(renamed.display_name.as_deref(), Some("Mia K."));
    let elsewhere = remember("token:acme", account("mia", None)).await;
    assert_ne!(elsewhere.id, first.id, "issuers never merge");
    let other = remember("atlassian", account("omar", None)).await;
    assert_ne!(other.id, first.id);
}

#[rstest]
#[tokio::test]
async fn a_session_gives_its_person_until_it_is_idle_or_too_old(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let person = person(&stored).await;
    session(&stored, &person, "idle", "login-1").await;
    session(&stored, &person, "used", "login-2").await;
    let principal = stored.store.session(&sha256("used"), IDLE).await.unwrap();
    let principal = principal.unwrap();
    assert_eq!(*principal.owner(), person.owner());
    assert_eq!(principal.person(), Some(&person));
    assert!(matches!(principal.means(), Means::Session { login_id, .. } if login_id == "login-2"));
    assert!(!is_known(&stored, "unknown").await);
    stored.clock.advance(IDLE / 2);
    assert!(is_known(&stored, "used").await);
    stored.clock.advance(IDLE / 2);
    assert!(!is_known(&stored, "idle").await);
    for _ in 0..13 {
        assert!(is_known(&stored, "used").await, "its use was written down");
        stored.clock.advance(IDLE.saturating_sub(HOUR));
    }
    stored.clock.advance(HOUR * 13);
    assert!(!is_known(&stored, "used").await, "seven days are over");
}

#[rstest]
#[tokio::test]
async fn logging_out_ends_every_session_of_one_login_and_no_other(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let person = person(&stored).await;
    session(&stored, &person, "cookie", "login-1").await;
    session(&stored, &person, "header", "login-1").await;
    session(&stored, &person, "elsewhere", "login-2").await;
    stored.store.delete_login("login-1").await.unwrap();
    assert!(!is_known(&stored, "cookie").await);
    assert!(!is_known(&stored, "header").await);
    assert!(is_known(&stored, "elsewhere").await);
}

#[rstest]
#[tokio::test]
async fn lapsed_sessions_and_flows_are_pruned_and_live_ones_stay(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let person = person(&stored).await;
    session(&stored, &person, "old", "login-1").await;
    stored
        .store
        .insert_flow(&flow(&stored, "old"))
        .await
        .unwrap();
    stored.clock.advance(IDLE);
    session(&stored, &person, "new", "login-2").await;
    stored
        .store
        .insert_flow(&flow(&stored, "new"))
        .await
        .unwrap();
    assert_eq!(stored.store.prune_lapsed(IDLE).await.unwrap(), 2);
    assert_eq!(stored.store.prune_lapsed(IDLE).await.unwrap(), 0);
    assert!(is_known(&stored, "new").await);
    let old = stored.store.flow(&sha256("old")).await.unwrap();
    assert!(old.is_none());
    let new = stored.store.flow(&sha256("new")).await.unwrap();
    assert!(matches!(new, Some(FoundFlow::Pending(_))));
}

pub(super) fn flow(stored: &Stored, state: &str) -> Flow {
    Flow {
        id: format!("flow-{state}"),
        state_hash: sha256(state),
        provider: Provider::Atlassian,
        client_id: String::from("client"),
        redirect_uri: String::from("http://localhost:3001/auth/atlassian/callback"),
        tenant: TenantId::default(),
        owner: Some(Owner::from_text("mia")),
        verifier: Some(Secret::new("verifier-canary")),
        return_url: Some(String::from("http://localhost:3000/")),
        caller_state: Some(String::from("caller's")),
        site: Some(String::from("acme.atlassian.net")),
        reply: LoginReply::SessionToken,
        session_token: Some(Secret::new("ibs_canary")),
        created_at: stored.now(),
        expires_at: stored.now().plus(TEN_MINUTES),
    }
}

#[rstest]
#[tokio::test]
async fn a_flow_is_read_back_with_its_secrets_open(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let started = flow(&stored, "state");
    stored.store.insert_flow(&started).await.unwrap();
    let found = stored.store.flow(&sha256("state")).await.unwrap();
    let Some(FoundFlow::Pending(found)) = found else {
        panic!("{found:?}");
    };
    assert_eq!(format!("{found:?}"), format!("{started:?}"));
    assert_eq!(found.verifier.unwrap().expose(), "verifier-canary");
    assert_eq!(found.session_token.unwrap().expose(), "ibs_canary");
    let unknown = stored.store.flow(&sha256("another")).await.unwrap();
    assert!(unknown.is_none());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_callbacks_in_two_processes_one_uses_the_flow_up(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let other = stored.another(vault()).await.unwrap();
    let started = flow(&stored, "state");
    stored.store.insert_flow(&started).await.unwrap();
    let callbacks = (0..32).map(|number| {
        let store = if number % 2 == 0 {
            stored.store.clone()
        } else {
            other.clone()
        };
        let started = started.clone();
        tokio::spawn(async move { store.consume_flow(&started).await.unwrap() })
    });
    let mut winners = 0;
    for callback in callbacks.collect::<Vec<_>>() {
        winners += i32::from(callback.await.unwrap());
    }
    assert_eq!(winners, 1);
    let found = stored.store.flow(&sha256("state")).await.unwrap();
    assert!(matches!(found, Some(FoundFlow::Used)));
}

#[rstest]
#[tokio::test]
async fn a_flow_that_took_too_long_is_expired_and_cannot_be_used_up(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let started = flow(&stored, "state");
    stored.store.insert_flow(&started).await.unwrap();
    stored.clock.advance(TEN_MINUTES);
    let found = stored.store.flow(&sha256("state")).await.unwrap();
    assert!(matches!(found, Some(FoundFlow::Expired)));
    assert!(!stored.store.consume_flow(&started).await.unwrap());
}
