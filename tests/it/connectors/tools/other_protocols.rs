//! Calls in the forms in which models' APIs give them.

use serde_json::json;

use super::fixture::invoke;
use crate::support::TestApp;

#[tokio::test]
async fn a_call_is_understood_in_the_words_of_other_protocols() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for call in [
        json!({"tool": "jira_get_issue", "arguments": {"issue_key": "WEB-1"}}),
        json!({"name": "jira_get_issue", "arguments": "{\"issue_key\": \"WEB-1\"}"}),
        json!({"name": "jira_get_issue", "input": {"issue_key": "WEB-1"}}),
        json!({"tool": "jira_get_issue", "parameters": {"issue_key": "WEB-1"}}),
        json!({"tool": "jira_get_issue", "args": {"issue_key": ["WEB-1"]}}),
        json!({"id": "call_1", "type": "function",
            "function": {"name": "jira_get_issue", "arguments": "{\"issue_key\": \"WEB-1\"}"}}),
        json!({"type": "tool_use", "id": "toolu_1", "name": "jira_get_issue", "input": {"issue_key": "WEB-1"}}),
        json!({"type": "function_call", "call_id": "call_1", "name": "jira_get_issue", "arguments": "{\"issue_key\": \"WEB-1\"}"}),
    ] {
        let answer = browser.post("/connectors/tools/invoke", call).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["key"], "WEB-1");
    }
    let both =
        json!({"tool": "jira_get_issue", "function": {"name": "jira_get_issue", "arguments": {}}});
    let refused = browser.post("/connectors/tools/invoke", both).await;
    refused.assert_invalid(&["tool", "function"], "send either tool with args");
    let neither = browser
        .post("/connectors/tools/invoke", json!({"args": {}}))
        .await;
    neither.assert_invalid(&["tool"], "tool is missing");
    let missing = invoke(&browser, "jira_get_isue", json!({})).await;
    assert_eq!(missing.status, 404);
    assert!(
        missing.body.contains("jira_get_issue may be meant"),
        "{}",
        missing.body
    );
}
