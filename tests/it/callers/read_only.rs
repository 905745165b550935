//! `READ_ONLY`: nobody changes anything at Atlassian or in what somebody has connected.

use integration_backend::model::api_key::KeyScope;

use crate::callers::table::rows;
use crate::callers::with_operation;
use crate::support::app::{api_key, elsewhere};
use crate::support::{Browser, TestApp};

/// What is no change of anybody's: searches, the way out, and a note of where to log in.
const CHANGES_NOTHING: [&str; 15] = [
    "/auth/logout",
    "/api/jira/search",
    "/integrations/{product}/connect",
    "/connectors/tools/invoke",
    // There a refusal is the result of a tool.
    "/mcp",
    "/mcp/",
    "/mcp/search",
    "/mcp/search/",
    "/mcp/rovo",
    "/mcp/rovo/",
    // Letting an agent in to read, and taking it back.
    "/register",
    "/authorize",
    "/token",
    "/revoke",
    "/agents/{id}",
];

fn path_of(template: &str) -> String {
    let named = template
        .replace("{product}", "jira")
        .replace("{provider}", "jira")
        .replace("{key}", "OPS-1");
    named.replace("{id}", "1").replace("{owner_id}", "1")
}

#[tokio::test]
async fn every_other_method_than_get_is_refused_to_everybody() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let frozen = app.another_process_with(&[("READ_ONLY", "true")]).await;
    let open = [("READ_ONLY", "true"), ("AUTH_MODE", "open")];
    let open = app.another_process_with(&open).await;
    let writer = api_key(&frozen, "service", "default", &[KeyScope::Write]).await;
    let session = elsewhere(&frozen, &mia);
    let script = Browser::new(frozen.router());
    let local = Browser::new(open.router());
    app.sandbox.clear_journal();
    let mut changed = Vec::new();
    for row in rows() {
        if row.method == "GET" || CHANGES_NOTHING.contains(&row.template) {
            continue;
        }
        for (name, browser, headers) in [
            ("session", &session, &[][..]),
            ("writer", &script, &[("authorization", writer.as_str())]),
            ("local", &local, &[]),
        ] {
            let path = path_of(&with_operation(row.method, row.template));
            let body = (!row.ask.is_empty()).then(|| row.ask.to_owned());
            let answer = browser.send(row.method, &path, headers, body).await;
            if answer.status != 403 || !answer.body.contains("READ_ONLY") {
                changed.push(format!(
                    "{name}: {} {}: {} {}",
                    row.method, row.template, answer.status, answer.body
                ));
            }
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
    app.assert_nothing_sent();
    let connection = mia.read("/connectors/jira/connection").await;
    assert_eq!(connection["auth_method"], "oauth");
}

#[tokio::test]
async fn a_key_starts_no_login_for_its_owner_and_people_still_log_in() {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let writer = app.api_key("service", "default", &[KeyScope::Write]).await;
    let headers = [("authorization", writer.as_str())];
    for start in ["/auth/jira/login", "/auth/jira/oauth/start"] {
        let answer = app.browser().get_with(start, &headers).await;
        assert_eq!(answer.status, 403, "{start}: {}", answer.body);
        assert!(
            answer.body.contains("READ_ONLY"),
            "{start}: {}",
            answer.body
        );
    }
    app.logged_in("mia").await;
    let login = crate::login::api_token::login("classic-token-mia");
    let answer = app.browser().post("/auth/jira/api-token", login).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
