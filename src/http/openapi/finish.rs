//! What many operations share, added to the document after the routes.

use serde_json::Value;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, PathItem};

use super::answers::{describe_answers, describe_headers, describe_refusals};
use super::examples;
use super::operation_ids::operation_id;
use super::parameters::{
    bound_limit, describe_format, describe_style, name_schemas, show_product, takes, tenant_header,
};
use super::schemas::{add_atlassian_object, open_bodies, open_named, refer_to_named};
use crate::http::caller::access::{RouteAccess, required_access};
use crate::http::wire::paging::List;

/// Names every operation, says who may call it and which namespace is meant, bounds its `limit`,
/// describes its answers and the headers that come with them; and gives examples.
pub(crate) fn finish(document: &mut OpenApi, lists: &[List]) {
    let components = document.components.get_or_insert_default();
    refer_to_named(&mut components.schemas);
    open_named(&mut components.schemas);
    add_atlassian_object(&mut components.schemas);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            if let Some(name) = operation_id(method, path) {
                operation.operation_id = Some(name.to_owned());
            }
            describe_access(path, method, operation);
            bound_limit(operation, lists.iter().find(|list| list.name == path));
            describe_format(operation);
            describe_style(operation);
            name_schemas(operation, &mut components.schemas);
            show_product(operation);
            open_bodies(operation);
            describe_answers(operation, &components.schemas);
            describe_headers(operation);
            mark_browser_only(operation);
            describe_refusals(operation);
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

/// A public operation needs no credential; every other one takes a tenant. The description says who
/// may call it.
fn describe_access(path: &str, method: &str, operation: &mut Operation) {
    let method = method.to_ascii_uppercase();
    let access = axum::http::Method::from_bytes(method.as_bytes())
        .map_or(RouteAccess::Admin, |method| required_access(&method, path));
    let who = match access {
        RouteAccess::Public => "Needs no credential.",
        RouteAccess::Read => "Needs a session, or an API key with the scope `read`.",
        RouteAccess::Write => "Needs a session, or an API key with the scope `write`.",
        RouteAccess::Depends => {
            "Needs a session, or an API key with the scope `read`; with `write` for what writes."
        }
        RouteAccess::Admin => "Needs an API key with the scope `admin`.",
    };
    if access == RouteAccess::Public {
        operation.security = Some(Vec::new());
    } else if access != RouteAccess::Admin {
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(tenant_header().into());
    }
    let description = match operation.description.take() {
        // The metrics say themselves who may read them.
        Some(own) if access == RouteAccess::Admin => own,
        Some(own) => format!("{own}\n\n{who}"),
        None => who.to_owned(),
    };
    operation.description = Some(description);
}

/// What only a browser that navigates can use, or what never ends, cannot be tried on the
/// documentation page, which reads this mark.
fn mark_browser_only(operation: &mut Operation) {
    let is_stream = examples::success(operation)
        .is_some_and(|response| response.content.contains_key("text/event-stream"));
    let only_redirects = examples::success(operation).is_none();
    let is_callback = takes(operation, "code");
    if is_stream || only_redirects || is_callback {
        let mark = ExtensionsBuilder::new().add("x-browser-only", Value::Bool(true));
        operation.extensions = Some(mark.build());
    }
}
