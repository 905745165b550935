//! Keys that are limited are shown the tools that they may run, and no other.

use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;
use integration_backend::model::key_limits::KeyLimits;
use integration_backend::model::product::Product;
use serde_json::json;

use crate::connectors::tools::fixture::{invoke_by_key, names};
use crate::support::TestApp;

/// The names listed to a key with these limits, and the key as it is sent.
async fn shown(app: &TestApp, limits: KeyLimits, set: &str) -> (String, String) {
    let scopes = vec![KeyScope::Read, KeyScope::Write];
    let keys = app.app.api_keys();
    let made = keys.create_narrowed("service", TenantId::default(), scopes, limits, None);
    let key = format!("Bearer {}", made.await.unwrap().1.expose());
    let path = format!("/connectors/tools?set={set}");
    let list = app
        .browser()
        .get_with(&path, &[("authorization", &key)])
        .await;
    assert_eq!(list.status, 200, "{}", list.body);
    (names(&list.json()).join(" "), key)
}

#[tokio::test]
async fn a_key_for_one_product_sees_no_tool_of_the_other() {
    let app = TestApp::start().await;
    let limits = || KeyLimits {
        products: vec![Product::Jira],
        ..KeyLimits::default()
    };
    let (usual, _) = shown(&app, limits(), "usual").await;
    assert!(
        usual.contains("jira_search") && !usual.contains("confluence"),
        "{usual}"
    );
    let (rovo, _) = shown(&app, limits(), "rovo").await;
    assert!(
        rovo.contains("getJiraIssue") && !rovo.contains("Confluence"),
        "{rovo}"
    );
    // One product is enough for these.
    assert_eq!(shown(&app, limits(), "search").await.0, "search fetch");
}

#[tokio::test]
async fn a_key_for_some_operations_sees_the_tools_that_need_no_other() {
    let app = TestApp::start().await;
    let limits = || KeyLimits {
        operations: vec![String::from("getIssue"), String::from("getComments")],
        ..KeyLimits::default()
    };
    let (usual, key) = shown(&app, limits(), "usual").await;
    assert_eq!(
        usual,
        "jira_get_issue jira_get_comments jira_get_attachments"
    );
    assert_eq!(shown(&app, limits(), "rovo").await.0, "fetch getJiraIssue");
    assert_eq!(shown(&app, limits(), "search").await.0, "fetch");
    let call = json!({"tool": "jira_search", "args": {"jql": "project = WEB"}});
    let refused = invoke_by_key(&app.browser(), &key, &call).await;
    assert_ne!(refused.status, 200, "{}", refused.body);
}

#[tokio::test]
async fn a_key_for_projects_sees_the_tools_that_are_held_to_them() {
    let app = TestApp::start().await;
    let limits = || KeyLimits {
        projects: vec![String::from("WEB")],
        ..KeyLimits::default()
    };
    let (usual, key) = shown(&app, limits(), "usual").await;
    for held in ["jira_get_issue", "jira_get_worklog", "jira_link_to_epic"] {
        assert!(usual.split(' ').any(|name| name == held), "{held}: {usual}");
    }
    for loose in ["jira.create", "jira_get_sprint_issues", "jira_validate_jql"] {
        assert!(!usual.split(' ').any(|name| name == loose), "{loose}");
        let call = json!({"tool": loose, "args": {}});
        let refused = invoke_by_key(&app.browser(), &key, &call).await;
        assert!(
            matches!(refused.status, 403 | 422),
            "{loose}: {}",
            refused.body
        );
    }
    let (rovo, _) = shown(&app, limits(), "rovo").await;
    assert!(
        rovo.contains("getJiraIssue") && !rovo.contains("Confluence"),
        "{rovo}"
    );
    assert_eq!(shown(&app, limits(), "search").await.0, "search fetch");
}
