//! Clients that page by counting: they are never given the first page for ever.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn an_offset_is_refused_with_what_to_use_and_the_start_is_taken() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (path, name) in [
        ("/api/auth/oauth/jira/issues?startAt=10", "startAt"),
        ("/api/jira/issues?start_at=10", "start_at"),
        ("/integrations/jira/projects/fetch?offset=2", "offset"),
        ("/users?page=2", "page"),
        ("/jira/projects?startAt=2", "startAt"),
        ("/confluence/spaces?start=2", "start"),
    ] {
        let refused = browser.get(path).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.body);
        assert_eq!(refused.json()["details"]["fields"], json!([name]), "{path}");
        assert!(refused.body.contains("this list knows"), "{}", refused.body);
        let (start, _) = path.split_once('=').unwrap();
        if name != "page" {
            let first = browser.get(&format!("{start}=0")).await;
            assert_eq!(first.status, 200, "{path}: {}", first.body);
        }
    }
    let search = json!({"jql": "project = WEB", "maxResults": 1, "startAt": 1});
    let refused = browser.post("/api/jira/search", search).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("next_page_token"), "{}", refused.body);
    let search = json!({"jql": "project = WEB", "maxResults": 1, "startAt": 0});
    let found = browser.post("/api/jira/search", search).await;
    assert_eq!(found.json()["issues"].as_array().map(Vec::len), Some(1));
    let two = browser
        .read("/api/auth/oauth/jira/issues?maxResults=2")
        .await;
    assert_eq!(two.as_array().map(Vec::len), Some(2));
}
