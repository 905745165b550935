//! What holds for many operations at once, written into the document after the routes are in it.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{OpenApi, PathItem, RefOr, Required, Response};

use super::examples;
use crate::http::caller::access::{Access, access_to};

/// Names every operation, says which are public, what `format=raw` answers, and which namespace is
/// meant; and gives examples.
pub(crate) fn finish(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            name(path, method, operation);
            say_access(path, method, operation);
            describe_raw(operation);
            examples::add(path, method, operation);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Names an operation after its method and path, because handlers of different products share names
/// and an operation id must be unique (OpenAPI 3.1 §4.8.10).
fn name(path: &str, method: &str, operation: &mut Operation) {
    let words: String = path
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| ["_", word])
        .collect();
    operation.operation_id = Some(format!("{method}{words}"));
}

/// A public operation needs no credential; every other one knows namespaces.
fn say_access(path: &str, method: &str, operation: &mut Operation) {
    let method = method.to_ascii_uppercase();
    let access = axum::http::Method::from_bytes(method.as_bytes())
        .map_or(Access::Admin, |method| access_to(&method, path));
    match access {
        Access::Public => operation.security = Some(Vec::new()),
        Access::Read | Access::Write | Access::Depends => {
            let parameters = operation.parameters.get_or_insert_default();
            parameters.push(tenant().into());
        }
        Access::Admin => {}
    }
}

fn tenant() -> utoipa::openapi::path::Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"))
        .default(Some("default".into()))
        .build();
    ParameterBuilder::new()
        .name("X-Tenant-Id")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A namespace inside what the caller may see; it never gives access.",
        ))
        .schema(Some(schema))
        .build()
}

/// With `format=raw` an operation answers Atlassian's own JSON: one object, or a list of them.
fn describe_raw(operation: &mut Operation) {
    let knows_raw = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(one) if one.name == "format"));
    if !knows_raw {
        return;
    }
    let success = operation
        .responses
        .responses
        .iter_mut()
        .find(|(status, _)| status.starts_with('2'));
    let Some((_, RefOr::T(response))) = success else {
        return;
    };
    let Some(schema) = schema_of(response) else {
        return;
    };
    let Some(ours) = schema.take() else {
        return;
    };
    let own = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Atlassian's own JSON, with `format=raw`"))
        .build();
    let own: Schema = if matches!(ours, RefOr::T(Schema::Array(_))) {
        ArrayBuilder::new().items(own).into()
    } else {
        own.into()
    };
    let either = AnyOfBuilder::new().item(ours).item(own).build();
    *schema = Some(RefOr::T(Schema::AnyOf(either)));
}

fn schema_of(response: &mut Response) -> Option<&mut Option<RefOr<Schema>>> {
    match response.content.get_mut("application/json")? {
        RefOr::T(content) => Some(&mut content.schema),
        RefOr::Ref(_) => None,
    }
}
