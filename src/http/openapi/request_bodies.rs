//! The schemas of bodies with two forms: the friendly one, or Atlassian's own.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::model::issue_change::{FieldChanges, IssueChange};
use crate::model::issue_draft::{IssueDraft, NewIssue};
use crate::model::page_change::{PageChange, PageUpdate};
use crate::model::page_draft::{NewPageBody, PageDraft};

/// Documents a draft as either its friendly form or Atlassian's own, which has the field `$own`.
macro_rules! two_forms {
    ($draft:ty as $name:literal: $friendly:ty, or $own:literal: $about:literal, $example:expr) => {
        impl PartialSchema for $draft {
            fn schema() -> RefOr<Schema> {
                either::<$friendly>($about, $own, $example)
            }
        }

        impl ToSchema for $draft {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((<$friendly>::name().into_owned(), <$friendly>::schema()));
                <$friendly>::schemas(schemas);
            }
        }
    };
}

two_forms!(IssueDraft as "CreateIssue": NewIssue, or "fields":
    "Jira's own form, passed through unchanged",
    json!({"fields": {"project": {"key": "EX"}, "issuetype": {"name": "Task"}, "summary": "The printer is on fire"}}));

two_forms!(IssueChange as "UpdateIssue": FieldChanges, or "fields":
    "Jira's own form, passed through unchanged",
    json!({"fields": {"summary": "The printer is still on fire"}}));

two_forms!(PageDraft as "CreatePage": NewPageBody, or "spaceId":
    "Confluence's own form, passed through unchanged",
    json!({"spaceId": "98306", "status": "current", "title": "Release notes",
        "body": {"representation": "storage", "value": "<p>Nothing broke.</p>"}}));

two_forms!(PageUpdate as "ChangePage": PageChange, or "version":
    "Confluence's own form, passed through unchanged. `version.number` is the new number",
    json!({"id": "98400", "status": "current", "title": "Release notes",
        "body": {"representation": "storage", "value": "<p>Nothing broke.</p>"},
        "version": {"number": 4, "message": "Corrected a name"}}));

fn either<Friendly: ToSchema>(about: &str, own_field: &str, example: Value) -> RefOr<Schema> {
    let own = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .description(Some(about))
        .required(own_field)
        .examples([example])
        .build();
    let forms = OneOfBuilder::new()
        .item(Ref::from_schema_name(Friendly::name()))
        .item(own)
        .build();
    RefOr::T(Schema::OneOf(forms))
}
