//! Bodies that could be read in more than one way, or not at all: members that stand twice, other codings and charsets.

use rstest::rstest;
use serde_json::{Value, json};

use crate::edge::idempotency::fixture::{JIRA, creates, is_replay};
use crate::support::database::Database;
use crate::support::{Answer, Browser, TestApp};

async fn sent(browser: &Browser, method: &str, path: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/json")];
    browser
        .send(method, path, &headers, Some(body.to_owned()))
        .await
}

const INVOKE: &str = "/connectors/tools/invoke";

/// Bodies with a member that stands twice, by the route that they are sent to, and its name.
const TWICE: [(&str, &str, &str, &str); 9] = [
    (
        "POST",
        JIRA,
        r#"{"project_key":"WEB","summary":"a","summary":"b"}"#,
        "summary",
    ),
    (
        "POST",
        JIRA,
        r#"{"project_key":"WEB","summary":"a","additional_fields":{"environment":"a","environment":"b"}}"#,
        "additional_fields.environment",
    ),
    (
        "POST",
        JIRA,
        r#"{"fields":{"project":{"key":"WEB","key":"APP"},"summary":"a"}}"#,
        "fields.project.key",
    ),
    (
        "PUT",
        "/connectors/jira/issues/WEB-1",
        r#"{"summary":"a","summary":"a"}"#,
        "summary",
    ),
    (
        "POST",
        "/connectors/jira/issues/WEB-1/comments",
        r#"{"body":"a","body":"b"}"#,
        "body",
    ),
    (
        "POST",
        "/connectors/confluence/create",
        r#"{"space_key":"ENG","title":"a","title":"b"}"#,
        "title",
    ),
    (
        "POST",
        INVOKE,
        r#"{"tool":"jira_create_issue","args":{"project_key":"WEB","issue_type":"Task","summary":"a","summary":"b"}}"#,
        "args.summary",
    ),
    (
        "POST",
        INVOKE,
        r#"{"tool":"jira_update_issue","args":{"issue_key":"WEB-1","fields":{"labels":["a"],"labels":["b"]}}}"#,
        "args.fields.labels",
    ),
    (
        "POST",
        INVOKE,
        r#"{"tool":"jira_search","tool":"jira_get_issue","args":{}}"#,
        "tool",
    ),
];

#[tokio::test]
async fn a_member_that_stands_twice_is_named_at_every_depth_and_nothing_is_written() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (method, path, body, field) in TWICE {
        let refused = sent(&browser, method, path, body).await;
        refused.assert_invalid(&[field], body);
        let message = format!("{field} stands twice; send it once");
        assert_eq!(refused.json()["message"], json!(message), "{body}");
    }
    app.assert_nothing_sent();
    let apart =
        r#"{"project_key":"WEB","summary":"a","additional_fields":{"environment":"summary"}}"#;
    assert_eq!(sent(&browser, "POST", JIRA, apart).await.status, 201);
}

#[tokio::test]
async fn an_object_in_a_text_says_a_member_once_too() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let further = r#"{"environment":"a","environment":"b"}"#;
    let args = json!({"project_key": "WEB", "issue_type": "Task", "summary": "a", "additional_fields": further});
    let body = json!({"tool": "jira_create_issue", "args": args});
    app.sandbox.clear_journal();
    let refused = browser.post("/connectors/tools/invoke", body).await;
    refused.assert_invalid(&["additional_fields"], "a member stands twice");
    assert!(
        refused.body.contains("environment stands twice"),
        "{}",
        refused.body
    );
    app.assert_nothing_sent();
}

#[rstest]
#[case("gzip")]
#[case("deflate")]
#[case("br")]
#[case("identity, gzip")]
#[tokio::test]
async fn a_body_in_another_coding_is_415_and_says_what_is_taken(#[case] coding: &str) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let body = json!({"project_key": "WEB", "summary": "a"});
    for path in [JIRA, "/connectors/tools/invoke", "/mcp"] {
        let headers = [("content-encoding", coding)];
        let refused = browser.post_with(path, &headers, &body).await;
        assert_eq!(
            (refused.status, refused.error_code()),
            (415, "VALIDATION".into()),
            "{path}"
        );
        assert_eq!(refused.header("accept-encoding"), "identity");
        assert!(
            refused.body.contains("Content-Encoding"),
            "{}",
            refused.body
        );
    }
    app.assert_nothing_sent();
    let plain = [("content-encoding", "identity")];
    let made = browser.post_with(JIRA, &plain, &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn a_text_that_is_not_utf_8_is_called_so() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let latin: Vec<u8> = [
        &b"{\"project_key\":\"WEB\",\"summary\":\"caf"[..],
        &[0xe9],
        &b"\"}"[..],
    ]
    .concat();
    let headers = [("content-type", "application/json; charset=ISO-8859-1")];
    let refused = browser
        .send_bytes("POST", JIRA, &headers, Some(latin))
        .await;
    assert_eq!(
        (refused.status, refused.error_code()),
        (400, "VALIDATION".into()),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("not UTF-8"), "{}", refused.body);
    let query = browser.get("/connectors/jira/search?q=caf%e9").await;
    query.assert_invalid(&["q"], "a query in Latin 1");
    assert!(query.body.contains("not UTF-8"), "{}", query.body);
    app.assert_nothing_sent();
}

#[rstest]
#[tokio::test]
async fn a_key_stands_for_the_value_of_a_body_and_not_for_its_bytes(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let ask = |body: &'static str| {
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", "one-value"),
        ];
        let browser = &browser;
        async move {
            browser
                .send("POST", JIRA, &headers, Some(body.to_owned()))
                .await
        }
    };
    let first = ask(r#"{"project_key":"WEB","summary":"Café","labels":["a","b"]}"#).await;
    assert_eq!(first.status, 201, "{}", first.body);
    for same in [
        r#"{"labels": ["a", "b"], "summary": "Café", "project_key": "WEB"}"#,
        "{\n  \"summary\": \"Caf\\u00e9\",\n  \"project_key\": \"WEB\",\n  \"labels\": [\"a\", \"b\"]\n}",
    ] {
        let again = ask(same).await;
        assert_eq!((again.status, &again.body), (201, &first.body), "{same}");
        assert!(is_replay(&again), "{same}");
    }
    let other = ask(r#"{"project_key":"WEB","summary":"Café","labels":["b","a"]}"#).await;
    assert_eq!(other.status, 422, "{}", other.body);
    assert_eq!(creates(&app), 1);
    let tool = |args: Value| {
        let headers = [("idempotency-key", "a-tool")];
        let body = json!({"tool": "jira_create_issue", "args": args});
        let browser = &browser;
        async move {
            browser
                .post_with("/connectors/tools/invoke", &headers, &body)
                .await
        }
    };
    let args = json!({"project_key": "WEB", "summary": "Tool", "issue_type": "Task"});
    let made = tool(args.clone()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert!(is_replay(&tool(args).await));
    assert_eq!(creates(&app), 2);
}
