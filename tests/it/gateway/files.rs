//! Files: up as they come, down as they are, and where they are kept elsewhere the address passes.

use atlassian_sandbox::FaultAction;
use serde_json::Value;

use super::fixture::{Client, assert_ours};
use crate::support::faults::on_api;

pub(super) const BOUNDARY: (&str, &str) = ("content-type", "multipart/form-data; boundary=XX");

pub(super) fn form(content: &str) -> String {
    format!(
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{content}\r\n--XX--\r\n"
    )
}

pub(super) async fn uploaded(client: &Client, content: &str) -> Value {
    let body = form(content);
    let length = body.len().to_string();
    let headers = [BOUNDARY, ("content-length", length.as_str())];
    let address = "/ex/jira/-/rest/api/3/issue/WEB-1/attachments";
    let answer = client.send("POST", address, &headers, Some(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()[0].clone()
}

#[tokio::test]
async fn a_small_and_a_large_file_go_up_and_come_down_byte_for_byte() {
    let client = Client::start().await;
    let tail = r#""self":"https://acme.atlassian.net/rest/x""#;
    for size in [10, 3 * 1024 * 1024] {
        let content = format!("{{{}{tail}}}", " ".repeat(size));
        let file = uploaded(&client, &content).await;
        let address = file["content"].as_str().unwrap().to_owned();
        let address = address.strip_prefix("http://localhost:3001").unwrap();
        let down = client.get(&format!("{address}?redirect=false")).await;
        assert_eq!(down.status, 200);
        assert!(down.body == content, "{} bytes came back", down.body.len());
    }
    let call = &client.app.sandbox.journal()[0];
    assert_eq!(call.header("x-atlassian-token"), Some("no-check"));
    client.assert_key_stays_here();
}

#[tokio::test]
async fn a_file_of_an_issue_in_the_cloud_comes_by_the_address_that_a_data_center_has_for_it() {
    let client = Client::start().await;
    let file = uploaded(&client, "x").await;
    let id = file["id"].as_str().unwrap();
    client.app.sandbox.clear_journal();
    let address = format!("/ex/jira/-/secure/attachment/{id}/a%20b.json");
    let answer = client.get(&address).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let sent = client.sent();
    assert!(
        sent[0].ends_with(&format!("/rest/api/3/attachment/content/{id}")),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_kept_elsewhere_is_pointed_at_if_that_is_at_atlassian() {
    let client = Client::start().await;
    let file = uploaded(&client, "x").await;
    let id = file["id"].as_str().unwrap();
    let address = format!("/ex/jira/-/rest/api/3/attachment/content/{id}");
    let answer = client.get(&address).await;
    assert_eq!(answer.status, 303);
    let location = answer.header("location");
    assert!(
        location.starts_with("https://api.media.atlassian.com/"),
        "{location}"
    );
    for strange in [
        "https://evil.example/file",
        "https://api.media.atlassian.com.evil.example/file",
        "http://api.media.atlassian.com/file",
        "https://evil.example@x.atlassian.com/file",
        "javascript:alert(1)",
    ] {
        client.app.sandbox.clear_faults();
        let away = FaultAction::Redirect(strange.to_owned());
        client
            .app
            .sandbox
            .fault(on_api("/attachment/content", away, None));
        let answer = client.get(&address).await;
        assert_ours(&answer, 502, "VENDOR_ERROR");
        assert_eq!(answer.header("location"), "", "{strange}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let client = Client::start().await;
    let large = (25 * 1024 * 1024 + 1).to_string();
    let address = "/ex/jira/-/rest/api/3/issue/WEB-1/attachments";
    let headers = [BOUNDARY, ("content-length", large.as_str())];
    let announced = client.send("POST", address, &headers, Some("x")).await;
    assert_ours(&announced, 413, "VALIDATION");
    assert!(announced.body.contains("25 MiB"), "{}", announced.body);
    client.app.assert_nothing_sent();

    let body = "x".repeat(25 * 1024 * 1024 + 1);
    let unannounced = client.send("POST", address, &[BOUNDARY], Some(&body)).await;
    assert_ours(&unannounced, 413, "VALIDATION");

    client.app.sandbox.clear_journal();
    let comment = "x".repeat(1024 * 1024 + 1);
    let address = "/ex/jira/-/rest/api/3/issue/WEB-1/comment";
    let other = client.send("POST", address, &[], Some(&comment)).await;
    assert_ours(&other, 413, "VALIDATION");
    client.app.assert_nothing_sent();
}
