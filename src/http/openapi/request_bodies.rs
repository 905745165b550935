//! The schemas of bodies with two forms: the short one, or Atlassian's own.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::model::issue_change::{FieldChanges, IssueChange};
use crate::model::issue_draft::{IssueDraft, NewIssue};
use crate::model::page_change::{PageChange, PageUpdate};
use crate::model::page_draft::{NewPageBody, PageDraft};

/// Documents a draft as either its short form or Atlassian's own, `$own_name`, which has the field
/// `$own`.
macro_rules! two_forms {
    ($draft:ty as $name:literal: $short:ty, or $own_name:literal with $own:literal: $about:literal, $example:expr) => {
        impl PartialSchema for $draft {
            fn schema() -> RefOr<Schema> {
                either::<$short>($own_name)
            }
        }

        impl ToSchema for $draft {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((<$short>::name().into_owned(), <$short>::schema()));
                <$short>::schemas(schemas);
                let own = own_form($about, $own, $example);
                schemas.push((String::from($own_name), own));
            }
        }
    };
}

two_forms!(IssueDraft as "CreateIssue": NewIssue, or "JiraNewIssue" with "fields":
    "Jira's own form, passed through unchanged",
    json!({"fields": {"project": {"key": "EX"}, "issuetype": {"name": "Task"}, "summary": "The printer is on fire"}}));

two_forms!(IssueChange as "UpdateIssue": FieldChanges, or "JiraIssueUpdate" with "fields":
    "Jira's own form, passed through unchanged",
    json!({"fields": {"summary": "The printer is still on fire"}}));

two_forms!(PageDraft as "CreatePage": NewPageBody, or "ConfluenceNewPage" with "spaceId":
    "Confluence's own form, passed through unchanged",
    json!({"spaceId": "98306", "status": "current", "title": "Release notes",
        "body": {"representation": "storage", "value": "<p>Nothing broke.</p>"}}));

two_forms!(PageUpdate as "ChangePage": PageChange, or "ConfluencePageUpdate" with "version":
    "Confluence's own form, passed through unchanged. `version.number` is the new number",
    json!({"id": "98400", "status": "current", "title": "Release notes",
        "body": {"representation": "storage", "value": "<p>Nothing broke.</p>"},
        "version": {"number": 4, "message": "Corrected a name"}}));

/// A body may fit both forms, because the short one ignores fields that it does not know.
fn either<Short: ToSchema>(own_name: &str) -> RefOr<Schema> {
    let forms = AnyOfBuilder::new()
        .item(Ref::from_schema_name(Short::name()))
        .item(Ref::from_schema_name(own_name))
        .build();
    RefOr::T(Schema::AnyOf(forms))
}

fn own_form(about: &str, own_field: &str, example: Value) -> RefOr<Schema> {
    let value = match &example[own_field] {
        Value::Object(_) => Type::Object,
        _ => Type::String,
    };
    let own = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .description(Some(about))
        .property(own_field, ObjectBuilder::new().schema_type(value))
        .required(own_field)
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
        .examples([example])
        .build();
    RefOr::T(Schema::Object(own))
}
