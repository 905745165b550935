//! What the document says of parameters that many operations share: bounds of `limit`, `format`,
//! products, and the tenant.

use serde_json::Value;
use utoipa::Number;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr, Required};

use super::schemas::Schemas;
use crate::http::wire::paging::List;

/// Whether an operation takes a parameter of this name.
pub(crate) fn takes(operation: &Operation, name: &str) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|known| matches!(known, RefOr::T(known) if known.name == name))
}

fn named<'o>(operation: &'o mut Operation, name: &str) -> Option<&'o mut Parameter> {
    let parameters = operation.parameters.iter_mut().flatten();
    parameters
        .filter_map(|known| match known {
            RefOr::T(known) => Some(known),
            RefOr::Ref(_) => None,
        })
        .find(|known| known.name == name)
}

fn plain_schema(parameter: &mut Parameter) -> Option<&mut Object> {
    match parameter.schema.as_mut()? {
        RefOr::T(Schema::Object(schema)) => Some(schema),
        _ => None,
    }
}

/// The bounds of a list's `limit`. A default beyond the largest limit stands in the route's own text:
/// a schema's default must be one of its values.
pub(crate) fn bound_limit(operation: &mut Operation, list: Option<&List>) {
    let limit = named(operation, "limit").and_then(plain_schema);
    let (Some(limit), Some(list)) = (limit, list) else {
        return;
    };
    limit.minimum = Some(Number::from(1_u32));
    limit.maximum = Some(Number::from(list.most));
    limit.default = (list.default <= list.most).then(|| Value::from(list.default));
}

/// `format=raw` asks for a form that is Atlassian's to describe. As a second schema of the answer it
/// would make every typed client's answer a union, so the document has our form only, and words for
/// the other.
pub(crate) fn describe_format(operation: &mut Operation) {
    let Some(format) = named(operation, "format") else {
        return;
    };
    let Some(schema) = plain_schema(format).filter(|schema| has_raw(schema)) else {
        return;
    };
    schema.title = Some(String::from("AnswerFormat"));
    schema.enum_values = Some(vec![Value::from("plain")]);
    schema.default = Some(Value::from("plain"));
    format.description = Some(String::from(
        "`plain` is the form described here. `raw`, which this document does not describe, returns Atlassian's own JSON instead: one object, or a list of them.",
    ));
}

/// The other forms of the list of tools are those of models' APIs, and theirs to describe.
pub(crate) fn describe_style(operation: &mut Operation) {
    if let Some(schema) = named(operation, "style").and_then(plain_schema) {
        schema.enum_values = Some(vec![Value::from("plain")]);
        schema.default = Some(Value::from("plain"));
    }
}

fn has_raw(schema: &Object) -> bool {
    let mut values = schema.enum_values.iter().flatten();
    values.any(|value| value == "raw")
}

/// A parameter's schema with a title becomes a named schema, so that a client has one type for it.
pub(crate) fn name_schemas(operation: &mut Operation, schemas: &mut Schemas) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        let title = plain_schema(parameter).and_then(|schema| schema.title.clone());
        if let Some(title) = title
            && let Some(schema) = parameter
                .schema
                .replace(Ref::from_schema_name(&title).into())
        {
            schemas.insert(title, schema);
        }
    }
}

/// A product in the path has an example, so that an operation can be tried as it is shown.
pub(crate) fn show_product(operation: &mut Operation) {
    for name in ["provider", "product"] {
        if let Some(schema) = named(operation, name).and_then(plain_schema) {
            schema.example = Some(Value::from("jira"));
        }
    }
}

/// The header that names a tenant.
pub(crate) fn tenant_header() -> Parameter {
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
