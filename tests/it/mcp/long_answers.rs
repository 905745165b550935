//! Answers that fit a model: an edit gives what it changed, and a text that was cut is taken up where it ends.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::mcp::fixture::{message, text};
use crate::mcp::pages::{call, given, page, worlds};
use crate::support::{Browser, TestApp};

/// Calls a tool of Atlassian's own names.
async fn rovo(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp/rovo?toolsets=all", call).await;
    answer.json()["result"].take()
}

async fn issue(mia: &Browser, description: &str) -> String {
    let new = json!({"project_key": "APP", "summary": "Long", "issue_type": "Task", "description": description});
    let made = given(mia, "jira_create_issue", new).await;
    made["id"].as_str().unwrap().to_owned()
}

/// Lines that are all different.
fn lines(number: usize) -> String {
    let lines = (0..number).map(|line| format!("Line {line} of a text that is long."));
    lines.collect::<Vec<String>>().join("\n\n")
}

/// A part without the mark of its cut.
fn unmarked(part: &Value) -> &str {
    let part = part.as_str().unwrap();
    part.strip_suffix("… [cut off here](keep:cut)")
        .unwrap_or(part)
}

fn members(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn an_edit_gives_what_it_changed_and_not_all_of_a_long_issue() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let key = issue(&mia, &lines(500)).await;
    let said = json!({"issue_key": key, "body": lines(100)});
    given(&mia, "jira_add_comment", said).await;
    let label = json!({"issue_key": key, "fields": {"labels": ["x"]}});
    let changed = given(&mia, "jira_update_issue", label).await;
    assert_eq!(
        members(&changed),
        ["id", "key", "labels", "updated", "url"],
        "{changed}"
    );
    assert_eq!(
        (&changed["key"], &changed["labels"]),
        (&json!(key), &json!(["x"]))
    );
    let due = json!({"issueIdOrKey": key, "fields": {"duedate": "2026-12-24", "priority": {"name": "High"}}});
    let changed = rovo(&mia, "editJiraIssue", due).await;
    let changed = &changed["structuredContent"];
    assert_eq!(
        members(changed),
        ["duedate", "id", "key", "priority", "updated", "url"],
        "{changed}"
    );
    let more = json!({"issue_key": key, "fields": {"due_date": null}, "return_fields": "summary"});
    let changed = given(&mia, "jira_update_issue", more).await;
    assert_eq!(members(&changed), ["id", "key", "summary", "url"]);
}

#[tokio::test]
async fn the_comments_of_one_issue_share_the_room_of_an_answer() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let key = issue(&mia, "Short").await;
    for _ in 0..10 {
        let said = json!({"issue_key": key, "body": lines(300)});
        given(&mia, "jira_add_comment", said).await;
    }
    let read = given(&mia, "jira_get_issue", json!({"issue_key": key})).await;
    assert_eq!(read["truncated"], true);
    let length = read.to_string().len();
    assert!(length < 70_000, "{length}");
    let all = json!({"jql": format!("key = {key}"), "fields": "*all"});
    let found = given(&mia, "jira_search", all).await;
    let length = found.to_string().len();
    assert!(length < 90_000, "{length}");
}

#[tokio::test]
async fn a_long_page_is_read_to_its_end_under_every_name() {
    for (_app, mia, space) in worlds().await {
        let whole = lines(1_500);
        let id = page(&mia, space, "Long", &whole).await;
        let mut read = String::new();
        let mut named = json!(format!("confluence:{id}"));
        loop {
            let part = rovo(&mia, "fetch", json!({ "id": named })).await;
            let part = &part["structuredContent"];
            read += unmarked(&part["text"]);
            assert_eq!(part["id"], json!(format!("confluence:{id}")));
            if part["next_id"].is_null() {
                break;
            }
            named = part["next_id"].clone();
        }
        assert_eq!(read, whole);
        let second = json!({"id": format!("confluence:{id}"), "start": 20_000});
        let second = rovo(&mia, "fetch", second).await;
        let page = json!({"pageId": id, "start": 20_000});
        let part = rovo(&mia, "getConfluencePage", page).await;
        assert_eq!(
            part["structuredContent"]["body"],
            second["structuredContent"]["text"]
        );
        assert_eq!(part["structuredContent"]["next_start"], 40_000);
        let short =
            json!({"page_id": id, "title": "Long", "content": "Nothing left", "replace": true});
        given(&mia, "confluence_update_page", short).await;
        let two = json!({"page_id": id, "from_version": 1, "to_version": 2});
        let first = given(&mia, "confluence_get_page_diff", two).await;
        assert_eq!(first["next_start"], 20_000);
        let two = json!({"page_id": id, "from_version": 1, "to_version": 2, "start": 20_000});
        let next = given(&mia, "confluence_get_page_diff", two).await;
        assert_eq!(next["next_start"], 40_000);
        assert_ne!(first["diff"], next["diff"]);
    }
}

#[tokio::test]
async fn a_long_description_is_read_on_under_atlassians_name() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let whole = lines(800);
    let key = issue(&mia, &whole).await;
    let first = rovo(&mia, "getJiraIssue", json!({"issueIdOrKey": key})).await;
    let first = &first["structuredContent"];
    assert_eq!(first["next_start"], 20_000);
    let second = json!({"issueIdOrKey": key, "start": 20_000});
    let second = rovo(&mia, "getJiraIssue", second).await;
    let second = &second["structuredContent"];
    let both = unmarked(&first["description"]).to_owned() + unmarked(&second["description"]);
    assert_eq!(both, whole);
}

#[tokio::test]
async fn a_log_file_is_read_in_parts() {
    let log = lines(6_500);
    assert!(log.len() > 200_000);
    let content = STANDARD.encode(&log);
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let key = issue(&mia, "With a log").await;
    for name in ["big.log", "other.log"] {
        let file = json!({"issue_key": key, "filename": name, "content_base64": content});
        given(&mia, "jira_upload_attachment", file).await;
    }
    let mut read = String::new();
    let mut start = json!(0);
    while !start.is_null() {
        let part = json!({"issue_key": key, "attachments": "big.log", "start": start});
        let part = given(&mia, "jira_download_attachments", part).await;
        read += unmarked(&part["items"][0]["text"]);
        start = part["items"][0]["next_start"].clone();
    }
    assert!(read == log, "{} of {}", read.len(), log.len());
    let both = given(&mia, "jira_download_attachments", json!({"issue_key": key})).await;
    assert_eq!(both["items"][1]["next_start"], 20_000);
    let on = json!({"issue_key": key, "start": 20_000});
    let refused = call(&mia, "jira_download_attachments", on).await;
    assert!(text(&refused).contains("attachments must name it"));
    let (app, mia, space) = worlds().await.remove(0);
    app.sandbox
        .set_behaviour(|behaviour| behaviour.own_addresses = true);
    let page = page(&mia, space, "Logs", "x").await;
    let file = json!({"content_id": page, "filename": "big.log", "content_base64": content});
    let file = given(&mia, "confluence_upload_attachment", file).await;
    let part = json!({"attachment_id": file["id"], "start": 200_000});
    let part = given(&mia, "confluence_download_attachment", part).await;
    assert!(
        log[200_000..].starts_with(unmarked(&part["text"])),
        "{part}"
    );
}
