//! Edits of descriptions in Markdown: what Markdown cannot say survives them, or the edit is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::support::{Browser, TestApp};

/// An issue whose description is an ADF document of this content.
async fn described(browser: &Browser, content: Value) -> String {
    let key = made(
        browser,
        json!({"project_key": "WEB", "summary": "Lossless"}),
    )
    .await;
    describe(browser, &key, content).await;
    key
}

async fn describe(browser: &Browser, key: &str, content: Value) {
    let document = json!({"type": "doc", "version": 1, "content": content});
    let own = json!({"fields": {"description": document}});
    let answer = browser.put(&address(key), own).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn address(key: &str) -> String {
    format!("/connectors/jira/issues/{key}")
}

/// The description in Markdown, and the fields as Jira has them.
async fn read(browser: &Browser, key: &str) -> (String, Value) {
    let shown = browser.get(&address(key)).await.json();
    let raw = browser
        .get(&format!("{}?format=raw", address(key)))
        .await
        .json();
    let markdown = shown["description"].as_str().unwrap_or_default().to_owned();
    (markdown, raw["fields"].clone())
}

fn paragraph(text: &str) -> Value {
    json!({"type": "paragraph", "content": [{"type": "text", "text": text}]})
}

/// Uploads a picture and gives the node that shows it in a description.
async fn picture(browser: &Browser, key: &str) -> Value {
    let file = json!({"issue_key": key, "filename": "shot.png",
        "content_base64": STANDARD.encode("png")});
    given(browser, "jira_upload_attachment", file).await;
    let (_, fields) = read(browser, key).await;
    let id: u64 = fields["attachment"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    json!({"type": "mediaSingle", "attrs": {"layout": "center", "width": 50}, "content": [
        {"type": "media", "attrs": {"type": "file", "id": format!("a77ac4ed-0000-4000-8000-{id:012x}"),
            "collection": "", "alt": "shot.png", "width": 800, "height": 600}}]})
}

#[tokio::test]
async fn a_picture_survives_a_change_of_one_word_and_so_does_its_file() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = described(&browser, json!([paragraph("x")])).await;
    let shot = picture(&browser, &key).await;
    describe(
        &browser,
        &key,
        json!([paragraph("It burns."), shot, paragraph("Look.")]),
    )
    .await;
    let (markdown, before) = read(&browser, &key).await;
    assert!(markdown.contains("![shot.png](keep:media-"), "{markdown}");

    let edited = json!({"description": markdown.replace("burns", "smokes")});
    let answer = browser.put(&address(&key), edited).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (_, after) = read(&browser, &key).await;
    let mut expected = before["description"].clone();
    expected["content"][0] = paragraph("It smokes.");
    assert_eq!(after["description"], expected);
    assert_eq!(after["attachment"], before["attachment"]);

    // Whoever takes the picture out takes it out, and the file goes as in Jira.
    let without: Vec<&str> = markdown
        .lines()
        .filter(|line| !line.starts_with("!["))
        .collect();
    let answer = browser
        .put(&address(&key), json!({"description": without.join("\n")}))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (_, after) = read(&browser, &key).await;
    assert_eq!(after["attachment"], json!([]));
}

#[tokio::test]
async fn people_panels_statuses_and_the_rest_come_back_where_they_are_put() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mention =
        json!({"type": "mention", "attrs": {"id": "5b10", "text": "@Mia", "accessLevel": ""}});
    let status =
        json!({"type": "status", "attrs": {"text": "DONE", "color": "green", "localId": "s1"}});
    let panel = |content: &str| json!({"type": "panel", "attrs": {"panelType": "warning"}, "content": [paragraph(content)]});
    let tasks = json!({"type": "taskList", "attrs": {"localId": "l1"}, "content": [
        {"type": "taskItem", "attrs": {"localId": "t1", "state": "TODO"}, "content": [{"type": "text", "text": "one"}]}]});
    let key = described(
        &browser,
        json!([
            {"type": "paragraph", "content": [{"type": "text", "text": "Ask "}, mention, {"type": "text", "text": " "}, status]},
            panel("Hot."), tasks,
        ]),
    )
    .await;
    let (markdown, _) = read(&browser, &key).await;
    let blocks: Vec<&str> = markdown.split("\n\n").collect();
    let [first, panel_shown, tasks_shown] = blocks.as_slice() else {
        panic!("{markdown}")
    };
    // The panel first, its text changed; the task done; the person behind the status.
    let words: Vec<&str> = first.split(' ').collect();
    let edited = format!(
        "{}\n\n{} {} {}\n\n{}",
        panel_shown.replace("Hot", "Cold"),
        words[0],
        words[2],
        words[1],
        tasks_shown.replace("[ ]", "[x]"),
    );
    let answer = browser
        .put(&address(&key), json!({ "description": edited }))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (_, after) = read(&browser, &key).await;
    let content = &after["description"]["content"];
    assert_eq!(content[0], panel("Cold."));
    assert_eq!(
        content[1]["content"],
        json!([{"type": "text", "text": "Ask "}, status, {"type": "text", "text": " "}, mention])
    );
    assert_eq!(content[2]["attrs"]["localId"], "l1");
    assert_eq!(
        content[2]["content"][0]["attrs"],
        json!({"localId": "t1", "state": "DONE"})
    );
}

#[tokio::test]
async fn a_placeholder_of_elsewhere_is_refused_by_its_name() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let status = json!({"type": "status", "attrs": {"text": "DONE", "color": "green"}});
    let key = described(
        &browser,
        json!([{"type": "paragraph", "content": [status]}]),
    )
    .await;
    let (markdown, before) = read(&browser, &key).await;
    let foreign = "[OPEN](keep:status-00000000)";
    for edited in [foreign.to_owned(), format!("{markdown}\n\n{markdown}")] {
        app.sandbox.clear_journal();
        let answer = browser
            .put(&address(&key), json!({ "description": edited }))
            .await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body.contains("keep:status-"), "{}", answer.body);
        assert_eq!(answer.json()["details"]["fields"], json!(["description"]));
        assert!(
            app.sandbox
                .journal()
                .iter()
                .all(|call| call.method != "PUT")
        );
    }
    let (_, after) = read(&browser, &key).await;
    assert_eq!(after["description"], before["description"]);
    // Asked for, its words are written.
    let answer = browser
        .put(
            &address(&key),
            json!({"description": foreign, "replace": true}),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(read(&browser, &key).await.0, "OPEN");

    // A new text has nothing to keep.
    let draft = json!({"project_key": "WEB", "summary": "x", "description": foreign});
    let refused = browser.post("/connectors/jira/create", draft).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("keep:status-00000000"),
        "{}",
        refused.body
    );
    let comments = format!("{}/comments", address(&key));
    let refused = browser.post(&comments, json!({ "body": foreign })).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
}

#[tokio::test]
async fn what_would_be_lost_is_named_and_replace_writes_it_all_the_same() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let merged = json!([{"type": "table", "content": [
        {"type": "tableRow", "content": [
            {"type": "tableCell", "attrs": {"colspan": 2}, "content": [paragraph("wide")]}]},
        {"type": "tableRow", "content": [
            {"type": "tableCell", "attrs": {}, "content": [paragraph("left")]},
            {"type": "tableCell", "attrs": {}, "content": [paragraph("right")]}]},
    ]}]);
    let key = described(&browser, merged).await;
    let edited = "| a | b |\n| --- | --- |\n| c | d |";
    let refused = browser
        .put(&address(&key), json!({ "description": edited }))
        .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("merged cells"), "{}", refused.body);
    let written = browser
        .put(
            &address(&key),
            json!({"description": edited, "replace": true}),
        )
        .await;
    assert_eq!(written.status, 200, "{}", written.body);
    assert_eq!(read(&browser, &key).await.0, edited);
}

#[tokio::test]
async fn a_tool_edits_as_carefully() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let card = json!({"type": "paragraph", "content": [
        {"type": "inlineCard", "attrs": {"url": "https://example.com/browse/EX-1"}}]});
    let date = json!({"type": "date", "attrs": {"timestamp": "1700000000000"}});
    let key = described(
        &browser,
        json!([card, {"type": "paragraph", "content": [{"type": "text", "text": "due "}, date]}]),
    )
    .await;
    let shown = given(&browser, "jira_get_issue", json!({"issue_key": key})).await;
    let markdown = shown["description"].as_str().unwrap().to_owned();
    let fields = json!({"description": markdown.replace("due", "ended")});
    given(
        &browser,
        "jira_update_issue",
        json!({"issue_key": key, "fields": fields}),
    )
    .await;
    let (_, after) = read(&browser, &key).await;
    let content = &after["description"]["content"];
    assert_eq!(content[0], card);
    assert_eq!(
        content[1]["content"],
        json!([{"type": "text", "text": "ended "}, date])
    );
    let fields = json!({"description": "[gone](keep:date-12345678)"});
    let update = json!({"issue_key": key, "fields": fields});
    let refused = invoke(&browser, "jira_update_issue", update).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("keep:date-12345678"),
        "{}",
        refused.body
    );
    let update = json!({"issue_key": key, "fields": fields, "replace": true});
    given(&browser, "jira_update_issue", update).await;
    assert_eq!(read(&browser, &key).await.0, "gone");
}

#[tokio::test]
async fn a_text_that_did_not_come_is_not_empty_and_never_overwritten() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = browser
        .read("/connectors/jira/issues/WEB-1?format=raw")
        .await;
    for odd in [json!(null), json!("text"), json!({"type": "doc"})] {
        let mut came = issue.clone();
        match odd {
            Value::Null => {
                came["fields"]
                    .as_object_mut()
                    .unwrap()
                    .remove("description");
            }
            odd => came["fields"]["description"] = odd,
        }
        app.sandbox.clear_journal();
        let fault = crate::support::faults::answering(200, &came);
        let fault = crate::support::faults::on_method("GET", "/issue/WEB-1", fault, Some(1));
        app.sandbox.fault(fault);
        let path = "/connectors/jira/issues/WEB-1";
        let refused = browser.put(path, json!({"description": "new"})).await;
        assert_eq!(refused.status, 502, "{}", refused.body);
        let journal = app.sandbox.journal();
        assert!(journal.iter().all(|call| call.method == "GET"), "{came}");
    }
}
