//! The chatbot server's routes for Jira, which return Jira's own objects.

pub(crate) mod panel;
pub(crate) mod reading;
pub(crate) mod writing;

use serde_json::json;

use crate::http::wire::error::ApiError;
use crate::model::issue_key::ProjectName;

/// The most entries of a list that has no paging of its own.
const MOST_ENTRIES: u32 = 1000;

/// The number of entries that a caller asks for.
fn entries_wanted(given: Option<u32>, usual: u32) -> Result<u32, ApiError> {
    let wanted = given.unwrap_or(usual);
    if (1..=MOST_ENTRIES).contains(&wanted) {
        return Ok(wanted);
    }
    let why = format!("max_results must be between 1 and {MOST_ENTRIES}");
    Err(ApiError::invalid(&["max_results"], why))
}

/// The filter of a search for the issues of one project; none where `field` names none.
fn project_filter(field: &str, key: Option<String>) -> Result<Option<String>, ApiError> {
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    ProjectName::parse(&key).map_err(|error| ApiError::invalid(&[field], error.0))?;
    Ok(Some(json!({ "project": key }).to_string()))
}
