//! Files attached to issues: attached with the right media type, listed, and read as files that run nothing.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::support::{Browser, TestApp};

/// "Hello" in base 64.
const HELLO: &str = "SGVsbG8=";

async fn issue_with(browser: &Browser, files: &[(&str, &str)]) -> String {
    let draft = json!({"project_key": "APP", "summary": "With files"});
    let key = made(browser, draft).await;
    for (name, content) in files {
        let file = json!({"issue_key": key, "filename": name, "content_base64": content});
        given(browser, "jira_upload_attachment", file).await;
    }
    key
}

async fn listed(browser: &Browser, key: &str) -> Value {
    browser
        .read(&format!("/connectors/jira/issues/{key}/attachments"))
        .await
}

#[tokio::test]
async fn a_file_gets_the_media_type_that_its_name_tells_and_else_the_one_that_was_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = issue_with(&browser, &[("shot.PNG", HELLO), ("notes", HELLO)]).await;
    for (name, kind) in [
        ("a.txt", "image/png"),
        ("b", "image/gif"),
        ("c", "nonsense"),
    ] {
        let file = json!({"issue_key": key, "filename": name, "content_base64": HELLO, "media_type": kind});
        given(&browser, "jira_upload_attachment", file).await;
    }
    let files = listed(&browser, &key).await;
    let kinds: Vec<&str> = files
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["media_type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "image/png",
            "application/octet-stream",
            "text/plain",
            "image/gif",
            "application/octet-stream"
        ]
    );
}

#[tokio::test]
async fn a_name_that_cannot_be_one_is_refused_with_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (name, said) in [
        (
            "a\"b.txt",
            "filename must not hold a quotation mark (\"); leave it out, or write ' in its place",
        ),
        (
            "../x.txt",
            "filename must be the name of the file alone, without the path before it",
        ),
        (
            "a\nb.txt",
            "filename must not hold control characters, such as a line break",
        ),
    ] {
        let file = json!({"issue_key": "APP-1", "filename": name, "content_base64": HELLO});
        let refused = invoke(&browser, "jira_upload_attachment", file).await;
        assert_eq!(
            (refused.status, refused.json()["message"].as_str().unwrap()),
            (422, said)
        );
    }
}

#[tokio::test]
async fn a_file_is_read_as_one_to_keep_and_runs_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = issue_with(
        &browser,
        &[("nöte.txt", HELLO), ("page.html", HELLO), ("x.svg", HELLO)],
    )
    .await;
    let files = listed(&browser, &key).await;
    app.sandbox.clear_journal();
    for (place, kind) in [
        (0, "text/plain"),
        (1, "application/octet-stream"),
        (2, "application/octet-stream"),
    ] {
        let id = files[place]["id"].as_str().unwrap();
        let file = browser
            .get(&format!("/connectors/jira/issues/{key}/attachments/{id}"))
            .await;
        assert_eq!((file.status, file.body.as_str()), (200, "Hello"));
        assert_eq!(file.header("content-type"), kind);
        assert_eq!(file.header("content-length"), "5");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(
            file.header("content-security-policy"),
            "sandbox; default-src 'none'"
        );
        assert!(
            file.header("content-disposition")
                .starts_with("attachment; ")
        );
    }
    let first = files[0]["id"].as_str().unwrap();
    let file = browser
        .get(&format!(
            "/connectors/jira/issues/{key}/attachments/{first}"
        ))
        .await;
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"n_te.txt\"; filename*=UTF-8''n%C3%B6te.txt"
    );
    // The bytes were asked for themselves: no signed address was followed.
    let asked = app
        .sandbox
        .journal()
        .into_iter()
        .filter(|call| call.path.contains("/attachment/content/"));
    assert!(
        asked
            .map(|call| call.query)
            .all(|query| query == "redirect=false")
    );
}

#[tokio::test]
async fn a_file_of_another_issue_and_one_that_is_not_there_are_not_found() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let with = issue_with(&browser, &[("a.txt", HELLO)]).await;
    let without = issue_with(&browser, &[]).await;
    let id = listed(&browser, &with).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(listed(&browser, &without).await, json!([]));
    for address in [
        format!("{without}/attachments/{id}"),
        format!("{with}/attachments/0"),
        String::from("APP-99999/attachments"),
        String::from("nonsense/attachments"),
    ] {
        let answer = browser
            .get(&format!("/connectors/jira/issues/{address}"))
            .await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_tool_lists_and_reads_files_and_says_what_it_leaves_out() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let large = "AAAA".repeat(45_000);
    let key = issue_with(
        &browser,
        &[("a.txt", HELLO), ("b.bin", "+/8="), ("large.bin", &large)],
    )
    .await;
    let list = given(&browser, "jira_get_attachments", json!({"issue_key": key})).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    let read = given(
        &browser,
        "jira_download_attachments",
        json!({"issue_key": key}),
    )
    .await;
    assert_eq!(read["items"][0]["text"], "Hello");
    assert_eq!(read["items"][1]["content_base64"], "+/8=");
    let left_out = read["items"][2]["left_out"].as_str().unwrap();
    let id = list["items"][2]["id"].as_str().unwrap();
    assert!(
        left_out.ends_with(&format!("/connectors/jira/issues/{key}/attachments/{id}")),
        "{left_out}"
    );
    assert_eq!(read["truncated"], true);
    let one = json!({"issue_key": key, "attachments": "['a.txt']"});
    let one = given(&browser, "jira_download_attachments", one).await;
    assert_eq!(
        (one["items"].as_array().unwrap().len(), &one["truncated"]),
        (1, &Value::Null)
    );
    let unknown = json!({"issue_key": key, "attachments": "c.txt"});
    let unknown = invoke(&browser, "jira_download_attachments", unknown).await;
    assert_eq!(
        (unknown.status, &unknown.json()["details"]["fields"]),
        (422, &json!(["attachments"]))
    );
}
