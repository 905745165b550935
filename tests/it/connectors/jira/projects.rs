//! Jira's lists through the connector: paging, cursors, who may ask.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::TestApp;
use crate::support::paging::{ids, pages, walk};

#[tokio::test]
async fn all_projects_come_page_by_page_without_loss_or_duplicates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let whole = walk(&browser, "/connectors/jira/projects?limit=100").await;
    assert!(whole.len() >= 28, "{}", whole.len());
    let parts = pages(&browser, "/connectors/jira/projects?limit=7").await;
    assert!(parts.iter().all(|page| page.len() <= 7));
    let parts = parts.concat();
    assert_eq!(ids(&parts), ids(&whole));
    let different: BTreeSet<&str> = ids(&parts).into_iter().collect();
    assert_eq!(different.len(), parts.len());
}

#[tokio::test]
async fn a_project_has_its_documented_shape_and_opens_in_a_browser() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = browser
        .get("/connectors/jira/projects?limit=1&q=web")
        .await
        .json();
    let project = page[0].as_object().unwrap();
    assert_eq!(
        project.keys().collect::<Vec<_>>(),
        ["id", "key", "name", "type", "url"]
    );
    assert_eq!(
        (&project["key"], &project["type"]),
        (&json!("WEB"), &json!("software"))
    );
    assert!(project["url"].as_str().unwrap().ends_with("/browse/WEB"));
    let raw = browser
        .get("/connectors/jira/projects?limit=1&q=web&format=raw")
        .await
        .json();
    assert_eq!(raw[0]["projectTypeKey"], "software");
}

#[tokio::test]
async fn a_name_that_no_project_has_gives_an_empty_list() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let answer = browser.get("/connectors/jira/projects?q=zzzzzz").await;
    assert_eq!((answer.status, answer.json()), (200, json!([])));
}

#[tokio::test]
async fn limits_and_cursors_out_of_range_are_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (parameter, query) in [
        ("limit", "limit=0"),
        ("limit", "limit=101"),
        ("limit", "limit=-1"),
        ("limit", "limit=x"),
        ("cursor", "cursor=25"),
        ("cursor", "cursor=e30.AAAA"),
        ("format", "format=xml"),
    ] {
        let answer = browser
            .get(&format!("/connectors/jira/projects?{query}"))
            .await;
        answer.assert_invalid(&[parameter], query);
    }
}

#[tokio::test]
async fn a_cursor_opens_only_its_own_list_for_its_own_owner_and_filter() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let first = mia.get("/connectors/jira/projects?limit=3").await;
    let cursor = first.header("x-next-cursor").to_owned();
    assert!(!cursor.is_empty());
    let own = format!("/connectors/jira/projects?cursor={cursor}");
    assert_eq!(mia.get(&own).await.json().as_array().unwrap().len(), 3);
    let omar = app.logged_in("omar").await;
    assert_eq!(omar.get(&own).await.status, 422);
    for other in [
        format!("/connectors/jira/search?cursor={cursor}"),
        format!("/connectors/confluence/spaces?cursor={cursor}"),
        format!("/connectors/jira/projects?q=a&cursor={cursor}"),
    ] {
        assert_eq!(mia.get(&other).await.status, 422, "{other}");
    }
    let tenant = mia.get_with(&own, &[("x-tenant-id", "other")]).await;
    assert_eq!(tenant.status, 422);
}

#[tokio::test]
async fn without_a_login_nothing_is_told_and_without_a_connection_the_way_to_one_is() {
    let app = TestApp::start().await;
    let stranger = app.browser().get("/connectors/jira/projects").await;
    assert_eq!(
        (stranger.status, stranger.error_code().as_str()),
        (401, "UNAUTHORIZED")
    );
    let browser = app.logged_in("mia").await;
    assert_eq!(
        browser.delete("/connectors/jira/connection").await.status,
        200
    );
    for answer in [
        browser.get("/connectors/jira/projects").await,
        browser.get("/connectors/jira/search?q=x").await,
        browser.get("/connectors/jira/issues/WEB-1").await,
        browser
            .post(
                "/connectors/jira/create",
                json!({"project_key": "WEB", "summary": "x"}),
            )
            .await,
    ] {
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "NOT_CONNECTED")
        );
        assert_eq!(
            answer.json()["details"]["login_url"],
            "/auth/jira/login?redirect=true"
        );
    }
}

#[tokio::test]
async fn a_search_by_jql_comes_page_by_page_without_loss_or_duplicates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let q = "project+in+%28WEB%2C+APP%29+order+by+key";
    let whole = walk(
        &browser,
        &format!("/connectors/jira/search?limit=100&q={q}"),
    )
    .await;
    let parts = pages(&browser, &format!("/connectors/jira/search?limit=6&q={q}")).await;
    assert!(parts.iter().all(|page| page.len() <= 6));
    let parts = parts.concat();
    assert!(whole.len() > 12, "{}", whole.len());
    assert_eq!(ids(&parts), ids(&whole));
    assert!(
        ids(&parts)
            .iter()
            .all(|key| key.starts_with("WEB-") || key.starts_with("APP-"))
    );
}
