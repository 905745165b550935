//! What JSON and addresses can write and a stored text cannot hold, the same on both databases.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::support::{Answer, TestApp};

#[rstest]
#[tokio::test]
async fn a_nul_in_a_query_or_body_is_refused_by_its_field_wherever_it_comes(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let mia = app.logged_in("mia").await;
    for (path, field) in [
        ("/auth/jira/login?state=%00a", "state"),
        ("/auth/jira/oauth/start?state=a%00", "state"),
        ("/api/v1/auth/atlassian/login?state=%00", "state"),
        ("/api/oauth/atlassian/login?site=acme%00", "site"),
        ("/auth/jira/callback?code=x&state=%00", "state"),
        ("/connectors/jira/search?q=a%00b", "q"),
        ("/connectors/confluence/pages?title=%00", "title"),
        ("/connectors/jira/users?q=%00", "q"),
        ("/integrations/jira/projects/fetch?owner_id=%00", "owner_id"),
        ("/dashboard/token?tenant=%00", "tenant"),
        ("/connectors?nothing=%00", ""),
    ] {
        let answer = mia.get(path).await;
        if field.is_empty() {
            assert_eq!(answer.status, 200, "what is not read is not minded");
        } else {
            answer.assert_invalid(&[field], path);
        }
    }
    for (path, body, field) in [
        (
            "/users",
            json!({"email": "a@b.example", "display_name": "a\0"}),
            "display_name",
        ),
        ("/users", json!({"email": "a\0@b.example"}), "email"),
        ("/jira/projects", json!({"key": "A", "name": "\0"}), "name"),
        (
            "/confluence/pages",
            json!({"space_key": "A", "page_id": "1", "title": "\0"}),
            "title",
        ),
        (
            "/connectors/jira/create",
            json!({"fields": {"summary": "\0"}}),
            "fields.summary",
        ),
        (
            "/connectors/tools/invoke",
            json!({"tool": "jira_search", "args": {"jql": "\0"}}),
            "args.jql",
        ),
        (
            "/auth/jira/api-token",
            json!({"email": "a@b.example\0", "api_token": "x"}),
            "email",
        ),
        ("/api/jira/search", json!({"jql": "\0"}), "jql"),
    ] {
        let answer = mia.post(path, body).await;
        answer.assert_invalid(&[field], path);
    }
    assert_eq!(mia.get("/users/%00").await.status, 404);
    assert_eq!(
        mia.get("/connectors/jira/issues/WEB-1%00").await.status,
        404
    );
}

fn name(answer: &Answer) -> Value {
    answer.json()["user"]["display_name"].clone()
}

#[rstest]
#[tokio::test]
async fn what_a_stored_text_cannot_hold_is_taken_out_of_atlassians_names(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let me = r#"{"account_id": "a-1", "name": "Mi\u0000a \ud800Krystof", "email": "mia\u0000@example.com"}"#;
    let action = crate::support::faults::answering_text(200, me);
    app.sandbox.fault(on_api("/me", action, None));
    let site = json!([{
        "id": crate::support::journey::ACME, "name": "Ac\0me", "url": "https://acme.atlassian.net",
        "scopes": ["read:jira-work\0"],
    }]);
    app.sandbox.fault(on_api(
        "/oauth/token/accessible-resources",
        answering(200, &site),
        None,
    ));
    let browser = app.logged_in_by("/auth/jira/login", "omar").await;
    let session = browser.get("/auth/session").await;
    assert_eq!(name(&session), "Mia \u{fffd}Krystof");
    assert_eq!(session.json()["user"]["email"], "mia@example.com");
    let connection = browser.read("/connectors/jira/connection").await;
    assert_eq!(connection["site"]["name"], "Acme");
    app.sandbox.clear_faults();
    let projects = json!({"isLast": true, "total": 1, "values": [
        {"id": "1", "key": "NUL", "name": "a\0b", "projectTypeKey": "software", "self": "https://acme.atlassian.net/1"},
    ]});
    app.sandbox
        .fault(on_api("/project/search", answering(200, &projects), None));
    let started = browser.post("/connectors/jira/sync", json!({})).await;
    assert_eq!(started.status, 202, "{}", started.body);
    crate::support::waiting::until("the project is stored", async || {
        let stored = browser.read("/integrations/jira/projects/fetch").await;
        stored["items"][0]["name"] == "ab"
    })
    .await;
}

#[tokio::test]
async fn an_agent_reads_nothing_that_a_person_would_not_see() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let hidden = "Pay\u{202e} now\u{200b}\u{2066}\u{e0069}\u{e0067}\u{feff}, 👩\u{200d}💻";
    let issue =
        json!({"project_key": "WEB", "summary": hidden, "description": format!("# {hidden}")});
    let made = mia.post("/connectors/jira/create", issue).await.json();
    let key = made["id"].as_str().unwrap();
    for (tool, args) in [
        ("jira_get_issue", json!({"issue_key": key})),
        ("jira_search", json!({"jql": format!("key = {key}")})),
    ] {
        let call = json!({"tool": tool, "args": args});
        let answer = mia.post("/connectors/tools/invoke", call).await;
        assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
        assert!(
            answer.body.contains("Pay now, 👩\u{200d}💻"),
            "{tool}: {}",
            answer.body
        );
        let shown =
            answer
                .body
                .contains(['\u{202e}', '\u{200b}', '\u{2066}', '\u{e0069}', '\u{feff}']);
        assert!(!shown, "{tool}: {:?}", answer.body);
    }
    let by_rest = mia.read(&format!("/connectors/jira/issues/{key}")).await;
    assert_eq!(
        by_rest["title"], hidden,
        "people's programs get what is there"
    );
}

const HIDDEN: [char; 5] = ['\u{202e}', '\u{200b}', '\u{2066}', '\u{e0069}', '\u{feff}'];

#[tokio::test]
async fn an_agent_reads_nothing_hidden_in_pages_comments_and_failures_either() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let hidden = "Pay\u{202e} now\u{200b}\u{2066}\u{e0069}\u{feff}";
    let page = json!({"space_key": "ENG", "title": format!("{hidden} 1"), "body": hidden});
    let page = mia.post("/connectors/confluence/create", page).await.json();
    let id = page["id"].as_str().unwrap();
    let said = json!({ "body": hidden });
    let comments = format!("/connectors/confluence/pages/{id}/comments");
    assert_eq!(mia.post(&comments, said.clone()).await.status, 201);
    let comments = "/connectors/jira/issues/WEB-1/comments";
    assert_eq!(mia.post(comments, said).await.status, 201);
    let refusal = json!({"errorMessages": [hidden], "errors": {}});
    app.sandbox
        .fault(on_api("/issue/WEB-2", answering(400, &refusal), None));
    for (tool, args, status) in [
        ("confluence_get_page", json!({"page_id": id}), 200),
        ("confluence_search", json!({"query": id}), 200),
        ("confluence.search", json!({"q": id}), 200),
        ("jira_get_comments", json!({"issue_key": "WEB-1"}), 200),
        ("jira_get_issue", json!({"issue_key": "WEB-2"}), 400),
    ] {
        let call = json!({"tool": tool, "args": args});
        let answer = mia.post("/connectors/tools/invoke", call).await;
        assert_eq!(answer.status, status, "{tool}: {}", answer.body);
        assert!(answer.body.contains("Pay now"), "{tool}: {}", answer.body);
        assert!(!answer.body.contains(HIDDEN), "{tool}: {:?}", answer.body);
    }
}
