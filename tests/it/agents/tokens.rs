//! Codes and tokens: what they are exchanged for, by whom, and how often.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;

use crate::agents::fixture::{Client, Tokens, error, form, refused};
use crate::support::database::Database;
use crate::support::{Browser, TestApp};

#[rstest]
#[tokio::test]
async fn a_code_becomes_tokens_once_and_its_return_ends_them(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let code = client.code(&mia, &[]).await;
    let answer = client.exchange(&code).await;
    let tokens = Tokens::of(&answer);
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(
        (&body["expires_in"], &body["scope"]),
        (&3600.into(), &"read write".into())
    );
    assert!(tokens.access.starts_with("ibm_") && tokens.refresh.starts_with("ibr_"));
    assert_eq!(mia.read("/agents").await.as_array().unwrap().len(), 1);
    let again = client.exchange(&code).await;
    assert_eq!(error(&again), refused(400, "invalid_grant"));
    let renewed = client.refresh(&tokens.refresh).await;
    assert_eq!(error(&renewed), refused(400, "invalid_grant"));
    assert_eq!(mia.read("/agents").await, serde_json::json!([]));
}

#[tokio::test]
async fn a_code_is_good_for_its_client_address_and_verifier_only_and_for_a_minute() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let other = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let code = client.code(&mia, &[]).await;
    for (changes, expected) in [
        ([("code_verifier", "")], "invalid_request"),
        (
            [(
                "code_verifier",
                "0123456789012345678901234567890123456789012345",
            )],
            "invalid_grant",
        ),
        (
            [("redirect_uri", "http://127.0.0.1:33419/callback")],
            "invalid_grant",
        ),
        ([("resource", "https://evil.example/mcp")], "invalid_target"),
        (
            [("grant_type", "client_credentials")],
            "unsupported_grant_type",
        ),
        ([("grant_type", "")], "invalid_request"),
        ([("code", "ibo_none")], "invalid_grant"),
    ] {
        let answer = client.exchange_with(&code, &changes).await;
        assert_eq!(error(&answer), refused(400, expected), "{changes:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // One that the other client's clock registers in the same second has the same id.
    app.advance(Duration::from_secs(2));
    let stranger = Client::registered(&app).await;
    assert_ne!(stranger.id, other.id);
    let answer = stranger.exchange(&code).await;
    assert_eq!(error(&answer), refused(400, "invalid_grant"));
    let unknown = client
        .exchange_with(&code, &[("client_id", "ibc_x.y")])
        .await;
    assert_eq!(error(&unknown), refused(401, "invalid_client"));
    // None of that has used it up.
    assert_eq!(client.exchange(&code).await.status, 200);
    let late = client.code(&mia, &[]).await;
    app.advance(Duration::from_mins(1));
    let answer = client.exchange(&late).await;
    assert_eq!(error(&answer), refused(400, "invalid_grant"));
}

#[rstest]
#[tokio::test]
async fn of_many_exchanges_of_one_code_one_gets_tokens_and_there_is_one_agent(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let code = client.code(&mia, &[]).await;
    let tries = (0..8).map(|_| client.exchange(&code));
    let answers = futures_util::future::join_all(tries).await;
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(good, 1, "{answers:?}");
    let agents = mia.read("/agents").await;
    assert!(agents.as_array().unwrap().len() <= 1, "{agents}");
}

#[tokio::test]
async fn a_client_with_a_secret_shows_it_in_the_form_or_as_its_password() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for method in ["client_secret_post", "client_secret_basic"] {
        let wire = app.browser();
        let metadata = serde_json::json!({
            "redirect_uris": [crate::agents::fixture::REDIRECT],
            "token_endpoint_auth_method": method,
        });
        let answer = wire.post("/register", metadata).await.json();
        assert_eq!(answer["token_endpoint_auth_method"], method);
        assert_eq!(answer["client_secret_expires_at"], 0);
        let secret = answer["client_secret"].as_str().unwrap();
        let id = answer["client_id"].as_str().unwrap().to_owned();
        let client = Client { id, wire };
        let code = client.code(&mia, &[]).await;
        let without = client.exchange(&code).await;
        assert_eq!(error(&without), refused(401, "invalid_client"));
        assert!(without.header("www-authenticate").starts_with("Basic"));
        let wrong = client
            .exchange_with(&code, &[("client_secret", "ibcs_x")])
            .await;
        assert_eq!(error(&wrong), refused(401, "invalid_client"));
        let good = if method == "client_secret_post" {
            client
                .exchange_with(&code, &[("client_secret", secret)])
                .await
        } else {
            with_password(&client, &code, secret).await
        };
        Tokens::of(&good);
    }
}

async fn with_password(client: &Client, code: &str, secret: &str) -> crate::support::Answer {
    let password = STANDARD.encode(format!("{}:{secret}", client.id));
    let authorization = format!("Basic {password}");
    let body = format!(
        "grant_type=authorization_code&code={code}&code_verifier={}",
        crate::agents::fixture::VERIFIER
    );
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("authorization", authorization.as_str()),
    ];
    client
        .wire
        .send("POST", "/token", &headers, Some(body))
        .await
}

#[tokio::test]
async fn a_token_opens_nothing_but_mcp() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let tokens = client.tokens(&mia).await;
    let bearer = format!("Bearer {}", tokens.access);
    let wire = app.browser();
    for path in [
        "/connectors/jira/projects",
        "/connectors/tools",
        "/users",
        "/agents",
        "/me",
        "/ex/jira/-/rest/api/3/myself",
        "/dashboard",
        "/metrics",
    ] {
        let answer = wire.get_with(path, &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 401, "{path}");
    }
    for token in [&tokens.refresh, &tokens.access] {
        let answer = wire.get_with("/users", &[("x-session-token", token)]).await;
        assert_eq!(answer.status, 401);
    }
}

#[tokio::test]
async fn a_client_takes_its_tokens_back() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let tokens = client.tokens(&mia).await;
    app.advance(Duration::from_secs(1));
    let stranger = Client::registered(&app).await;
    let take_back = async |by: &Client, token: &str| {
        let fields = [("token", token), ("client_id", by.id.as_str())];
        form(&by.wire, "/revoke", &fields, &[]).await
    };
    for token in [&tokens.refresh, &tokens.access] {
        assert_eq!(take_back(&stranger, token).await.status, 200);
    }
    let renewed = Tokens::of(&client.refresh(&tokens.refresh).await);
    assert_eq!(take_back(&client, "ibr_unknown").await.status, 200);
    assert_eq!(take_back(&client, &renewed.access).await.status, 200);
    let renewed = Tokens::of(&client.refresh(&renewed.refresh).await);
    assert_eq!(take_back(&client, &renewed.refresh).await.status, 200);
    let gone = client.refresh(&renewed.refresh).await;
    assert_eq!(error(&gone), refused(400, "invalid_grant"));
    assert_eq!(mia.read("/agents").await, serde_json::json!([]));
}

#[tokio::test]
async fn what_is_no_form_or_names_something_twice_is_refused() {
    let app = TestApp::start().await;
    let wire: Browser = app.browser();
    let json = wire.post("/token", serde_json::json!({})).await;
    assert_eq!(error(&json), refused(400, "invalid_request"));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let twice = String::from("grant_type=refresh_token&grant_type=authorization_code");
    let answer = wire.send("POST", "/token", &headers, Some(twice)).await;
    assert_eq!(error(&answer), refused(400, "invalid_request"));
    let nobody = String::from("grant_type=refresh_token&refresh_token=ibr_x");
    let answer = wire.send("POST", "/token", &headers, Some(nobody)).await;
    assert_eq!(error(&answer), refused(401, "invalid_client"));
}

#[tokio::test]
async fn who_tries_many_tokens_has_to_wait() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mut statuses = Vec::new();
    for number in 0..101 {
        statuses.push(client.refresh(&format!("ibr_{number}")).await.status);
    }
    assert_eq!((statuses[0], statuses[99], statuses[100]), (400, 400, 429));
}
