//! How the bodies that come in two forms are documented: the friendly one, or Atlassian's own.

use serde_json::json;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::model::issue_change::FieldChanges;
use crate::model::issue_draft::NewIssue;
use crate::model::page_change::PageChangeBody;
use crate::model::page_draft::NewPageBody;

/// A new issue in either form.
pub(crate) struct CreateIssue;

/// A change of an issue in either form.
pub(crate) struct UpdateIssue;

/// A new page in either form.
pub(crate) struct CreatePage;

/// A change to a page in either form.
pub(crate) struct ChangePage;

impl PartialSchema for ChangePage {
    fn schema() -> RefOr<Schema> {
        let own = json!({"id": "98400", "status": "current", "title": "Release notes",
            "body": {"representation": "storage", "value": "<p>Nothing broke.</p>"},
            "version": {"number": 4, "message": "Corrected a name"}});
        let description =
            "Confluence's own form, passed through as it is; version.number is the new number";
        either::<PageChangeBody>(description, "version", own)
    }
}

impl ToSchema for ChangePage {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<PageChangeBody>(schemas);
    }
}

impl PartialSchema for CreateIssue {
    fn schema() -> RefOr<Schema> {
        let own = json!({"fields": {"project": {"key": "EX"}, "issuetype": {"name": "Task"}, "summary": "The printer is on fire"}});
        either::<NewIssue>("Jira's own form, passed through as it is", "fields", own)
    }
}

impl ToSchema for CreateIssue {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<NewIssue>(schemas);
    }
}

impl PartialSchema for UpdateIssue {
    fn schema() -> RefOr<Schema> {
        let own = json!({"fields": {"summary": "The printer is still on fire"}});
        either::<FieldChanges>("Jira's own form, passed through as it is", "fields", own)
    }
}

impl ToSchema for UpdateIssue {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<FieldChanges>(schemas);
    }
}

impl PartialSchema for CreatePage {
    fn schema() -> RefOr<Schema> {
        let own = json!({"spaceId": "98306", "status": "current", "title": "Release notes",
            "body": {"representation": "storage", "value": "<p>Nothing broke.</p>"}});
        either::<NewPageBody>(
            "Confluence's own form, passed through as it is",
            "spaceId",
            own,
        )
    }
}

impl ToSchema for CreatePage {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<NewPageBody>(schemas);
    }
}

fn either<Friendly: ToSchema>(
    description: &str,
    required: &str,
    example: serde_json::Value,
) -> RefOr<Schema> {
    let own = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .description(Some(description))
        .required(required)
        .examples([example])
        .build();
    let forms = OneOfBuilder::new()
        .item(Ref::from_schema_name(Friendly::name()))
        .item(own)
        .build();
    RefOr::T(Schema::OneOf(forms))
}

fn collect<Friendly: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((Friendly::name().into_owned(), Friendly::schema()));
    Friendly::schemas(schemas);
}
