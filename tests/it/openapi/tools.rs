//! The document as the makers of clients need it: names for everything, one shape for each answer, bounds,
//! and examples that lead to nobody's machine.

use serde_json::Value;

use super::document::{document, operations};

/// How the name of an operation may begin: it says what is done.
const VERBS: [&str; 25] = [
    "add", "change", "check", "connect", "create", "delete", "fetch", "find", "finish", "get",
    "invoke", "list", "log", "make", "ping", "put", "refresh", "search", "start", "store",
    "stream", "sync", "update", "undo", "watch",
];

/// Every value in the document with the place where it stands.
fn every<'v>(value: &'v Value, place: &str, see: &mut impl FnMut(&str, &'v Value)) {
    see(place, value);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                every(field, &format!("{place}/{name}"), see);
            }
        }
        Value::Array(entries) => {
            for (position, entry) in entries.iter().enumerate() {
                every(entry, &format!("{place}/{position}"), see);
            }
        }
        _ => {}
    }
}

/// The successful answers of every operation: its name, and each content's schema.
fn answers(document: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (name, operation) in operations(document) {
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
        {
            for (kind, content) in response["content"].as_object().into_iter().flatten() {
                found.push((format!("{name} {status} {kind}"), &content["schema"]));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_operation_is_named_by_what_it_does() {
    for (name, operation) in operations(&document().await) {
        let id = operation["operationId"].as_str().unwrap();
        let verb: String = id.chars().take_while(char::is_ascii_lowercase).collect();
        assert!(
            VERBS.contains(&verb.as_str()) && id.len() > verb.len(),
            "{name}: {id}; name it in src/http/openapi/operation_ids.rs"
        );
        assert!(id.chars().all(|one| one.is_ascii_alphanumeric()), "{id}");
    }
}

#[tokio::test]
async fn the_document_says_where_the_service_is_and_every_answer_has_a_description() {
    let document = document().await;
    assert_eq!(document["servers"][0]["url"], "/");
    for (name, operation) in operations(&document) {
        let said = operation["description"].as_str().unwrap_or_default();
        assert!(said.len() > 10, "{name}: {said}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let words = response["description"].as_str().unwrap_or_default();
            assert!(
                response.get("$ref").is_some() || words.len() >= 5,
                "{name} {status}: {words}"
            );
        }
    }
}

#[tokio::test]
async fn every_answer_has_one_shape() {
    let document = document().await;
    for (name, schema) in answers(&document) {
        for union in ["anyOf", "oneOf"] {
            assert!(schema.get(union).is_none(), "{name}: {schema}");
        }
    }
    let result = &document["components"]["schemas"]["ToolResult"];
    assert_eq!(result["type"], "object");
    assert_eq!(result["properties"]["items"]["type"], "array");
}

#[tokio::test]
async fn every_limit_has_bounds_and_the_service_keeps_them() {
    let app = crate::support::TestApp::start_with(&[("RATE_LIMIT_PER_MINUTE", "0")]).await;
    let browser = app.logged_in("mia").await;
    let user = browser
        .post("/users", serde_json::json!({"email": "mia@example.com"}))
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut seen = 0;
    for (name, operation) in operations(&document().await) {
        let parameters = operation["parameters"].as_array();
        let limit = parameters
            .into_iter()
            .flatten()
            .find(|one| one["name"] == "limit");
        let Some(limit) = limit else { continue };
        let most = limit["schema"]["maximum"]
            .as_u64()
            .unwrap_or_else(|| panic!("{name}"));
        assert_eq!(limit["schema"]["minimum"], 1, "{name}");
        let path = name.strip_prefix("get ").unwrap();
        let path = path
            .replace("issues/{key}", "issues/APP-9")
            .replace("{key}", "APP")
            .replace("{owner_id}", &user)
            .replace("{id}", "98363");
        let ask = async |limit: u64| browser.get(&format!("{path}?q=mia&limit={limit}")).await;
        assert_eq!(ask(most).await.status, 200, "{name}");
        ask(most + 1).await.assert_invalid(&["limit"], &name);
        ask(0).await.assert_invalid(&["limit"], &name);
        seen += 1;
    }
    assert_eq!(seen, 18, "lists with a limit");
}

/// Makers of TypeScript types take an object without fields for one that may have none.
#[tokio::test]
async fn objects_of_any_fields_say_so() {
    let document = document().await;
    let mut closed = Vec::new();
    every(&document, "", &mut |place, value| {
        let kind = value.get("type");
        let is_object = kind.is_some_and(|kind| {
            kind == "object"
                || kind
                    .as_array()
                    .is_some_and(|all| all.contains(&Value::from("object")))
        });
        let has_fields = ["properties", "additionalProperties"]
            .iter()
            .any(|field| value.get(field).is_some());
        if is_object && !has_fields && !place.contains("/example") {
            closed.push(place.to_owned());
        }
    });
    assert_eq!(closed, Vec::<String>::new());
}

#[tokio::test]
async fn objects_with_fields_have_names() {
    let document = document().await;
    let mut nameless = Vec::new();
    every(&document, "", &mut |place, value| {
        let is_object = value["properties"]
            .as_object()
            .is_some_and(|fields| !fields.is_empty());
        let parts: Vec<&str> = place.split('/').collect();
        let is_named = place.starts_with("/components/schemas/") && parts.len() == 4;
        // The part that a schema adds to another one belongs to the whole, which has a name.
        let is_part = parts.len() == 6 && parts[4] == "allOf";
        if is_object && !is_named && !is_part && !place.contains("/example") {
            nameless.push(place.to_owned());
        }
    });
    assert_eq!(nameless, Vec::<String>::new());
}

/// Makers of TypeScript types take a field with a default for one that is always there, so that a caller would have to
/// send it.
#[tokio::test]
async fn no_field_of_a_body_has_a_default() {
    let document = document().await;
    let mut defaults = Vec::new();
    every(
        &document["components"]["schemas"],
        "",
        &mut |place, value| {
            if place.contains("/properties/") && value.get("default").is_some() {
                defaults.push(place.to_owned());
            }
        },
    );
    assert_eq!(defaults, Vec::<String>::new());
}

#[tokio::test]
async fn no_example_leads_to_the_machine_it_was_recorded_on() {
    let document = document().await;
    let mut local = Vec::new();
    every(&document, "", &mut |place, value| {
        let text = value.as_str().unwrap_or_default();
        let leads_here = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"]
            .iter()
            .any(|host| text.contains(host));
        if place.contains("/example") && leads_here {
            local.push(format!("{place}: {text}"));
        }
    });
    assert_eq!(local, Vec::<String>::new());
}
