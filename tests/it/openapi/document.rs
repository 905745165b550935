//! The OpenAPI document: complete, and changed only on purpose.

use std::fs;

use serde_json::Value;

use crate::support::TestApp;
use crate::support::files;

pub async fn document() -> Value {
    let app = TestApp::start().await;
    let answer = app.browser().get("/openapi.json").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

/// Every operation as (method and path, operation).
pub fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap();
            methods
                .iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

/// The shared failures stand on every operation, and a test of their own looks at them.
fn without_shared_failures(mut document: Value) -> Value {
    let paths = document["paths"].as_object_mut().unwrap();
    for operation in paths
        .values_mut()
        .flat_map(|methods| methods.as_object_mut().unwrap().values_mut())
    {
        let responses = operation["responses"].as_object_mut().unwrap();
        responses.retain(|_, response| {
            !response["$ref"]
                .as_str()
                .is_some_and(|place| place.starts_with("#/components/responses/"))
        });
    }
    document
}

#[tokio::test]
async fn the_document_is_the_one_that_was_agreed() {
    insta::assert_json_snapshot!(without_shared_failures(document().await));
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_says_how_to_authorize() {
    let document = document().await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let schemes = document["components"]["securitySchemes"]
        .as_object()
        .unwrap();
    let required = document["security"].as_array().unwrap();
    for scheme in schemes.keys() {
        assert!(
            required.iter().any(|one| one.get(scheme).is_some()),
            "{scheme} is offered but never used"
        );
    }
    assert!(schemes.contains_key("session_token"));
}

#[tokio::test]
async fn every_operation_lists_the_shared_failures_as_the_envelope() {
    let document = document().await;
    for (name, operation) in operations(&document) {
        if operation["tags"][0] == "Operations" {
            continue;
        }
        for status in [
            "400", "401", "403", "404", "409", "413", "415", "422", "429", "500", "502", "503",
            "504",
        ] {
            let shared = &operation["responses"][status]["$ref"];
            let place = shared.as_str().unwrap_or_default().trim_start_matches('#');
            let response = document.pointer(place).cloned().unwrap_or_default();
            let schema = &response["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/ErrorBody", "{name} {status}");
        }
    }
}

#[tokio::test]
async fn every_operation_says_what_it_does_and_documents_its_path_parameters() {
    let document = document().await;
    let mut ids = Vec::new();
    for (name, operation) in operations(&document) {
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|text| text.len() > 5),
            "{name}"
        );
        assert!(
            operation["tags"]
                .as_array()
                .is_some_and(|tags| tags.len() == 1),
            "{name}"
        );
        ids.push(operation["operationId"].as_str().unwrap().to_owned());
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for part in name
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        {
            let documented = parameters
                .iter()
                .any(|one| one["name"] == part && one["in"] == "path");
            assert!(documented, "{name}: {part}");
        }
        let success = operation["responses"].as_object().unwrap().keys();
        assert!(
            success
                .into_iter()
                .any(|status| status.starts_with(['2', '3'])),
            "{name}"
        );
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "operation ids are unique");
}

#[tokio::test]
async fn every_documented_route_exists() {
    let app = TestApp::start().await;
    for (name, _) in operations(&document().await) {
        let (method, path) = name.split_once(' ').unwrap();
        let path = path
            .replace("{provider}", "jira")
            .replace("{product}", "jira")
            .replace(['{', '}'], "");
        let answer = app
            .browser()
            .send(&method.to_ascii_uppercase(), &path, &[], None)
            .await;
        assert!(
            !matches!(answer.status, 404 | 405),
            "{name}: {} {}",
            answer.status,
            answer.body
        );
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let document = document().await;
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"").skip(1) {
        let reference = reference.split('"').next().unwrap();
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn routes_outside_the_document_are_pages_static_files_the_documentation_the_gateway_and_oauth_only()
{
    let mut undocumented = Vec::new();
    for file in files::sources(&files::path("src/http")) {
        let text = fs::read_to_string(&file).unwrap();
        for call in text.split(".route(").skip(1) {
            let argument = call.split(',').next().unwrap().trim();
            let path = argument.trim_matches('"');
            let named = format!("const {path}: &str = \"");
            let path = match text.split(&named).nth(1) {
                Some(rest) => rest.split('"').next().unwrap(),
                None => path,
            };
            undocumented.push(path.to_owned());
        }
    }
    undocumented.sort();
    let pages = [
        "/connected",
        "/dashboard",
        "/dashboard/token",
        "/login",
        "/operator",
    ];
    for page in pages {
        assert!(undocumented.iter().any(|path| path == page), "no {page}");
    }
    for path in &undocumented {
        let known = pages.contains(&path.strip_suffix('/').unwrap_or(path))
            || path.starts_with("/static/")
            || path.starts_with("/docs")
            || path.starts_with("/ex/")
            || path.starts_with("/.well-known/o")
            || matches!(
                path.as_str(),
                "/register" | "/authorize" | "/token" | "/revoke"
            )
            || path.starts_with("/mcp")
            || matches!(path.as_str(), "/me" | "/oauth/token/accessible-resources")
            || matches!(path.as_str(), "/openapi.json" | "/favicon.ico" | "/metrics");
        assert!(known, "{path} is served but not documented");
    }
}
