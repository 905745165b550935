//! Searches in Jira through the connector: words, JQL, filters, and hostile ones of each.

use atlassian_sandbox::{Fault, FaultAction};
use serde_json::{Value, json};

use crate::support::faults::on_method;
use crate::support::paging::pages;
use crate::support::{Answer, Browser, TestApp, with_query};

async fn search(browser: &Browser, parameters: &[(&str, &str)]) -> Answer {
    let address = with_query("/connectors/jira/search", parameters);
    browser.get(&address).await
}

#[tokio::test]
async fn an_empty_search_gives_the_newest_issues() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let hits = search(&browser, &[]).await.json();
    assert_eq!(hits.as_array().unwrap().len(), 10);
    let hit = hits[0].as_object().unwrap();
    assert_eq!(
        hit.keys().collect::<Vec<_>>(),
        ["icon", "id", "metadata", "snippet", "title", "type", "url"]
    );
    assert_eq!(hit["type"], "issue");
    let key = hit["id"].as_str().unwrap();
    assert!(
        hit["url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/browse/{key}"))
    );
    assert_eq!(
        hit["metadata"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        [
            "assignee",
            "issue_type",
            "priority",
            "project",
            "status",
            "updated"
        ]
    );
    assert!(hit["metadata"]["updated"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn words_are_searched_as_words_however_hostile_they_are() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let found = search(&browser, &[("q", "runbook"), ("limit", "50")])
        .await
        .json();
    let titles: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["title"].as_str().unwrap())
        .collect();
    assert!(!titles.is_empty());
    for hostile in [
        "runbook\" OR project = SEC OR text ~ \"x",
        "it's (a + b) && !c || [d] {e}",
        "a\\",
        "C++ ^2 *? 1/2",
        "\u{0}\u{1}runbook",
        "NOT AND OR",
        "\"",
        "ｒｕｎｂｏｏｋ „x“",
    ] {
        let answer = search(&browser, &[("q", hostile), ("mode", "text")]).await;
        if answer.status != 200 {
            assert_eq!(answer.status, 422, "{hostile}: {}", answer.body);
            assert_eq!(
                answer.json()["details"]["fields"],
                json!(["q"]),
                "{hostile}"
            );
        }
    }
    let jql = app
        .sandbox
        .journal()
        .iter()
        .rev()
        .find(|entry| entry.path.ends_with("/search/jql"))
        .unwrap()
        .body
        .clone();
    let jql: Value = serde_json::from_str(&jql).unwrap();
    assert!(jql["jql"].as_str().unwrap().starts_with("text ~ \""));
}

#[tokio::test]
async fn filters_narrow_a_search_and_cannot_be_climbed_over() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let filters = ("filters", r#"{"project":"WEB"}"#);
    let narrowed = search(
        &browser,
        &[
            ("q", "project = APP or project = WEB order by key"),
            ("limit", "100"),
            filters,
        ],
    )
    .await;
    let hits = narrowed.json();
    assert!(!hits.as_array().unwrap().is_empty());
    assert!(
        hits.as_array()
            .unwrap()
            .iter()
            .all(|hit| hit["metadata"]["project"] == "WEB")
    );
    app.sandbox.clear_journal();
    for hostile in [
        "project = APP) OR (project = APP",
        "a = 'b) or (project = APP",
        "order by key) or (project = APP",
    ] {
        let answer = search(&browser, &[("q", hostile), ("mode", "jql"), filters]).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION"),
            "{hostile}"
        );
    }
    assert_eq!(app.upstream("/search/jql"), 0);
    let mine = search(&browser, &[("filters", r#"{"assignee":"me"}"#)])
        .await
        .json();
    assert!(
        mine.as_array()
            .unwrap()
            .iter()
            .all(|hit| hit["metadata"]["assignee"] == "Mia Krystof")
    );
}

#[tokio::test]
async fn what_jira_says_about_a_bad_query_is_passed_on() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let answer = search(&browser, &[("q", "nosuchfield = 1")]).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (400, "VALIDATION")
    );
    assert!(
        !answer.json()["details"]["messages"]
            .as_array()
            .unwrap()
            .is_empty(),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn malformed_search_parameters_are_named() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (field, value) in [
        ("mode", "cql"),
        ("filters", "x"),
        ("filters", "[1]"),
        ("fields", "a b"),
        ("limit", "101"),
    ] {
        let answer = search(&browser, &[(field, value)]).await;
        assert_eq!(
            (answer.status, answer.json()["details"]["fields"].clone()),
            (422, json!([field])),
            "{value}"
        );
    }
}

#[tokio::test]
async fn further_fields_are_given_when_they_are_asked_for() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let hits = search(
        &browser,
        &[
            ("q", "project = WEB"),
            ("fields", "duedate,labels,description"),
        ],
    )
    .await
    .json();
    let hit = &hits[0];
    assert!(hit["metadata"]["fields"]["labels"].is_array());
    assert!(
        hits.as_array()
            .unwrap()
            .iter()
            .any(|hit| hit["snippet"].is_string())
    );
}

#[tokio::test]
async fn a_page_that_would_be_too_large_comes_shorter_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let query = [("q", "project = WEB order by key"), ("limit", "100")];
    let whole = search(&browser, &query).await.json();
    app.sandbox.fault(Fault {
        body_contains: Some(String::from("\"maxResults\":100")),
        ..on_method("POST", "/search/jql", FaultAction::Huge, None)
    });
    let address = with_query("/connectors/jira/search", &query);
    let pages = pages(&browser, &address).await;
    assert!(pages.iter().all(|page| page.len() <= 20));
    let found = pages.concat();
    assert_eq!(Value::from(found), whole);
}

#[tokio::test]
async fn an_issue_that_alone_is_too_large_is_a_failure_of_atlassians_after_few_calls() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .fault(on_method("POST", "/search/jql", FaultAction::Huge, None));
    let answer = search(&browser, &[("q", "project = WEB"), ("limit", "100")]).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (502, "VENDOR_ERROR")
    );
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .contains("larger than 10 MiB")
    );
    assert_eq!(app.upstream("/search/jql"), 4);
}
