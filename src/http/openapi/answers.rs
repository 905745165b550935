//! What the document says of every answer: a description, and the headers of lists and of what was
//! created.

use utoipa::PartialSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Ref, RefOr, Response};

use super::examples;
use super::parameters::takes;
use super::schemas::{SCHEMAS, Schemas};

/// Every answer has a description (OpenAPI 3.1, section 4.8.17). One without words of its own gets
/// those of what it carries.
pub(crate) fn describe_answers(operation: &mut Operation, schemas: &Schemas) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = description(response, schemas);
        }
    }
}

fn description(response: &Response, schemas: &Schemas) -> String {
    let mut contents = response.content.values();
    let schema = contents.find_map(|content| match content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    });
    let words = match schema {
        None => return String::from("Done. There is no body."),
        Some(RefOr::T(Schema::Array(list))) => {
            let entry = match &list.items {
                utoipa::openapi::schema::ArrayItems::RefOrSchema(entry) => {
                    described(entry, schemas)
                }
                utoipa::openapi::schema::ArrayItems::False => None,
            };
            entry.map(|entry| format!("A list. Every entry: {entry}"))
        }
        Some(schema) => described(schema, schemas).map(str::to_owned),
    };
    words.unwrap_or_else(|| String::from("Done."))
}

/// The first paragraph of what a schema says about itself.
fn described<'s>(schema: &'s RefOr<Schema>, schemas: &'s Schemas) -> Option<&'s str> {
    let schema = match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(Ref { ref_location, .. }) => {
            match schemas.get(ref_location.strip_prefix(SCHEMAS)?)? {
                RefOr::T(schema) => schema,
                RefOr::Ref(_) => return None,
            }
        }
    };
    let words = match schema {
        Schema::Object(schema) => schema.description.as_deref(),
        Schema::AllOf(schema) => schema.description.as_deref(),
        Schema::OneOf(schema) => schema.description.as_deref(),
        Schema::AnyOf(schema) => schema.description.as_deref(),
        _ => None,
    };
    words.and_then(|words| words.split("\n\n").next())
}

/// A list that takes a cursor returns the next one in headers, and what was created has an address.
pub(crate) fn describe_headers(operation: &mut Operation) {
    let text = || RefOr::T(HeaderBuilder::new().schema(Some(String::schema())).build());
    if takes(operation, "cursor")
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

/// Every operation says how it refuses. The few that are answered before any check of the caller
/// still refuse a malformed request; a start that only redirects fails with the envelope.
pub(crate) fn describe_refusals(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    let has = |first: char| responses.keys().any(|status| status.starts_with(first));
    let (succeeds, refuses) = (has('2'), has('4'));
    let mut add = |status: &str, name: &str| {
        let shared = Ref::new(format!("#/components/responses/{name}"));
        responses.insert(status.to_owned(), RefOr::Ref(shared));
    };
    if !refuses {
        add("400", "BadRequest");
        add("414", "AddressTooLong");
    }
    if !succeeds {
        add("default", "Failure");
    }
}
