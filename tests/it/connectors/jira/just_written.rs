//! Issues that were written a moment ago: searches are told of them, the same on every page and on every process.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::jira::search_meaning::hits;
use crate::connectors::tools::fixture::given;
use crate::support::paging::ids;
use crate::support::{TestApp, with_query};

#[tokio::test]
async fn what_was_just_made_here_is_found_by_every_search_and_on_every_page_of_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.index_lag_seconds = 3600);
    let mut keys = Vec::new();
    for number in 1..=3 {
        let draft = json!({"project_key": "WEB", "summary": format!("Quagga {number}")});
        keys.push(made(&browser, draft).await);
    }
    let all = format!("key in ({}) ORDER BY created ASC", keys.join(", "));
    let found = hits(&browser, &[("q", &all)]).await;
    assert_eq!(ids(&found), keys);
    let found = given(&browser, "jira_search", json!({"jql": all})).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 3, "{found}");
    // Page by page; what is made meanwhile does not change what the first page was asked with.
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for page in 0..3 {
        let query = [("q", all.as_str()), ("limit", "1"), ("cursor", &cursor)];
        let given = if page == 0 { 2 } else { 3 };
        let address = with_query("/connectors/jira/search", &query[..given]);
        let answer = browser.get(&address).await;
        assert_eq!(
            answer.json().as_array().map_or(0, Vec::len),
            1,
            "{page}: {}",
            answer.body
        );
        seen.push(answer.json()[0]["id"].as_str().unwrap().to_owned());
        if page == 0 {
            made(
                &browser,
                json!({"project_key": "WEB", "summary": "Between"}),
            )
            .await;
        }
        cursor = answer.header("x-next-cursor").to_owned();
    }
    assert_eq!(seen, keys);
    let told = told(&app);
    let pages = &told[told.len() - 3..];
    assert_eq!(pages[0].as_array().unwrap().len(), 3);
    assert!(pages.iter().all(|one| one == &pages[0]), "{pages:?}");
    // An hour later the index knows them, and searches are told nothing.
    app.advance(std::time::Duration::from_mins(61));
    app.sandbox.clear_journal();
    assert_eq!(hits(&browser, &[("q", &all)]).await.len(), 3);
    assert_eq!(self::told(&app), [Value::Null]);
}

#[tokio::test]
async fn the_next_page_is_asked_for_in_the_same_words_on_another_process() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.index_lag_seconds = 3600);
    let mut keys = Vec::new();
    for number in 1..=2 {
        let draft = json!({"project_key": "WEB", "summary": format!("Quagga {number}")});
        keys.push(made(&browser, draft).await);
    }
    let all = format!("key in ({}) ORDER BY created ASC", keys.join(", "));
    let query = [("q", all.as_str()), ("limit", "1")];
    let first = browser
        .get(&with_query("/connectors/jira/search", &query))
        .await;
    let other = app.another_process().await;
    let elsewhere = crate::support::app::elsewhere(&other, &browser);
    let cursor = first.header("x-next-cursor");
    let query = [("q", all.as_str()), ("limit", "1"), ("cursor", cursor)];
    let second = elsewhere
        .read(&with_query("/connectors/jira/search", &query))
        .await;
    assert_eq!(second[0]["id"], keys[1].as_str(), "{second}");
    let told = told(&app);
    assert_eq!(told[told.len() - 1], told[told.len() - 2]);
    assert_eq!(told[told.len() - 1].as_array().unwrap().len(), 2);
}

/// Which issues each search named as just written, in order.
fn told(app: &TestApp) -> Vec<Value> {
    let journal = app.sandbox.journal();
    let searches = journal
        .iter()
        .filter(|entry| entry.path.ends_with("/search/jql"));
    let bodies = searches.map(|entry| serde_json::from_str::<Value>(&entry.body).unwrap());
    bodies.map(|body| body["reconcileIssues"].clone()).collect()
}
