//! Every operation works as the documentation page shows it: with its examples and defaults as they stand.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::document::{document, operations};
use crate::agents::fixture::Client;
use crate::connectors::tools::fixture::given;
use crate::support::app::ORIGIN;
use crate::support::files;
use crate::support::{Answer, Browser, TestApp};
use integration_backend::model::api_key::KeyScope;

/// These end what the others need: the things, the connection, the session.
const ENDS: [&str; 9] = [
    "delete /connectors/jira/issues/{key}/comments/{id}",
    "delete /connectors/jira/issues/{key}",
    "delete /connectors/confluence/pages/{id}",
    "patch /connectors/{provider}/connection",
    "post /auth/{product}/api-token",
    "delete /connectors/{provider}/connection",
    "post /api/auth/{product}/logout",
    "post /api/auth/oauth/logout",
    "post /auth/logout",
];

/// Writing before reading, so that every list has something to show, and the ends last.
fn turn(name: &str) -> usize {
    match ENDS.iter().position(|end| *end == name) {
        Some(place) => 10 + place,
        None if name.starts_with("get ") => 2,
        None => 1,
    }
}

/// A request as the page sends it when nobody has changed a field.
struct Shown {
    method: String,
    address: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

/// What stands in the field of a parameter before anybody types.
fn prefilled(document: &Value, parameter: &Value) -> Option<String> {
    let schema = &parameter["schema"];
    let named = schema["$ref"].as_str();
    let schema = named.map_or(schema, |named| document.pointer(&named[1..]).unwrap());
    let value = [
        &parameter["example"],
        &schema["example"],
        &schema["default"],
    ]
    .into_iter()
    .find(|value| !value.is_null())?;
    Some(
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned),
    )
}

/// `chosen` fills in what only the reader can know, such as an id that the service has made.
fn as_shown(
    document: &Value,
    name: &str,
    operation: &Value,
    chosen: &BTreeMap<&str, String>,
) -> Shown {
    let (method, path) = name.split_once(' ').unwrap();
    let mut address = path.to_owned();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut headers = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let field = parameter["name"].as_str().unwrap();
        let value = chosen
            .get(field)
            .cloned()
            .or_else(|| prefilled(document, parameter));
        let required = parameter["required"] == true;
        let Some(value) = value else {
            assert!(
                !required,
                "{name}: nothing stands in {field}, so the page sends nothing"
            );
            continue;
        };
        match parameter["in"].as_str().unwrap() {
            "path" => address = address.replace(&format!("{{{field}}}"), &value),
            "query" => drop(query.append_pair(field, &value)),
            "header" => headers.push((field.to_owned(), value)),
            other => panic!("{name}: {other}"),
        }
    }
    let body = &operation["requestBody"];
    let example = &body["content"]["application/json"]["example"];
    assert_eq!(
        body.is_null(),
        example.is_null(),
        "{name}: a body needs an example in requests.json"
    );
    Shown {
        method: method.to_uppercase(),
        address: format!("{address}?{}", query.finish()),
        headers,
        body: (!example.is_null()).then(|| example.to_string()),
    }
}

async fn send(browser: &Browser, shown: Shown) -> Answer {
    let headers: Vec<(&str, &str)> = shown
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser
        .send(&shown.method, &shown.address, &headers, shown.body)
        .await
}

/// Whether an answer is a list, alone or in a field, that has nothing in it.
fn is_empty_list(answer: &Value) -> bool {
    let lists = [
        "items",
        "projects",
        "spaces",
        "issues",
        "transitions",
        "data",
    ];
    let held = lists
        .iter()
        .filter_map(|field| answer.get(field)?.as_array());
    answer.as_array().into_iter().chain(held).any(Vec::is_empty)
}

/// An app with the scopes that `./run.sh --sandbox` asks for: its logins may delete pages, too.
async fn app() -> TestApp {
    let script = std::fs::read_to_string(files::path("run.sh")).unwrap();
    let scopes = script.split("ATLASSIAN_SCOPES:-").nth(1).unwrap();
    let scopes = scopes.split('}').next().unwrap();
    TestApp::start_with(&[("ATLASSIAN_SCOPES", scopes), ("RATE_LIMIT_PER_MINUTE", "0")]).await
}

#[tokio::test]
async fn against_the_sandbox_a_login_asks_for_the_usual_scopes_and_one_more() {
    let usual = TestApp::start().await;
    let asked = async |app: &TestApp| {
        let answer = app.browser().get("/health/authorize-url").await.json();
        answer["data"]["scopes"].as_array().unwrap().clone()
    };
    let mut expected = asked(&usual).await;
    expected.push(json!("delete:page:confluence"));
    assert_eq!(asked(&app().await).await, expected);
}

/// Attaches a file to the issue of the examples and gives its id.
async fn attached(browser: &Browser) -> String {
    let file = json!({"issue_key": "APP-9", "filename": "note.txt", "content_base64": "SGVsbG8="});
    let file = given(browser, "jira_upload_attachment", file).await;
    file["id"].as_str().unwrap().to_owned()
}

/// Lets an agent in and gives its id.
async fn let_in(app: &TestApp, browser: &Browser) -> String {
    Client::registered(app).await.tokens(browser).await;
    let agents = browser.read("/agents").await;
    agents[0]["id"].as_str().unwrap().to_owned()
}

/// The operations that a script can use, in an order in which each finds what it needs.
fn in_turn(document: &Value) -> Vec<(String, &Value)> {
    let mut all = operations(document);
    all.retain(|(_, operation)| operation.get("x-browser-only").is_none());
    all.sort_by_key(|(name, _)| turn(name));
    all
}

#[tokio::test]
async fn every_operation_works_as_the_documentation_page_shows_it() {
    let app = app().await;
    let browser = app.logged_in("mia").await;
    let operator = app.api_key("service", "default", &[KeyScope::Admin]).await;
    let user = browser
        .post("/users", json!({"email": "mia@example.com"}))
        .await
        .json();
    let file = attached(&browser).await;
    let_in(&app, &browser).await;
    let document = document().await;
    let mut wrong = Vec::new();
    for (name, operation) in in_turn(&document) {
        let mut chosen = BTreeMap::new();
        if name.contains("{owner_id}") || name == "get /users/{id}" {
            let id = user["id"].as_str().unwrap().to_owned();
            chosen.extend([("owner_id", id.clone()), ("id", id)]);
        }
        if name.ends_with("/attachments/{id}") {
            chosen.insert("id", file.clone());
        }
        if name == "delete /agents/{id}" {
            chosen.insert("id", let_in(&app, &browser).await);
        }
        let mut shown = as_shown(&document, &name, operation, &chosen);
        if name == "get /metrics" {
            shown
                .headers
                .push((String::from("authorization"), operator.clone()));
        }
        if turn(&name) > 2 {
            app.log_in(&browser, "mia").await;
        }
        let address = shown.address.clone();
        let answer = send(&browser, shown).await;
        let body = serde_json::from_str(&answer.body).unwrap_or_default();
        if !(200..300).contains(&answer.status) || is_empty_list(&body) {
            wrong.push(format!(
                "{name} ({address}): {} {}",
                answer.status, answer.body
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn whatever_takes_a_format_gives_atlassians_own_form() {
    let app = app().await;
    let browser = app.logged_in("mia").await;
    attached(&browser).await;
    let document = document().await;
    let mut seen = 0;
    for (name, operation) in in_turn(&document) {
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        if !parameters.any(|one| one["schema"]["$ref"] == "#/components/schemas/AnswerFormat") {
            continue;
        }
        let plain = send(
            &browser,
            as_shown(&document, &name, operation, &BTreeMap::new()),
        )
        .await;
        let raw = BTreeMap::from([("format", String::from("raw"))]);
        let raw = send(&browser, as_shown(&document, &name, operation, &raw)).await;
        assert_eq!(raw.status, plain.status, "{name}: {}", raw.body);
        assert_ne!(raw.json(), plain.json(), "{name}");
        seen += 1;
    }
    assert!(seen >= 16, "{seen}");
}

#[tokio::test]
async fn what_cannot_be_tried_on_the_page_is_for_browsers_that_navigate() {
    let document = document().await;
    for (name, operation) in operations(&document) {
        let is_marked = operation["x-browser-only"] == true;
        let expected = name.contains("callback")
            || name == "get /dashboard/events"
            || [
                "get /api/v1/auth/atlassian/login",
                "get /api/oauth/atlassian/login",
            ]
            .contains(&name.as_str());
        assert_eq!(is_marked, expected, "{name}");
    }
}

#[tokio::test]
async fn the_page_starts_with_our_own_settings() {
    let app = TestApp::start().await;
    let starter = app.browser().get("/docs/swagger-initializer.js").await;
    assert_eq!(starter.status, 200);
    assert_eq!(starter.header("content-type"), "text/javascript");
    assert!(starter.body.contains("/openapi.json") && !starter.body.contains(ORIGIN));
}
