//! Confluence's pages through the connector: listed, deleted, and what lies below them.

use std::collections::BTreeSet;

use serde_json::json;

use crate::connectors::confluence::fixture::{address, made};
use crate::support::TestApp;
use crate::support::faults::{answering, on_method};
use crate::support::paging::{ids, walk};

#[tokio::test]
async fn all_pages_of_a_space_come_page_by_page_without_loss_or_duplicates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let whole = walk(&browser, "/connectors/confluence/pages?limit=250").await;
    assert!(whole.len() > 100, "{}", whole.len());
    let of_space = walk(&browser, "/connectors/confluence/pages?space=ENG&limit=250").await;
    assert!((5..20).contains(&of_space.len()), "{}", of_space.len());
    assert!(of_space.iter().all(|page| page["space_key"] == "ENG"));
    app.sandbox.clear_journal();
    let small = walk(&browser, "/connectors/confluence/pages?space=ENG&limit=2").await;
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
    assert_eq!(walk(&browser, &by_id).await, of_space);
}

#[tokio::test]
async fn a_page_in_a_list_has_its_documented_shape() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    made(&browser, "Just this one", "").await;
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
            "type",
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
        app.sandbox
            .fault(on_method("GET", path, answering(200, &body), Some(1)));
        let answer = browser.get(list).await;
        assert_eq!(answer.status, 200, "{list}: {}", answer.body);
        assert_eq!(ids(answer.json().as_array().unwrap()), ["1", "2"], "{list}");
    }
}

#[tokio::test]
async fn deleting_needs_a_scope_that_the_refusal_names() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made(&browser, "To go", "").await;
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
async fn children_are_told_in_their_order_and_pages_completely() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let home = walk(&browser, "/connectors/confluence/pages?space=ENG&limit=250").await;
    let home = home
        .iter()
        .find(|page| page["parent_id"].is_null())
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.sandbox.clear_journal();
    let first = format!("{}/children?limit=100", address(&home));
    let whole = walk(&browser, &first).await;
    let calls = app.sandbox.journal().len();
    assert_eq!(calls, 2, "one call for the tree, one for all its pages");
    assert!(whole.len() >= 2);
    for child in &whole {
        let id = child["id"].as_str().unwrap();
        let mut page = browser.get(&address(id)).await.json();
        if child["type"] == "folder" {
            assert_eq!(
                (&child["title"], &child["url"]),
                (&page["title"], &page["url"])
            );
            continue;
        }
        for more in ["body", "labels", "updated"] {
            page.as_object_mut().unwrap().remove(more);
        }
        assert_eq!(
            *child, page,
            "a child is told as completely as the page itself"
        );
        assert_eq!(child["parent_id"], home.as_str());
    }
    // A folder lies between them.
    assert!(whole.iter().any(|child| child["type"] == "folder"));
    let one_by_one = walk(&browser, &format!("{}/children?limit=1", address(&home))).await;
    assert_eq!(ids(&one_by_one), ids(&whole));
    let leaf = made(&browser, "Leaf", "").await;
    let none = browser.get(&format!("{}/children", address(&leaf))).await;
    assert_eq!((none.status, none.json()), (200, json!([])));
    let missing = browser.get("/connectors/confluence/pages/1/children").await;
    assert_eq!(missing.status, 404);
}
