//! Clients read an object, change a member and send all of it back: what repeats the object is taken as said, and what
//! says otherwise of what cannot be changed is refused and never left out.

use rstest::rstest;
use serde_json::{Value, json};

use crate::connectors::confluence::fixture::made as made_page;
use crate::connectors::jira::fixture::made as made_issue;
use crate::support::{Browser, TestApp};

fn draft() -> Value {
    json!({"project_key": "OPS", "summary": "Whole", "description": "Text."})
}

async fn with(browser: &Browser, address: &str, name: &str, value: Value) -> Value {
    let mut whole = browser.get(address).await.json();
    whole[name] = value;
    whole
}

#[tokio::test]
async fn an_issue_that_was_read_may_be_sent_back_whole() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made_issue(&browser, draft()).await;
    for address in [
        format!("/connectors/jira/issues/{key}"),
        format!("/api/jira/issues/{key}"),
    ] {
        let read = format!("/connectors/jira/issues/{key}");
        let summary = format!("Through {address}");
        let mut whole = with(&browser, &read, "summary", json!(summary)).await;
        whole["assignee"] = json!("me");
        whole["project_key"] = json!("OPS");
        whole["_links"] = json!({"self": "x"});
        let written = browser.put(&address, whole).await;
        assert_eq!(written.status, 200, "{}", written.body);
        let now = browser.get(&read).await.json();
        assert_eq!(now["title"], json!(summary));
    }
    let own = browser.get(&format!("/api/jira/issues/{key}")).await.json();
    let body = json!({"id": own["id"], "key": key, "self": own["self"], "expand": "names",
        "fields": {"summary": "In Jira's own form"}});
    let written = browser
        .put(&format!("/connectors/jira/issues/{key}"), body)
        .await;
    assert_eq!(written.status, 200, "{}", written.body);
}

#[rstest]
#[case("project", json!("WEB"), "move it in Jira itself")]
#[case("project_key", json!("WEB"), "move it in Jira itself")]
#[case("status", json!("Done"), "a transition changes the status")]
#[case("status", json!(null), "a transition changes the status")]
#[case("title", json!("Other"), "summary changes it")]
#[case("key", json!("WEB-1"), "unless it repeats")]
#[case("reporter", json!({"account_id": "somebody-else"}), "additional_fields takes it")]
#[tokio::test]
async fn an_issue_is_not_said_to_be_changed_where_it_is_not(
    #[case] name: &str,
    #[case] value: Value,
    #[case] said: &str,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made_issue(&browser, draft()).await;
    let address = format!("/connectors/jira/issues/{key}");
    for summary in [Some("New"), None] {
        let mut body = json!({});
        if let Some(summary) = summary {
            body["summary"] = json!(summary);
        }
        body[name] = value.clone();
        let refused = browser.put(&address, body).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(refused.json()["details"]["fields"], json!([name]));
        assert!(refused.body.contains(said), "{}", refused.body);
    }
    assert_eq!(browser.get(&address).await.json()["title"], "Whole");
}

#[tokio::test]
async fn a_page_that_was_read_may_be_sent_back_whole() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made_page(&browser, "Whole", "Text.").await;
    let address = format!("/connectors/confluence/pages/{id}");
    let mut whole = with(&browser, &address, "title", json!("Whole and new")).await;
    whole["space_key"] = json!("ENG");
    let written = browser.put(&address, whole).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let raw = format!("{address}?format=raw");
    let mut own = with(&browser, &raw, "title", json!("In its own form")).await;
    own["version"] = json!({"number": 3});
    own["body"] = json!({"representation": "storage", "value": "<p>Text.</p>"});
    let written = browser.put(&address, own).await;
    assert_eq!(written.status, 200, "{}", written.body);
    assert_eq!(
        browser.get(&address).await.json()["title"],
        "In its own form"
    );
}

#[rstest]
#[case("space_key", json!("OPS"), "to move the page")]
#[case("space_id", json!("1"), "to move the page")]
#[case("status", json!("archived"), "a page keeps its own")]
#[case("labels", json!(["new"]), "labels of a page are not changed here")]
#[case("id", json!("1"), "unless it repeats")]
#[case("spaceId", json!("1"), "to move the page")]
#[tokio::test]
async fn a_page_is_not_said_to_be_changed_where_it_is_not(
    #[case] name: &str,
    #[case] value: Value,
    #[case] said: &str,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made_page(&browser, "Whole", "Text.").await;
    let address = format!("/connectors/confluence/pages/{id}");
    let mut body = json!({"title": "New"});
    if name == "spaceId" {
        body = json!({"id": id, "status": "current", "title": "New", "version": {"number": 2},
            "body": {"representation": "storage", "value": "<p>x</p>"}});
    }
    body[name] = value;
    let refused = browser.put(&address, body).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(refused.json()["details"]["fields"], json!([name]));
    assert!(refused.body.contains(said), "{}", refused.body);
    assert_eq!(browser.get(&address).await.json()["title"], "Whole");
}
