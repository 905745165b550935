//! Writes of other people's clients that are not answered: they are told that nobody knows what became of them.

use atlassian_sandbox::FaultAction;
use serde_json::json;

use super::fixture::Client;
use crate::support::faults::{on_api, on_method};

#[tokio::test]
async fn a_write_without_an_answer_is_said_to_be_unknown_and_a_read_is_not() {
    let client = Client::start().await;
    let body = json!({"fields": {"project": {"key": "WEB"}, "summary": "x", "issuetype": {"name": "Task"}}});
    let body = body.to_string();
    let headers = [("content-type", "application/json")];
    let address = "/ex/jira/-/rest/api/3/issue";
    client.app.sandbox.fault(on_method(
        "POST",
        "/rest/api/3/issue",
        FaultAction::ProcessThenDrop,
        Some(1),
    ));
    let answer = client.send("POST", address, &headers, Some(&body)).await;
    assert_eq!(answer.status, 502, "{}", answer.body);
    let told = answer.json();
    assert_eq!(told["details"]["outcome"], "unknown");
    let sentence = "nobody knows whether this was carried out";
    for told in [&told["message"], &told["errorMessages"][0]] {
        assert!(told.as_str().unwrap().contains(sentence), "{told}");
    }
    client
        .app
        .sandbox
        .fault(on_api("/rest/api/3/myself", FaultAction::Drop, None));
    let read = client.get("/ex/jira/-/rest/api/3/myself").await;
    assert_eq!(read.status, 502, "{}", read.body);
    assert!(read.json()["details"].get("outcome").is_none());
}
