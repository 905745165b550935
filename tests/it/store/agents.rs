//! Agents, their codes and tokens in the store, on both databases: whose they are, when they end, and when they are gone.

use std::time::Duration;

use integration_backend::model::agent::AgentCode;
use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;
use integration_backend::model::owner::Owner;
use integration_backend::store::agent_codes::{Exchanged, NewAgentTokens};
use rstest::rstest;

use crate::store::fixture::{HOUR, Stored, mia, strangers};
use crate::support::database::Database;

const DAY: Duration = Duration::from_hours(24);
const MINUTE: Duration = Duration::from_mins(1);
/// A millisecond less than so many seconds.
const fn just_before(seconds: u64) -> Duration {
    Duration::from_millis(seconds * 1000 - 1)
}

const TABLES: [&str; 5] = [
    "agents",
    "agent_codes",
    "agent_access_tokens",
    "agent_refresh_tokens",
    "agent_requests",
];

/// The hashes of a pair, with `name` in them: good for an hour, and for ninety days.
fn pair(stored: &Stored, name: &str) -> NewAgentTokens {
    NewAgentTokens {
        access_hash: format!("access {name}"),
        access_ends: stored.now().plus(HOUR),
        refresh_hash: format!("refresh {name}"),
        agent_ends: stored.now().plus(DAY * 90),
    }
}

/// Keeps a code of Mia's under the hash `code {id}`, good for a minute.
async fn put_code(stored: &Stored, id: &str) -> AgentCode {
    let code = AgentCode {
        agent_id: id.to_owned(),
        tenant: TenantId::default(),
        owner: Owner::from_text("mia"),
        client_id: String::from("client"),
        client_name: String::from("Inspector"),
        redirect_uri: String::from("http://127.0.0.1:1/cb"),
        redirect_host: String::from("127.0.0.1:1"),
        challenge: String::from("challenge"),
        scopes: vec![KeyScope::Read, KeyScope::Write],
        created_at: stored.now(),
        expires_at: stored.now().plus(MINUTE),
        used_at: None,
        answered_at: None,
    };
    let hash = format!("code {id}");
    stored.store.insert_agent_code(&code, &hash).await.unwrap();
    assert_eq!(
        stored.store.agent_code(&hash).await.unwrap().as_ref(),
        Some(&code)
    );
    code
}

/// An agent of Mia's, let in now, with the tokens `first`.
async fn let_in(stored: &Stored) {
    stored.log_in(&mia(), "one").await;
    let code = put_code(stored, "agent").await;
    let tokens = pair(stored, "first");
    let done = stored
        .store
        .exchange_agent_code(&code, "code agent", &tokens);
    assert_eq!(done.await.unwrap(), Exchanged::Done);
    stored.store.note_code_answered("code agent").await.unwrap();
}

/// How many rows each table has, in the order of `TABLES`.
async fn rows(stored: &Stored) -> [i64; 5] {
    let mut raw = stored.raw().await;
    let mut counts = [0; 5];
    for (count, table) in counts.iter_mut().zip(TABLES) {
        let number = raw.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        *count = number.unwrap();
    }
    counts
}

#[rstest]
#[tokio::test]
async fn an_agent_is_its_owners_and_a_code_is_turned_into_tokens_once(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let_in(&stored).await;
    let store = &stored.store;
    let agent = store.agents(&mia()).await.unwrap().remove(0);
    assert_eq!(
        (agent.id.as_str(), agent.scopes.as_slice()),
        ("agent", [KeyScope::Read, KeyScope::Write].as_slice())
    );
    assert_eq!(agent.expires_at, stored.now().plus(DAY * 90));
    for stranger in strangers() {
        assert_eq!(store.agents(&stranger).await.unwrap(), []);
        assert!(!store.delete_agent(&stranger, "agent").await.unwrap());
    }
    let used = store.agent_code("code agent").await.unwrap().unwrap();
    let second = pair(&stored, "second");
    let again = store.exchange_agent_code(&used, "code agent", &second);
    assert_eq!(again.await.unwrap(), Exchanged::Lost);
    let found = store.agent_of_access_token("access second").await.unwrap();
    assert_eq!(found, None);
    assert!(store.delete_agent(&mia(), "agent").await.unwrap());
    assert_eq!(rows(&stored).await, [0, 1, 0, 0, 0], "all that it had went");
}

#[rstest]
#[tokio::test]
async fn nobody_who_has_nothing_connected_lets_an_agent_in(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let code = put_code(&stored, "agent").await;
    let tokens = pair(&stored, "first");
    let done = stored
        .store
        .exchange_agent_code(&code, "code agent", &tokens);
    assert_eq!(done.await.unwrap(), Exchanged::NothingConnected);
    assert_eq!(rows(&stored).await, [0, 1, 0, 0, 0]);
}

#[rstest]
#[tokio::test]
async fn codes_and_tokens_end_at_their_time_and_not_before(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let_in(&stored).await;
    let late = put_code(&stored, "late").await;
    stored.clock.advance(MINUTE);
    let tokens = pair(&stored, "late");
    let done = store.exchange_agent_code(&late, "code late", &tokens);
    assert_eq!(done.await.unwrap(), Exchanged::Lost, "the code has ended");
    let millisecond = Duration::from_millis(1);
    stored.clock.advance(just_before(59 * 60));
    let works = async || {
        let agent = store.agent_of_access_token("access first").await.unwrap();
        agent.is_some()
    };
    assert!(works().await);
    stored.clock.advance(millisecond);
    assert!(!works().await);
    let renews = async || {
        let token = store.agent_refresh_token("refresh first").await.unwrap();
        token.is_some()
    };
    stored.clock.advance(just_before((90 * 24 - 1) * 60 * 60));
    assert!(renews().await);
    stored.clock.advance(millisecond);
    assert!(!renews().await);
    assert_eq!(store.agents(&mia()).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn a_replaced_token_is_known_for_a_month_and_then_forgotten(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let_in(&stored).await;
    let first = store.agent_refresh_token("refresh first").await.unwrap();
    let first = first.unwrap();
    let replaces = async |name: &str| {
        let tokens = pair(&stored, name);
        store.replace_agent_token(&first, &tokens).await.unwrap()
    };
    assert!(replaces("second").await);
    assert!(!replaces("third").await, "somebody else was faster");
    let replaced = store.agent_refresh_token("refresh first").await.unwrap();
    assert_eq!(replaced.unwrap().replaced_at, Some(stored.now()));
    assert_eq!(store.prune_agents().await.unwrap(), 0, "nothing has ended");
    stored.clock.advance(just_before(30 * 24 * 60 * 60));
    // The access tokens.
    assert_eq!(store.prune_agents().await.unwrap(), 2);
    assert_eq!(rows(&stored).await, [1, 1, 0, 2, 0]);
    stored.clock.advance(Duration::from_millis(1) + MINUTE);
    // The replaced token, and the code that was used.
    assert_eq!(store.prune_agents().await.unwrap(), 2);
    let first = store.agent_refresh_token("refresh first").await.unwrap();
    assert!(first.is_none());
    let second = store.agent_refresh_token("refresh second").await.unwrap();
    assert!(second.is_some(), "the newest one stays");
    stored.clock.advance(DAY * 60);
    // The agent, and with it its last token.
    assert_eq!(store.prune_agents().await.unwrap(), 1);
    assert_eq!(rows(&stored).await, [0; 5]);
}

#[rstest]
#[tokio::test]
async fn a_request_that_waits_for_a_login_is_forgotten_at_its_end(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let store = &stored.store;
    let end = stored.now().plus(MINUTE * 10);
    let kept = store.insert_agent_request("hash", "client_id=x", end);
    kept.await.unwrap();
    stored.clock.advance(just_before(10 * 60));
    assert_eq!(store.prune_agents().await.unwrap(), 0);
    let query = store.agent_request("hash").await.unwrap();
    assert_eq!(query.as_deref(), Some("client_id=x"));
    stored.clock.advance(Duration::from_millis(1));
    assert_eq!(store.agent_request("hash").await.unwrap(), None);
    assert_eq!(store.prune_agents().await.unwrap(), 1);
    assert_eq!(rows(&stored).await, [0; 5]);
}
