//! Whether a call is one that Atlassian's OpenAPI documents describe: its path, parameters and body.
//!
//! Sites take much that no document names and leave it out without a word, so that a client with a misspelt
//! parameter looks as if it worked. Here the call is answered as a site answers it, and what no document
//! describes is noted. Data Center has no such documents.

mod body;
mod operations;

use serde_json::Value;

use crate::wire::Call;
use operations::{Field, OPERATIONS, Operation};

/// What no document describes in a call of the product APIs, one sentence each.
pub(crate) fn objections(call: &Call) -> Vec<String> {
    let segments = call.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (["ex", "jira" | "confluence", _, path @ ..] | ["sites", _, path @ ..]) = parts.as_slice()
    else {
        return Vec::new();
    };
    // A site has pages for people, too.
    if !matches!(path, ["rest", ..] | ["wiki", "rest" | "api", ..]) {
        return Vec::new();
    }
    let found = match operation(&call.method, path) {
        Some(operation) => {
            let mut found = parameters(call, operation);
            found.extend(bodies(call, operation));
            found
        }
        None => vec![String::from("no document describes this operation")],
    };
    let name = format!("{} /{}", call.method, path.join("/"));
    found
        .into_iter()
        .map(|sentence| format!("{name}: {sentence}"))
        .collect()
}

/// The operation of a path; a path spelled out goes before one with a variable.
fn operation(method: &str, path: &[&str]) -> Option<&'static Operation> {
    // The versions of Jira's API have the same operations.
    let path: Vec<&str> = match path {
        ["rest", "api", "2" | "latest", rest @ ..] => [&["rest", "api", "3"], rest].concat(),
        _ => path.to_vec(),
    };
    OPERATIONS
        .iter()
        .filter(|operation| operation.method == method && operation.fits(&path))
        .min_by_key(|operation| operation.variables())
}

fn parameters(call: &Call, operation: &Operation) -> Vec<String> {
    let known = &operation.parameters;
    let given = call.query.iter().filter_map(|(name, value)| {
        let Some(field) = known.iter().find(|field| field.name == name) else {
            return Some(format!("there is no parameter {name}"));
        };
        (!is_kind(field.kind, value)).then(|| format!("{name}={value} is no {}", field.kind))
    });
    let missing = known
        .iter()
        .filter(|field| field.is_required && call.param(field.name).is_none())
        .map(|field| format!("the parameter {} is missing", field.name));
    given.chain(missing).collect()
}

/// Whether the text of a parameter is of its kind. Lists are repeated or joined with commas, as one likes.
fn is_kind(kind: &str, text: &str) -> bool {
    match kind {
        "integer" => text.parse::<i64>().is_ok(),
        "boolean" => matches!(text, "true" | "false"),
        "string" | "array" | "any" | "object" | "number" => true,
        words => words.split('|').any(|word| word == text),
    }
}

fn bodies(call: &Call, operation: &Operation) -> Vec<String> {
    if operation.takes_anything || (call.body.is_empty() && operation.fields.is_empty()) {
        return Vec::new();
    }
    if operation.fields.is_empty() {
        return vec![String::from("it takes no body")];
    }
    if call.body.is_empty() {
        return vec![String::from("its body is missing")];
    }
    if call.content_type() != "application/json" {
        return vec![format!("its body is {}, no JSON", call.content_type())];
    }
    match serde_json::from_slice::<Value>(&call.body) {
        Ok(Value::Array(entries)) if operation.takes_list => entries
            .iter()
            .flat_map(|entry| body::objections(entry, "", &operation.fields))
            .collect(),
        Ok(value) => body::objections(&value, "", &operation.fields),
        Err(error) => vec![format!("its body is no JSON: {error}")],
    }
}

#[cfg(test)]
mod tests;
