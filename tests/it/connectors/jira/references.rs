//! What a request refers to, in the forms that Atlassian itself gives: they are taken wherever a name is.

use rstest::rstest;
use serde_json::{Value, json};

use super::fixture::made;
use crate::data_center::fixture::connected;
use crate::support::TestApp;

#[rstest]
#[case(json!({"priority": {"id": "2"}}))]
#[case(json!({"priority": {"name": "High"}, "issuetype": {"id": "10001"}}))]
#[case(json!({"assignee": {"account_id": "5b10ac8d82e05b22cc7d4ef5"}}))]
#[tokio::test]
async fn a_tool_takes_what_jira_gives(#[case] fields: Value) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Referring"}),
    )
    .await;
    let body = json!({"tool": "jira_update_issue", "args": {"issue_key": key, "fields": fields}});
    let answer = browser.post("/connectors/tools/invoke", body).await;
    assert!(
        answer.status == 200 || answer.status == 400,
        "{}",
        answer.body
    );
    let sent = app.sandbox.journal();
    let sent = sent.iter().rfind(|call| call.method == "PUT").unwrap();
    let sent: Value = serde_json::from_str(&sent.body).unwrap();
    for (name, value) in fields.as_object().unwrap() {
        let expected = match value.get("account_id") {
            Some(account) => json!({ "accountId": account }),
            None => value.clone(),
        };
        assert_eq!(sent["fields"][name], expected);
    }
}

#[tokio::test]
async fn data_center_takes_people_by_its_own_names() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    for assignee in [json!("omar"), json!({"name": "omar"})] {
        let draft = json!({"project_key": "MILL", "summary": "Referring", "assignee": assignee});
        let key = made(&browser, draft).await;
        let issue = browser
            .read(&format!("/connectors/jira/issues/{key}"))
            .await;
        assert_eq!(issue["assignee"]["account_id"], "omar", "{issue}");
    }
}

#[tokio::test]
async fn a_transition_is_named_by_jiras_own_form_too() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let listed = browser
        .read("/connectors/jira/issues/WEB-1/transitions")
        .await;
    let id = listed[0]["id"].clone();
    let body = json!({"transition": {"id": id}});
    let answer = browser
        .post("/connectors/jira/issues/WEB-1/transitions", body)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["status"], listed[0]["to_status"]);
}

#[tokio::test]
async fn subtasks_are_deleted_by_either_name_and_the_advice_is_ours() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let parent = made(&browser, json!({"project_key": "WEB", "summary": "Above"})).await;
    let below = json!({"project_key": "WEB", "summary": "Below", "issue_type": "Sub-task", "parent": {"key": parent}});
    made(&browser, below).await;
    let address = format!("/connectors/jira/issues/{parent}");
    let refused = browser.delete(&address).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(
        refused.body.contains("'delete_subtasks' parameter"),
        "{}",
        refused.body
    );
    let done = browser
        .delete(&format!("{address}?deleteSubtasks=true"))
        .await;
    assert_eq!(done.status, 204, "{}", done.body);
}
