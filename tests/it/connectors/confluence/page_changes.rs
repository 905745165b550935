//! Changing Confluence's pages through the connector: titles, text, places, and who comes between.

use atlassian_sandbox::FaultAction;
use serde_json::{Value, json};

use crate::connectors::confluence::fixture::{address, made, overtaken, put, stored};
use crate::support::faults::{answering, on_method};
use crate::support::paging::ids;
use crate::support::{Answer, Browser, TestApp};

/// The bodies of the writes that Confluence got, as `(method and end of the path, body)`.
fn writes(app: &TestApp) -> Vec<(String, String)> {
    let journal = app.sandbox.journal().into_iter();
    journal
        .filter(|call| call.method != "GET" && call.path.contains("/wiki/"))
        .map(|call| {
            let end = call.path.rsplit('/').next().unwrap().to_owned();
            (format!("{} {end}", call.method), call.body)
        })
        .collect()
}

fn conflict(title: &str) -> FaultAction {
    answering(
        409,
        &json!({"errors": [{"status": 409, "code": "CONFLICT", "title": title, "detail": null}]}),
    )
}

#[tokio::test]
async fn a_new_title_leaves_the_stored_text_as_it_is() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let storage = "<p>Before</p><ac:structured-macro ac:name=\"toc\" /><p>a &amp; b</p>";
    let own = json!({"representation": "storage", "value": storage});
    let id = made(&browser, "Old title", own.clone()).await;
    app.sandbox.clear_journal();
    let changed = put(&browser, &id, json!({"title": "New title"})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let page = changed.json();
    assert_eq!(
        (&page["title"], &page["version"], &page["labels"]),
        (&json!("New title"), &json!(2), &json!([]))
    );
    assert!(page["body"].as_str().unwrap().contains("a & b"), "{page}");
    let sent = writes(&app);
    assert_eq!(
        sent,
        [(
            String::from("PUT title"),
            String::from(r#"{"status":"current","title":"New title"}"#)
        )]
    );
    assert_eq!(
        stored(&browser, &id).await["body"]["storage"]["value"],
        storage
    );
    // Under a version the whole page is written, its text in the form it was read in.
    let changed = put(&browser, &id, json!({"title": "Newer", "version": 2})).await;
    assert_eq!(changed.json()["version"], 3, "{}", changed.body);
    assert_eq!(
        stored(&browser, &id).await["body"]["storage"]["value"],
        storage
    );
}

#[tokio::test]
async fn a_new_text_is_markdown_and_keeps_title_place_and_labels() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made(&browser, "Plan", "old").await;
    let before = browser.get(&address(&id)).await.json();
    let body = "# Plan\n\n- [x] one\n- [ ] two\n\n| a |\n| --- |\n| 1 |";
    let changed = put(&browser, &id, json!({"body": body, "message": "Rewritten"})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let page = changed.json();
    assert_eq!(page["body"].as_str().unwrap().trim(), body);
    assert_eq!(page["version"], 2);
    assert_eq!(browser.get(&address(&id)).await.json(), page);
    for kept in [
        "title",
        "parent_id",
        "space_key",
        "labels",
        "created",
        "url",
    ] {
        assert_eq!(page[kept], before[kept], "{kept}");
    }
    assert_eq!(
        stored(&browser, &id).await["version"]["message"],
        "Rewritten"
    );
    let emptied = put(&browser, &id, json!({"body": ""})).await;
    assert_eq!(emptied.json()["body"], "", "{}", emptied.body);
}

#[tokio::test]
async fn a_page_can_be_moved_below_another() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let parent = made(&browser, "Above", "").await;
    let id = made(&browser, "Below", "text").await;
    let moved = put(&browser, &id, json!({"parent_id": parent})).await;
    assert_eq!(moved.json()["parent_id"], parent.as_str(), "{}", moved.body);
    assert_eq!(moved.json()["body"], "text");
    let children = browser.get(&format!("{}/children", address(&parent))).await;
    assert_eq!(ids(children.json().as_array().unwrap()), [id.as_str()]);
}

#[tokio::test]
async fn a_stale_version_changes_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made(&browser, "Contested", "one").await;
    put(&browser, &id, json!({"body": "two"})).await;
    app.sandbox.clear_journal();
    for version in [json!(1), json!("1"), json!(7)] {
        let answer = put(&browser, &id, json!({"body": "three", "version": version})).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "VALIDATION"),
            "{}",
            answer.body
        );
        assert!(
            answer.json()["message"]
                .as_str()
                .unwrap()
                .contains("version 2")
        );
    }
    assert_eq!(writes(&app), []);
    let good = put(&browser, &id, json!({"body": "three", "version": 2})).await;
    assert_eq!((good.status, &good.json()["version"]), (200, &json!(3)));
}

/// While one write is held up, somebody else changes the page.
async fn change_in_between(app: &TestApp, browser: &Browser, id: &str, body: Value) -> Answer {
    let late = put(browser, id, body);
    let change = json!({"body": "from somebody else"});
    overtaken(app, browser, id, late, change).await
}

#[tokio::test]
async fn a_change_in_between_costs_one_more_try_without_a_version_and_is_told_with_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made(&browser, "Busy", "one").await;
    let late = change_in_between(&app, &browser, &id, json!({"body": "late"})).await;
    assert_eq!(late.status, 200, "{}", late.body);
    assert_eq!(
        (&late.json()["version"], &late.json()["body"]),
        (&json!(3), &json!("late"))
    );
    let body = json!({"body": "late again", "version": 3});
    let late = change_in_between(&app, &browser, &id, body).await;
    assert_eq!(late.status, 409, "{}", late.body);
    assert!(
        late.json()["message"]
            .as_str()
            .unwrap()
            .contains("version 4")
    );
    assert_eq!(
        browser.get(&address(&id)).await.json()["body"],
        "from somebody else"
    );
}

#[tokio::test]
async fn a_title_that_is_taken_is_told_whatever_confluence_blames() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let other = made(&browser, "Taken", "").await;
    let taken =
        format!("another page of this space has that title already: the one with the id {other}");
    let id = made(&browser, "Free", "text").await;
    let misleading = "Version must be incremented when updating a page.";
    app.sandbox
        .fault(on_method("PUT", &id, conflict(misleading), Some(1)));
    let answer = put(&browser, &id, json!({"title": "Taken", "body": "x"})).await;
    assert_eq!(answer.status, 409);
    assert_eq!(answer.json()["message"], taken);
    let renamed = put(&browser, &id, json!({"title": "Taken"})).await;
    assert_eq!(
        (renamed.status, renamed.error_code().as_str()),
        (400, "VALIDATION")
    );
    let again = json!({"space_key": "ENG", "title": "Taken", "body": ""});
    let again = browser.post("/connectors/confluence/create", again).await;
    for refused in [renamed, again] {
        assert_eq!(refused.status, 400, "{}", refused.body);
        let details = refused.json()["details"].clone();
        assert_eq!(details["fields"], json!(["title"]));
        assert_eq!(details["errors"]["title"], taken);
    }
    // Another refusal under an unmoved version may be one for a moment: it is tried once more, and then passed on in
    // Confluence's words.
    app.sandbox.clear_journal();
    app.sandbox
        .fault(on_method("PUT", &id, conflict("The page is locked"), None));
    let answer = put(&browser, &id, json!({"body": "x"})).await;
    assert_eq!(
        (answer.status, &answer.json()["message"]),
        (409, &json!("The page is locked"))
    );
    assert_eq!(writes(&app).len(), 2);
}

#[tokio::test]
async fn confluences_own_form_of_a_change_is_passed_through() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made(&browser, "Own", "old").await;
    let body = json!({"id": id, "status": "current", "title": "Own form",
        "body": {"representation": "storage", "value": "<p>Hi</p>"}, "version": {"number": 2, "message": "m"}});
    app.sandbox.clear_journal();
    let changed = put(&browser, &id, body.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        (&changed.json()["title"], &changed.json()["body"]),
        (&json!("Own form"), &json!("Hi"))
    );
    let sent: Value = serde_json::from_str(&writes(&app)[0].1).unwrap();
    assert_eq!(sent, body);
    let stale = put(&browser, &id, body.clone()).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    let elsewhere = put(&browser, "1", body).await;
    assert_eq!(elsewhere.json()["details"]["fields"], json!(["id"]));
    let partial = put(&browser, &id, json!({"version": {"number": 3}})).await;
    assert_eq!(partial.status, 400, "{}", partial.body);
    // It is the caller's own request, so that it leaves although no document describes it.
    let objections = app.sandbox.objections();
    let lacks = |name| {
        let sentence = format!("the property {name} is missing");
        objections.iter().any(|one| one.ends_with(&sentence))
    };
    assert!(
        ["body", "status", "title"].into_iter().all(lacks),
        "{objections:?}"
    );
    app.sandbox.clear_objections();
    let adf = json!({"title": "Adf", "version": 2, "body": {"atlas_doc_format": {"representation": "atlas_doc_format",
        "value": "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"from adf\"}]}]}"}}});
    let changed = put(&browser, &id, adf).await;
    assert_eq!(changed.json()["body"], "from adf", "{}", changed.body);
}

#[tokio::test]
async fn a_malformed_change_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (body, fields) in [
        (json!({}), json!(["title"])),
        (json!({"title": "a\nb"}), json!(["title"])),
        (
            json!({"body": 7, "version": "x"}),
            json!(["body", "version"]),
        ),
        (json!([]), json!(["body"])),
    ] {
        let answer = put(&browser, "98400", body).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert_eq!(answer.json()["details"]["fields"], fields);
    }
    for id in ["..%2f1", "abc", "1%2Ftitle"] {
        assert_eq!(put(&browser, id, json!({"title": "x"})).await.status, 404);
        assert_eq!(browser.delete(&address(id)).await.status, 404);
        for below in ["children", "comments"] {
            let answer = browser.get(&format!("{}/{below}", address(id))).await;
            assert_eq!(answer.status, 404, "{id}");
        }
    }
    app.assert_nothing_sent();
}
