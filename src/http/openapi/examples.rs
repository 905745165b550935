//! The document's examples: real answers, which a test records and compares.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{RefOr, Response};

/// `GET /path` to the answer's body, in `examples.json`.
static RECORDED: LazyLock<BTreeMap<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// What an operation answers when it succeeds.
pub(crate) fn success(operation: &mut Operation) -> Option<&mut Response> {
    let mut responses = operation.responses.responses.iter_mut();
    match responses.find(|(status, _)| status.starts_with('2'))?.1 {
        RefOr::T(response) => Some(response),
        RefOr::Ref(_) => None,
    }
}

/// Puts the recorded answer of an operation beside its success.
pub(crate) fn add(path: &str, method: &str, operation: &mut Operation) {
    let name = format!("{} {path}", method.to_ascii_uppercase());
    let Some(example) = RECORDED.get(&name) else {
        return;
    };
    let Some(response) = success(operation) else {
        return;
    };
    if let Some(RefOr::T(content)) = response.content.get_mut("application/json") {
        content.example = Some(example.clone());
    }
}
