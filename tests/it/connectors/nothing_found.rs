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
