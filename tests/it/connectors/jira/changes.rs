//! Changing and deleting issues through the connector.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::support::{Answer, Browser, TestApp};

async fn put(browser: &Browser, key: &str, body: &Value) -> Answer {
    let address = format!("/connectors/jira/issues/{key}");
    browser.put(&address, body.clone()).await
}

/// What was sent to Jira, as (method and path below the API, body).
fn sent(app: &TestApp) -> Vec<(String, String)> {
    app.sandbox
        .journal()
        .into_iter()
        .filter_map(|call| {
            let (_, path) = call.path.split_once("/rest/api/3/")?;
            Some((format!("{} {path}", call.method), call.body))
        })
        .collect()
}

#[tokio::test]
async fn a_change_touches_what_it_names_and_answers_the_issue() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Before", "description": "Stays.",
            "labels": ["old"], "due_date": "2027-01-01"}),
    )
    .await;
    app.sandbox.clear_journal();
    let answer = put(
        &browser,
        &key,
        &json!({"summary": "After", "labels": ["new", "newer"], "priority": "High",
            "assignee": "me", "issue_type": "Bug", "components": []}),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let issue = answer.json();
    assert_eq!(
        issue.as_object().unwrap().keys().collect::<Vec<_>>(),
        [
            "assignee",
            "created",
            "description",
            "due_date",
            "id",
            "issue_type",
            "key",
            "labels",
            "parent",
            "priority",
            "project",
            "reporter",
            "status",
            "title",
            "updated",
            "url"
        ]
    );
    assert_eq!(issue["title"], "After");
    assert_eq!(issue["labels"], json!(["new", "newer"]));
    assert_eq!(issue["priority"], "High");
    assert_eq!(issue["issue_type"], "Bug");
    assert_eq!(issue["assignee"]["display_name"], "Mia Krystof");
    assert_eq!(issue["description"], "Stays.");
    assert_eq!(issue["due_date"], "2027-01-01");
    let calls: Vec<String> = sent(&app).into_iter().map(|(call, _)| call).collect();
    assert_eq!(
        calls,
        ["GET", "PUT", "GET"].map(|method| format!("{method} issue/{key}"))
    );
}

#[tokio::test]
async fn null_clears_a_field() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let parent = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Above", "issue_type": "Epic"}),
    )
    .await;
    let key = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Full", "description": "Text", "labels": ["a"],
            "assignee": "me", "due_date": "2027-01-01", "parent": parent}),
    )
    .await;
    let cleared = json!({"description": null, "labels": null, "assignee": null,
        "due_date": null, "parent": null});
    let issue = put(&browser, &key, &cleared).await.json();
    assert_eq!(issue["labels"], json!([]));
    for field in ["description", "assignee", "due_date", "parent"] {
        assert_eq!(issue[field], Value::Null, "{field}");
    }
    assert_eq!(issue["title"], "Full");
}

#[tokio::test]
async fn jiras_own_form_of_a_change_is_passed_through() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(
        &browser,
        json!({"project_key": "WEB", "summary": "x", "labels": ["a"]}),
    )
    .await;
    let body = json!({"update": {"labels": [{"add": "b"}]}, "fields": {"summary": "y"}});
    let answer = put(&browser, &key, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["labels"], json!(["a", "b"]));
    let (_, sent) = sent(&app)
        .into_iter()
        .rev()
        .find(|(call, _)| call.starts_with("PUT"))
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(&sent).unwrap(), body);
}

#[tokio::test]
async fn a_malformed_change_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (body, fields) in [
        (json!({}), json!(["body"])),
        (json!(null), json!(["body"])),
        (json!({"summary": null}), json!(["summary"])),
        (json!({"update": []}), json!(["update"])),
        (json!({"project_key": "APP"}), json!(["project_key"])),
        (
            json!({"labels": [null], "due_date": 2027, "additional_fields": [1]}),
            json!(["labels", "due_date", "additional_fields"]),
        ),
    ] {
        let answer = put(&browser, "WEB-1", &body).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION"),
            "{body}"
        );
        assert_eq!(answer.json()["details"]["fields"], fields);
    }
    let answer = put(&browser, "WEB-1%2F..", &json!({"summary": "x"})).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (404, "NOT_FOUND")
    );
    assert!(sent(&app).is_empty());
}

#[tokio::test]
async fn what_jira_says_about_a_bad_change_is_passed_on() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let answer = put(
        &browser,
        "WEB-1",
        &json!({"additional_fields": {"nonsense": 1}}),
    )
    .await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (400, "VALIDATION")
    );
    assert_eq!(answer.json()["details"]["fields"], json!(["nonsense"]));
    let missing = put(&browser, "WEB-99999", &json!({"summary": "x"})).await;
    assert_eq!(
        (missing.status, missing.error_code().as_str()),
        (404, "NOT_FOUND")
    );
    let omar = app.logged_in("omar").await;
    let forbidden = put(&omar, "LEG-1", &json!({"summary": "x"})).await;
    assert_eq!(
        (forbidden.status, forbidden.error_code().as_str()),
        (403, "FORBIDDEN")
    );
}

#[tokio::test]
async fn an_issue_is_deleted_once() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Short-lived"}),
    )
    .await;
    let address = format!("/connectors/jira/issues/{key}");
    let gone = browser.delete(&address).await;
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    for answer in [browser.get(&address).await, browser.delete(&address).await] {
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND")
        );
    }
}

#[tokio::test]
async fn an_issue_with_subtasks_is_deleted_only_together_with_them() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "WEB", "summary": "Above"})).await;
    let below = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Below", "issue_type": "Sub-task", "parent": key}),
    )
    .await;
    let address = format!("/connectors/jira/issues/{key}");
    let refused = browser.delete(&address).await;
    assert_eq!(
        (refused.status, refused.error_code().as_str()),
        (400, "VALIDATION")
    );
    assert!(
        refused.json()["message"]
            .as_str()
            .unwrap()
            .contains("subtasks")
    );
    let unclear = browser
        .delete(&format!("{address}?delete_subtasks=maybe"))
        .await;
    assert_eq!(
        unclear.json()["details"]["fields"],
        json!(["delete_subtasks"])
    );
    let gone = browser
        .delete(&format!("{address}?delete_subtasks=true"))
        .await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let child = browser
        .get(&format!("/connectors/jira/issues/{below}"))
        .await;
    assert_eq!(child.status, 404);
}

#[tokio::test]
async fn without_a_connection_a_change_tells_the_way_to_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    browser.delete("/connectors/jira/connection").await;
    for answer in [
        put(&browser, "WEB-1", &json!({"summary": "x"})).await,
        put(&browser, "WEB-1", &json!({"assignee": "me"})).await,
        browser.delete("/connectors/jira/issues/WEB-1").await,
    ] {
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "NOT_CONNECTED")
        );
    }
}
