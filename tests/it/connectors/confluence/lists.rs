//! Confluence through the connector: spaces, search, pages, create.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::support::{Answer, Browser, TestApp};

async fn search(browser: &Browser, parameters: &[(&str, &str)]) -> Answer {
    let query: Vec<String> = parameters
        .iter()
        .map(|(name, value)| {
            format!(
                "{name}={}",
                byte_serialize(value.as_bytes()).collect::<String>()
            )
        })
        .collect();
    browser
        .get(&format!(
            "/connectors/confluence/search?{}",
            query.join("&")
        ))
        .await
}

/// Follows the cursors to the end and gives the entries' ids.
async fn all_pages(browser: &Browser, first: &str) -> Vec<String> {
    let (mut address, mut ids) = (first.to_owned(), Vec::new());
    loop {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let entries = page.json();
        ids.extend(
            entries
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["id"].as_str().unwrap().to_owned()),
        );
        if page.header("x-next-cursor").is_empty() {
            return ids;
        }
        address = format!("{first}&cursor={}", page.header("x-next-cursor"));
    }
}

async fn make(browser: &Browser, title: &str, body: &str) -> Answer {
    let page = json!({"space_key": "ENG", "title": title, "body": body});
    browser.post("/connectors/confluence/create", page).await
}

fn upstream(app: &TestApp, path: &str) -> usize {
    let journal = app.sandbox.journal();
    journal
        .iter()
        .filter(|entry| entry.path.contains(path))
        .count()
}

#[tokio::test]
async fn all_spaces_come_page_by_page_without_loss_or_duplicates() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let whole = all_pages(&browser, "/connectors/confluence/spaces?limit=250").await;
    assert!(whole.len() >= 36, "{}", whole.len());
    let pages = all_pages(&browser, "/connectors/confluence/spaces?limit=7").await;
    assert_eq!(pages, whole);
    assert_eq!(pages.iter().collect::<BTreeSet<_>>().len(), pages.len());
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
    assert_eq!(
        browser
            .delete("/connectors/confluence/connection")
            .await
            .status,
        200
    );
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
    let whole = all_pages(&browser, &format!("{first}&limit=100")).await;
    let pages = all_pages(&browser, &format!("{first}&limit=30")).await;
    assert!(whole.len() > 100, "{}", whole.len());
    assert_eq!(pages.iter().collect::<BTreeSet<_>>().len(), pages.len());
    assert_eq!(pages, whole);
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
    assert_eq!(upstream(&app, "/wiki/api/v2/pages"), 0);
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
    assert_eq!(upstream(&app, "/wiki/"), 0);
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
