//! S2's live lists: whole, in Atlassian's own words, and then by cursor.

use serde_json::{Value, json};

use crate::connections::fixture::disconnect;
use crate::support::faults::{answering, answering_text, on_api, on_method};
use crate::support::{Answer, TestApp};

/// An answer of S2's: the objects under `name`, and the next cursor.
fn objects(answer: &Answer, name: &str) -> (Vec<Value>, String) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let found = body[name].as_array().unwrap().clone();
    (found, answer.header("x-next-cursor").to_owned())
}

#[tokio::test]
async fn s2_lists_are_whole_and_in_atlassians_own_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (spaces, next) = objects(&browser.get("/confluence/spaces").await, "spaces");
    assert!(spaces.len() >= 36 && next.is_empty());
    assert!(spaces.iter().all(|space| space["homepageId"].is_string()));
    let (projects, next) = objects(&browser.get("/jira/projects").await, "projects");
    assert!(projects.len() >= 10 && next.is_empty());
    assert!(
        projects
            .iter()
            .all(|project| project["projectTypeKey"].is_string())
    );
    let canonical = browser
        .get("/connectors/jira/projects?limit=100&format=raw")
        .await;
    assert_eq!(canonical.json(), json!(projects));
}

#[tokio::test]
async fn s2_lists_hold_a_thousand_entries_without_a_limit_and_then_a_cursor() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let of_page = |number: u32| {
        let results: Vec<Value> = (0..250)
            .map(
                |one| json!({"id": format!("{number}{one:03}"), "key": format!("K{number}X{one}")}),
            )
            .collect();
        json!({"results": results, "_links": {"next": format!("/wiki/api/v2/spaces?cursor=page{number}")}})
    };
    for number in 1..=4 {
        app.sandbox.fault(on_method(
            "GET",
            "/spaces",
            answering(200, &of_page(number)),
            Some(1),
        ));
    }
    app.sandbox.clear_journal();
    let answer = browser.get("/confluence/spaces").await;
    let (spaces, next) = objects(&answer, "spaces");
    assert_eq!(
        (spaces.len(), spaces[999]["id"].as_str()),
        (1000, Some("4249"))
    );
    assert!(answer.header("link").contains("/confluence/spaces?cursor="));
    let journal = app.sandbox.journal();
    let queries: Vec<&str> = journal.iter().map(|call| call.query.as_str()).collect();
    assert_eq!(queries.len(), 4);
    assert!(
        queries.iter().all(|query| query.contains("limit=250")),
        "{queries:?}"
    );
    assert!(queries[3].contains("cursor=page3"), "{queries:?}");
    app.sandbox.clear_journal();
    browser
        .get(&format!("/confluence/spaces?cursor={next}"))
        .await;
    assert!(app.sandbox.journal()[0].query.contains("cursor=page4"));
}

#[tokio::test]
async fn s2_lists_are_paged_as_every_list() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (address, name, most) in [
        ("/jira/projects", "projects", 100),
        ("/confluence/spaces", "spaces", 250),
    ] {
        let (whole, _) = objects(&browser.get(address).await, name);
        let (mut page, mut seen) = (format!("{address}?limit=7"), Vec::new());
        loop {
            let (found, next) = objects(&browser.get(&page).await, name);
            assert!(found.len() <= 7);
            seen.extend(found);
            if next.is_empty() {
                break;
            }
            page = format!("{address}?limit=7&cursor={next}");
        }
        assert_eq!(seen, whole);
        for bad in [0, most + 1] {
            let answer = browser.get(&format!("{address}?limit={bad}")).await;
            assert_eq!(answer.json()["details"]["fields"], json!(["limit"]));
        }
        assert_eq!(
            browser.get(&format!("{address}?cursor=x")).await.status,
            422
        );
    }
}

#[tokio::test]
async fn s2_lists_answer_401_to_nobody_and_to_whoever_is_not_connected() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for product in ["jira", "confluence"] {
        disconnect(&browser, product).await;
    }
    for (address, login) in [
        ("/jira/projects", "/auth/jira/login?redirect=true"),
        ("/confluence/spaces", "/auth/confluence/login?redirect=true"),
    ] {
        let nobody = app.browser().get(address).await;
        assert_eq!(
            (nobody.status, nobody.error_code().as_str()),
            (401, "UNAUTHORIZED")
        );
        let answer = browser.get(address).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (401, "NOT_CONNECTED")
        );
        assert_eq!(answer.json()["details"]["login_url"], login);
    }
}

#[tokio::test]
async fn half_of_an_s2_list_is_never_given_as_the_whole() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .fault(on_api("/spaces", answering_text(500, "{}"), None));
    let answer = browser.get("/confluence/spaces").await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (502, "VENDOR_ERROR")
    );
}
