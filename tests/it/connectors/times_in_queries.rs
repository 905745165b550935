//! A time as the service itself writes it is understood in a query, whose bare times the products read on the clock of
//! the account that asks.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture as pages;
use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::given;
use crate::data_center;
use crate::support::paging::ids;
use crate::support::{Browser, TestApp, with_query};

async fn found(browser: &Browser, product: &str, q: &str) -> Vec<String> {
    let path = with_query(&format!("/connectors/{product}/search"), &[("q", q)]);
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, 200, "{q}: {}", answer.body);
    let hits = answer.json();
    let hits = hits.as_array().unwrap();
    ids(hits).into_iter().map(String::from).collect()
}

/// The times in the queries that reached a product.
fn sent(app: &TestApp, path: &str) -> Vec<String> {
    let journal = app.sandbox.journal();
    let calls = journal.iter().filter(|call| call.path.ends_with(path));
    calls
        .map(|call| format!("{} {}", call.query, call.body))
        .collect()
}

/// Makes an issue, and gives its key and when it was updated, as an answer says it.
async fn issue(browser: &Browser, project: &str) -> (String, String) {
    let draft = json!({"project_key": project, "issue_type": "Task", "summary": "Timely"});
    let key = made(browser, draft).await;
    let read = browser
        .read(&format!("/connectors/jira/issues/{key}"))
        .await;
    (key, read["updated"].as_str().unwrap().to_owned())
}

/// `2026-01-31T12:00:00Z` as another clock shows it, so many hours on.
fn elsewhere(time: &str, offset: &str) -> String {
    time.replace('Z', offset)
}

#[tokio::test]
async fn what_changed_since_a_time_of_an_answer_is_found_wherever_the_account_lives() {
    let cloud = TestApp::start().await;
    let there = TestApp::start_with_data_center(&[]).await;
    // Mia lives in Sydney, where it is tomorrow already; both products read bare times so.
    let cloud_mia = cloud.logged_in("mia").await;
    let there_mia = data_center::fixture::connected(&there, "mia").await;
    for (app, browser, project) in [(&cloud, &cloud_mia, "WEB"), (&there, &there_mia, "MILL")] {
        let (key, updated) = issue(browser, project).await;
        app.advance(std::time::Duration::from_mins(3));
        let later = elsewhere(&updated, "-01:00");
        for (q, finds) in [
            (
                format!("updated >= \"{updated}\" AND summary ~ Timely"),
                true,
            ),
            (format!("key = {key} AND created >= '{updated}'"), true),
            (format!("key = {key} AND updated <= \"{updated}\""), true),
            (
                format!("key = {key} AND updated < \"{updated}\" AND updated > -1d"),
                true,
            ),
            (format!("key = {key} AND updated >= \"{later}\""), false),
            (
                format!(
                    "key = {key} AND updated < \"{}\"",
                    elsewhere(&updated, "+01:00")
                ),
                false,
            ),
            (
                format!(
                    "key = {key} AND updated >= \"{}\"",
                    elsewhere(&updated, "+0030")
                ),
                true,
            ),
        ] {
            let expected: Vec<String> = Vec::from_iter(finds.then(|| key.clone()));
            assert_eq!(found(browser, "jira", &q).await, expected, "{q}");
            let counted = given(browser, "jira_count_issues", json!({"jql": q})).await;
            assert_eq!(counted["count"], u64::from(finds), "{q}");
            let checked = given(browser, "jira_validate_jql", json!({"jql": q})).await;
            assert_eq!(checked["valid"], true, "{q}: {checked}");
            let searched = given(browser, "jira_search", json!({"jql": q})).await;
            assert_eq!(
                searched["items"].as_array().unwrap().len(),
                usize::from(finds),
                "{q}"
            );
        }
    }
}

#[tokio::test]
async fn the_zone_is_asked_for_once_and_only_where_a_time_says_its_own() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    found(&browser, "jira", "updated >= \"2026-11-29 13:07\"").await;
    found(&browser, "jira", "text ~ \"2026-11-29T13:07:26Z\"").await;
    assert_eq!(sent(&app, "/myself"), [""; 0]);
    for q in [
        "updated >= \"2026-11-29T13:07:26.525Z\"",
        "status changed during (\"2026-11-29T13:07:26Z\", \"2026-11-29T13:08:26Z\")",
        "due = \"2026-12-24T00:00:00Z\"",
    ] {
        found(&browser, "jira", q).await;
    }
    assert_eq!(sent(&app, "/myself").len(), 1);
    let queries: Vec<Value> = sent(&app, "/search/jql")
        .iter()
        .map(|call| serde_json::from_str::<Value>(call.trim()).unwrap()["jql"].clone())
        .collect();
    assert_eq!(
        queries,
        [
            "updated >= \"2026-11-29 13:07\"",
            "text ~ \"2026-11-29T13:07:26Z\"",
            "updated >= \"2026/11/30 00:07\"",
            "status changed during (\"2026/11/30 00:07\", \"2026/11/30 00:09\")",
            "due = \"2026/12/24\"",
        ]
    );
}

#[tokio::test]
async fn pages_are_found_by_the_times_of_answers_too() {
    let cloud = TestApp::start().await;
    let there = TestApp::start_with_data_center(&[]).await;
    let cloud_mia = cloud.logged_in("mia").await;
    let there_mia = data_center::fixture::connected(&there, "mia").await;
    // A Data Center of Confluence does not tell in which zone the account lives: there more is found rather than less.
    for (browser, space, is_exact) in [(&cloud_mia, "ENG", true), (&there_mia, "PLANT", false)] {
        let draft = json!({"space_key": space, "title": "Timely", "body": "x"});
        let made = browser.post("/connectors/confluence/create", draft).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let page = browser.read(&pages::address(&id)).await;
        let updated = page["updated"].as_str().unwrap();
        for (q, finds) in [
            (
                format!("title = Timely AND lastmodified >= \"{updated}\""),
                true,
            ),
            (format!("title = Timely AND created <= \"{updated}\""), true),
            (
                format!(
                    "title = Timely AND lastModified < \"{}\"",
                    elsewhere(updated, "+01:00")
                ),
                !is_exact,
            ),
            (
                String::from("title = Timely AND lastModified < \"2020-01-01T00:00:00Z\""),
                false,
            ),
        ] {
            let expected: Vec<String> = Vec::from_iter(finds.then(|| id.clone()));
            assert_eq!(found(browser, "confluence", &q).await, expected, "{q}");
            let searched = given(browser, "confluence_search", json!({"query": q})).await;
            assert_eq!(
                searched["items"].as_array().unwrap().len(),
                usize::from(finds),
                "{q}"
            );
        }
    }
}
