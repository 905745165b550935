//! The document's examples: real answers, which a test records and compares, and requests that a test
//! sends.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, RefOr, Response};

/// `GET /path` to the answer's body, in `examples.json`.
static RECORDED: LazyLock<BTreeMap<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// `POST /path` to a body that can be sent as it is to the sandbox, in `requests.json`.
static REQUESTS: LazyLock<BTreeMap<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("requests.json")).unwrap_or_default());

/// What an operation answers when it succeeds.
pub(crate) fn success(operation: &mut Operation) -> Option<&mut Response> {
    let mut responses = operation.responses.responses.iter_mut();
    match responses.find(|(status, _)| status.starts_with('2'))?.1 {
        RefOr::T(response) => Some(response),
        RefOr::Ref(_) => None,
    }
}

/// Puts the recorded answer of an operation beside its success, and a request beside its body.
pub(crate) fn add(path: &str, method: &str, operation: &mut Operation) {
    let name = format!("{} {path}", method.to_ascii_uppercase());
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        show(
            body.content.get_mut("application/json"),
            REQUESTS.get(&name),
        );
    }
    if let Some(response) = success(operation) {
        let content = response.content.get_mut("application/json");
        show(content, RECORDED.get(&name));
    }
}

fn show(content: Option<&mut RefOr<Content>>, example: Option<&Value>) {
    if let (Some(RefOr::T(content)), Some(example)) = (content, example) {
        content.example = Some(example.clone());
    }
}
