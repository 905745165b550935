//! What tools leave out because nobody sees it stays in texts that they write back.

use serde_json::{Value, json};

use crate::connectors::tools::fixture::given;
use crate::support::TestApp;

/// Soft hyphens, marks of direction and zero widths.
const HIDDEN: &str = "Donau\u{ad}dampf \u{202b}right\u{202c} a\u{200b}b \u{feff}x";
const SHOWN: &str = "Donaudampf right ab x";

#[tokio::test]
async fn an_issue_keeps_what_its_reader_was_not_shown() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let text =
        |text: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
    let document = json!({"type": "doc", "version": 1, "content": [text(HIDDEN), text("second")]});
    let own = json!({"fields": {"description": document}});
    let path = "/connectors/jira/issues/WEB-1";
    assert_eq!(browser.put(path, own).await.status, 200);
    let args = json!({"issue_key": "WEB-1", "fields": "description"});
    let read = given(&browser, "jira_get_issue", args).await;
    let read = read["description"].as_str().unwrap();
    assert!(read.starts_with(SHOWN), "{read:?}");
    let edited = read.replace("second", "third");
    let args = json!({"issue_key": "WEB-1", "fields": {"description": edited}});
    given(&browser, "jira_update_issue", args).await;
    let raw = browser.read(&format!("{path}?format=raw")).await;
    let content = &raw["fields"]["description"]["content"];
    assert_eq!(content[0], text(HIDDEN));
    assert_eq!(content[1], text("third"));
}

#[tokio::test]
async fn a_page_keeps_what_its_reader_was_not_shown_unless_its_text_is_replaced() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let first = format!("<p>{HIDDEN}</p>");
    let storage = json!({"representation": "storage", "value": format!("{first}<p>word</p>")});
    let new = json!({"space_key": "ENG", "title": "Unseen", "body": storage});
    let made = browser.post("/connectors/confluence/create", new).await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let args = json!({"page_id": id});
    let read = given(&browser, "confluence_get_page", args).await;
    let edited = read["body"].as_str().unwrap().replace("word", "other");
    let mut args = json!({"page_id": id, "title": "Unseen", "content": edited});
    let stored = async || -> Value {
        let path = format!("/connectors/confluence/pages/{id}?format=raw");
        browser.read(&path).await["body"]["storage"]["value"].clone()
    };
    given(&browser, "confluence_update_page", args.clone()).await;
    assert_eq!(stored().await, format!("{first}<p>other</p>"));
    args["replace"] = json!(true);
    given(&browser, "confluence_update_page", args).await;
    assert_eq!(stored().await, format!("<p>{SHOWN}</p><p>other</p>"));
}
