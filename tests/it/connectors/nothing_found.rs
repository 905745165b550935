//! Nothing is said to be there only where that is known: a failure is none of it.

use serde_json::json;

use crate::support::TestApp;
use crate::support::faults::{answering, on_api};

#[tokio::test]
async fn only_jiras_own_word_that_no_project_matches_is_an_empty_list() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (sentence, status) in [
        ("No projects found matching the search criteria.", 200),
        ("Site temporarily unavailable", 404),
        ("null for uri: /rest/api/3/project/search", 404),
    ] {
        let body = json!({"errorMessages": [sentence], "errors": {}});
        app.sandbox
            .fault(on_api("/project/search", answering(404, &body), None));
        for path in [
            "/connectors/jira/projects",
            "/jira/projects",
            "/api/jira/projects",
        ] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, status, "{path} {sentence}: {}", answer.body);
        }
        app.sandbox.clear_faults();
    }
}

#[tokio::test]
async fn content_that_could_not_be_looked_for_is_not_said_not_to_be_there() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let address = "/connectors/confluence/pages/99999999";
    assert_eq!(browser.get(address).await.status, 404);
    app.sandbox
        .fault(on_api("/rest/api/search", answering(500, &json!({})), None));
    let failed = browser.get(address).await;
    assert_eq!(failed.status, 502, "{}", failed.body);
    let attachment = browser
        .get("/connectors/confluence/pages/att99999999")
        .await;
    assert_eq!(attachment.status, 502, "{}", attachment.body);
}

#[tokio::test]
async fn a_filter_that_is_null_never_finds_everything() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let filters = |text: &str| -> String {
        let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        format!("/connectors/jira/search?limit=50&filters={text}")
    };
    let nobodys = browser
        .read(&filters(r#"{"project":"WEB","assignee":null}"#))
        .await;
    let nobodys = nobodys.as_array().unwrap();
    assert!(!nobodys.is_empty());
    assert!(
        nobodys
            .iter()
            .all(|hit| hit["metadata"]["assignee"].is_null())
    );
    for null in [r#"{"project":null}"#, r#"{"status":null}"#, r#"{"x":null}"#] {
        let refused = browser.get(&filters(null)).await;
        assert_eq!(refused.status, 422, "{null}: {}", refused.body);
    }
    let text = "/connectors/confluence/search?q=release&filters=%7B%22space%22%3Anull%7D";
    assert_eq!(browser.get(text).await.status, 422);
}

#[tokio::test]
async fn an_address_of_the_other_product_is_told_and_not_looked_for_as_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (product, address, said) in [
        (
            "jira",
            "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400/Fix-1",
            "search in Confluence",
        ),
        (
            "confluence",
            "https://acme.atlassian.net/browse/WEB-1",
            "search in Jira",
        ),
    ] {
        let q: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
        let refused = browser
            .get(&format!("/connectors/{product}/search?q={q}"))
            .await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains(said), "{}", refused.body);
        let words = browser
            .get(&format!("/connectors/{product}/search?q={q}&mode=text"))
            .await;
        assert_eq!(words.status, 200, "{}", words.body);
    }
}

#[tokio::test]
async fn a_space_that_is_not_there_is_no_empty_one_wherever_it_is_named() {
    let cloud = TestApp::start().await;
    let there = TestApp::start_with_data_center(&[]).await;
    let cloud_mia = cloud.logged_in("mia").await;
    let there_mia = crate::data_center::fixture::connected(&there, "mia").await;
    for browser in [&cloud_mia, &there_mia] {
        for (path, field) in [
            ("pages?space=39327099", "space"),
            ("pages?space=NOPE", "space"),
            (
                "search?q=release&filters=%7B%22space%22%3A%22NOPE%22%7D",
                "filters",
            ),
            (
                "search?q=zzyzx&filters=%7B%22space%22%3A%5B%22NOPE%22%5D%7D",
                "filters",
            ),
        ] {
            let refused = browser.get(&format!("/connectors/confluence/{path}")).await;
            refused.assert_invalid(&[field], path);
        }
        let tool = json!({"tool": "confluence_search", "args": {"query": "release", "spaces_filter": "NOPE"}});
        let refused = browser.post("/connectors/tools/invoke", tool).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains("the space NOPE"), "{}", refused.body);
    }
    // A space that is there and has nothing of it is empty.
    let filters = "/connectors/confluence/search?q=zzyzx&filters=%7B%22space%22%3A%22ENG%22%7D";
    assert_eq!(cloud_mia.read(filters).await, json!([]));
}

#[tokio::test]
async fn blanks_that_no_name_has_are_none_of_what_is_looked_for() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let named = browser
        .read("/connectors/jira/projects?q=Mobile%20App")
        .await;
    assert_eq!(named[0]["key"], "APP");
    for q in ["%20mobile%20%20app%20", "Mobile%20%20App"] {
        let found = browser
            .read(&format!("/connectors/jira/projects?q={q}"))
            .await;
        assert_eq!(found, named, "{q}");
    }
    let draft = json!({"space_key": "ENG", "title": " Blank ends ", "body": ""});
    let made = browser
        .post("/connectors/confluence/create", draft)
        .await
        .json();
    let found = browser
        .read("/connectors/confluence/pages?title=%20Blank%20ends%20")
        .await;
    assert_eq!(found[0]["id"], made["id"]);
    let space = browser.read("/connectors/confluence/spaces/ENG").await;
    let by_id = space["id"].as_str().unwrap();
    let again = browser
        .read(&format!("/connectors/confluence/spaces/{by_id}"))
        .await;
    assert_eq!(again, space);
}

#[tokio::test]
async fn a_parent_that_was_asked_for_and_is_not_there_is_null() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"project_key": "WEB", "issue_type": "Task", "summary": "Alone"});
    let made = browser.post("/connectors/jira/create", draft).await.json();
    let key = made["id"].as_str().unwrap();
    let path = format!("/connectors/jira/search?q=key%20%3D%20{key}&fields=Parent");
    assert_eq!(
        browser.read(&path).await[0]["metadata"]["fields"],
        json!({"Parent": null})
    );
    for (tool, place) in [
        (
            json!({"tool": "jira_get_issue", "args": {"issue_key": key, "fields": "parent"}}),
            "/parent",
        ),
        (
            json!({"tool": "jira_search", "args": {"jql": format!("key = {key}"), "fields": "parent"}}),
            "/items/0/parent",
        ),
    ] {
        let given = browser.post("/connectors/tools/invoke", tool).await.json();
        assert_eq!(given.pointer(place), Some(&json!(null)), "{given}");
    }
}
