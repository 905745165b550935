//! What comes back: addresses lead here, secrets and strangers' addresses stay away, all else is byte for byte.

use atlassian_sandbox::FaultAction;
use serde_json::json;

use super::fixture::{Client, assert_ours};
use crate::support::faults::{answering, on_api, on_method};

fn raw(status: u16, headers: &[(&str, &str)], body: &str) -> FaultAction {
    FaultAction::Status {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}

#[tokio::test]
async fn numbers_order_and_repeated_members_survive() {
    let client = Client::start().await;
    let body = "{ \"self\": \"https://acme.atlassian.net/rest/api/3/issue/1\",\n \"n\":1e400, \"id\":12345678901234567890,\"x\":1.50,\"x\":-0.0, \"t\":\"\\u0000\\ud800\" }";
    client
        .app
        .sandbox
        .fault(on_api("/issue/1", raw(200, &[], body), None));
    let answer = client
        .get("/ex/jira/acme.atlassian.net/rest/api/3/issue/1")
        .await;
    let expected = body.replace(
        "https://acme.atlassian.net/",
        "http://localhost:3001/ex/jira/acme.atlassian.net/",
    );
    assert_eq!((answer.status, answer.body), (200, expected));
}

#[tokio::test]
async fn addresses_for_people_and_of_other_sites_stay() {
    let client = Client::start().await;
    let body = r#"{"webui":"https://acme.atlassian.net/rest/x","self":"https://other.example/rest/x","avatarUrls":{"16x16":"https://acme.atlassian.net/rest/y"},"body":"see https://acme.atlassian.net/rest/z"}"#;
    client
        .app
        .sandbox
        .fault(on_api("/issue/1", raw(200, &[], body), None));
    let answer = client.get("/ex/jira/-/rest/api/3/issue/1").await;
    assert_eq!(answer.body, body);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_untouched() {
    let client = Client::start().await;
    let text = "self: \"self\":\"https://acme.atlassian.net/rest/x\"";
    let plain = raw(200, &[("content-type", "text/plain")], text);
    client.app.sandbox.fault(on_api("/issue/1", plain, None));
    let answer = client.get("/ex/jira/-/rest/api/3/issue/1").await;
    assert_eq!(
        (answer.body.as_str(), answer.header("content-type")),
        (text, "text/plain")
    );
}

#[tokio::test]
async fn locations_lead_here_or_nowhere() {
    let client = Client::start().await;
    let id = client.cloud_id("acme").await;
    let here = "http://localhost:3001/ex/jira/-/rest/api/3/issue/9";
    let gateway = format!("https://api.atlassian.com/ex/jira/{id}/rest/api/3/issue/9");
    for (told, passed) in [
        ("https://acme.atlassian.net/rest/api/3/issue/9", here),
        (gateway.as_str(), here),
        ("/rest/api/3/issue/9", here),
        ("https://evil.example/rest/api/3/issue/9", ""),
        ("https://acme.atlassian.net.evil.example/rest/api/3/x", ""),
        ("//evil.example/rest/", ""),
        ("https://acme.atlassian.net/login", ""),
    ] {
        client.app.sandbox.clear_faults();
        let made = raw(201, &[("location", told)], "{}");
        client
            .app
            .sandbox
            .fault(on_method("POST", "/issue", made, None));
        let body =
            r#"{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Task"},"summary":"x"}}"#;
        let answer = client
            .send("POST", "/ex/jira/-/rest/api/3/issue", &[], Some(body))
            .await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (201, passed),
            "{told}"
        );
    }
}

#[tokio::test]
async fn headers_about_limits_and_versions_pass_and_cookies_do_not() {
    let client = Client::start().await;
    let headers = [
        ("set-cookie", "atlassian.xsrf.token=1"),
        ("server", "AtlassianEdge"),
        ("etag", "\"7\""),
        ("x-ratelimit-remaining", "12"),
        ("x-arequestid", "r1"),
        ("atl-traceid", "t1"),
        ("x-aaccountid", "557058"),
    ];
    client
        .app
        .sandbox
        .fault(on_api("/myself", raw(200, &headers, "{}"), None));
    let answer = client.get("/ex/jira/-/rest/api/3/myself").await;
    for (name, value) in &headers[2..6] {
        assert_eq!(answer.header(name), *value, "{name}");
    }
    for name in ["set-cookie", "server", "x-aaccountid"] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("sandbox;"), "{policy}");
}

#[tokio::test]
async fn refusals_of_atlassians_pass_as_they_are() {
    let client = Client::start().await;
    for status in [400, 403, 404, 409, 410, 413, 415, 500, 502, 503] {
        client.app.sandbox.clear_faults();
        let body = json!({"errorMessages": ["no"], "errors": {"summary": "must"}});
        client
            .app
            .sandbox
            .fault(on_api("/issue/1", answering(status, &body), None));
        let answer = client.get("/ex/jira/-/rest/api/3/issue/1").await;
        assert_eq!((answer.status, answer.json()), (status, body));
    }
    let mut sent = client.sent();
    sent.retain(|call| call.ends_with("/issue/1"));
    assert_eq!(sent.len(), 10, "nothing is tried twice: {sent:?}");
}

#[tokio::test]
async fn a_server_that_repeats_the_token_is_not_repeated() {
    let client = Client::start().await;
    for status in [200, 400, 404, 500] {
        client.app.sandbox.clear_faults();
        let echo = FaultAction::Echo(status);
        client.app.sandbox.fault(on_api("/myself", echo, None));
        let answer = client.get("/ex/jira/-/rest/api/3/myself").await;
        assert_eq!(answer.status, status);
        let call = client.app.sandbox.journal().pop().unwrap();
        let token = call.header("authorization").unwrap();
        let token = token.trim_start_matches("Bearer ");
        assert!(token.len() > 20 && !answer.body.contains(token), "{status}");
        assert!(answer.body.contains("********"), "{}", answer.body);
    }
    client.assert_key_stays_here();
}

#[tokio::test]
async fn a_redirect_or_a_page_in_place_of_an_answer_is_none() {
    let client = Client::start().await;
    let elsewhere = FaultAction::Redirect(String::from("https://id.atlassian.com/login"));
    let page = raw(200, &[("content-type", "text/html")], "<html>log in</html>");
    for fault in [elsewhere, page] {
        client.app.sandbox.clear_faults();
        client.app.sandbox.fault(on_api("/myself", fault, None));
        let answer = client.get("/ex/jira/-/rest/api/3/myself").await;
        assert_ours(&answer, 502, "VENDOR_ERROR");
        assert_eq!(answer.header("location"), "");
    }
}

/// Clients put what a person types behind it, and send their credential along.
#[tokio::test]
async fn addresses_that_complete_what_is_typed_lead_here() {
    let client = Client::start().await;
    let address = "/ex/jira/-/rest/api/3/issue/WEB-1/editmeta";
    let answer = client.get(address).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = &answer.json()["fields"]["assignee"]["autoCompleteUrl"];
    let told = told.as_str().unwrap();
    let ours = "http://localhost:3001/ex/jira/-/rest/api/";
    assert!(told.starts_with(ours), "{told}");
}
