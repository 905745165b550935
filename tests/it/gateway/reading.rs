//! Requests reach Atlassian as they came, and answers come back as they were.

use serde_json::{Value, json};

use super::fixture::Client;

#[tokio::test]
async fn a_site_has_several_names_and_all_lead_to_it() {
    let client = Client::start().await;
    let id = client.cloud_id("acme").await;
    for name in [id.as_str(), "acme.atlassian.net", "ACME.atlassian.net", "-"] {
        let address = format!("/ex/jira/{name}/rest/api/3/myself");
        let answer = client.get(&address).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        let own = answer.json()["self"].as_str().unwrap().to_owned();
        let base = format!("http://localhost:3001/ex/jira/{name}/rest/api/3/user");
        assert!(own.starts_with(&base), "{own}");
    }
    let sent = client.sent();
    assert!(
        sent.iter()
            .all(|call| *call == format!("GET /ex/jira/{id}/rest/api/3/myself")),
        "{sent:?}"
    );
    client.assert_key_stays_here();
}

#[tokio::test]
async fn queries_and_bodies_arrive_as_they_were_written() {
    let client = Client::start().await;
    let query = "jql=project+%3D%20WEB&fields=summary&fields=status%2Ccreated&maxResults=2";
    let answer = client
        .get(&format!("/ex/jira/-/rest/api/3/search/jql?{query}"))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(client.app.sandbox.journal()[0].query, query);

    let body = r#"{ "jql": "project = WEB",  "maxResults": 1, "fields":["summary"] }"#;
    let headers = [("accept-language", "de"), ("user-agent", "Mozilla/5.0 x")];
    let address = "/ex/jira/-/rest/api/3/search/jql";
    let answer = client.send("POST", address, &headers, Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let call = client.app.sandbox.journal().pop().unwrap();
    assert_eq!(call.body, body);
    assert_eq!(call.header("accept-language"), Some("de"));
    assert_eq!(call.header("x-atlassian-token"), Some("no-check"));
    for absent in ["cookie", "origin", "x-forwarded-for", "x-session-token"] {
        assert_eq!(call.header(absent), None, "{absent}");
    }
    client.assert_key_stays_here();
}

#[tokio::test]
async fn an_issue_is_made_changed_and_deleted_by_following_its_own_address() {
    let client = Client::start().await;
    let issue = json!({"fields": {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "By a client"}});
    let address = "/ex/jira/acme.atlassian.net/rest/api/3/issue";
    let made = client
        .send("POST", address, &[], Some(&issue.to_string()))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let own = made.json()["self"].as_str().unwrap().to_owned();
    let own = own.strip_prefix("http://localhost:3001").unwrap();
    assert!(
        own.starts_with("/ex/jira/acme.atlassian.net/rest/api/3/issue/"),
        "{own}"
    );
    let change = json!({"fields": {"summary": "Changed"}}).to_string();
    let changed = client.send("PUT", own, &[], Some(&change)).await;
    assert_eq!((changed.status, changed.body.as_str()), (204, ""));
    let read = client.get(&format!("{own}?fields=summary")).await.json();
    assert_eq!(read["fields"]["summary"], "Changed");
    assert_eq!(client.send("DELETE", own, &[], None).await.status, 204);
    let gone = client.get(own).await;
    assert_eq!(gone.status, 404);
    assert!(
        gone.json()["errorMessages"][0].is_string() && gone.json()["code"].is_null(),
        "Atlassian's own words: {}",
        gone.body
    );
    client.assert_key_stays_here();
}

#[tokio::test]
async fn confluence_is_reached_with_and_without_its_folder() {
    let client = Client::start().await;
    let pages = client
        .get("/ex/confluence/-/wiki/api/v2/pages?limit=2")
        .await;
    assert_eq!(pages.status, 200, "{}", pages.body);
    let next = pages.json()["_links"]["next"].as_str().unwrap().to_owned();
    assert!(next.starts_with("/wiki/api/v2/pages?"), "{next}");
    let link = pages.header("link");
    assert!(
        link.is_empty() || link.starts_with("<http://localhost:3001/ex/confluence/-/wiki/api/v2/"),
        "{link}"
    );
    for path in ["wiki/rest/api/search", "rest/api/search"] {
        let address = format!("/ex/confluence/-/{path}?cql=type%3Dpage&limit=1");
        let found = client.get(&address).await;
        assert_eq!(found.status, 200, "{path}: {}", found.body);
    }
    assert!(
        client
            .sent()
            .iter()
            .all(|call| call.contains("/ex/confluence/") && call.contains("/wiki/"))
    );
}

#[tokio::test]
async fn head_has_no_body_and_a_slash_at_the_end_is_dropped() {
    let client = Client::start().await;
    let head = client
        .send("HEAD", "/ex/jira/-/rest/api/3/myself/", &[], None)
        .await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.header("content-type").starts_with("application/json"));
    // What a refusal without a body means could not be told.
    assert!(client.sent()[0].starts_with("GET ") && client.sent()[0].ends_with("/myself"));
}

#[tokio::test]
async fn metrics_and_the_audit_trail_name_the_operation_and_never_the_path() {
    let client = Client::start().await;
    let issue = client
        .get("/ex/jira/-/rest/api/3/search/jql?jql=project%3DWEB&maxResults=1")
        .await
        .json();
    let id = issue["issues"][0]["id"].as_str().unwrap().to_owned();
    client
        .get(&format!("/ex/jira/-/rest/api/3/issue/{id}"))
        .await;
    let metrics = client.app.browser().get("/metrics").await.body;
    let operation = r#"operation="GET /rest/api/3/issue/{issueIdOrKey}",outcome="ok""#;
    assert!(metrics.contains(operation), "{metrics}");
    assert!(!metrics.contains(&format!("issue/{id}")));
}

#[tokio::test]
async fn a_create_with_an_idempotency_key_is_done_once() {
    let client = Client::start().await;
    let issue = json!({"fields": {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "Once"}})
        .to_string();
    let headers = [("idempotency-key", "once")];
    let address = "/ex/jira/-/rest/api/3/issue";
    let first = client.send("POST", address, &headers, Some(&issue)).await;
    let second = client.send("POST", address, &headers, Some(&issue)).await;
    assert_eq!((first.status, second.status), (201, 201), "{}", second.body);
    let key = |answer: &crate::support::Answer| -> Value { answer.json()["key"].clone() };
    assert_eq!(key(&first), key(&second));
    assert_eq!(client.sent().len(), 1);
}
