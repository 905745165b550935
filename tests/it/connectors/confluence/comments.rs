//! Comments below Confluence's pages, through the connector.

use std::time::Duration;

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::{address, made};
use crate::support::faults::{answering, answering_text, on_method};
use crate::support::paging::walk;
use crate::support::{Browser, TestApp};

const WITH_NAMES: &str = "/auth/atlassian/login?site=acme&scope=read:user:confluence";

async fn page(browser: &Browser) -> String {
    let id = made(browser, "Discussed", "").await;
    format!("{}/comments", address(&id))
}

async fn list(browser: &Browser, address: &str) -> Vec<Value> {
    let comments = browser.read(address).await;
    comments.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_comment_that_was_written_comes_back_as_it_was_meant() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let comments = page(&browser).await;
    assert_eq!(list(&browser, &comments).await, Vec::<Value>::new());
    let body = "Looks **good**, see [this](https://example.com/?a=1&b=2):\n\n- one\n- `two`";
    let written = browser.post(&comments, json!({ "body": body })).await;
    assert_eq!(written.status, 201, "{}", written.body);
    assert_eq!(written.header("location"), comments);
    let comment = written.json();
    assert_eq!(
        comment.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["author", "body", "created", "id", "updated", "visibility"]
    );
    assert_eq!(comment["body"].as_str().unwrap().trim(), body);
    assert_eq!(
        comment["author"],
        json!({"account_id": "5b10ac8d82e05b22cc7d4ef5", "display_name": "Mia Krystof"})
    );
    assert!(comment["created"].as_str().unwrap().ends_with('Z'));
    assert_eq!(comment["created"], comment["updated"]);
    assert_eq!(list(&browser, &comments).await, [comment]);
    let raw = browser.get(&format!("{comments}?format=raw")).await.json();
    assert_eq!(raw[0]["body"]["storage"]["representation"], "storage");
}

#[tokio::test]
async fn comments_come_page_by_page_in_their_order() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let comments = page(&browser).await;
    for number in 1..=5 {
        let body =
            json!({"body": {"representation": "storage", "value": format!("<p>{number}</p>")}});
        assert_eq!(browser.post(&comments, body).await.status, 201);
    }
    let seen = walk(&browser, &format!("{comments}?limit=2")).await;
    let seen: Vec<&str> = seen
        .iter()
        .map(|comment| comment["body"].as_str().unwrap())
        .collect();
    assert_eq!(seen, ["1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn names_of_others_are_told_where_the_scopes_allow() {
    let app = TestApp::start().await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    let comments = page(&mia).await;
    mia.post(&comments, json!({"body": "mine"})).await;
    omar.post(&comments, json!({"body": "his"})).await;
    let names = |found: &[Value]| -> Vec<Value> {
        found
            .iter()
            .map(|comment| comment["author"]["display_name"].clone())
            .collect()
    };
    app.sandbox.clear_journal();
    assert_eq!(
        names(&list(&mia, &comments).await),
        [json!("Mia Krystof"), json!(null)]
    );
    assert_eq!(
        app.sandbox.journal().len(),
        1,
        "nobody is looked up without the scope"
    );
    app.complete(&mia, WITH_NAMES, "mia").await;
    assert_eq!(
        names(&list(&mia, &comments).await),
        [json!("Mia Krystof"), json!("Omar Haddad")]
    );
    // Names are remembered for an hour.
    app.clock.advance(Duration::from_secs(3601));
    app.sandbox.fault(on_method(
        "POST",
        "/users-bulk",
        answering_text(404, "{}"),
        Some(1),
    ));
    assert_eq!(
        names(&list(&mia, &comments).await),
        [json!("Mia Krystof"), json!(null)],
        "a comment is worth reading without its author's name"
    );
}

#[tokio::test]
async fn an_edited_comment_tells_when_it_was_changed_and_not_a_wrong_beginning() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(on_method("GET", "/footer-comments", answering(200, &json!({"results": [{"id": "7", "version": {"number": 2, "createdAt": "2026-01-02T03:04:05.000Z",
                "authorId": "5b10ac8d82e05b22cc7d4ef5"}, "body": {"storage": {"value": "<p>x</p>"}}}]})), Some(1)));
    let found = list(&browser, "/connectors/confluence/pages/1/comments").await;
    assert_eq!(
        (&found[0]["created"], &found[0]["updated"]),
        (&json!(null), &json!("2026-01-02T03:04:05Z"))
    );
}

#[tokio::test]
async fn an_empty_comment_is_refused_before_it_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for body in [
        json!({}),
        json!({"body": " "}),
        json!({"body": 1}),
        json!({"body": null}),
        json!("x"),
    ] {
        let answer = browser
            .post("/connectors/confluence/pages/98400/comments", body)
            .await;
        assert_eq!(
            answer.json()["details"]["fields"],
            json!(["body"]),
            "{}",
            answer.body
        );
        assert_eq!(answer.status, 422);
    }
    app.assert_nothing_sent();
    let missing = browser
        .post(
            "/connectors/confluence/pages/1/comments",
            json!({"body": "x"}),
        )
        .await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn without_a_connection_the_way_to_one_is_told() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    browser.delete("/connectors/confluence/connection").await;
    let page = "/connectors/confluence/pages/98400";
    for (method, address, body) in [
        ("GET", String::from("/connectors/confluence/pages"), None),
        (
            "PUT",
            page.to_owned(),
            Some(json!({"title": "x"}).to_string()),
        ),
        ("DELETE", page.to_owned(), None),
        ("GET", format!("{page}/children"), None),
        ("GET", format!("{page}/comments"), None),
        (
            "POST",
            format!("{page}/comments"),
            Some(json!({"body": "x"}).to_string()),
        ),
    ] {
        let answer = browser.send(method, &address, &[], body).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "NOT_CONNECTED"),
            "{method} {address}"
        );
        assert!(answer.json()["details"]["login_url"].is_string());
    }
}
