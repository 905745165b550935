//! Confluence's spaces and searches through the connector.

use std::collections::BTreeSet;

use serde_json::json;

use crate::connections::fixture::disconnect;
use crate::connectors::confluence::fixture::make;
use crate::support::paging::{ids, walk};
use crate::support::{Answer, Browser, TestApp, with_query};

async fn search(browser: &Browser, parameters: &[(&str, &str)]) -> Answer {
    let address = with_query("/connectors/confluence/search", parameters);
    browser.get(&address).await
}

#[tokio::test]
async fn all_spaces_come_page_by_page_without_loss_or_duplicates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let whole = walk(&browser, "/connectors/confluence/spaces?limit=250").await;
    assert!(whole.len() >= 36, "{}", whole.len());
    let pages = walk(&browser, "/connectors/confluence/spaces?limit=7").await;
    assert_eq!(ids(&pages), ids(&whole));
    let different: BTreeSet<&str> = ids(&pages).into_iter().collect();
    assert_eq!(different.len(), pages.len());
}

#[tokio::test]
async fn a_space_has_its_documented_shape() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let spaces = browser
        .get("/connectors/confluence/spaces?limit=250")
        .await
        .json();
    let space = spaces
        .as_array()
        .unwrap()
        .iter()
        .find(|space| space["key"] == "ENG")
        .unwrap();
    assert_eq!(
        space.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "key", "name", "type", "url"]
    );
    assert!(
        space["url"].as_str().unwrap().ends_with("/wiki/spaces/ENG"),
        "{space}"
    );
    let raw = browser
        .get("/connectors/confluence/spaces?limit=1&format=raw")
        .await
        .json();
    assert!(raw[0]["homepageId"].is_string(), "{raw}");
}

#[tokio::test]
async fn limits_and_cursors_out_of_range_are_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for address in [
        "/connectors/confluence/spaces?limit=0",
        "/connectors/confluence/spaces?limit=251",
        "/connectors/confluence/search?limit=101",
        "/connectors/confluence/spaces?cursor=x",
        "/connectors/confluence/search?mode=jql",
        "/connectors/confluence/search?filters=x",
    ] {
        let answer = browser.get(address).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn without_a_connection_the_way_to_one_is_told() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    disconnect(&browser, "confluence").await;
    for answer in [
        browser.get("/connectors/confluence/spaces").await,
        browser.get("/connectors/confluence/search?q=x").await,
        browser.get("/connectors/confluence/pages/1").await,
        make(&browser, "x", "").await,
    ] {
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "NOT_CONNECTED")
        );
    }
    assert_eq!(browser.get("/connectors/jira/projects").await.status, 200);
}

#[tokio::test]
async fn a_search_comes_page_by_page_without_loss_or_duplicates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let first = "/connectors/confluence/search?q=type%3Dpage%20order%20by%20title";
    let whole = walk(&browser, &format!("{first}&limit=100")).await;
    let pages = walk(&browser, &format!("{first}&limit=30")).await;
    assert!(whole.len() > 100, "{}", whole.len());
    let different: BTreeSet<&str> = ids(&pages).into_iter().collect();
    assert_eq!(different.len(), pages.len());
    assert_eq!(ids(&pages), ids(&whole));
}

#[tokio::test]
async fn a_hit_has_its_documented_shape() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let hits = search(&browser, &[("filters", r#"{"space":"ENG"}"#)])
        .await
        .json();
    assert!(!hits.as_array().unwrap().is_empty());
    let hit = hits[0].as_object().unwrap();
    assert_eq!(
        hit.keys().collect::<Vec<_>>(),
        ["icon", "id", "metadata", "snippet", "title", "type", "url"]
    );
    assert_eq!(
        (&hit["type"], &hit["metadata"]["space"]),
        (&json!("page"), &json!("ENG"))
    );
    assert!(
        hit["metadata"]["last_modified"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
    assert!(hit["url"].as_str().unwrap().contains("/wiki/spaces/ENG/"));
    assert!(!hit["snippet"].as_str().unwrap_or_default().contains("@@@"));
}

#[tokio::test]
async fn hostile_words_and_queries_stay_in_their_place() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let filters = ("filters", r#"{"space":"ENG"}"#);
    for hostile in [
        "page\" or space = \"HR",
        "it's (a + b) && !c",
        "a\\",
        "NOT AND OR",
    ] {
        let answer = search(&browser, &[("q", hostile), ("mode", "text"), filters]).await;
        assert_eq!(answer.status, 200, "{hostile}: {}", answer.body);
        let hits = answer.json();
        assert!(
            hits.as_array()
                .unwrap()
                .iter()
                .all(|hit| hit["metadata"]["space"] == "ENG")
        );
    }
    for hostile in [
        "space = HR) or (space = HR",
        "title ~ 'a) or (space = HR",
        "order by title) or (space = HR",
    ] {
        let answer = search(&browser, &[("q", hostile), ("mode", "cql"), filters]).await;
        assert_eq!(answer.status, 422, "{hostile}");
    }
}
