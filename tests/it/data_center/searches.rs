//! Searches of Data Center that differ from Cloud's: it counts what it finds, and shows texts as wiki markup.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::{connect, connected};
use crate::support::{Browser, TestApp, with_query};

const CRITERIA: &str = "customfield_10030";
const REGION: &str = "customfield_10031";

fn keys(result: &Value, list: &str) -> Vec<String> {
    let entries = result[list].as_array().unwrap().iter();
    entries
        .map(|one| one["key"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_search_begins_where_start_at_says_on_data_center_only() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let query = json!({"jql": "project = MILL ORDER BY key ASC", "limit": 6, "fields": "summary"});
    let all = keys(&given(&browser, "jira_search", query).await, "items");
    assert_eq!(all.len(), 6);
    let later = json!({"jql": "project = MILL ORDER BY key ASC", "limit": 2, "start_at": 3, "fields": "summary"});
    let found = given(&browser, "jira_search", later.clone()).await;
    assert_eq!(keys(&found, "items"), all[3..5]);
    let mut on = later.clone();
    on["page_token"] = found["next_cursor"].clone();
    let found = given(&browser, "jira_search", on).await;
    assert_eq!(keys(&found, "items")[..1], all[5..6]);
    let panel = json!({"jql": "project = MILL ORDER BY key ASC", "max_results": 2, "startAt": 3});
    let found = browser.post("/api/jira/search", panel.clone()).await;
    assert_eq!(found.status, 200, "{}", found.body);
    assert_eq!(keys(&found.json(), "issues"), all[3..5]);

    let cloud = TestApp::start().await;
    let browser = cloud.logged_in("mia").await;
    for refused in [
        invoke(&browser, "jira_search", later).await,
        browser.post("/api/jira/search", panel).await,
    ] {
        refused.assert_invalid(&["start_at"], "Cloud counts nothing");
        assert!(refused.body.contains("Jira Cloud"), "{}", refused.body);
    }
}

/// What a search shows of fields that were asked for.
async fn fields(browser: &Browser, key: &str, wanted: &str) -> Value {
    let q = format!("key = {key}");
    let path = with_query("/connectors/jira/search", &[("q", &q), ("fields", wanted)]);
    browser.read(&path).await[0]["metadata"]["fields"].clone()
}

#[tokio::test]
async fn the_fields_of_a_hit_have_one_shape_on_both_kinds_of_sites() {
    let cloud = TestApp::start().await;
    let data_center = TestApp::start_with_data_center(&[]).await;
    for (browser, project) in [
        (cloud.logged_in("mia").await, "WEB"),
        (connected(&data_center, "mia").await, "MILL"),
    ] {
        let text = "## Title\n\n**bold**";
        let draft = json!({"project_key": project, "summary": "Shape", "description": text, "assignee": "me",
            "labels": ["a"], "due_date": "2026-03-01",
            "additional_fields": {CRITERIA: text, REGION: "EU → Berlin", "environment": text}});
        let key = made(&browser, draft).await;
        let wanted = format!(
            "description,environment,{CRITERIA},Region,assignee,status,issuetype,labels,duedate,priority"
        );
        let mut found = fields(&browser, &key, &wanted).await;
        let assignee = found["assignee"].take();
        assert_eq!(assignee["display_name"], "Mia Krystof");
        assert_eq!(assignee.as_object().unwrap().len(), 2, "{assignee}");
        assert_eq!(
            found,
            json!({"description": text, "environment": text, CRITERIA: text, "Region": "EU → Berlin",
                "assignee": null, "status": "To Do", "issuetype": "Task", "labels": ["a"],
                "duedate": "2026-03-01", "priority": "Medium"})
        );
        for word in ["*all", "*navigable"] {
            let all = fields(&browser, &key, word).await;
            assert_eq!(all["description"], json!(text), "{word}: {all}");
            assert_eq!(all["status"], "To Do", "{word}");
            assert_eq!(all[CRITERIA], json!(text), "{word}");
            assert_eq!(all[REGION], "EU → Berlin", "{word}");
        }
        let path = with_query("/connectors/jira/search", &[("q", ""), ("fields", "*some")]);
        let refused = browser.get(&path).await;
        refused.assert_invalid(&["fields"], "no word of Jira's");
        assert!(
            refused.body.contains("begins with a star"),
            "{}",
            refused.body
        );
    }
}

#[tokio::test]
async fn a_personal_access_token_is_called_so_wherever_a_renewal_is_asked_for() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    for path in [
        "/api/auth/oauth/token/refresh",
        "/api/auth/jira/refresh",
        "/api/auth/confluence/refresh",
        "/api/oauth/atlassian/refresh",
    ] {
        let refused = browser.post(path, json!({})).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.body);
        assert!(
            refused
                .body
                .contains("with a personal access token, which cannot be renewed"),
            "{path}: {}",
            refused.body
        );
    }
}

#[tokio::test]
async fn an_address_on_the_host_of_a_site_but_outside_of_it_is_told() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    let host = app.sandbox.data_center_url();
    let change = json!({"pat": "jira-pat-mia", "base_url": format!("{host}/jira")});
    let answer = connect(&browser, "jira", change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let asked = |q: &str| with_query("/connectors/jira/search", &[("q", q)]);
    let outside = asked(&format!("{host}/browse/MILL-1"));
    browser
        .get(&outside)
        .await
        .assert_invalid(&["q"], "outside");
    let inside = browser
        .read(&asked(&format!("{host}/jira/browse/MILL-1")))
        .await;
    assert_eq!(inside[0]["id"], "MILL-1");
    // Another host is no site here: what mentions its addresses is looked for.
    let elsewhere = asked("http://tracker.example/browse/MILL-1");
    assert_eq!(browser.get(&elsewhere).await.status, 200);
}

#[tokio::test]
async fn an_internal_comment_says_so_when_it_is_made() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let internal = json!({"type": "internal", "value": null});
    let body = json!({"body": "hush", "visibility": {"type": "internal"}});
    let path = "/connectors/jira/issues/MILL-1/comments";
    let said = browser.post(path, body).await;
    assert_eq!(said.json()["visibility"], internal, "{}", said.body);
    let args = json!({"issue_key": "MILL-1", "body": "hush", "public": false});
    let by_tool = given(&browser, "jira_add_comment", args).await;
    assert_eq!(by_tool["visibility"], internal, "{by_tool}");
}
