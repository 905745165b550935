//! Texts that did not come when they were read to be changed: what they hold is not known, so nothing is written over it.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::made as made_page;
use crate::connectors::jira::fixture::made as made_issue;
use crate::support::faults::{answering, on_method};
use crate::support::{Browser, TestApp};

/// What Confluence gives of a page, with this in place of its text.
fn page_with(id: &str, body: Option<Value>) -> Value {
    let mut page = json!({"id": id, "status": "current", "title": "Kept", "spaceId": "98341", "version": {"number": 1}});
    if let Some(body) = body {
        page["body"] = body;
    }
    page
}

/// What Jira gives of an issue, with this in place of its description.
fn issue_with(key: &str, description: Option<Value>) -> Value {
    let mut issue = json!({"id": "11000", "key": key, "fields": {"summary": "Kept", "project": {"key": "OPS"}}});
    if let Some(description) = description {
        issue["fields"]["description"] = description;
    }
    issue
}

async fn is_refused(browser: &Browser, path: &str, change: &Value, what: &Value) {
    let answer = browser
        .send("PUT", path, &[], Some(change.to_string()))
        .await;
    assert_eq!(answer.status, 502, "{what}: {}", answer.body);
    assert_eq!(answer.json()["details"]["outcome"], "not_done", "{what}");
}

#[tokio::test]
async fn a_page_that_came_without_its_text_is_not_overwritten() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made_page(&browser, "Kept", "**text**").await;
    let path = format!("/connectors/confluence/pages/{id}");
    for body in [
        None,
        Some(json!({})),
        Some(json!({"storage": null})),
        Some(json!({"storage": {"representation": "storage"}})),
        Some(json!({"storage": {"representation": "storage", "value": null}})),
    ] {
        let read = page_with(&id, body);
        app.sandbox.fault(on_method(
            "GET",
            &format!("/pages/{id}"),
            answering(200, &read),
            None,
        ));
        is_refused(&browser, &path, &json!({"body": "new"}), &read).await;
        let call = json!({"tool": "confluence_update_page", "args": {"page_id": id, "title": "Kept", "content": "new"}});
        let by_tool = browser.post("/connectors/tools/invoke", call).await;
        assert_eq!(by_tool.status, 502, "{read}: {}", by_tool.body);
        app.sandbox.clear_faults();
    }
    assert_eq!(browser.read(&path).await["body"], "**text**");
    // An empty page is one whose text came, and is empty.
    let emptied = json!({"body": "", "replace": true}).to_string();
    let emptied = browser.send("PUT", &path, &[], Some(emptied)).await;
    assert_eq!(emptied.status, 200, "{}", emptied.body);
    let filled = browser
        .send("PUT", &path, &[], Some(json!({"body": "new"}).to_string()))
        .await;
    assert_eq!(filled.json()["body"], "new", "{}", filled.body);
}

#[tokio::test]
async fn an_issue_that_came_without_its_description_is_not_overwritten() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let new = json!({"project_key": "OPS", "summary": "Kept", "description": "**text**"});
    let key = made_issue(&browser, new).await;
    let path = format!("/connectors/jira/issues/{key}");
    for description in [
        None,
        Some(json!("h1. in another form")),
        Some(json!({"type": "doc", "version": 1})),
    ] {
        let read = issue_with(&key, description);
        app.sandbox.fault(on_method(
            "GET",
            &format!("/issue/{key}"),
            answering(200, &read),
            None,
        ));
        is_refused(&browser, &path, &json!({"description": "new"}), &read).await;
        app.sandbox.clear_faults();
    }
    assert_eq!(browser.read(&path).await["description"], "**text**");
    // None there is known to be none.
    let cleared = browser
        .send(
            "PUT",
            &path,
            &[],
            Some(json!({"description": null}).to_string()),
        )
        .await;
    assert_eq!(cleared.status, 200, "{}", cleared.body);
    let filled = browser
        .send(
            "PUT",
            &path,
            &[],
            Some(json!({"description": "new"}).to_string()),
        )
        .await;
    assert_eq!(filled.json()["description"], "new", "{}", filled.body);
}
