//! Single issues through the connector: reading and making them.

use atlassian_sandbox::FaultAction;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::faults::on_method;

#[tokio::test]
async fn an_issue_that_was_made_comes_back_as_it_was_meant() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let description = "# Steps\n\n1. Open _the_ printer\n2. Watch **fire**\n\n- [ ] call `911`\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n> hot\n\n```rust\nfn main() {}\n```";
    let made = browser
        .post("/connectors/jira/create", json!({
            "project_key": "WEB", "summary": "The \"printer\" is on fire <now>", "issue_type": "Bug",
            "description": description, "labels": ["printer"], "assignee": "me", "due_date": "2027-02-28",
        }))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let created = made.json();
    let key = created["id"].as_str().unwrap();
    assert!(key.starts_with("WEB-"));
    assert_eq!(created["title"], "The \"printer\" is on fire <now>");
    assert_eq!(created["metadata"]["key"], key);
    assert_eq!(
        made.header("location"),
        format!("/connectors/jira/issues/{key}")
    );
    let issue = browser.get(made.header("location")).await.json();
    assert_eq!(issue["description"].as_str().unwrap().trim(), description);
    assert_eq!(issue["assignee"]["display_name"], "Mia Krystof");
    assert_eq!(
        (&issue["issue_type"], &issue["labels"]),
        (&json!("Bug"), &json!(["printer"]))
    );
    assert_eq!(
        (&issue["due_date"], &issue["parent"]),
        (&json!("2027-02-28"), &Value::Null)
    );
    assert_eq!(issue["url"], created["url"]);
    let raw = browser
        .get(&format!("/connectors/jira/issues/{key}?format=raw"))
        .await
        .json();
    assert_eq!(raw["fields"]["description"]["type"], "doc");
    assert_eq!(app.upstream("/rest/api/3/issue"), 3);
}

#[tokio::test]
async fn jiras_own_form_is_passed_through() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let body = json!({"fields": {"project": {"key": "APP"}, "issuetype": {"name": "Task"}, "summary": "Own form"}});
    let made = browser.post("/connectors/jira/create", body.clone()).await;
    assert_eq!(
        (made.status, made.json()["title"].clone()),
        (201, json!("Own form"))
    );
    let sent = app
        .sandbox
        .journal()
        .into_iter()
        .rev()
        .find(|entry| entry.path.ends_with("/issue"))
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), body);
}

#[tokio::test]
async fn a_malformed_issue_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (body, fields) in [
        (json!({}), json!(["project_key", "summary"])),
        (json!([]), json!(["body"])),
        (json!({"fields": 1}), json!(["fields"])),
        (
            json!({"project_key": "../x", "summary": "a\nb", "due_date": "soon"}),
            json!(["project_key", "summary", "due_date"]),
        ),
    ] {
        let answer = browser.post("/connectors/jira/create", body).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION")
        );
        assert_eq!(answer.json()["details"]["fields"], fields);
    }
    assert_eq!(app.upstream("/rest/"), 0);
}

#[tokio::test]
async fn a_type_that_the_project_does_not_have_is_refused_with_those_it_has() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let body = json!({"project_key": "WEB", "summary": "x", "issue_type": "Nonsense"});
    let answer = browser.post("/connectors/jira/create", body).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (422, "VALIDATION")
    );
    assert_eq!(
        answer.json()["details"]["fields"],
        json!(["issue_type"]),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("takes one of"), "{}", answer.body);
    // Jira's own form is passed on as it is, and so is what Jira says of it.
    let own = json!({"fields": {"project": {"key": "WEB"}, "summary": "x", "issuetype": {"name": "Nonsense"}}});
    let answer = browser.post("/connectors/jira/create", own).await;
    assert_eq!(
        (answer.status, &answer.json()["details"]["fields"]),
        (400, &json!(["issuetype"])),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn an_issue_without_an_answer_is_not_sent_again() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(on_method(
        "POST",
        "/rest/api/3/issue",
        FaultAction::ProcessThenDrop,
        None,
    ));
    let body = json!({"project_key": "WEB", "summary": "once only"});
    let answer = browser.post("/connectors/jira/create", body).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (502, "VENDOR_ERROR")
    );
    assert_eq!(app.upstream("/rest/api/3/issue"), 1);
}

#[tokio::test]
async fn hostile_keys_are_not_found_without_asking_atlassian() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for key in [
        "..%2f",
        "%2e%2e",
        "..%2F..%2Fmyself",
        "WEB-1%2Fcomment",
        "WEB-1%3Fx",
        "WEB",
        "WEB-1%00",
        "%EF%BC%B7-1",
        "WEB-1%20",
    ] {
        let answer = browser.get(&format!("/connectors/jira/issues/{key}")).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND"),
            "{key}"
        );
    }
    assert_eq!(app.upstream("/rest/"), 0);
}

#[tokio::test]
async fn an_issue_that_is_not_there_is_not_found_and_costs_no_token() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let before = app.sandbox.token_calls();
    for _ in 0..3 {
        let answer = browser.get("/connectors/jira/issues/WEB-99999").await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND")
        );
    }
    app.settled().await;
    assert_eq!(app.sandbox.token_calls(), before);
}
