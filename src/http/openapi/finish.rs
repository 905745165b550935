//! What many operations share, added to the document after the routes.

use utoipa::PartialSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{OpenApi, PathItem, RefOr, Required, Response};

use super::examples;
use crate::http::caller::access::{RouteAccess, required_access};

/// Names every operation, says which are public and which namespace is meant, what `format=raw`
/// answers and which headers come with an answer; and gives examples.
pub(crate) fn finish(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            set_operation_id(path, method, operation);
            describe_access(path, method, operation);
            describe_raw(operation);
            describe_headers(operation);
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
fn set_operation_id(path: &str, method: &str, operation: &mut Operation) {
    let words: String = path
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| ["_", word])
        .collect();
    operation.operation_id = Some(format!("{method}{words}"));
}

/// A public operation needs no credential; every other one takes a tenant.
fn describe_access(path: &str, method: &str, operation: &mut Operation) {
    let method = method.to_ascii_uppercase();
    let access = axum::http::Method::from_bytes(method.as_bytes())
        .map_or(RouteAccess::Admin, |method| required_access(&method, path));
    match access {
        RouteAccess::Public => operation.security = Some(Vec::new()),
        RouteAccess::Read | RouteAccess::Write | RouteAccess::Depends => {
            let parameters = operation.parameters.get_or_insert_default();
            parameters.push(tenant_header().into());
        }
        RouteAccess::Admin => {}
    }
}

fn tenant_header() -> utoipa::openapi::path::Parameter {
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
            "The tenant, a namespace within the caller's own data. It never grants access.",
        ))
        .schema(Some(schema))
        .build()
}

/// With `format=raw` an operation answers Atlassian's own JSON: one object, or a list of them.
fn describe_raw(operation: &mut Operation) {
    if !takes_parameter(operation, "format") {
        return;
    }
    let Some(schema) = examples::success(operation).and_then(schema_of) else {
        return;
    };
    let Some(ours) = schema.take() else {
        return;
    };
    let own = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Atlassian's own JSON with `format=raw`"))
        .build();
    let own: Schema = if matches!(ours, RefOr::T(Schema::Array(_))) {
        ArrayBuilder::new().items(own).into()
    } else {
        own.into()
    };
    let either = AnyOfBuilder::new().item(ours).item(own).build();
    *schema = Some(RefOr::T(Schema::AnyOf(either)));
}

fn takes_parameter(operation: &Operation, parameter: &str) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|known| matches!(known, RefOr::T(known) if known.name == parameter))
}

/// A list that takes a cursor returns the next one in headers, and what was created has an address.
fn describe_headers(operation: &mut Operation) {
    let text = || RefOr::T(HeaderBuilder::new().schema(Some(String::schema())).build());
    if takes_parameter(operation, "cursor")
        && let Some(response) = examples::success(operation)
    {
        for name in ["X-Next-Cursor", "Link"] {
            response.headers.insert(name.to_owned(), text());
        }
    }
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("201") {
        response.headers.insert(String::from("Location"), text());
    }
}

fn schema_of(response: &mut Response) -> Option<&mut Option<RefOr<Schema>>> {
    match response.content.get_mut("application/json")? {
        RefOr::T(content) => Some(&mut content.schema),
        RefOr::Ref(_) => None,
    }
}
