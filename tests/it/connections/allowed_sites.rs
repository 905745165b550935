//! `ALLOWED_SITES`: which sites may be used, at logins and at every call.

use serde_json::json;

use crate::connections::fixture::{choose, connection};
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::journey::{ACME, GLOBEX};

#[tokio::test]
async fn a_site_that_is_taken_off_the_list_is_not_called_any_more() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let other = app.another_process_with(&[("ALLOWED_SITES", GLOBEX)]).await;
    let browser = elsewhere(&other, &mia);
    app.sandbox.clear_journal();
    for path in [
        "/connectors/jira/projects",
        "/connectors/confluence/spaces",
        "/connectors/jira/myself",
        "/api/jira/projects",
        "/jira/projects",
        "/confluence/spaces",
        "/api/auth/oauth/jira/projects",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (403, "FORBIDDEN"),
            "{path}"
        );
        assert!(answer.body.contains("ALLOWED_SITES"), "{}", answer.body);
    }
    let issue = json!({"project_key": "WEB", "summary": "x"});
    let answer = browser.post("/connectors/jira/create", issue).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    app.assert_nothing_sent();
    for product in ["jira", "confluence"] {
        let status = connection(&browser, product).await;
        assert_eq!(status["status"], "needs_site", "{status}");
        assert_eq!(status["connected"], false);
        assert_eq!(status["sites"].as_array().unwrap().len(), 1);
    }
    let allowed = json!({ "cloud_id": GLOBEX });
    choose(&browser, "jira", allowed).await;
    let projects = browser.get("/connectors/jira/projects?limit=1").await;
    assert_eq!(projects.status, 200, "{}", projects.body);
}

#[tokio::test]
async fn an_api_token_is_not_shown_to_a_site_that_may_not_be_used() {
    for allowed in ["globex.atlassian.net", GLOBEX] {
        let app = TestApp::start_with(&[("ALLOWED_SITES", allowed)]).await;
        let login = crate::login::api_token::login("classic-token-mia");
        let answer = app.browser().post("/auth/jira/api-token", login).await;
        assert_eq!(answer.status, 403, "{}", answer.body);
        let journal = app.sandbox.journal();
        let sent: Vec<&str> = journal.iter().map(|call| call.path.as_str()).collect();
        assert!(
            sent.iter().all(|path| path.contains("tenant_info")),
            "{sent:?}"
        );
        app.assert_nothing_stored().await;
    }
}

#[tokio::test]
async fn who_somebody_is_is_asked_of_an_allowed_site_alone() {
    let settings = [
        ("ALLOWED_SITES", "globex"),
        (
            "ATLASSIAN_SCOPES",
            "read:jira-work read:jira-user offline_access",
        ),
    ];
    let app = TestApp::start_with(&settings).await;
    let ended = app
        .complete(&app.browser(), "/auth/jira/login", "mia")
        .await;
    assert!(ended.header("location").contains("connected=jira"));
    assert_eq!(app.upstream(ACME), 0);
    assert_eq!(app.upstream(GLOBEX), 1, "who it is");
}
