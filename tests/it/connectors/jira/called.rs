//! Whom a name means: the person who has it, and nobody whom Jira's search merely finds for it.

use serde_json::json;

use crate::connectors::jira::people::{answers, newcomer};
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

/// A refusal of each way to give work to somebody of this name, with what is told of those who are near.
async fn nobody_is(browser: &Browser, name: &str, near: &str) {
    let draft =
        json!({"project_key": "WEB", "summary": "Given", "issue_type": "Task", "assignee": name});
    for (tool, args) in [
        ("jira_create_issue", draft.clone()),
        ("jira_get_user_profile", json!({"user_identifier": name})),
        (
            "jira_add_watcher",
            json!({"issue_key": "WEB-1", "user_identifier": name}),
        ),
    ] {
        let refused = invoke(browser, tool, args).await;
        assert_eq!(refused.status, 422, "{tool} {name}: {}", refused.body);
        let said = refused.json()["message"].as_str().unwrap().to_owned();
        assert!(
            said.contains("no person matches") && said.contains(near),
            "{name}: {said}"
        );
    }
    let refused = browser.post("/connectors/jira/create", draft).await;
    refused.assert_invalid(&["assignee"], near);
}

#[tokio::test]
async fn a_name_is_nobody_whom_the_search_merely_finds() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for name in ["Ann Lee-Smith", "Dana White", "Rob Drew"] {
        app.sandbox
            .add_person("acme", &newcomer(name, true, "atlassian"));
    }
    for (name, near) in [
        ("Ann Lee", "near: Ann Lee-Smith: "),
        ("Dan", "near: Dana White: "),
        ("M", "near: Mia Krystof: "),
    ] {
        nobody_is(&browser, name, near).await;
    }
    let rob = json!([{"accountId": "5b10ac8d82e05b22cc7d4e99", "displayName": "Rob Drew", "active": true,
        "accountType": "atlassian"}]);
    answers(&app, "/rest/api/3/user/search", &rob);
    answers(&app, "/rest/api/3/user/assignable/search", &rob);
    nobody_is(
        &browser,
        "Adam Drew",
        "near: Rob Drew: 5b10ac8d82e05b22cc7d4e99",
    )
    .await;
    app.sandbox.clear_faults();
    let bob = json!([{"accountId": "5b10ac8d82e05b22cc7d4e99", "displayName": "Bob", "active": true,
        "accountType": "atlassian", "emailAddress": "bob@example.com"}]);
    answers(&app, "/rest/api/3/user/search", &bob);
    answers(&app, "/rest/api/3/user/assignable/search", &bob);
    nobody_is(&browser, "rob@example.com", "near: Bob: ").await;
}

#[tokio::test]
async fn whole_words_of_a_name_are_the_person_and_the_same_account_twice_is_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mia = json!({"accountId": "5b10ac8d82e05b22cc7d4ef5", "displayName": "Mia Krystof", "active": true,
        "accountType": "atlassian"});
    answers(&app, "/rest/api/3/user/search", &json!([mia, mia]));
    for name in [
        "Mia Krystof",
        "Krystof",
        "krystof mia",
        "Krystóf",
        "Krystof, Mia",
    ] {
        let profile = json!({"user_identifier": name});
        let profile = given(&browser, "jira_get_user_profile", profile).await;
        assert_eq!(profile["account_id"], "5b10ac8d82e05b22cc7d4ef5", "{name}");
    }
}

#[tokio::test]
async fn on_a_data_center_a_part_of_a_name_is_nobody() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    for name in ["ma", "le", "om", "example.com"] {
        let draft = json!({"project_key": "MILL", "summary": "Given", "assignee": name});
        let refused = browser.post("/connectors/jira/create", draft).await;
        refused.assert_invalid(&["assignee"], "no person matches");
    }
    for name in ["mia", "Krystof", "Mia Krystof", "mia@example.com"] {
        let draft = json!({"project_key": "MILL", "summary": "Given", "assignee": name});
        let made = browser.post("/connectors/jira/create", draft).await;
        assert_eq!(made.status, 201, "{name}: {}", made.body);
        let path = format!(
            "/connectors/jira/issues/{}",
            made.json()["id"].as_str().unwrap()
        );
        assert_eq!(
            browser.read(&path).await["assignee"]["account_id"],
            "mia",
            "{name}"
        );
    }
}
