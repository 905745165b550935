//! The chatbot server's routes for Jira, which return Jira's own objects.

pub(crate) mod panel;
pub(crate) mod reading;
pub(crate) mod writing;

use serde_json::json;

use crate::http::caller::listing::OpenList;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::paging::List;
use crate::model::hit::Entry;
use crate::model::issue::Project;
use crate::model::page::Page;
use crate::model::place_reference::PlaceReference;
use crate::service::gather::gathered;
use crate::service::issues::PROJECTS_AT_ONCE;

/// The projects in Jira's own form.
const RAW_PROJECTS: List = List {
    name: "/api/jira/projects",
    default: 1000,
    most: PROJECTS_AT_ONCE,
};
/// The projects that a panel lets people choose from.
const PANEL_PROJECTS: List = List {
    name: "/api/auth/oauth/jira/projects",
    ..RAW_PROJECTS
};
/// Every list of these routes that goes on with a cursor.
pub(crate) const LISTS: [List; 2] = [RAW_PROJECTS, PANEL_PROJECTS];

/// A part of the projects: up to 1000, unless the caller pages.
async fn projects_of(state: &AppState, list: &OpenList) -> Result<Page<Entry<Project>>, ApiError> {
    let (issues, scope) = (&state.issues, list.scope());
    let found = gathered(list.page(), PROJECTS_AT_ONCE, |part| async move {
        issues.projects(scope, &part, None).await
    });
    Ok(found.await?)
}

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
    if PlaceReference::project(&key).is_none() {
        let why = "a project is named by its key, such as EX, by its number or by its address";
        return Err(ApiError::invalid(&[field], why));
    }
    Ok(Some(json!({ "project": key }).to_string()))
}
