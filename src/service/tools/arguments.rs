//! How tools read their arguments: every refusal names the argument.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::{Map, Value};
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

use crate::model::fields::InvalidFields;
use crate::model::issue_key::is_project_key;
use crate::model::issue_reference::IssueReference;
use crate::model::list_in_text;
use crate::model::page::PageRequest;
use crate::model::python_literal::as_json;
use crate::model::reference::member;
use crate::model::repeated_members::repeated_member;
use crate::service::error::ServiceError;

/// The beginning of our own sentences about an argument, which say what it should be.
const NO: &str = "not ";

/// And of one about a member that stands twice in a text.
const TWICE: &str = "twice: ";

/// Reads arguments that were [fitted](super::fitting::fitted) into their type. What the schema does not
/// tell is malformed: that a text is no JSON object, say.
///
/// # Errors
/// `Validation`, which names the argument.
pub(super) fn read<T: DeserializeOwned>(arguments: Value) -> Result<T, ServiceError> {
    serde_path_to_error::deserialize(arguments).map_err(|error| {
        let sentence = error.inner().to_string();
        let field = InvalidFields::field_of(&error.path().to_string(), &sentence);
        let why = if sentence.starts_with("missing field") {
            format!("{field} is missing")
        } else if let Some(wanted) = sentence.strip_prefix(NO) {
            format!("{field} is malformed: it must be {wanted}")
        } else if let Some(member) = sentence.strip_prefix(TWICE) {
            format!("in {field}, {member} stands twice; send it once")
        } else {
            format!("{field} is malformed")
        };
        ServiceError::invalid(&field, why)
    })
}

/// Which part of a list is wanted: from 1 to `most` entries, as the argument named `argument` says.
///
/// # Errors
/// `Validation` for a number out of range.
pub(super) fn page_request(
    argument: &str,
    given: u32,
    most: u32,
    cursor: Option<String>,
) -> Result<PageRequest, ServiceError> {
    if (1..=most).contains(&given) {
        return Ok(PageRequest {
            limit: given,
            cursor,
        });
    }
    Err(ServiceError::invalid(
        argument,
        format!("{argument} is out of range: it must be from 1 to {most}"),
    ))
}

/// The default of an argument that takes ten entries.
pub(super) const fn ten() -> u32 {
    10
}

/// The default of an argument that takes 25 entries.
pub(super) const fn twenty_five() -> u32 {
    25
}

/// The default of an argument that is true unless it is told otherwise.
pub(super) const fn yes() -> bool {
    true
}

/// The names in `a, b,c` and in other forms of a list in a text; empty when there is nothing in it.
pub(super) fn names(list: &str) -> Vec<String> {
    list_in_text::entries(list)
}

/// Names, in a text with commas between or in a list: agents send either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = |value: &Value| match value {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        match Value::deserialize(deserializer)? {
            Value::String(list) => Ok(Self(names(&list))),
            Value::Array(entries) => {
                let read: Option<Vec<String>> = entries.iter().map(name).collect();
                let read = read.ok_or_else(|| D::Error::custom("not a list of names"))?;
                Ok(Self(
                    read.into_iter().filter(|name| !name.is_empty()).collect(),
                ))
            }
            _ => Err(D::Error::custom("not a list of names")),
        }
    }
}

/// An object, or the same as JSON in a text: agents send either.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct JsonObject(pub(super) Map<String, Value>);

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(object) => Ok(Self(object)),
            Value::String(text) if text.trim().is_empty() => Ok(Self::default()),
            Value::String(text) => {
                if let Some(member) = repeated_member(text.as_bytes()) {
                    return Err(D::Error::custom(format_args!("{TWICE}{member}")));
                }
                object_in(&text).ok_or_else(|| D::Error::custom("not a JSON object"))
            }
            _ => Err(D::Error::custom("not a JSON object")),
        }
    }
}

/// The object in a text, also as Python writes it.
fn object_in(text: &str) -> Option<JsonObject> {
    let read = serde_json::from_str(text).ok();
    let read = read.or_else(|| serde_json::from_str(&as_json(text)?).ok());
    read.map(JsonObject)
}

impl PartialSchema for JsonObject {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(
            ObjectBuilder::new()
                .schema_type(SchemaType::Array(vec![Type::Object, Type::String]))
                .description(Some("A JSON object, or the same as a JSON text."))
                .build(),
        ))
    }
}

impl utoipa::ToSchema for JsonObject {}

/// The value of an argument that is a key or an id, without the blanks beside it, and without the fraction that some
/// models write behind every number.
pub(super) fn bare_name(argument: &str, value: Value) -> Value {
    let is_name = argument.ends_with("_key") || argument.ends_with("_id");
    match value {
        Value::String(text) if is_name => {
            let bare = text.trim();
            let whole = bare.strip_suffix(".0").filter(|whole| {
                !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit())
            });
            let named = whole.unwrap_or(bare);
            // As people paste it, in brackets or with the stop of its sentence; an address stays one.
            let issue = IssueReference::parse(named).filter(|issue| issue.address.is_none());
            if let Some(issue) = issue.filter(|_| argument.ends_with("issue_key")) {
                return Value::from(issue.key.as_str());
            }
            // Keys of projects have capitals only.
            if argument == "project_key" && is_project_key(named) {
                Value::from(named.to_ascii_uppercase())
            } else {
                Value::from(named)
            }
        }
        // As Atlassian writes references.
        Value::Object(_) if argument.ends_with("_id") => match member(&value, &["id"]) {
            Some((_, id)) => Value::from(id),
            None => value,
        },
        value => value,
    }
}

/// Refuses arguments that name a file: they would be files of this server. `instead` says what to do.
///
/// # Errors
/// `Validation` when there is such an argument.
pub(super) fn refuse_file(
    name: &str,
    value: Option<&Value>,
    instead: &str,
) -> Result<(), ServiceError> {
    if value.is_none() {
        return Ok(());
    }
    Err(ServiceError::invalid(
        name,
        format!("{name} would read a file of the server and is not offered here; {instead}"),
    ))
}
