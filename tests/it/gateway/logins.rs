//! The login behind a key: renewed when it is due, and told when it has ended.

use std::time::Duration;

use super::fixture::{Client, assert_ours};
use crate::support::faults::{answering, on_api};
use serde_json::json;

const MYSELF: &str = "/ex/jira/-/rest/api/3/myself";

#[tokio::test]
async fn a_token_that_was_refused_is_renewed_and_the_request_sent_once_more() {
    let client = Client::start().await;
    client.app.sandbox.expire_access_tokens();
    let body =
        r#"{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Task"},"summary":"Again"}}"#;
    let made = client
        .send("POST", "/ex/jira/-/rest/api/3/issue", &[], Some(body))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(client.app.sandbox.refresh_calls(), 1);
    assert_eq!(client.sent().len(), 2);
    let journal = client.app.sandbox.journal();
    let bodies: Vec<&str> = journal
        .iter()
        .filter(|call| call.path.ends_with("/issue"))
        .map(|call| call.body.as_str())
        .collect();
    assert_eq!(bodies, [body, body]);
}

#[tokio::test]
async fn a_login_that_has_ended_is_told_with_the_way_back() {
    let client = Client::start().await;
    client.app.sandbox.revoke_grants("mia");
    let first = client.get(MYSELF).await;
    assert_ours(&first, 401, "TOKEN_EXPIRED");
    assert!(first.json()["details"]["login_url"].is_string());
    client.app.sandbox.clear_journal();
    for address in [MYSELF, "/oauth/token/accessible-resources", "/me"] {
        assert_eq!(
            client.get(address).await.error_code(),
            "TOKEN_EXPIRED",
            "{address}"
        );
    }
    client.app.assert_nothing_sent();

    client.app.log_in(&client.mia, "mia").await;
    let again = client.get(MYSELF).await;
    assert_eq!(again.status, 200, "the same key: {}", again.body);
}

#[tokio::test]
async fn a_missing_issue_costs_no_refresh() {
    let client = Client::start().await;
    for number in 0..5 {
        let answer = client
            .get(&format!("/ex/jira/-/rest/api/3/issue/WEB-9999{number}"))
            .await;
        assert_eq!(answer.status, 404);
    }
    assert_eq!(client.app.sandbox.refresh_calls(), 0);
    assert_eq!(client.sent().len(), 5);
}

#[tokio::test]
async fn a_write_that_failed_is_never_sent_twice() {
    let client = Client::start().await;
    let body = r#"{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Task"},"summary":"x"}}"#;
    for status in [500, 502, 503, 504] {
        client.app.sandbox.clear_faults();
        client.app.sandbox.clear_journal();
        client
            .app
            .sandbox
            .fault(on_api("/issue", answering(status, &json!({})), None));
        let answer = client
            .send("POST", "/ex/jira/-/rest/api/3/issue", &[], Some(body))
            .await;
        assert_eq!((answer.status, client.sent().len()), (status, 1));
    }
}

#[tokio::test]
async fn a_token_that_is_due_is_renewed_before_the_call() {
    let client = Client::start().await;
    client.app.advance(Duration::from_hours(2));
    assert_eq!(client.get(MYSELF).await.status, 200);
    assert_eq!(client.app.sandbox.refresh_calls(), 1);
    assert_eq!(client.sent().len(), 1);
}
