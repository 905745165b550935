//! Servers of one's own, with a personal access token behind the key.

use integration_backend::model::api_key::KeyScope;

use super::fixture::{assert_ours, key_of};
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

async fn reader() -> (TestApp, Browser, String, String) {
    let app = TestApp::start_with_data_center(&[]).await;
    let omar = connected(&app, "omar").await;
    let key = key_of(&app, &omar, &[KeyScope::Read, KeyScope::Write]).await;
    let host = app.sandbox.data_center_url();
    let host = host.split("://").nth(1).unwrap().to_owned();
    let host = host.split('/').next().unwrap().to_owned();
    let browser = app.browser();
    app.sandbox.clear_journal();
    (app, browser, key, host)
}

#[tokio::test]
async fn a_data_center_is_called_by_its_host() {
    let (app, browser, key, host) = reader().await;
    let headers = [("authorization", key.as_str())];
    for site in [format!("dc:{host}"), String::from("-")] {
        let address = format!("/ex/jira/{site}/rest/api/2/myself");
        let answer = browser.get_with(&address, &headers).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let own = answer.json()["self"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let base = format!("http://localhost:3001/ex/jira/{site}/rest/api/2/");
        assert!(own.is_empty() || own.starts_with(&base), "{own}");
    }
    let search = browser
        .get_with(
            &format!("/ex/confluence/dc:{host}/rest/api/search?cql=type%3Dpage&limit=1"),
            &headers,
        )
        .await;
    assert_eq!(search.status, 200, "{}", search.body);
    for call in app.sandbox.journal() {
        assert!(!call.path.contains("/wiki/"), "{}", call.path);
        let token = call.header("authorization").unwrap();
        assert!(token.starts_with("Bearer ") && !token.contains("ibk_"));
    }
}

#[tokio::test]
async fn another_host_is_not_there() {
    let (app, browser, key, _) = reader().await;
    let headers = [("authorization", key.as_str())];
    for site in ["dc:127.0.0.1", "dc:evil.example", "acme.atlassian.net"] {
        let address = format!("/ex/jira/{site}/rest/api/2/myself");
        let answer = browser.get_with(&address, &headers).await;
        assert_ours(&answer, 404, "NOT_FOUND");
    }
    app.assert_nothing_sent();
}
