//! Codes, tokens and secrets of agents are handed out once and told nowhere else; Atlassian's never.

use rstest::rstest;
use serde_json::json;

use crate::agents::fixture::{CHALLENGE, Client, REDIRECT, Tokens, VERIFIER, decide, form};
use crate::mcp::fixture::{message, send};
use crate::secrets::hunt::{Ear, Hunt};
use crate::support::database::Database;
use crate::support::{Answer, TestApp, parameter};

#[rstest]
#[tokio::test]
async fn nothing_of_an_agents_is_in_a_log_the_database_or_another_answer(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (ear, _guard) = Ear::listen();
    let app = TestApp::start_on(kind, &[]).await;
    let wire = app.browser();
    let metadata = json!({
        "client_name": "Canary", "redirect_uris": [REDIRECT],
        "token_endpoint_auth_method": "client_secret_post",
    });
    let registered = wire.post("/register", metadata).await.json();
    let text = |name: &str| registered[name].as_str().unwrap().to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let client = Client { id, wire };
    let mia = app.logged_in("mia").await;
    let mut answers: Vec<Answer> = Vec::new();
    let page = mia.navigate(&client.address(&[])).await;
    let allowed = decide(&mia, &page, "write").await;
    let code = parameter(allowed.header("location"), "code").unwrap();
    answers.push(page);
    let proof = [("client_secret", secret.as_str())];
    let wrong = [proof[0], ("code_verifier", CHALLENGE)];
    answers.push(client.exchange_with(&code, &wrong).await);
    let first = client.exchange_with(&code, &proof).await;
    let first = Tokens::of(&first);
    let usual = [
        ("grant_type", "refresh_token"),
        ("client_id", client.id.as_str()),
        ("refresh_token", first.refresh.as_str()),
    ];
    let second = Tokens::of(&form(&client.wire, "/token", &usual, &proof).await);
    let bearer = format!("Bearer {}", second.access);
    let headers = [("authorization", bearer.as_str())];
    for path in ["/mcp", "/users"] {
        let call = message(
            "tools/call",
            json!({"name": "jira_get_current_user", "arguments": {}}),
        );
        answers.push(send(&client.wire, path, &headers, &call).await);
    }
    answers.push(form(&client.wire, "/token", &usual, &[]).await);
    answers.push(client.exchange_with(&code, &proof).await);
    answers.push(form(&client.wire, "/token", &usual, &proof).await);
    for path in [
        "/agents",
        "/dashboard",
        "/auth/session",
        "/dashboard/statistics",
    ] {
        answers.push(mia.get(path).await);
    }
    let mut hunt = Hunt::default();
    for (kind, text) in [
        ("code", code),
        ("verifier", VERIFIER.to_owned()),
        ("client secret", secret),
        ("access token", first.access),
        ("refresh token", first.refresh),
        ("access token", second.access),
        ("refresh token", second.refresh),
    ] {
        hunt.secret(kind, text);
    }
    hunt.exchanged(&app.sandbox);
    for answer in &answers {
        hunt.look(
            "an answer",
            &format!("{:?} {}", answer.headers, answer.body),
        );
    }
    let heard = ear.heard();
    assert!(
        heard.contains("agent_allowed") && heard.contains("agent_ended"),
        "nobody listened"
    );
    hunt.look("the log", &heard);
    if kind == Database::Sqlite {
        for file in std::fs::read_dir(app.database_folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            hunt.look("the database", &String::from_utf8_lossy(&bytes));
        }
    }
    hunt.has_found_nothing();
}
