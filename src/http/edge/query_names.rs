//! Query parameters that a list does not know, and that would have narrowed or paged it: they are refused. Without that, a filter
//! that was meant to narrow finds everything, and a client that pages in another way gets the first page for ever.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::{OpenApi, RefOr};

use crate::http::wire::error::ApiError;
use crate::model::nearest::{is_misspelt, is_same};

/// What clients of other services narrow, order and page by.
const WOULD_CHANGE_THE_LIST: [&str; 27] = [
    "start_at",
    "start",
    "page",
    "page_number",
    "offset",
    "skip",
    "after",
    "max_results",
    "page_size",
    "per_page",
    "size",
    "page_token",
    "jql",
    "cql",
    "query",
    "search",
    "text",
    "order_by",
    "sort",
    "space",
    "space_key",
    "space_id",
    "project",
    "project_key",
    "status",
    "assignee",
    "type",
];

/// The query parameters of each list, by its route.
pub(crate) type QueryNames = Arc<HashMap<String, Vec<String>>>;

/// The query parameters of every canonical list in the document. The earlier systems' routes take what their clients send.
pub(crate) fn of_lists(document: &OpenApi) -> QueryNames {
    let lists = document.paths.paths.iter().filter_map(|(path, item)| {
        let operation = item.get.as_ref()?;
        let names: Vec<String> = operation
            .parameters
            .iter()
            .flatten()
            .filter_map(|parameter| match parameter {
                RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
                    Some(parameter.name.clone())
                }
                _ => None,
            })
            .collect();
        let is_list = path.starts_with("/connectors/") && names.iter().any(|name| name == "limit");
        is_list.then(|| (path.clone(), names))
    });
    Arc::new(lists.collect())
}

/// Refuses a parameter that is nearly one of the list's, or that would have changed the list. Others count for nothing: pages and
/// proxies add some of their own.
///
/// # Errors
/// 422 for such a parameter.
pub(super) fn refuse_unknown(known: &QueryNames, request: &Request) -> Result<(), ApiError> {
    let Some(query) = request.uri().query() else {
        return Ok(());
    };
    let route = request.extensions().get::<MatchedPath>();
    let names = route.and_then(|route| known.get(route.as_str()));
    names
        .and_then(|names| first_unknown(query, names))
        .map_or(Ok(()), Err)
}

fn first_unknown(query: &str, known: &[String]) -> Option<ApiError> {
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| !value.is_empty() && !known.iter().any(|known| known == name))
        .find_map(|(name, _)| {
            let meant = known.iter().find(|known| is_misspelt(&name, known));
            let why = match meant {
                Some(meant) => format!("{meant} may be meant"),
                None if WOULD_CHANGE_THE_LIST
                    .iter()
                    .any(|word| is_same(word, &name)) =>
                {
                    format!("this list knows {}", known.join(", "))
                }
                None => return None,
            };
            Some(ApiError::invalid(
                &[&name],
                format!("the query parameter {name} is unknown; {why}"),
            ))
        })
}
