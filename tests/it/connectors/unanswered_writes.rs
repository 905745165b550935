//! Writes without an answer: whoever sent one is told that nobody knows what became of it, or that nothing was written.

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::connectors::confluence::fixture::made as made_page;
use crate::support::app::elsewhere;
use crate::support::faults::{answering_text, on_api, on_method};
use crate::support::{Answer, Browser, TestApp};

const WRITES: [(&str, &str, &str); 9] = [
    ("POST", "/connectors/jira/create", "/issue"),
    ("PUT", "/connectors/jira/issues/WEB-1", "/issue/"),
    ("POST", "/connectors/jira/issues/WEB-1/comments", "/comment"),
    (
        "POST",
        "/connectors/jira/issues/WEB-1/transitions",
        "/transitions",
    ),
    ("POST", "/api/jira/issues", "/issue"),
    ("PUT", "/connectors/confluence/pages/PAGE", "/pages/"),
    (
        "POST",
        "/connectors/confluence/pages/PAGE/comments",
        "comments",
    ),
    ("POST", "/connectors/tools/invoke", "/issue"),
    // What may be done after all must come last.
    ("DELETE", "/connectors/jira/issues/WEB-1", "/issue/"),
];

fn body(method: &str, path: &str) -> Option<Value> {
    Some(match path.rsplit('/').next().unwrap_or_default() {
        "invoke" => {
            json!({"tool": "jira_create_issue", "args": {"project_key": "OPS", "summary": "x", "issue_type": "Task"}})
        }
        "comments" => json!({"body": "Said."}),
        "transitions" => json!({"transition": "Done"}),
        "create" | "issues" => json!({"project_key": "OPS", "summary": "x"}),
        _ if method == "DELETE" => return None,
        _ if path.contains("/pages/") => json!({"body": "New."}),
        _ => json!({"summary": "New"}),
    })
}

async fn send(browser: &Browser, method: &str, path: &str) -> Answer {
    let text = body(method, path).map(|body| body.to_string());
    browser.send(method, path, &[], text).await
}

#[rstest]
#[case(FaultAction::ProcessThenDrop, 502)]
#[case(answering_text(502, "<html>Bad gateway</html>"), 502)]
#[case(answering_text(504, "<html>Gateway time-out</html>"), 502)]
#[case(FaultAction::Drop, 502)]
#[case(answering_text(200, "<html>Log in</html>"), 502)]
#[case(answering_text(202, "<html>Log in</html>"), 502)]
#[case(
    answering_text(200, r#"{"errorMessages": ["Jira is down for maintenance"]}"#),
    502
)]
#[tokio::test]
async fn a_write_that_was_sent_and_not_answered_is_said_to_be_unknown(
    #[case] fault: FaultAction,
    #[case] status: u16,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = made_page(&browser, "Unanswered", "Text.").await;
    for (method, path, upstream) in WRITES {
        let path = path.replace("PAGE", &page);
        let sent = if path.ends_with("invoke") {
            "POST"
        } else {
            method
        };
        app.sandbox
            .fault(on_method(sent, upstream, fault.clone(), Some(1)));
        let answer = send(&browser, method, &path).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert_eq!(
            answer.json()["details"]["outcome"],
            "unknown",
            "{method} {path}: {}",
            answer.body
        );
        assert!(
            answer.body.contains(
                "nobody knows whether this was carried out: look before you send it again"
            ),
            "{}",
            answer.body
        );
        app.sandbox.clear_faults();
    }
}

#[tokio::test]
async fn a_write_that_never_left_is_said_not_to_be_done() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = made_page(&browser, "Never", "Text.").await;
    // What must be read before the write is not to be had.
    app.sandbox
        .fault(on_api("/pages/", answering_text(502, "x"), None));
    let path = format!("/connectors/confluence/pages/{page}");
    let answer = send(&browser, "PUT", &path).await;
    assert_eq!(answer.status, 502, "{}", answer.body);
    assert_eq!(answer.json()["details"]["outcome"], "not_done");
    assert!(
        answer.body.contains("nothing was written"),
        "{}",
        answer.body
    );
    app.sandbox.clear_faults();
    let nowhere = [("ATLASSIAN_API_URL", "http://127.0.0.1:1")];
    let process = app.another_process_with(&nowhere).await;
    let browser = elsewhere(&process, &browser);
    for (method, path, _) in WRITES {
        let path = path.replace("PAGE", &page);
        let answer = send(&browser, method, &path).await;
        assert_eq!(answer.status, 502, "{method} {path}: {}", answer.body);
        assert_eq!(
            answer.json()["details"]["outcome"],
            "not_done",
            "{method} {path}: {}",
            answer.body
        );
        assert!(
            answer.body.contains("nothing was written"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_refusal_says_nothing_of_an_outcome() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let refused = browser
        .post(
            "/connectors/jira/create",
            json!({"project_key": "NONE", "summary": "x"}),
        )
        .await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.json()["details"].get("outcome").is_none());
    let read = browser.get("/connectors/jira/issues/WEB-1").await;
    assert_eq!(read.status, 200);
}
