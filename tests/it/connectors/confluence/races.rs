//! Two who change a page at once: without a version the one who loses reads again and plans anew, so that both
//! changes stand; with one the loser is told.

use atlassian_sandbox::Fault;
use serde_json::json;

use crate::connectors::confluence::fixture::{address, made, overtaken, put, stored};
use crate::connectors::tools::fixture::invoke;
use crate::support::faults::{answering, on_method};
use crate::support::{Browser, TestApp};

const PAGE: &str =
    "<h1>Plan</h1><p>first</p><ac:structured-macro ac:name=\"toc\" /><p>second</p><p>third</p>";

async fn page(browser: &Browser, title: &str) -> (String, String) {
    let own = json!({"representation": "storage", "value": PAGE});
    let id = made(browser, title, own).await;
    let shown = browser.read(&address(&id)).await;
    (id, shown["body"].as_str().unwrap().to_owned())
}

async fn text(browser: &Browser, id: &str) -> String {
    let stored = stored(browser, id).await;
    stored["body"]["storage"]["value"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn what_somebody_else_wrote_in_between_stays() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Both").await;
    let late = put(
        &browser,
        &id,
        json!({"body": shown.replace("first", "late")}),
    );
    let change = json!({"body": format!("{}\n\nfourth", shown.replace("third", "3rd"))});
    let answer = overtaken(&app, &browser, &id, late, change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["version"], 3);
    let expected = PAGE.replace("first", "late").replace("third", "3rd");
    assert_eq!(
        text(&browser, &id).await,
        format!("{expected}<p>fourth</p>")
    );
}

#[tokio::test]
async fn a_tools_change_keeps_what_somebody_else_wrote_in_between() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "By tool").await;
    let update =
        json!({"page_id": id, "title": "By tool", "content": shown.replace("first", "late")});
    let late = invoke(&browser, "confluence_update_page", update);
    let change = json!({"body": format!("{shown}\n\nfourth")});
    let answer = overtaken(&app, &browser, &id, late, change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let expected = PAGE.replace("first", "late");
    assert_eq!(
        text(&browser, &id).await,
        format!("{expected}<p>fourth</p>")
    );
}

#[tokio::test]
async fn a_new_block_of_somebody_else_stays_although_all_around_it_is_rewritten() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made(&browser, "Rewritten", "one\n\ntwo").await;
    let late = put(&browser, &id, json!({"body": "late\n\nlater"}));
    let change = json!({"body": "one\n\nbetween\n\ntwo"});
    let answer = overtaken(&app, &browser, &id, late, change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["body"], "late\n\nbetween\n\nlater");
}

#[tokio::test]
async fn a_new_title_of_somebody_else_stays() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Old name").await;
    let late = put(
        &browser,
        &id,
        json!({"body": shown.replace("first", "late")}),
    );
    let change = json!({"title": "New name"});
    let answer = overtaken(&app, &browser, &id, late, change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["title"], "New name");
}

#[tokio::test]
async fn with_a_version_the_loser_is_told_and_nothing_is_written() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Told").await;
    let body = json!({"body": shown.replace("first", "late"), "version": 1});
    let late = put(&browser, &id, body);
    let change = json!({"body": format!("{shown}\n\nfourth")});
    let answer = overtaken(&app, &browser, &id, late, change).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert_eq!(text(&browser, &id).await, format!("{PAGE}<p>fourth</p>"));
}

#[tokio::test]
async fn a_refusal_although_nobody_came_in_between_is_tried_once_more() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Lagging").await;
    let words = json!({"errors": [{"status": 409, "code": "CONFLICT",
        "title": "org.hibernate.OptimisticLockException: Batch update returned unexpected row count"}]});
    let body = json!({"body": shown.replace("first", "late")});
    let refusal = || answering(409, &words);
    app.sandbox.fault(on_method("PUT", &id, refusal(), Some(1)));
    let answer = put(&browser, &id, body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(text(&browser, &id).await, PAGE.replace("first", "late"));
    app.sandbox.fault(on_method("PUT", &id, refusal(), None));
    let answer = put(&browser, &id, body).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(answer.body.contains("Batch update"), "{}", answer.body);
}

#[tokio::test]
async fn who_loses_twice_is_told_so_in_words_that_name_no_version() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (id, shown) = page(&browser, "Twice").await;
    let words = json!({"errors": [{"status": 409, "code": "CONFLICT",
        "title": "Version must be incremented when updating a page. Current Version: [3]. Provided version: [3]"}]});
    let late = async {
        // For the second try; the first one is held until somebody else has written.
        app.sandbox.fault(Fault {
            body_contains: Some(String::from("late")),
            ..on_method("PUT", &id, answering(409, &words), Some(1))
        });
        let body = json!({"body": shown.replace("first", "late")});
        put(&browser, &id, body).await
    };
    let change = json!({"body": format!("{shown}\n\nfourth")});
    let answer = overtaken(&app, &browser, &id, late, change).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(
        !answer.body.contains("ersion") && answer.body.contains("others are changing this page"),
        "{}",
        answer.body
    );
    assert_eq!(text(&browser, &id).await, format!("{PAGE}<p>fourth</p>"));
}
