//! One rule for what an issue lies below, under every name that people have for it, by REST and tools, on Cloud and on a Data
//! Center, where the epic of an issue stands in a field of Jira Software's.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

const NAMES: [&str; 8] = [
    "parent",
    "epic",
    "epicKey",
    "epic_key",
    "epic_link",
    "epicLink",
    "Epic Link",
    "Parent",
];

async fn above(browser: &Browser, key: &str) -> Value {
    let args = json!({"issue_key": key, "fields": "parent"});
    given(browser, "jira_get_issue", args).await["parent"]["key"].clone()
}

async fn every_name_is_taken(browser: &Browser, project: &str) {
    let epic = json!({"project_key": project, "summary": "Big", "issue_type": "Epic"});
    let epic = made(browser, epic).await;
    for name in NAMES {
        for value in [json!(epic), json!({"key": epic})] {
            let further = json!({ name: value });
            let draft = json!({"project_key": project, "summary": "Small", "issue_type": "Task", "additional_fields": further});
            let rest = made(browser, draft.clone()).await;
            assert_eq!(above(browser, &rest).await, json!(epic), "{name} create");
            let tool = given(browser, "jira_create_issue", draft).await;
            let tool = tool["id"].as_str().unwrap();
            assert_eq!(above(browser, tool).await, json!(epic), "{name} tool");
        }
        let plain = json!({"project_key": project, "summary": "Plain", "issue_type": "Task"});
        let key = made(browser, plain).await;
        let path = format!("/connectors/jira/issues/{key}");
        let put = |value: Value| json!({"additional_fields": { name: value }});
        let written = browser.put(&path, put(json!(epic))).await;
        assert_eq!(written.status, 200, "{name}: {}", written.body);
        assert_eq!(above(browser, &key).await, json!(epic), "{name} update");
        let cleared = browser.put(&path, put(Value::Null)).await;
        assert_eq!(cleared.status, 200, "{name}: {}", cleared.body);
        assert_eq!(above(browser, &key).await, Value::Null, "{name} cleared");
        let args = json!({"issue_key": key, "fields": { name: epic }});
        given(browser, "jira_update_issue", args).await;
        assert_eq!(
            above(browser, &key).await,
            json!(epic),
            "{name} update by tool"
        );
        let two = json!({"additional_fields": { name: epic }, "parent": format!("{project}-1")});
        browser
            .put(&path, two)
            .await
            .assert_invalid(&["parent", "additional_fields"], name);
    }
    let task = json!({"project_key": project, "summary": "Above", "issue_type": "Task"});
    let task = made(browser, task).await;
    let below = json!({"project_key": project, "summary": "Below", "issue_type": "Sub-task", "parent": task});
    let below = made(browser, below).await;
    assert_eq!(above(browser, &below).await, json!(task));
    let nonsense = json!({"issue_key": task, "fields": {"epic": "nothing at all"}});
    let refused = invoke(browser, "jira_update_issue", nonsense).await;
    refused.assert_invalid(&["parent"], "no key");
}

#[tokio::test]
async fn every_name_of_an_epic_is_the_parent_on_cloud() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    every_name_is_taken(&browser, "WEB").await;
}

#[tokio::test]
async fn every_name_of_an_epic_is_the_field_of_jira_software_on_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    every_name_is_taken(&browser, "MILL").await;
}
