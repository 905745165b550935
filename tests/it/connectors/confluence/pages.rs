//! Confluence's pages through the connector: listed, changed, deleted, and what lies below them.

use std::collections::BTreeSet;
use std::time::Duration;

use atlassian_sandbox::{Fault, FaultAction};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, TestApp};

async fn make(browser: &Browser, title: &str, body: &Value) -> String {
    let page = json!({"space_key": "ENG", "title": title, "body": body});
    let made = browser.post("/connectors/confluence/create", page).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

fn address(id: &str) -> String {
    format!("/connectors/confluence/pages/{id}")
}

async fn put(browser: &Browser, id: &str, body: Value) -> Answer {
    browser
        .send("PUT", &address(id), &[], Some(body.to_string()))
        .await
}

/// The page as it is stored, in storage format.
async fn stored(browser: &Browser, id: &str) -> Value {
    browser
        .get(&format!("{}?format=raw", address(id)))
        .await
        .json()
}

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
    FaultAction::Status {
        status: 409,
        headers: vec![],
        body:
            json!({"errors": [{"status": 409, "code": "CONFLICT", "title": title, "detail": null}]})
                .to_string(),
    }
}

fn fault(method: &str, path: &str, times: Option<u32>, action: FaultAction) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path_contains: path.to_owned(),
        body_contains: None,
        times,
        action,
    }
}

/// Follows the cursors to the end and gives the entries.
async fn all(browser: &Browser, first: &str) -> Vec<Value> {
    let (mut address, mut found) = (first.to_owned(), Vec::new());
    loop {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        found.extend(page.json().as_array().unwrap().clone());
        let cursor = page.header("x-next-cursor");
        if cursor.is_empty() {
            return found;
        }
        assert!(page.header("link").contains("rel=\"next\""));
        address = format!("{first}&cursor={cursor}");
    }
}

fn ids(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn all_pages_of_a_space_come_page_by_page_without_loss_or_duplicates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let whole = all(&browser, "/connectors/confluence/pages?limit=250").await;
    assert!(whole.len() > 100, "{}", whole.len());
    let of_space = all(&browser, "/connectors/confluence/pages?space=ENG&limit=250").await;
    assert!((5..20).contains(&of_space.len()), "{}", of_space.len());
    assert!(of_space.iter().all(|page| page["space_key"] == "ENG"));
    app.sandbox.clear_journal();
    let small = all(&browser, "/connectors/confluence/pages?space=ENG&limit=2").await;
    assert_eq!(small, of_space);
    assert_eq!(
        ids(&small).into_iter().collect::<BTreeSet<_>>().len(),
        small.len()
    );
    let journal = app.sandbox.journal();
    let lookups = journal.iter().filter(|call| call.path.ends_with("/spaces"));
    assert_eq!(
        lookups.count(),
        1,
        "the key is resolved once, not for every page"
    );
    let space_id = of_space[0]["space_id"].as_str().unwrap();
    let by_id = format!("/connectors/confluence/pages?space={space_id}&limit=3");
    assert_eq!(all(&browser, &by_id).await, of_space);
}

#[tokio::test]
async fn a_page_in_a_list_has_its_documented_shape() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    make(&browser, "Just this one", &json!("")).await;
    let found = browser
        .get("/connectors/confluence/pages?space=ENG&title=Just%20this%20one")
        .await
        .json();
    let [page] = found.as_array().unwrap().as_slice() else {
        panic!("{found}");
    };
    assert_eq!(
        page.as_object().unwrap().keys().collect::<Vec<_>>(),
        [
            "created",
            "id",
            "parent_id",
            "space_id",
            "space_key",
            "status",
            "title",
            "url",
            "version"
        ]
    );
    assert_eq!(
        (&page["version"], &page["status"]),
        (&json!(1), &json!("current"))
    );
    let raw = browser
        .get("/connectors/confluence/pages?title=Just%20this%20one&format=raw")
        .await
        .json();
    assert_eq!(raw[0]["spaceId"], page["space_id"]);
    let nothing = browser
        .get("/connectors/confluence/pages?space=ENG&title=Just%20this")
        .await;
    assert_eq!(nothing.json(), json!([]));
}

#[tokio::test]
async fn lists_refuse_what_they_cannot_take() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let first = browser
        .get("/connectors/confluence/pages?space=ENG&limit=1")
        .await;
    let cursor = first.header("x-next-cursor");
    for (address, field) in [
        (
            String::from("/connectors/confluence/pages?limit=251"),
            "limit",
        ),
        (
            String::from("/connectors/confluence/pages?space=NOPE"),
            "space",
        ),
        (
            String::from("/connectors/confluence/pages?space=a%22%20or"),
            "space",
        ),
        (
            format!("/connectors/confluence/pages?space=DS&cursor={cursor}"),
            "cursor",
        ),
        (
            format!("/connectors/confluence/pages/1/children?cursor={cursor}"),
            "cursor",
        ),
        (
            String::from("/connectors/confluence/pages/1/comments?limit=0"),
            "limit",
        ),
    ] {
        let answer = browser.get(&address).await;
        assert_eq!(answer.status, 422, "{address}: {}", answer.body);
        assert_eq!(
            answer.json()["details"]["fields"],
            json!([field]),
            "{address}"
        );
    }
}

#[tokio::test]
async fn one_malformed_entry_costs_nobody_the_others() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let body = json!({"results": [
        {"id": "1", "key": "A", "title": "One", "name": "One"}, {"title": "no id"}, 7, null,
        {"id": "2", "key": "B", "title": "Two", "name": "Two"},
    ]});
    for (path, list) in [
        ("/spaces", "/connectors/confluence/spaces"),
        ("/pages", "/connectors/confluence/pages"),
        (
            "/footer-comments",
            "/connectors/confluence/pages/1/comments",
        ),
    ] {
        app.sandbox.fault(fault(
            "GET",
            path,
            Some(1),
            FaultAction::Status {
                status: 200,
                headers: vec![],
                body: body.to_string(),
            },
        ));
        let answer = browser.get(list).await;
        assert_eq!(answer.status, 200, "{list}: {}", answer.body);
        assert_eq!(ids(answer.json().as_array().unwrap()), ["1", "2"], "{list}");
    }
}

#[tokio::test]
async fn a_new_title_leaves_the_stored_text_as_it_is() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let storage = "<p>Before</p><ac:structured-macro ac:name=\"toc\" /><p>a &amp; b</p>";
    let own = json!({"representation": "storage", "value": storage});
    let id = make(&browser, "Old title", &own).await;
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
    let id = make(&browser, "Plan", &json!("old")).await;
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
    let parent = make(&browser, "Above", &json!("")).await;
    let id = make(&browser, "Below", &json!("text")).await;
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
    let id = make(&browser, "Contested", &json!("one")).await;
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
    app.sandbox.fault(Fault {
        body_contains: Some(String::from("late")),
        ..fault(
            "PUT",
            id,
            Some(1),
            FaultAction::Delay(Duration::from_millis(400)),
        )
    });
    let late = put(browser, id, body);
    let other = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let other = put(browser, id, json!({"body": "from somebody else"})).await;
        assert_eq!(other.status, 200, "{}", other.body);
    };
    tokio::join!(late, other).0
}

#[tokio::test]
async fn a_change_in_between_costs_one_more_try_without_a_version_and_is_told_with_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = make(&browser, "Busy", &json!("one")).await;
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
    make(&browser, "Taken", &json!("")).await;
    let id = make(&browser, "Free", &json!("text")).await;
    let misleading = "Version must be incremented when updating a page.";
    app.sandbox
        .fault(fault("PUT", &id, Some(1), conflict(misleading)));
    let answer = put(&browser, &id, json!({"title": "Taken", "body": "x"})).await;
    assert_eq!(answer.status, 409);
    assert_eq!(
        answer.json()["message"],
        "another page of this space has that title already"
    );
    let renamed = put(&browser, &id, json!({"title": "Taken"})).await;
    assert_eq!(
        (renamed.status, renamed.error_code().as_str()),
        (400, "VALIDATION")
    );
    assert!(renamed.body.contains("title"), "{}", renamed.body);
    // Another refusal under an unmoved version is passed on in Confluence's words, without a second try.
    app.sandbox.clear_journal();
    app.sandbox
        .fault(fault("PUT", &id, None, conflict("The page is locked")));
    let answer = put(&browser, &id, json!({"body": "x"})).await;
    assert_eq!(
        (answer.status, &answer.json()["message"]),
        (409, &json!("The page is locked"))
    );
    assert_eq!(writes(&app).len(), 1);
}

#[tokio::test]
async fn confluences_own_form_of_a_change_is_passed_through() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = make(&browser, "Own", &json!("old")).await;
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

#[tokio::test]
async fn deleting_needs_a_scope_that_the_refusal_names() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = make(&browser, "To go", &json!("")).await;
    let tokens = app.sandbox.token_calls();
    let refused = browser.delete(&address(&id)).await;
    assert_eq!(
        (refused.status, refused.error_code().as_str()),
        (403, "FORBIDDEN")
    );
    assert_eq!(
        refused.json()["details"]["missing_scopes"],
        json!(["delete:page:confluence"])
    );
    assert_eq!(
        app.sandbox.token_calls(),
        tokens,
        "a missing scope renews nothing"
    );
    let start = "/auth/atlassian/login?site=acme&scope=delete:page:confluence";
    app.complete(&browser, start, "mia").await;
    let deleted = browser.delete(&address(&id)).await;
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    for again in [
        browser.delete(&address(&id)).await,
        browser.get(&address(&id)).await,
    ] {
        assert_eq!(again.status, 404, "{}", again.body);
    }
}

#[tokio::test]
async fn children_are_pages_in_their_order_and_complete() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let home = all(&browser, "/connectors/confluence/pages?space=ENG&limit=250").await;
    let home = home
        .iter()
        .find(|page| page["parent_id"].is_null())
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.sandbox.clear_journal();
    let first = format!("{}/children?limit=100", address(&home));
    let whole = all(&browser, &first).await;
    let calls = app.sandbox.journal().len();
    assert_eq!(calls, 2, "one call for the tree, one for all its pages");
    assert!(whole.len() >= 2);
    for child in &whole {
        let id = child["id"].as_str().unwrap();
        let mut page = browser.get(&address(id)).await.json();
        for more in ["body", "labels", "updated"] {
            page.as_object_mut().unwrap().remove(more);
        }
        assert_eq!(
            *child, page,
            "a child is told as completely as the page itself"
        );
        assert_eq!(child["parent_id"], home.as_str());
    }
    // A folder lies between them; a page of one entry that only holds it is passed over.
    let one_by_one = all(&browser, &format!("{}/children?limit=1", address(&home))).await;
    assert_eq!(ids(&one_by_one), ids(&whole));
    let leaf = make(&browser, "Leaf", &json!("")).await;
    let none = browser.get(&format!("{}/children", address(&leaf))).await;
    assert_eq!((none.status, none.json()), (200, json!([])));
    let missing = browser.get("/connectors/confluence/pages/1/children").await;
    assert_eq!(missing.status, 404);
}
