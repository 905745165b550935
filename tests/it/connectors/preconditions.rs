//! `ETag` and `If-Match`: a change that was meant for another state of an issue or a page changes nothing.

use serde_json::json;

use crate::connectors::confluence::fixture::made as made_page;
use crate::connectors::jira::fixture::made as made_issue;
use crate::support::faults::{answering, on_method};
use crate::support::{Answer, Browser, TestApp};

async fn change(browser: &Browser, method: &str, address: &str, tag: &str, title: &str) -> Answer {
    let name = if address.contains("/pages/") {
        "title"
    } else {
        "summary"
    };
    let body = json!({ name: title });
    let body = (method != "DELETE").then(|| body.to_string());
    browser
        .send(method, address, &[("if-match", tag)], body)
        .await
}

fn writes(app: &TestApp) -> usize {
    app.sandbox
        .journal()
        .iter()
        .filter(|call| call.method != "GET")
        .count()
}

/// Changes what is at `address`, tries to change it once more from the same reading, and gives the tags before and after.
async fn overtaken(app: &TestApp, browser: &Browser, address: &str) -> (String, String) {
    let before = browser.get(address).await.header("etag").to_owned();
    assert!(
        before.starts_with('"') && before.len() > 2,
        "{address}: {before}"
    );
    app.advance(std::time::Duration::from_secs(2));
    let changed = change(
        browser,
        "PUT",
        address,
        &before,
        &format!("After {address}"),
    )
    .await;
    assert_eq!(changed.status, 200, "{address}: {}", changed.body);
    let after = changed.header("etag").to_owned();
    assert_ne!(before, after, "{address}");
    app.sandbox.clear_journal();
    let methods: &[&str] = if address.starts_with("/api/") {
        &["PUT"]
    } else {
        &["PUT", "DELETE"]
    };
    for method in methods {
        let refused = change(browser, method, address, &before, "Lost").await;
        assert_eq!(
            (refused.status, refused.error_code().as_str()),
            (412, "VALIDATION"),
            "{method} {address}"
        );
        assert_eq!(refused.json()["details"]["fields"], json!(["If-Match"]));
    }
    assert_eq!(writes(app), 0, "{address}");
    (before, after)
}

/// Changes what is at `address` under conditions that hold, and not under a malformed one.
async fn admitted(browser: &Browser, address: &str, (before, after): (String, String)) {
    let either = format!("{before}, W/{after}");
    let changed = change(
        browser,
        "PUT",
        address,
        &either,
        &format!("Again {address}"),
    )
    .await;
    assert_eq!(changed.status, 200, "{address}: {}", changed.body);
    assert_eq!(
        browser.get(address).await.header("etag"),
        changed.header("etag")
    );
    let any = change(browser, "PUT", address, "*", &format!("Any {address}")).await;
    assert_eq!(any.status, 200, "{address}: {}", any.body);
    let malformed = change(browser, "PUT", address, "7", "Lost").await;
    assert_eq!(
        (malformed.status, malformed.error_code().as_str()),
        (422, "VALIDATION"),
        "{address}"
    );
}

#[tokio::test]
async fn what_somebody_else_changed_since_is_neither_changed_nor_deleted() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"project_key": "APP", "summary": "Before"});
    let issue = format!(
        "/connectors/jira/issues/{}",
        made_issue(&browser, draft).await
    );
    let page = format!(
        "/connectors/confluence/pages/{}",
        made_page(&browser, "Before", "Text").await
    );
    let earlier = issue.replace("/connectors/", "/api/");
    for address in [&issue, &page, &earlier] {
        let tags = overtaken(&app, &browser, address).await;
        admitted(&browser, address, tags).await;
    }
    for address in [&issue, &page] {
        let tag = browser.get(address).await.header("etag").to_owned();
        assert_eq!(
            change(&browser, "DELETE", address, &tag, "").await.status,
            204,
            "{address}"
        );
    }
}

const SCOPES: &str = "offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence write:page:confluence delete:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence";

#[tokio::test]
async fn a_condition_is_never_ignored_where_nothing_has_a_tag() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"project_key": "APP", "summary": "Before"});
    let key = made_issue(&browser, draft).await;
    app.sandbox.clear_journal();
    for (method, address) in [
        ("POST", format!("/connectors/jira/issues/{key}/transitions")),
        ("POST", format!("/connectors/jira/issues/{key}/comments")),
        ("PATCH", String::from("/connectors/jira/connection")),
    ] {
        let body = json!({"transition": "Done", "body": "Hi", "site": null}).to_string();
        let refused = browser
            .send(method, &address, &[("if-match", "\"7\"")], Some(body))
            .await;
        assert_eq!(refused.status, 412, "{method} {address}: {}", refused.body);
        assert_eq!(refused.json()["details"]["fields"], json!(["If-Match"]));
    }
    assert_eq!(writes(&app), 0);
}

#[tokio::test]
async fn whoever_comes_between_the_look_and_the_write_makes_it_another_state() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = json!({"space_key": "ENG", "title": "Raced", "body": "x"});
    let made = browser.post("/connectors/confluence/create", page).await;
    let address = made.header("location").to_owned();
    let tag = browser.get(&address).await.header("etag").to_owned();
    // Confluence refuses the number: somebody wrote that version in between.
    let taken = answering(
        409,
        &json!({"errors": [{"status": 409, "title": "Version must be incremented"}]}),
    );
    app.sandbox
        .fault(on_method("PUT", "/wiki/api/v2/pages/", taken, None));
    let raced = change(&browser, "PUT", &address, &tag, "Lost").await;
    assert_eq!(
        (raced.status, raced.error_code().as_str()),
        (412, "VALIDATION"),
        "{}",
        raced.body
    );
    app.sandbox.clear_faults();
    let won = change(&browser, "PUT", &address, &tag, "Won").await;
    assert_eq!(won.status, 200, "{}", won.body);
}
