//! The examples of the OpenAPI document are real answers: recorded here, and compared in shape with
//! what is answered now. `RECORD_EXAMPLES=1 cargo test --test it every_example` records them anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::agents::fixture::{Client, Tokens};
use crate::support::app::ORIGIN;
use crate::support::files;
use crate::support::{Browser, TestApp};

/// What is asked: the operation of the document, the address, and the body if there is one.
type Asked = (&'static str, String, Option<Value>);

fn examples_file() -> PathBuf {
    files::path("src/http/openapi/examples.json")
}

/// Asks the service for everything that has an example, in an order in which each finds what it needs.
async fn answers(app: &TestApp, browser: &Browser) -> BTreeMap<String, Value> {
    let issue = browser
        .get("/connectors/jira/search?q=project%20%3D%20APP&limit=1")
        .await
        .json()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = browser
        .get("/connectors/confluence/pages?title=Release%20notes&limit=1")
        .await;
    let page = match page.json()[0]["id"].as_str() {
        Some(id) => id.to_owned(),
        None => browser
            .get("/connectors/confluence/pages?limit=1")
            .await
            .json()[0]["id"]
            .as_str()
            .unwrap()
            .to_owned(),
    };
    let user = browser
        .post("/users", json!({"email": "mia@example.com"}))
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let agent = let_in(app, browser).await;
    let mut answers = BTreeMap::new();
    let all = operations()
        .into_iter()
        .chain(products(&issue, &page))
        .chain(writing(&issue))
        .chain(stored(&user))
        .chain(agents(&agent));
    for (operation, address, body) in all {
        let (method, _) = operation.split_once(' ').unwrap();
        let answer = browser
            .send(method, &address, &[], body.map(|body| body.to_string()))
            .await;
        assert!(
            (200..300).contains(&answer.status),
            "{operation}: {}",
            answer.body
        );
        answers.insert(operation.to_owned(), few(answer.json()));
    }
    answers
}

/// An agent that a person lets in, as its client was entered by the operator. Gives its id.
async fn let_in(app: &TestApp, browser: &Browser) -> String {
    let uri = String::from("https://claude.ai/api/mcp/auth_callback");
    let known = &app.app.services().agents;
    let entered = known.enter_client("Claude", std::slice::from_ref(&uri), false);
    let client = Client {
        id: entered.await.unwrap().0.id,
        wire: app.browser(),
    };
    let there = [("redirect_uri", uri.as_str())];
    let code = client.code(browser, &there).await;
    Tokens::of(&client.exchange_with(&code, &there).await);
    let agents = browser.read("/agents").await;
    agents[0]["id"].as_str().unwrap().to_owned()
}

/// The answers with the addresses that a reader would see, in place of those of this test.
fn elsewhere(answers: &BTreeMap<String, Value>, sandbox: &str) -> BTreeMap<String, Value> {
    let text = serde_json::to_string(answers)
        .unwrap()
        .replace(
            &format!("{sandbox}/sites/acme.atlassian.net"),
            "https://acme.atlassian.net",
        )
        .replace(
            &format!("{sandbox}/authorize"),
            "https://auth.atlassian.com/authorize",
        )
        .replace(ORIGIN, "https://integration.example.com")
        .replace(
            "http%3A%2F%2Flocalhost%3A3001",
            "https%3A%2F%2Fintegration.example.com",
        )
        .replace(r#""scheme":"http""#, r#""scheme":"https""#)
        .replace("localhost:3001", "integration.example.com");
    serde_json::from_str(&text).unwrap()
}

fn operations() -> Vec<Asked> {
    let get = |operation, address: String| (operation, address, None);
    vec![
        get("GET /", String::from("/")),
        get("GET /healthz", String::from("/healthz")),
        get("GET /health", String::from("/health")),
        get("GET /ready", String::from("/ready")),
        get("GET /ready/process", String::from("/ready/process")),
        get(
            "GET /health/authorize-url",
            String::from("/health/authorize-url"),
        ),
        get(
            "GET /health/redirect-uri",
            String::from("/health/redirect-uri"),
        ),
        get("GET /auth/session", String::from("/auth/session")),
        get("GET /connectors", String::from("/connectors")),
        get(
            "GET /connectors/{provider}/connection",
            String::from("/connectors/jira/connection"),
        ),
        get(
            "GET /api/atlassian/resources",
            String::from("/api/atlassian/resources"),
        ),
    ]
}

fn products(issue: &str, page: &str) -> Vec<Asked> {
    let get = |operation, address: String| (operation, address, None);
    vec![
        get(
            "GET /connectors/jira/projects",
            String::from("/connectors/jira/projects?limit=2"),
        ),
        get(
            "GET /connectors/jira/search",
            String::from("/connectors/jira/search?q=project%20%3D%20APP&limit=2"),
        ),
        get(
            "GET /connectors/jira/issues/{key}",
            format!("/connectors/jira/issues/{issue}"),
        ),
        get(
            "GET /connectors/jira/issues/{key}/transitions",
            format!("/connectors/jira/issues/{issue}/transitions"),
        ),
        get(
            "GET /connectors/jira/myself",
            String::from("/connectors/jira/myself"),
        ),
        get(
            "GET /connectors/jira/projects/{key}/issue-types",
            String::from("/connectors/jira/projects/APP/issue-types"),
        ),
        get(
            "GET /connectors/jira/users",
            String::from("/connectors/jira/users?q=Mia"),
        ),
        get(
            "GET /connectors/confluence/spaces",
            String::from("/connectors/confluence/spaces?limit=2"),
        ),
        get(
            "GET /connectors/confluence/spaces/{key}",
            String::from("/connectors/confluence/spaces/ENG"),
        ),
        get(
            "GET /connectors/confluence/search",
            String::from("/connectors/confluence/search?q=release&limit=2"),
        ),
        get(
            "GET /connectors/confluence/pages",
            String::from("/connectors/confluence/pages?limit=2"),
        ),
        get(
            "GET /connectors/confluence/pages/{id}",
            format!("/connectors/confluence/pages/{page}"),
        ),
        get(
            "GET /api/v1/integrations/{product}/ping",
            String::from("/api/v1/integrations/jira/ping"),
        ),
    ]
}

fn writing(issue: &str) -> Vec<Asked> {
    vec![
        (
            "POST /connectors/jira/create",
            String::from("/connectors/jira/create"),
            Some(
                json!({"project_key": "APP", "summary": "The printer is on fire", "description": "It **burns**."}),
            ),
        ),
        (
            "POST /connectors/jira/issues/{key}/comments",
            format!("/connectors/jira/issues/{issue}/comments"),
            Some(json!({"body": "Put out with **foam**."})),
        ),
        (
            "GET /connectors/jira/issues/{key}/comments",
            format!("/connectors/jira/issues/{issue}/comments?order=newest&limit=1"),
            None,
        ),
        (
            "POST /connectors/confluence/create",
            String::from("/connectors/confluence/create"),
            Some(json!({"space_key": "ENG", "title": "Fire drill", "body": "# What to do"})),
        ),
        (
            "POST /connectors/tools/invoke",
            String::from("/connectors/tools/invoke"),
            Some(
                json!({"tool": "jira_search", "args": {"jql": "project = APP", "limit": 1, "fields": "summary,status"}}),
            ),
        ),
    ]
}

fn stored(user: &str) -> Vec<Asked> {
    vec![
        ("GET /users", String::from("/users"), None),
        (
            "POST /jira/projects",
            String::from("/jira/projects"),
            Some(json!({"key": "APP", "name": "Application", "lead": "Mia"})),
        ),
        (
            "GET /jira/projects/{owner_id}",
            format!("/jira/projects/{user}"),
            None,
        ),
        (
            "POST /confluence/pages",
            String::from("/confluence/pages"),
            Some(json!({"space_key": "ENG", "page_id": "98400", "title": "Release notes"})),
        ),
        (
            "GET /confluence/pages/{owner_id}",
            format!("/confluence/pages/{user}"),
            None,
        ),
        (
            "GET /integrations/jira/projects/fetch",
            String::from("/integrations/jira/projects/fetch"),
            None,
        ),
    ]
}

fn agents(agent: &str) -> Vec<Asked> {
    vec![
        ("GET /agents", String::from("/agents"), None),
        ("DELETE /agents/{id}", format!("/agents/{agent}"), None),
    ]
}

/// The first two entries of every list: an example, not a catalogue.
fn few(value: Value) -> Value {
    match value {
        Value::Array(entries) => entries.into_iter().take(2).map(few).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, few(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other,
    }
}

/// What two answers to one question have in common: names and kinds of values. `null` fits anything.
fn same_shape(recorded: &Value, now: &Value, at: &str, wrong: &mut Vec<String>) {
    match (recorded, now) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(recorded), Value::Object(now)) => {
            let names: Vec<_> = recorded.keys().chain(now.keys()).collect();
            for name in names {
                match (recorded.get(name), now.get(name)) {
                    (Some(one), Some(other)) => {
                        same_shape(one, other, &format!("{at}.{name}"), wrong);
                    }
                    _ => wrong.push(format!("{at}.{name} is in one of the two only")),
                }
            }
        }
        (Value::Array(recorded), Value::Array(now)) => {
            if let (Some(one), Some(other)) = (recorded.first(), now.first()) {
                same_shape(one, other, &format!("{at}[0]"), wrong);
            }
        }
        (one, other) if std::mem::discriminant(one) != std::mem::discriminant(other) => {
            wrong.push(format!("{at} is {one} in the example and {other} now"));
        }
        _ => {}
    }
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for whoever runs the tests"
)]
async fn every_example_is_an_answer_of_the_present_service() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let now = answers(&app, &browser).await;
    if std::env::var("RECORD_EXAMPLES").is_ok() {
        let shown = elsewhere(&now, &app.sandbox.base_url());
        let text = serde_json::to_string_pretty(&shown).unwrap();
        std::fs::write(examples_file(), text + "\n").unwrap();
        return;
    }
    let text = std::fs::read_to_string(examples_file()).unwrap();
    let recorded: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(
        recorded.keys().collect::<Vec<_>>(),
        now.keys().collect::<Vec<_>>(),
        "record the examples anew (see the top of this file)"
    );
    let mut wrong = Vec::new();
    for (operation, recorded) in &recorded {
        same_shape(recorded, &now[operation], operation, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_recorded_example_stands_in_the_document() {
    let app = TestApp::start().await;
    let document = app.browser().get("/openapi.json").await.json();
    let text = std::fs::read_to_string(examples_file()).unwrap();
    let recorded: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    for (operation, example) in &recorded {
        let (method, path) = operation.split_once(' ').unwrap();
        let responses = &document["paths"][path][method.to_lowercase()]["responses"];
        let shown = responses.as_object().is_some_and(|responses| {
            responses
                .values()
                .any(|response| response["content"]["application/json"]["example"] == *example)
        });
        assert!(shown, "{operation}");
    }
}
