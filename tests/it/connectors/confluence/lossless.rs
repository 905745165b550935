//! Edits of pages in Markdown: blocks that are left alone stay byte for byte, and what would be lost is
//! refused.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::{made, make, put, stored};
use crate::connectors::tools::fixture::{given, invoke};
use crate::support::{Browser, TestApp};

const PAGE: &str = "<h1>Release</h1><ac:structured-macro ac:name=\"toc\" />\
    <p>plain words</p>\
    <ac:image ac:width=\"300\"><ri:attachment ri:filename=\"a.png\" /></ac:image>\
    <p>ask <ac:link><ri:user ri:account-id=\"5b10ac8d82e05b22cc7d4ef5\" /></ac:link> or see \
    <ac:link><ri:page ri:content-title=\"Home\" /></ac:link></p>\
    <p>an <ac:inline-comment-marker ac:ref=\"7f\">answer</ac:inline-comment-marker> to it</p>";

async fn page(browser: &Browser, title: &str) -> (String, String) {
    let own = json!({"representation": "storage", "value": PAGE});
    let id = made(browser, title, own).await;
    let address = format!("/connectors/confluence/pages/{id}");
    let shown = browser.get(&address).await.json();
    (id, shown["body"].as_str().unwrap().to_owned())
}

async fn text(browser: &Browser, id: &str) -> Value {
    stored(browser, id).await["body"]["storage"]["value"].clone()
}

#[tokio::test]
async fn one_word_of_a_page_changes_and_nothing_else() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Lossless").await;
    let edited = json!({"body": shown.replace("plain", "simple")});
    let answer = put(&browser, &id, edited).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(text(&browser, &id).await, PAGE.replace("plain", "simple"));
}

#[tokio::test]
async fn a_word_beside_a_person_a_link_and_a_comment_changes_and_they_stay() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Beside").await;
    assert!(shown.contains("[Home](keep:link-"), "{shown}");
    let edited = shown
        .replace("or see", "and read")
        .replace("to it", "to her");
    let answer = put(&browser, &id, json!({ "body": edited })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let expected = PAGE
        .replace("or see", "and read")
        .replace("to it", "to her");
    assert_eq!(text(&browser, &id).await, expected);
}

#[tokio::test]
async fn what_a_page_would_lose_is_named_and_replace_writes_it_all_the_same() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Refused").await;
    let edited = shown.replace("an answer to it", "or see");
    app.sandbox.clear_journal();
    let refused = put(&browser, &id, json!({ "body": edited })).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("the inline comment on “answer”"),
        "{}",
        refused.body
    );
    assert_eq!(refused.json()["details"]["fields"], json!(["body"]));
    assert!(
        app.sandbox
            .journal()
            .iter()
            .all(|call| call.method != "PUT")
    );
    assert_eq!(text(&browser, &id).await, PAGE);
    let written = put(&browser, &id, json!({"body": edited, "replace": true})).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let stored = text(&browser, &id).await;
    let stored = stored.as_str().unwrap();
    assert!(
        stored.contains("<p>or see</p>") && stored.contains("ac:image"),
        "{stored}"
    );
}

#[tokio::test]
async fn a_tool_edits_pages_as_carefully_and_new_texts_have_no_placeholders() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "By tool").await;
    let content = shown.replace("plain", "simple");
    let update = json!({"page_id": id, "title": "By tool", "content": content});
    given(&browser, "confluence_update_page", update).await;
    assert_eq!(text(&browser, &id).await, PAGE.replace("plain", "simple"));
    let lossy = content.replace("an answer to it", "or see");
    let update = json!({"page_id": id, "title": "By tool", "content": lossy});
    let refused = invoke(&browser, "confluence_update_page", update).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let update = json!({"page_id": id, "title": "By tool", "content": lossy, "replace": true});
    given(&browser, "confluence_update_page", update).await;

    let foreign = "[x](keep:macro-00000000)";
    let refused = make(&browser, "New", foreign).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let comments = format!("/connectors/confluence/pages/{id}/comments");
    let refused = browser.post(&comments, json!({ "body": foreign })).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let refused = put(&browser, &id, json!({ "body": foreign })).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
}
