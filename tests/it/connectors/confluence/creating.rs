//! Making Confluence's pages through the connector.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::make;
use crate::support::TestApp;

#[tokio::test]
async fn a_page_that_was_made_comes_back_as_it_was_meant() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let body = "# Plan\n\nSome **bold** & plain text with `code` and [a link](https://example.com/?a=1&b=2).\n\n- one\n- two\n  1. deep\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n> quoted\n\n```rust\nfn main() {}\n```\n\n---";
    let made = make(&browser, "A \"plan\" & more", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let created = made.json();
    assert_eq!(created["title"], "A \"plan\" & more");
    assert_eq!(
        made.header("location"),
        format!(
            "/connectors/confluence/pages/{}",
            created["id"].as_str().unwrap()
        )
    );
    let page = browser.get(made.header("location")).await.json();
    assert_eq!(page["body"].as_str().unwrap().trim(), body);
    assert_eq!(
        (&page["space_key"], &page["status"], &page["version"]),
        (&json!("ENG"), &json!("current"), &json!(1))
    );
    assert_eq!(page["url"], created["url"]);
    assert_eq!(page["labels"], json!([]));
    assert!(page["created"].as_str().unwrap().ends_with('Z') && page["updated"].is_string());
    let raw = browser
        .get(&format!("{}?format=raw", made.header("location")))
        .await
        .json();
    assert_eq!(raw["body"]["storage"]["representation"], "storage");
}

#[tokio::test]
async fn a_page_can_be_made_below_another_by_ids() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let parent = make(&browser, "Parent", "").await.json();
    let parent_id = parent["id"].as_str().unwrap();
    let space_id: u64 = parent["metadata"]["spaceId"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let child = json!({"space_id": space_id, "title": "Child", "parent_id": parent_id});
    let made = browser.post("/connectors/confluence/create", child).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let page = browser.get(made.header("location")).await.json();
    assert_eq!(
        (&page["parent_id"], &page["body"]),
        (&json!(parent_id), &json!(""))
    );
}

#[tokio::test]
async fn confluences_own_form_is_passed_through() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let space_id = make(&browser, "Any", "").await.json()["metadata"]["spaceId"].clone();
    let body = json!({"spaceId": space_id, "status": "current", "title": "Own form",
        "body": {"representation": "storage", "value": "<p>Hi</p>"}});
    let made = browser
        .post("/connectors/confluence/create", body.clone())
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let sent = app
        .sandbox
        .journal()
        .into_iter()
        .rev()
        .find(|entry| entry.method == "POST" && entry.path.ends_with("/pages"))
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), body);
}

#[tokio::test]
async fn a_title_that_is_taken_is_rejected_in_confluences_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    assert_eq!(make(&browser, "Twice", "").await.status, 201);
    let answer = make(&browser, "Twice", "").await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (400, "VALIDATION"),
        "{}",
        answer.body
    );
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("title"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_malformed_page_is_refused_before_it_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (body, fields) in [
        (json!({}), json!(["space_key", "title"])),
        (
            json!({"space_key": "ENG", "space_id": "1", "title": "x"}),
            json!(["space_key"]),
        ),
        (
            json!({"space_key": "ENG", "title": "x", "body": {}}),
            json!(["body"]),
        ),
        (
            json!({"space_key": "NOPE", "title": "x"}),
            json!(["space_key"]),
        ),
    ] {
        let answer = browser.post("/connectors/confluence/create", body).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION")
        );
        assert_eq!(answer.json()["details"]["fields"], fields);
    }
    assert_eq!(app.upstream("/wiki/api/v2/pages"), 0);
}

#[tokio::test]
async fn hostile_ids_are_not_found_without_asking_atlassian() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for id in [
        "..%2f",
        "%2e%2e",
        "abc",
        "1%2Flabels",
        "1%3Fx",
        "-1",
        "%EF%BC%91",
        "99999999999999999999",
    ] {
        let answer = browser
            .get(&format!("/connectors/confluence/pages/{id}"))
            .await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND"),
            "{id}"
        );
    }
    assert_eq!(app.upstream("/wiki/"), 0);
}

#[tokio::test]
async fn a_page_that_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let answer = browser.get("/connectors/confluence/pages/1").await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (404, "NOT_FOUND")
    );
}
