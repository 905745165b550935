//! Lists: a caller, the page they ask for, and the answer with its cursor.

use std::collections::HashMap;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Serialize;

use crate::http::caller::Caller;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::long_json::long_json;
use crate::http::wire::paging::{List, PageQuery, Pager};
use crate::model::page::{Page, PageRequest};
use crate::model::scope::Scope;

/// A caller who asks for a page of a list.
#[derive(Debug)]
pub(crate) struct Listing {
    state: AppState,
    scope: Scope,
    query: PageQuery,
    uri: Uri,
}

impl FromRequestParts<AppState> for Listing {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Query(query) = Query::from_request_parts(parts, state).await?;
        Ok(Self {
            state: state.clone(),
            scope: caller.scope(),
            query,
            uri: parts.uri.clone(),
        })
    }
}

impl Listing {
    /// The page of `list` that is asked for. `filter` is everything else in the request that
    /// decides which entries the list has: a cursor opens only the list it was made for.
    pub(crate) fn open(self, list: List, filter: &[&str]) -> Result<OpenList, ApiError> {
        let pager = Pager::new(self.state, self.scope, list, filter);
        let request = pager.request(&self.query)?;
        Ok(OpenList {
            pager,
            request,
            uri: self.uri,
        })
    }
}

/// A page of a list, asked for with a good limit and cursor.
pub(crate) struct OpenList {
    pager: Pager,
    request: PageRequest,
    uri: Uri,
}

impl OpenList {
    /// Whose list it is.
    pub(crate) fn scope(&self) -> &Scope {
        self.pager.scope()
    }

    /// Which page of it.
    pub(crate) fn page(&self) -> &PageRequest {
        &self.request
    }

    /// The answer: a JSON array, and headers that lead on while there is more.
    pub(crate) fn reply<T: Serialize>(&self, page: Page<T>) -> Response {
        self.reply_with(page, |items| items)
    }

    /// Like [`OpenList::reply`], with the array in an object under `name`.
    pub(crate) fn reply_under<T: Serialize>(&self, name: &str, page: Page<T>) -> Response {
        self.reply_with(page, |items| HashMap::from([(name, items)]))
    }

    /// Like [`OpenList::reply`], with a body made of the entries.
    pub(crate) fn reply_with<T, B: Serialize>(
        &self,
        page: Page<T>,
        body: impl FnOnce(Vec<T>) -> B,
    ) -> Response {
        let response = long_json(&body(page.items));
        self.pager
            .with_next(&self.uri, &self.request, page.next, response)
    }
}
