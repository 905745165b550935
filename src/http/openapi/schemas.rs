//! Schemas as generators of clients read them: an inline object that is also a named schema refers to
//! it, because they invent a name for everything that has none; and objects of any fields say so,
//! because they take one without fields for an empty one.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, Object, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Content, Ref, RefOr};

/// The named schemas of the document.
pub(crate) type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Where references to them lead.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// Replaces copies of named objects in the properties of other schemas by references.
pub(crate) fn refer_to_named(schemas: &mut Schemas) {
    let known: Vec<(String, RefOr<Schema>)> = schemas
        .iter()
        .filter(|(_, schema)| is_object(schema))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    for schema in schemas.values_mut() {
        let RefOr::T(Schema::Object(object)) = schema else {
            continue;
        };
        for property in object.properties.values_mut() {
            refer(property, &known);
        }
    }
}

fn refer(schema: &mut RefOr<Schema>, known: &[(String, RefOr<Schema>)]) {
    if let RefOr::T(Schema::Array(list)) = schema
        && let ArrayItems::RefOrSchema(entry) = &mut list.items
    {
        refer(entry, known);
    }
    if !is_object(schema) {
        return;
    }
    if let Some((name, _)) = known.iter().find(|(_, named)| same(named, schema)) {
        *schema = RefOr::Ref(Ref::from_schema_name(name));
    }
}

/// Whether a schema is an object with fields of its own.
fn is_object(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => !object.properties.is_empty(),
        _ => false,
    }
}

/// The words of the field that holds a copy may differ from those of the original.
fn same(named: &RefOr<Schema>, copy: &RefOr<Schema>) -> bool {
    match (named, copy) {
        (RefOr::T(Schema::Object(named)), RefOr::T(Schema::Object(copy))) => {
            let mut copy = copy.clone();
            copy.description.clone_from(&named.description);
            *named == copy
        }
        _ => false,
    }
}

/// Lets every named object without fields of its own have any.
pub(crate) fn open_named(schemas: &mut Schemas) {
    schemas.values_mut().for_each(open);
}

/// The name of an answer that is Atlassian's own.
const ATLASSIAN_OBJECT: &str = "AtlassianObject";

/// The schema of answers in Atlassian's own form.
pub(crate) fn add_atlassian_object(schemas: &mut Schemas) {
    let object = ObjectBuilder::new()
        .description(Some("An object in Atlassian's own form."))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
        .build();
    schemas.insert(ATLASSIAN_OBJECT.to_owned(), object.into());
}

/// Lets what an operation takes have any fields, and names the answers that do.
pub(crate) fn open_bodies(operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        schemas_of(body.content.values_mut()).for_each(open);
    }
    let responses = operation.responses.responses.values_mut();
    let own = responses.filter_map(|response| match response {
        RefOr::T(response) => Some(response.content.values_mut()),
        RefOr::Ref(_) => None,
    });
    for schema in own.flat_map(schemas_of) {
        if let RefOr::T(Schema::Object(object)) = schema
            && object.properties.is_empty()
            && may_be_object(object)
        {
            *schema = Ref::from_schema_name(ATLASSIAN_OBJECT).into();
        }
    }
}

fn schemas_of<'c>(
    contents: impl Iterator<Item = &'c mut RefOr<Content>>,
) -> impl Iterator<Item = &'c mut RefOr<Schema>> {
    contents.filter_map(|content| match content {
        RefOr::T(content) => content.schema.as_mut(),
        RefOr::Ref(_) => None,
    })
}

fn open(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else {
        return;
    };
    match schema {
        Schema::Object(object) => {
            if object.properties.is_empty() && may_be_object(object) {
                object
                    .additional_properties
                    .get_or_insert_with(|| Box::new(AdditionalProperties::FreeForm(true)));
            }
            object.properties.values_mut().for_each(open);
        }
        Schema::Array(list) => {
            if let ArrayItems::RefOrSchema(entry) = &mut list.items {
                open(entry);
            }
        }
        Schema::OneOf(forms) => forms.items.iter_mut().for_each(open),
        Schema::AnyOf(forms) => forms.items.iter_mut().for_each(open),
        Schema::AllOf(parts) => parts.items.iter_mut().for_each(open),
        _ => {}
    }
}

fn may_be_object(object: &Object) -> bool {
    match &object.schema_type {
        SchemaType::Type(kind) => *kind == Type::Object,
        SchemaType::Array(kinds) => kinds.contains(&Type::Object),
        SchemaType::AnyValue => false,
    }
}
