//! Every failure has its cause in one line of the log, and a request whose client left is not lost.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::log_file::{line_of, of_request};
use crate::support::faults::{answering, on_api};
use crate::support::installation::Installation;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;
use crate::support::{Answer, Browser};

/// What a line must say; `null`: nothing.
fn assert_says(line: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&line[field], value, "{field} in {line:#}");
    }
    assert!(line["took_ms"].is_u64(), "{line:#}");
    assert_eq!(line["address"], "127.0.0.1", "{line:#}");
}

async fn person(browser: &Browser) -> String {
    let session = browser.read("/auth/session").await;
    session["user"]["id"].as_str().unwrap().to_owned()
}

async fn assert_lines(installation: &Installation, answers: &[(Answer, Value)]) {
    for (answer, expected) in answers {
        let line = line_of(installation, answer).await;
        assert_says(&line, expected);
        assert_eq!(line["level"], "INFO");
    }
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    for secret in ["Secret", "evil.example", "forged", "@example.com"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn what_was_wrong_with_a_strangers_request_stands_in_its_line() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let stranger = installation.browser();
    let page = [("sec-fetch-mode", "navigate"), ("accept", "text/html")];
    let log_in = "log in first: this request carries no valid session or API key";
    let no_cookie = "this browser has no login cookie; start the login again (a frontend's fetch needs credentials: \"include\" from a listed, same-site origin)";
    let answers = [
        (
            stranger.get("/users").await,
            json!({"status": 401, "code": "UNAUTHORIZED", "principal": null, "cause": log_in}),
        ),
        (
            stranger.get_with("/dashboard", &page).await,
            json!({"status": 401, "code": "UNAUTHORIZED", "cause": log_in}),
        ),
        (
            stranger.get("/no/such/page").await,
            json!({"status": 404, "code": "NOT_FOUND", "cause": "no route has this address; /docs lists all routes"}),
        ),
        (
            stranger
                .get_with("/auth/jira/callback?state=forged&code=x", &page)
                .await,
            json!({"status": 422, "code": "VALIDATION", "cause": no_cookie}),
        ),
        (
            stranger
                .get("/auth/jira/login?return_url=https://evil.example")
                .await,
            json!({"status": 400, "code": "VALIDATION", "cause": "the request cannot be taken as it is"}),
        ),
    ];
    assert_lines(&installation, &answers).await;
    process.stop().await;
}

/// A call of a tool, as an agent's client sends it.
fn tool(name: &str, arguments: &Value) -> Value {
    let mut call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call"});
    call["params"] = json!({"name": name, "arguments": arguments});
    call
}

#[tokio::test]
async fn what_was_wrong_with_a_persons_request_stands_in_its_line() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let id = person(&mia).await;
    let create = json!({"project_key": "APP", "summary": "Ann Secret's", "labels": ["a b"]});
    let answers = [
        (
            mia.get("/connectors/jira/projects?limit=0").await,
            json!({"status": 422, "code": "VALIDATION", "cause": "invalid: limit", "principal": id}),
        ),
        (
            mia.post("/connectors/jira/create", create).await,
            json!({"status": 422, "code": "VALIDATION", "cause": "invalid: labels", "operation": null}),
        ),
        (
            mia.get("/connectors/jira/issues/APP-99999").await,
            json!({"status": 404, "code": "NOT_FOUND", "cause": "no such object", "principal": id,
                "product": "jira", "outcome": "not_found", "tries": 1}),
        ),
        (
            mia.post(
                "/mcp",
                tool("jira_get_issue", &json!({"issue_key": "APP-99999"})),
            )
            .await,
            json!({"status": 200, "code": "NOT_FOUND", "cause": "no such object", "principal": id,
                "tool": "jira_get_issue", "product": "jira", "outcome": "not_found"}),
        ),
        (
            mia.post("/mcp", tool("jira_get_issue", &json!({"nope": "Secret"})))
                .await,
            json!({"status": 200, "code": "VALIDATION", "tool": "jira_get_issue"}),
        ),
        (
            mia.post("/users", json!({"email": 7})).await,
            json!({"status": 422, "code": "VALIDATION", "principal": id}),
        ),
    ];
    assert_lines(&installation, &answers).await;
    process.stop().await;
}

#[tokio::test]
async fn what_atlassian_did_stands_in_the_line_with_the_tries() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let ask = async |action: FaultAction, path: &str, address: &str| {
        installation.sandbox.fault(on_api(path, action, None));
        let answer = mia.get(address).await;
        installation.sandbox.clear_faults();
        answer
    };
    let failing = answering(
        500,
        &json!({"errorMessages": ["Ann Secret's wiki is down"]}),
    );
    let answer = ask(failing, "/spaces", "/connectors/confluence/spaces").await;
    let expected = json!({"status": 502, "code": "VENDOR_ERROR", "product": "confluence",
        "outcome": "failed", "tries": 4, "cause": "Atlassian failed or was not reached", "level": "WARN"});
    let line = line_of(&installation, &answer).await;
    assert_says(&line, &expected);
    assert!(line["operation"].is_string(), "{line:#}");
    let forbidden = answering(403, &json!({"errorMessages": ["Ann Secret may not"]}));
    let answer = ask(forbidden, "/project/search", "/connectors/jira/projects").await;
    let expected = json!({"status": 403, "code": "FORBIDDEN", "product": "jira",
        "outcome": "forbidden", "tries": 1, "cause": "not allowed"});
    assert_says(&line_of(&installation, &answer).await, &expected);
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    assert!(!log.contains("Secret"), "{log}");
    process.stop().await;
}

#[tokio::test]
async fn a_failure_of_our_own_is_one_line_too() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let mut raw = Raw::open(&installation.database.url()).await;
    raw.run("DROP TABLE user_rows").await;
    let answer = mia.get("/users").await;
    let line = line_of(&installation, &answer).await;
    let expected = json!({"status": answer.status, "code": "INTERNAL_ERROR", "level": "ERROR"});
    assert_says(&line, &expected);
    let cause = line["cause"].as_str().unwrap();
    assert!(cause.contains("no such table: user_rows"), "{cause}");
    assert!(!answer.body.contains("user_rows"), "{}", answer.body);
    process.stop().await;
}

#[tokio::test]
async fn a_request_whose_client_left_is_logged_and_counted_as_499() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let hanging = on_api("/project/search", FaultAction::Hang, Some(1));
    installation.sandbox.fault(hanging);
    let mut stream = installation.connect().await;
    let request = format!(
        "GET /connectors/jira/projects HTTP/1.1\r\nhost: localhost:{}\r\nx-request-id: left\r\ncookie: ib_session={}\r\n\r\n",
        installation.port,
        mia.cookie("ib_session").unwrap()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    until("the call arrives", async || {
        let journal = installation.sandbox.journal();
        journal
            .iter()
            .any(|call| call.path.ends_with("/project/search"))
    })
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(stream);
    let lines = of_request(&installation, "left").await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let expected = json!({"status": 499, "cause": "the client left before the answer",
        "product": "jira", "operation": "project search", "outcome": "unanswered", "tries": 1,
        "principal": person(&mia).await});
    assert_says(&lines[0], &expected);
    let metrics = mia.get("/metrics").await.body;
    let counted = "integration_backend_http_requests_total{route=\"/connectors/jira/projects\",method=\"GET\",status=\"499\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    assert!(
        metrics.contains("integration_backend_http_requests_in_flight 1\n"),
        "the one that asks: {metrics}"
    );
    process.stop().await;
}
