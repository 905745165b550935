//! Query parameters that a list does not know, and that would have narrowed or paged it: they are refused. Without that, a filter
//! that was meant to narrow finds everything, and a client that pages in another way gets the first page for ever.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use utoipa::openapi::path::{Operation, ParameterIn};
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

/// Those by which clients go on to the next page.
const WOULD_PAGE: [&str; 9] = [
    "start_at",
    "start",
    "page",
    "page_number",
    "offset",
    "skip",
    "after",
    "page_token",
    "next",
];

/// The query parameters of each list, by its route.
pub(crate) type QueryNames = Arc<HashMap<(Method, String), Vec<String>>>;

/// The query parameters of every list in the document, and of every canonical route that writes.
pub(crate) fn of_lists(document: &OpenApi) -> QueryNames {
    let mut known = HashMap::new();
    for (path, item) in &document.paths.paths {
        let operations = [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else {
                continue;
            };
            let names = query_parameters(operation);
            let has = |wanted: &str| names.iter().any(|name| name == wanted);
            let is_wanted = match method {
                Method::GET => has("limit") || has("max_results"),
                _ => is_canonical(path),
            };
            if is_wanted {
                known.insert((method, path.clone()), names);
            }
        }
    }
    Arc::new(known)
}

fn query_parameters(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().flatten();
    let names = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
            Some(parameter.name.clone())
        }
        _ => None,
    });
    names.collect()
}

/// The routes of this program's own API. The earlier systems' clients send what they like.
fn is_canonical(path: &str) -> bool {
    path.starts_with("/connectors/")
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
    let path = route.map_or("", MatchedPath::as_str);
    let method = match *request.method() {
        Method::HEAD => Method::GET,
        ref method => method.clone(),
    };
    let is_read = method == Method::GET;
    let names = known.get(&(method, path.to_owned()));
    // An earlier system's client that pages in a way of its own must not be given the first page for ever.
    let words = match (is_read, is_canonical(path)) {
        (false, _) => Refused::All,
        (true, true) => Refused::These(&WOULD_CHANGE_THE_LIST),
        (true, false) => Refused::These(&WOULD_PAGE),
    };
    names
        .and_then(|names| first_unknown(query, names, &words))
        .map_or(Ok(()), Err)
}

/// Which unknown parameters are refused.
enum Refused {
    /// What would have been left out of a write, whatever its name.
    All,
    /// These.
    These(&'static [&'static str]),
}

impl Refused {
    /// Whether `name` is Atlassian's spelling of `known` (`deleteSubtasks`, `maxResults`), which is taken where lists have no
    /// parameters of our own.
    fn takes(&self, name: &str, known: &str) -> bool {
        let is_own =
            matches!(self, Self::These(words) if words.len() == WOULD_CHANGE_THE_LIST.len());
        !is_own && known.contains('_') && is_same(name, known)
    }

    fn holds(&self, name: &str) -> bool {
        match self {
            // Pages and proxies add some of their own.
            Self::All => !(name == "_" || name.starts_with("utm_") || name.ends_with("clid")),
            Self::These(words) => words.iter().any(|word| is_same(word, name)),
        }
    }
}

fn first_unknown(query: &str, known: &[String], refused: &Refused) -> Option<ApiError> {
    // From the start on is where every list begins.
    let is_start = |name: &str, value: &str| {
        let counts_from_none = ["start_at", "start", "offset", "skip"];
        value == "0" && counts_from_none.iter().any(|word| is_same(word, name))
    };
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| !value.is_empty() && !known.iter().any(|known| known == name))
        .filter(|(name, value)| !is_start(name, value))
        .filter(|(name, _)| !known.iter().any(|known| refused.takes(name, known)))
        .find_map(|(name, _)| {
            let meant = known.iter().find(|known| is_misspelt(&name, known));
            let why = match meant {
                Some(meant) => format!("{meant} may be meant"),
                None if refused.holds(&name) && known.is_empty() => String::from("there is none"),
                None if refused.holds(&name) => match refused {
                    Refused::All => format!("known are {}", known.join(", ")),
                    Refused::These(_) => format!("this list knows {}", known.join(", ")),
                },
                None => return None,
            };
            Some(ApiError::invalid(
                &[&name],
                format!("the query parameter {name} is unknown; {why}"),
            ))
        })
}
