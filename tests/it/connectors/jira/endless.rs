//! Lists that Jira never ends: it gives the same page, or the same token, whatever it is asked for.

use serde_json::json;

use crate::support::TestApp;
use crate::support::faults::{answering, on_api};

#[tokio::test]
async fn a_token_that_comes_again_is_the_end() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = json!({"id": "11025", "key": "APP-1", "fields": {"summary": "x"}});
    let same = json!({"issues": [issue], "nextPageToken": "same", "isLast": false});
    app.sandbox
        .fault(on_api("/search/jql", answering(200, &same), None));
    let body = json!({"jql": "project = APP", "next_page_token": "same"});
    let answer = browser.post("/api/jira/search", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["isLast"], true);
    assert!(answer.json().get("nextPageToken").is_none());
    let mut args = json!({"jql": "project = APP", "limit": 1});
    for page in 0..3 {
        let body = json!({"tool": "jira_search", "args": args});
        let answer = browser.post("/connectors/tools/invoke", body).await.json();
        let next = answer["next_cursor"].clone();
        if next.is_null() {
            assert_eq!(page, 1);
            return;
        }
        args["page_token"] = next;
    }
    panic!("the list goes on for ever");
}

#[tokio::test]
async fn another_page_than_the_one_asked_for_is_told() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let project = json!({"id": "1", "key": "A", "name": "n"});
    let first = json!({"values": [project], "isLast": false, "startAt": 0});
    app.sandbox
        .fault(on_api("/project/search", answering(200, &first), None));
    let answer = browser.get("/connectors/jira/projects?limit=1").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let cursor = answer.header("x-next-cursor");
    let again = browser
        .get(&format!("/connectors/jira/projects?cursor={cursor}"))
        .await;
    assert_eq!(again.status, 502, "{}", again.body);
    assert!(
        again.body.contains("another page of the list"),
        "{}",
        again.body
    );
    app.sandbox.clear_faults();
    let whole = json!({"values": [project], "isLast": false, "startAt": 0, "total": 1});
    app.sandbox
        .fault(on_api("/project/search", answering(200, &whole), None));
    let answer = browser.get("/connectors/jira/projects?limit=1").await;
    assert_eq!(answer.header("x-next-cursor"), "");
}

#[tokio::test]
async fn a_last_page_with_a_token_leads_on_until_a_page_is_empty() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = json!({"id": "11025", "key": "APP-1", "fields": {"summary": "x"}});
    let page = |issues| json!({"issues": issues, "nextPageToken": "more", "isLast": true});
    for (issues, goes_on) in [(json!([issue]), true), (json!([]), false)] {
        app.sandbox.clear_faults();
        app.sandbox
            .fault(on_api("/search/jql", answering(200, &page(issues)), None));
        let found = browser
            .get("/connectors/jira/search?q=project%20%3D%20APP")
            .await;
        assert_eq!(found.status, 200, "{}", found.body);
        assert_eq!(!found.header("x-next-cursor").is_empty(), goes_on);
        let body = json!({"tool": "jira_search", "args": {"jql": "project = APP"}});
        let found = browser.post("/connectors/tools/invoke", body).await.json();
        assert_eq!(found["next_cursor"].is_string(), goes_on, "{found}");
    }
}
