//! Keys of projects and spaces in small letters, as people and models write them: the thing is found all the same.

use serde_json::json;

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::given;
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

async fn projects_are_known(browser: &Browser, key: &str) {
    let small = key.to_lowercase();
    let project = browser
        .read(&format!("/connectors/jira/projects/{small}"))
        .await;
    assert_eq!(project["key"], json!(key));
    let types = format!("/connectors/jira/projects/{small}/issue-types");
    assert!(browser.read(&types).await.to_string().contains("Task"));
    let issue = made(browser, json!({"project_key": small, "summary": "Small"})).await;
    assert!(issue.starts_with(&format!("{key}-")), "{issue}");
    let args = json!({"project_key": small, "summary": "Small", "issue_type": "Task"});
    let made = given(browser, "jira_create_issue", args).await;
    assert!(made["id"].as_str().unwrap().starts_with(&format!("{key}-")));
    let read = browser
        .read(&format!("/connectors/jira/issues/{}", issue.to_lowercase()))
        .await;
    assert_eq!(read["key"], json!(issue));
}

async fn spaces_are_known(browser: &Browser, key: &str) {
    let small = key.to_lowercase();
    let space = browser
        .read(&format!("/connectors/confluence/spaces/{small}"))
        .await;
    assert_eq!(space["key"], json!(key));
    let list = format!("/connectors/confluence/pages?space={small}&limit=1");
    assert_eq!(browser.read(&list).await.as_array().unwrap().len(), 1);
    let page = json!({"space_key": small, "title": format!("Small {small}"), "body": "x"});
    let made = browser.post("/connectors/confluence/create", page).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let args = json!({"space_key": small, "title": format!("Tool {small}"), "content": "x"});
    given(browser, "confluence_create_page", args).await;
    let args = json!({"space_key": small, "title": format!("Tool {small}")});
    let read = given(browser, "confluence_get_page", args).await;
    assert_eq!(read["title"], json!(format!("Tool {small}")));
    let listed = given(browser, "confluence_get_spaces", json!({"keys": small})).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["items"][0]["key"], json!(key));
}

#[tokio::test]
async fn a_key_in_small_letters_is_the_same_key_on_cloud() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    projects_are_known(&browser, "WEB").await;
    spaces_are_known(&browser, "ENG").await;
    let versions = json!({"project_key": "app"});
    given(&browser, "jira_get_project_versions", versions).await;
}

#[tokio::test]
async fn a_key_in_small_letters_is_the_same_key_on_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    projects_are_known(&browser, "MILL").await;
    spaces_are_known(&browser, "PLANT").await;
}

#[tokio::test]
async fn a_key_that_nothing_has_is_told_in_any_letters() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for path in [
        "/connectors/jira/projects/nowhere",
        "/connectors/confluence/spaces/nowhere",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    let page = json!({"space_key": "nowhere", "title": "x", "body": "x"});
    let refused = browser.post("/connectors/confluence/create", page).await;
    refused.assert_invalid(&["space_key"], "no such space");
}
