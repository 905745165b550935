//! Documents in Atlassian's own form, as objects and as texts, wherever Markdown is taken.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::make;
use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::support::{Browser, TestApp};

fn document() -> Value {
    json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Own"}]}]})
}

/// The document as programs and models send it.
fn spellings() -> [Value; 5] {
    let text = document().to_string();
    let nodes = document()["content"].clone();
    let python = "{'type': 'doc', 'content': [{'type': 'paragraph', 'content': [{'type': 'text', 'text': 'Own'}]}]}";
    [
        json!({"type": "doc", "content": nodes}),
        nodes,
        Value::from(format!("```json\n{text}\n```")),
        Value::from(Value::from(text).to_string()),
        Value::from(python),
    ]
}

async fn description(browser: &Browser, key: &str) -> Value {
    let issue = browser
        .read(&format!("/connectors/jira/issues/{key}"))
        .await;
    issue["description"].clone()
}

#[tokio::test]
async fn a_document_of_jiras_is_taken_as_one_as_an_object_and_as_a_text() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for sent in [document(), Value::from(document().to_string())] {
        let new = json!({"project_key": "WEB", "summary": "Own", "description": sent});
        let key = made(&browser, new).await;
        assert_eq!(description(&browser, &key).await, "Own", "{sent}");
        let issue = format!("/connectors/jira/issues/{key}");
        browser.put(&issue, json!({"description": "Old"})).await;
        let answer = browser.put(&issue, json!({"description": sent})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(description(&browser, &key).await, "Own", "{sent}");
        browser.put(&issue, json!({"description": "Old"})).await;
        let change = json!({"issue_key": key, "fields": {"description": sent}});
        given(&browser, "jira_update_issue", change).await;
        assert_eq!(description(&browser, &key).await, "Own", "{sent}");
        let comments = format!("{issue}/comments");
        let answer = browser.post(&comments, json!({"body": sent})).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.json()["body"], "Own", "{sent}");
        let comment = json!({"issue_key": key, "body": sent});
        let comment = given(&browser, "jira_add_comment", comment).await;
        assert_eq!(comment["body"], "Own", "{sent}");
        let new = json!({"project_key": "WEB", "summary": "Own", "issue_type": "Task", "description": sent});
        let key = given(&browser, "jira_create_issue", new).await["id"].clone();
        let shown = description(&browser, key.as_str().unwrap()).await;
        assert_eq!(shown, "Own", "{sent}");
    }
}

#[tokio::test]
async fn a_document_of_a_page_is_taken_as_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (title, sent) in [
        ("Own object", document()),
        ("Own text", Value::from(document().to_string())),
    ] {
        let new = json!({"space_key": "ENG", "title": title, "body": sent});
        let answer = browser.post("/connectors/confluence/create", new).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let page = browser.get(answer.header("location")).await.json();
        assert_eq!(page["body"].as_str().unwrap().trim(), "Own", "{sent}");
    }
}

#[tokio::test]
async fn a_document_is_taken_as_one_in_every_spelling() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (number, sent) in spellings().into_iter().enumerate() {
        let new = json!({"project_key": "WEB", "summary": "Own", "description": sent});
        let key = made(&browser, new).await;
        assert_eq!(description(&browser, &key).await, "Own", "{sent}");
        let comment = json!({"issue_key": key, "body": sent});
        let comment = given(&browser, "jira_add_comment", comment).await;
        assert_eq!(comment["body"], "Own", "{sent}");
        let title = format!("Spelling {number}");
        let new = json!({"space_key": "ENG", "title": title, "body": sent});
        let answer = browser.post("/connectors/confluence/create", new).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let page = browser.get(answer.header("location")).await.json();
        assert_eq!(page["body"].as_str().unwrap().trim(), "Own", "{sent}");
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_not_written_as_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let text = r#"{"type": "doc", "version": 1, "content": [{"type": "paragraph"},]}"#;
    make(&browser, "Broken", text)
        .await
        .assert_invalid(&["body"], text);
    let new = json!({"project_key": "WEB", "summary": "Broken", "description": text});
    let answer = browser.post("/connectors/jira/create", new).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("(ADF)"), "{}", answer.body);
    let about = format!("Jira takes this:\n\n```json\n{text}\n```");
    let answer = make(&browser, "About documents", about.as_str()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn storage_format_is_not_written_as_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let storage = "<h2>Plan</h2><ac:structured-macro ac:name=\"toc\"/>";
    make(&browser, "Storage", storage)
        .await
        .assert_invalid(&["body"], storage);
    let new = json!({"space_key": "ENG", "title": "Storage", "content": storage});
    let answer = invoke(&browser, "confluence_create_page", new).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    for way_out in ["content_format", "representation"] {
        assert!(answer.body.contains(way_out), "{}", answer.body);
    }
    let as_code = format!("`{storage}`");
    let answer = make(&browser, "Storage", as_code.as_str()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn a_text_about_the_mark_of_a_cut_is_no_cut_text() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let about = "A long text ends with `… [cut off here](keep:cut)`.";
    let answer = make(&browser, "About cuts", about).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let cut = "A long text … [cut off here](keep:cut)";
    make(&browser, "Cut", cut)
        .await
        .assert_invalid(&["body"], cut);
}
