//! The real program, killed between a code and its tokens, or between two refresh tokens: the client asks again and
//! gets them, and there is one agent.

use std::time::Duration;

use rstest::rstest;

use crate::agents::fixture::{Client, Tokens, decide_from, error, refused};
use crate::support::database::Database;
use crate::support::installation::{Installation, Process};
use crate::support::{Browser, parameter};

const HERE: [(&str, &str); 1] = [("resource", "")];

async fn dying_at(installation: &Installation, place: &str) -> Process {
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_TEST_KILL_AT", format!("{place}:1"));
    installation.start_command(command).await
}

async fn code(installation: &Installation, client: &Client, browser: &Browser) -> String {
    let page = browser.navigate(&client.address(&HERE)).await;
    let origin = format!("http://localhost:{}", installation.port);
    let answer = decide_from(browser, &page, "write", &origin).await;
    parameter(answer.header("location"), "code").unwrap_or_else(|| panic!("{answer:?}"))
}

#[rstest]
#[tokio::test]
async fn a_kill_between_code_and_token_costs_no_login_and_makes_no_second_agent(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let installation = Installation::new_on(kind).await;
    let mut mortal = dying_at(&installation, "agent-tokens-made").await;
    let browser = installation.logged_in().await;
    let client = Client::registered_by(installation.browser()).await;
    let code = code(&installation, &client, &browser).await;
    let lost = client.exchange_with(&code, &HERE).await;
    assert_eq!(lost.status, 502, "{}", lost.body);
    mortal.ended(Duration::from_secs(5)).await;
    let alive = installation.start().await;
    let tokens = Tokens::of(&client.exchange_with(&code, &HERE).await);
    assert_eq!(browser.read("/agents").await.as_array().unwrap().len(), 1);
    let renewed = Tokens::of(&client.refresh(&tokens.refresh).await);
    // From now on it is used up, and whoever has a copy ends it.
    let again = client.exchange_with(&code, &HERE).await;
    assert_eq!(error(&again), refused(400, "invalid_grant"));
    let ended = client.refresh(&renewed.refresh).await;
    assert_eq!(error(&ended), refused(400, "invalid_grant"));
    alive.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_kill_between_two_refresh_tokens_costs_no_login(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let installation = Installation::new_on(kind).await;
    let mut mortal = dying_at(&installation, "agent-token-replaced").await;
    let browser = installation.logged_in().await;
    let client = Client::registered_by(installation.browser()).await;
    let code = code(&installation, &client, &browser).await;
    let first = Tokens::of(&client.exchange_with(&code, &HERE).await);
    assert_eq!(client.refresh(&first.refresh).await.status, 502);
    mortal.ended(Duration::from_secs(5)).await;
    let alive = installation.start().await;
    let second = Tokens::of(&client.refresh(&first.refresh).await);
    Tokens::of(&client.refresh(&second.refresh).await);
    assert_eq!(browser.read("/agents").await.as_array().unwrap().len(), 1);
    alive.stop().await;
}
