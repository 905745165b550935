//! Bodies of pages and comments: read in the asked format, written in one of three.

use serde_json::{Value, json};

use super::error;
use crate::adf_check;
use crate::storage;
use crate::wiki;
use crate::wire::Reply;
use crate::world::Version;

/// The largest body in bytes.
const LIMIT: usize = 5 * 1024 * 1024;

/// The `body` object; without a format there is nothing in it.
pub(crate) fn body_json(
    version: &Version,
    format: Option<&str>,
    in_list: bool,
) -> Result<Value, Reply> {
    let value = match format {
        // Whoever does not ask for a body gets none, and no error.
        None => return Ok(json!({})),
        Some("storage") => version.storage.clone(),
        // ADF serialised to a string inside the JSON answer, not an object.
        Some("atlas_doc_format") => version
            .adf
            .clone()
            .unwrap_or_else(|| adf_text(&version.storage)),
        Some("view" | "export_view" | "anonymous_export_view" | "styled_view" | "editor")
            if !in_list =>
        {
            view(&version.storage)
        }
        Some(other) => {
            return Err(error::invalid(&format!(
                "Provided value '{other}' for 'body-format' is not valid"
            )));
        }
    };
    let name = format.unwrap_or("");
    Ok(json!({name: {"representation": name, "value": value}}))
}

fn adf_text(text: &str) -> String {
    let nodes = storage::parse(text).unwrap_or_default();
    storage::adf_of(&nodes).to_string()
}

/// HTML for readers.
pub(crate) fn view(text: &str) -> String {
    storage::view_of(&storage::parse(text).unwrap_or_default())
}

/// Storage and, if it was written so, ADF of a request's `body`.
pub(crate) fn read(body: Option<&Value>) -> Result<(String, Option<String>), Reply> {
    let Some(body) = body.filter(|body| body.is_object()) else {
        return Err(error::invalid("Body is required"));
    };
    let nested = ["storage", "atlas_doc_format", "wiki"]
        .iter()
        .find_map(|name| body.get(name));
    let body = nested.unwrap_or(body);
    let text = body["value"]
        .as_str()
        .ok_or_else(|| error::invalid("Body value must be a string"))?;
    if text.len() > LIMIT {
        return Err(error::v2(
            413,
            "REQUEST_TOO_LARGE",
            "The request body is too large",
        ));
    }
    match body["representation"].as_str() {
        Some("storage") => match storage::parse(text) {
            Ok(_) => Ok((text.to_owned(), None)),
            Err(problem) => Err(error::invalid(&format!("Error parsing xhtml: {problem}"))),
        },
        Some("atlas_doc_format") => {
            let document: Value = serde_json::from_str(text).map_err(|_| {
                error::invalid("Content body cannot be converted to new editor format")
            })?;
            adf_check::check(&document).map_err(|_| {
                error::invalid("Content body cannot be converted to new editor format")
            })?;
            Ok((storage::storage_of(&document), Some(text.to_owned())))
        }
        Some("wiki") => Ok((storage::storage_of(&wiki::document_of(text)), None)),
        _ => Err(error::invalid(
            "Provided value for 'representation' is not valid",
        )),
    }
}
