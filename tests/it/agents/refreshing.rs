//! Refresh tokens: they rotate, an answer that got lost loses nobody the login, and a stolen one ends it.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use crate::agents::fixture::{Client, Tokens, error, refused};
use crate::mcp::fixture::{message, names, send};
use crate::support::TestApp;
use crate::support::database::Database;

const HOUR: Duration = Duration::from_hours(1);

#[rstest]
#[tokio::test]
async fn forty_refreshes_at_once_all_get_something_good(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let first = client.tokens(&mia).await;
    let tries = (0..40).map(|_| client.refresh(&first.refresh));
    let answers = futures_util::future::join_all(tries).await;
    let pairs: Vec<Tokens> = answers.iter().map(Tokens::of).collect();
    assert_eq!(mia.read("/agents").await.as_array().unwrap().len(), 1);
    app.advance(HOUR);
    for pair in [&pairs[0], &pairs[17], &pairs[39]] {
        Tokens::of(&client.refresh(&pair.refresh).await);
    }
}

#[rstest]
#[tokio::test]
async fn a_replaced_token_is_good_for_ten_minutes_and_its_return_after_that_ends_the_agent(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let first = client.tokens(&mia).await;
    let second = Tokens::of(&client.refresh(&first.refresh).await);
    app.advance(Duration::from_secs(599));
    let beside = Tokens::of(&client.refresh(&first.refresh).await);
    app.advance(Duration::from_secs(1));
    // Whoever copied the first one comes too late, and it is noticed.
    let late = client.refresh(&first.refresh).await;
    assert_eq!(error(&late), refused(400, "invalid_grant"));
    for ended in [&second, &beside] {
        let answer = client.refresh(&ended.refresh).await;
        assert_eq!(error(&answer), refused(400, "invalid_grant"));
    }
    assert_eq!(mia.read("/agents").await, json!([]));
}

#[tokio::test]
async fn a_copy_made_within_the_ten_minutes_is_noticed_when_both_go_on() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let first = client.tokens(&mia).await;
    let own = Tokens::of(&client.refresh(&first.refresh).await);
    let copied = Tokens::of(&client.refresh(&first.refresh).await);
    app.advance(HOUR);
    Tokens::of(&client.refresh(&own.refresh).await);
    app.advance(HOUR);
    let thief = client.refresh(&copied.refresh).await;
    assert_eq!(error(&thief), refused(400, "invalid_grant"));
    assert_eq!(mia.read("/agents").await, json!([]));
}

#[rstest]
#[tokio::test]
async fn a_replaced_token_ends_the_agent_at_once_when_what_replaced_it_was_used(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let first = client.tokens(&mia).await;
    let second = Tokens::of(&client.refresh(&first.refresh).await);
    let third = Tokens::of(&client.refresh(&second.refresh).await);
    // The one before may have been lost on its way, the one before that was not.
    let fourth = Tokens::of(&client.refresh(&second.refresh).await);
    let thief = client.refresh(&first.refresh).await;
    assert_eq!(error(&thief), refused(400, "invalid_grant"));
    for ended in [&third, &fourth] {
        let answer = client.refresh(&ended.refresh).await;
        assert_eq!(error(&answer), refused(400, "invalid_grant"));
    }
    assert_eq!(mia.read("/agents").await, json!([]));
}

#[tokio::test]
async fn tokens_outlive_a_restart_and_are_known_to_every_process() {
    let app = TestApp::start().await;
    let mut client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let code = client.code(&mia, &[]).await;
    let other = app.another_process().await;
    client.wire = crate::support::Browser::new(other.router());
    let first = Tokens::of(&client.exchange(&code).await);
    let third = app.another_process().await;
    client.wire = crate::support::Browser::new(third.router());
    Tokens::of(&client.refresh(&first.refresh).await);
}

#[tokio::test]
async fn an_agent_that_renews_nothing_for_ninety_days_has_ended_and_is_forgotten() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let first = client.tokens(&mia).await;
    app.advance(HOUR * 24 * 89);
    let second = Tokens::of(&client.refresh(&first.refresh).await);
    app.advance(HOUR * 24 * 90);
    let late = client.refresh(&second.refresh).await;
    assert_eq!(error(&late), refused(400, "invalid_grant"));
    app.app.upkeep().prune().await;
    for table in [
        "agents",
        "agent_access_tokens",
        "agent_refresh_tokens",
        "agent_codes",
    ] {
        assert_eq!(app.rows(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_client_asks_for_no_more_than_it_was_allowed() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let page = mia.navigate(&client.address(&[("scope", "read")])).await;
    let allowed = crate::agents::fixture::decide(&mia, &page, "read").await;
    let code = crate::support::parameter(allowed.header("location"), "code").unwrap();
    let tokens = Tokens::of(&client.exchange(&code).await);
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", client.id.as_str()),
        ("refresh_token", tokens.refresh.as_str()),
        ("scope", "read write"),
    ];
    let answer = crate::agents::fixture::form(&client.wire, "/token", &fields, &[]).await;
    assert_eq!(error(&answer), refused(400, "invalid_scope"));
}

#[tokio::test]
async fn a_client_that_asks_for_less_gets_less_and_keeps_what_it_was_allowed() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let tokens = client.tokens(&mia).await;
    let renew = async |refresh: &str, scope: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", client.id.as_str()),
            ("refresh_token", refresh),
            ("scope", scope),
        ];
        crate::agents::fixture::form(&client.wire, "/token", &fields, &[]).await
    };
    let less = renew(&tokens.refresh, "read").await;
    assert_eq!(less.json()["scope"], "read", "{}", less.body);
    assert_eq!(
        mia.read("/agents").await[0]["scopes"],
        serde_json::json!(["read", "write"])
    );
    let tools = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let asked = message("tools/list", serde_json::json!({}));
        let headers = [("authorization", bearer.as_str())];
        let listed = send(&client.wire, "/mcp", &headers, &asked).await.json();
        names(&listed).join(" ")
    };
    let tokens = Tokens::of(&less);
    let reading = tools(&tokens.access).await;
    assert!(reading.contains("jira_get_issue") && !reading.contains("jira_create_issue"));
    let again = renew(&tokens.refresh, "read write").await;
    assert_eq!(again.json()["scope"], "read write", "{}", again.body);
    let tokens = Tokens::of(&again);
    assert!(tools(&tokens.access).await.contains("jira_create_issue"));
    let plain = renew(&tokens.refresh, "").await;
    assert_eq!(plain.json()["scope"], "read write", "{}", plain.body);
}
