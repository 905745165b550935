//! What fails in tools over single operations of Atlassian's, and what it says.

use serde_json::{Value, json};

use crate::mcp::fixture::{message, text};
use crate::support::{Browser, TestApp};

async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp?toolsets=all", call).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()["result"].take()
}

#[tokio::test]
async fn a_login_that_lacks_a_scope_says_which_one() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let result = call(&mia, "jira_get_agile_boards", json!({})).await;
    assert_eq!(result["isError"], true);
    assert!(text(&result).contains("(FORBIDDEN)"), "{result}");
    assert!(
        text(&result).contains("read:board-scope:jira-software"),
        "{result}"
    );
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (tool, arguments, told) in [
        (
            "jira_get_worklog",
            json!({"issue_key": "../x"}),
            "is malformed",
        ),
        ("jira_get_issue_watchers", json!({"issue_key": ""}), "issue"),
        (
            "jira_remove_watcher",
            json!({"issue_key": "WEB-1"}),
            "account_id",
        ),
        (
            "jira_create_issue_link",
            json!({"link_type": "Blocks", "inward_issue_key": "WEB-1", "outward_issue_key": "?"}),
            "outward_issue_key",
        ),
        ("jira_get_agile_boards", json!({"limit": 51}), "limit"),
        ("jira_get_agile_boards", json!({"cursor": "x"}), "cursor"),
        (
            "jira_add_worklog",
            json!({"issue_key": "WEB-1", "time_spent": "1h", "original_estimate": "2h"}),
            "original_estimate",
        ),
    ] {
        let result = call(&mia, tool, arguments.clone()).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}");
        assert!(
            text(&result).contains(told),
            "{tool} {arguments}: {}",
            text(&result)
        );
    }
    assert!(
        app.sandbox.journal().is_empty(),
        "{:?}",
        app.sandbox.journal()
    );
}

#[tokio::test]
async fn what_jira_says_about_a_query_or_a_link_is_told() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let good = call(&mia, "jira_validate_jql", json!({"jql": "project = WEB"})).await;
    assert_eq!(
        good["structuredContent"],
        json!({"valid": true, "errors": []})
    );
    let bad = call(&mia, "jira_validate_jql", json!({"jql": "project = "})).await;
    assert_eq!(bad["structuredContent"]["valid"], false, "{bad}");
    assert_ne!(bad["structuredContent"]["errors"], json!([]), "{bad}");
    let link =
        json!({"link_type": "Nothing", "inward_issue_key": "WEB-1", "outward_issue_key": "WEB-2"});
    let refused = call(&mia, "jira_create_issue_link", link).await;
    assert_eq!(refused["isError"], true, "{refused}");
    let absent = call(
        &mia,
        "confluence_get_page_versions",
        json!({"page_id": "999999"}),
    )
    .await;
    assert!(text(&absent).contains("(NOT_FOUND)"), "{absent}");
}
