//! Texts that are longer than Jira takes, and what a person is told then: on Cloud and on Data Center.

use serde_json::{Value, json};

use super::fixture::made;
use crate::data_center::fixture::connected;
use crate::support::directly::post;
use crate::support::{Browser, TestApp};

/// The most characters that Jira takes.
const MOST: usize = 32_767;

fn words(count: usize) -> String {
    "word ".repeat(count / 5 + 1)[..count].trim_end().to_owned() + "x"
}

async fn refused(browser: &Browser, key: &str, sentence: &str) {
    let path = format!("/connectors/jira/issues/{key}");
    let fits = json!({"description": words(MOST - 10)});
    let answer = browser.put(&path, fits).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let long = words(MOST + 10);
    let answer = browser.put(&path, json!({"description": long})).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    let told: Value = answer.json();
    let told = told.to_string();
    assert!(told.contains(sentence), "{told}");
    assert!(!told.contains("CONTENT_LIMIT_EXCEEDED"), "{told}");
    let comments = format!("{path}/comments");
    let answer = browser.post(&comments, json!({"body": long})).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(answer.body.contains(sentence), "{}", answer.body);
    let read = browser.read(&path).await;
    assert_eq!(read["description"], words(MOST - 10));
}

#[tokio::test]
async fn a_text_that_is_too_long_for_jira_is_refused_with_a_sentence() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "WEB", "summary": "Long"})).await;
    refused(
        &browser,
        &key,
        "The entered text is too long: Jira takes 32,767 characters at most.",
    )
    .await;
}

#[tokio::test]
async fn a_text_that_is_too_long_for_a_data_center_is_refused_in_its_own_words() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let key = made(&browser, json!({"project_key": "MILL", "summary": "Long"})).await;
    refused(
        &browser,
        &key,
        "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
    )
    .await;
}

#[tokio::test]
async fn versions_and_components_of_an_edit_are_kept_on_a_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let key = made(&browser, json!({"project_key": "MILL", "summary": "Kept"})).await;
    let host = app.sandbox.data_center_url();
    let version = json!({"project": "MILL", "name": "7.0"});
    let (status, _) = post(
        &host,
        "/rest/api/2/version",
        "Bearer jira-pat-mia",
        &version,
    )
    .await;
    assert_eq!(status, 201);
    let fields = json!({"fixVersions": [{"name": "7.0"}]});
    let args = json!({"issue_key": key, "fields": fields});
    let body = json!({"tool": "jira_update_issue", "args": args});
    let answer = browser.post("/connectors/tools/invoke", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let read = browser
        .read(&format!("/connectors/jira/issues/{key}?format=raw"))
        .await;
    assert_eq!(read["fields"]["fixVersions"][0]["name"], "7.0", "{read}");
}

#[tokio::test]
async fn a_user_name_in_brackets_mentions_that_person_on_a_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let description = "ask [~omar], not `[~lea]` or \\[~lea]";
    let fields = json!({"project_key": "MILL", "summary": "Asked", "description": description});
    let key = made(&browser, fields).await;
    let path = format!("/connectors/jira/issues/{key}");
    let raw = browser.read(&format!("{path}?format=raw")).await;
    let stored = raw["fields"]["description"].as_str().unwrap().to_owned();
    assert!(stored.starts_with("ask [~omar], not {{"), "{stored}");
    let read = browser.read(&path).await;
    let shown = read["description"].as_str().unwrap();
    assert!(
        shown.starts_with("ask @[Omar Haddad](accountid:omar), not"),
        "{shown}"
    );
    let edited = shown.replace("ask", "tell [~lea] and");
    let answer = browser.put(&path, json!({"description": edited})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let raw = browser.read(&format!("{path}?format=raw")).await;
    assert_eq!(
        raw["fields"]["description"],
        stored.replace("ask", "tell [~lea] and")
    );
}
