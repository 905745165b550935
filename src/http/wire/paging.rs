//! Paging of lists: `limit` and `cursor` in, `X-Next-Cursor` and `Link` (RFC 8288) out.
//!
//! Cursors are signed, because they carry positions of Atlassian's and of the store, which a caller
//! must not choose.

use axum::http::{HeaderName, HeaderValue, Uri};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::page::PageRequest;
use crate::model::scope::Scope;

/// The longest cursor we hand out or take.
const LONGEST_CURSOR: usize = 4096;

/// How a list is paged.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The largest number of entries to return.
    pub(crate) limit: Option<u32>,
    /// `X-Next-Cursor` of the previous page.
    pub(crate) cursor: Option<String>,
}

/// A list's name and bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    /// The route; a cursor of one list opens no other.
    pub(crate) name: &'static str,
    /// `limit` when none is given; may be more than `most`.
    pub(crate) default: u32,
    /// The largest `limit`.
    pub(crate) most: u32,
}

/// What a cursor holds: where the page before ended, and the limit that it was asked with.
#[derive(Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) at: String,
    pub(crate) limit: u32,
}

/// Opens and makes the cursors of one list, for one owner, under one filter.
pub(crate) struct Pager {
    state: AppState,
    scope: Scope,
    list: List,
    filter: Vec<String>,
}

impl Pager {
    /// `filter` is everything of the request that decides which entries the list has.
    pub(crate) fn new(state: AppState, scope: Scope, list: List, filter: &[&str]) -> Self {
        Self {
            state,
            scope,
            list,
            filter: filter.iter().map(|&text| text.to_owned()).collect(),
        }
    }

    /// Whose list it is.
    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The page that a query asks for. A cursor brings the limit that it was made with.
    ///
    /// # Errors
    /// 422 for a limit out of range, and for a cursor that is bad or belongs to another list,
    /// owner or filter.
    pub(crate) fn request(&self, query: &PageQuery) -> Result<PageRequest, ApiError> {
        let limit = query.limit.unwrap_or(self.list.default);
        if query.limit.is_some() && !(1..=self.list.most).contains(&limit) {
            return Err(ApiError::invalid(
                &["limit"],
                format!("limit must be between 1 and {}", self.list.most),
            ));
        }
        let Some(cursor) = &query.cursor else {
            return Ok(PageRequest {
                limit,
                cursor: None,
            });
        };
        let position = self.open(cursor).ok_or_else(|| {
            ApiError::invalid(
                &["cursor"],
                "this cursor does not belong to this list; start without one",
            )
        })?;
        Ok(PageRequest {
            limit: position.limit,
            cursor: Some(position.at),
        })
    }

    /// Adds the headers with the next cursor, if there is more.
    pub(crate) fn with_next(
        &self,
        uri: &Uri,
        request: &PageRequest,
        next: Option<String>,
        mut response: Response,
    ) -> Response {
        if let Some(at) = next {
            let cursor = self.cursor(at, request.limit);
            let link = format!("<{}>; rel=\"next\"", self.next_address(uri, &cursor));
            for (name, text) in [
                (HeaderName::from_static("x-next-cursor"), cursor),
                (axum::http::header::LINK, link),
            ] {
                if let Ok(value) = HeaderValue::from_str(&text) {
                    response.headers_mut().insert(name, value);
                }
            }
        }
        response
    }

    /// The cursor of a page that goes on at `at`, in a list asked for with `limit`.
    pub(crate) fn cursor(&self, at: String, limit: u32) -> String {
        self.seal(&Position { at, limit })
    }

    /// What a cursor holds; none when it is bad or belongs to another list, owner or filter.
    pub(crate) fn open(&self, cursor: &str) -> Option<Position> {
        let (payload, signature) = cursor
            .split_once('.')
            .filter(|_| cursor.len() <= LONGEST_CURSOR)?;
        if !self
            .state
            .cursor_key
            .verifies(&self.signed_parts(payload), signature)
        {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    fn seal(&self, position: &Position) -> String {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default());
        let signature = self.state.cursor_key.sign(&self.signed_parts(&payload));
        format!("{payload}.{signature}")
    }

    fn signed_parts<'b>(&'b self, payload: &'b str) -> Vec<&'b str> {
        let mut parts = vec![
            self.list.name,
            self.scope.tenant().as_str(),
            self.scope.owner().as_str(),
            payload,
        ];
        parts.extend(self.filter.iter().map(String::as_str));
        parts
    }

    fn next_address(&self, uri: &Uri, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            if name != "cursor" {
                query.append_pair(&name, &value);
            }
        }
        query.append_pair("cursor", cursor);
        format!(
            "{}{}?{}",
            self.state.edge.public_origin,
            uri.path(),
            query.finish()
        )
    }
}
