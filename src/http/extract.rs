//! What handlers take from a request, with every refusal in the envelope.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::cookies::session_cookie;
use super::error::{ApiError, Code};
use super::origin::refuse_foreign_writes;
use super::state::AppState;
use crate::model::ids::TenantId;
use crate::model::principal::Principal;
use crate::model::product::Product;
use crate::model::scope::Scope;

/// An authenticated caller; without one the request ends with 401.
#[derive(Debug)]
pub struct Caller {
    principal: Principal,
    tenant: TenantId,
}

impl Caller {
    /// The caller's own rows.
    pub fn scope(&self) -> Scope {
        self.principal.scope(self.tenant.clone())
    }

    /// Who it is.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The namespace.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}

/// A caller of a public route: known or not. Credentials that are no longer good count as none.
#[derive(Debug)]
pub struct Visitor {
    /// Who it is, if known.
    pub principal: Option<Principal>,
    /// The namespace.
    pub tenant: TenantId,
}

impl Visitor {
    /// The caller's own rows, if known.
    pub fn scope(&self) -> Option<Scope> {
        self.principal
            .as_ref()
            .map(|principal| principal.scope(self.tenant.clone()))
    }
}

/// The credential a request carries.
enum Presented {
    Nothing,
    Invalid,
    Known { principal: Principal, ambient: bool },
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Presented::Known { principal, ambient } = presented(&parts.headers, state).await?
        else {
            return Err(ApiError::unauthorized());
        };
        if ambient {
            refuse_foreign_writes(&state.edge, &parts.method, &parts.headers)?;
        }
        Ok(Self {
            principal,
            tenant: tenant(&parts.headers)?,
        })
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let principal = match presented(&parts.headers, state).await? {
            Presented::Known { principal, ambient } => {
                if ambient {
                    refuse_foreign_writes(&state.edge, &parts.method, &parts.headers)?;
                }
                Some(principal)
            }
            Presented::Nothing | Presented::Invalid => None,
        };
        Ok(Self {
            principal,
            tenant: tenant(&parts.headers)?,
        })
    }
}

/// An explicit credential beats the cookie; a bad cookie counts as none.
async fn presented(headers: &HeaderMap, state: &AppState) -> Result<Presented, ApiError> {
    let tokens: Vec<&HeaderValue> = headers.get_all("x-session-token").iter().collect();
    let authorizations: Vec<&HeaderValue> = headers.get_all(AUTHORIZATION).iter().collect();
    let differ = |values: &[&HeaderValue]| values.iter().any(|value| *value != values[0]);
    if differ(&tokens)
        || differ(&authorizations)
        || (!tokens.is_empty() && !authorizations.is_empty())
    {
        return Err(ApiError::bad_request(
            "this request names two different callers; send one credential",
        ));
    }
    if !authorizations.is_empty() {
        // API keys are the only bearer tokens there are; an Atlassian token is never one of ours.
        return Ok(Presented::Invalid);
    }
    if let Some(token) = tokens.first() {
        let token = token.to_str().unwrap_or_default();
        let known = state.sessions.authenticate(token).await?;
        return Ok(
            known.map_or(Presented::Invalid, |principal| Presented::Known {
                principal,
                ambient: false,
            }),
        );
    }
    let Some(token) = session_cookie(headers, &state.edge) else {
        return Ok(Presented::Nothing);
    };
    let known = state.sessions.authenticate(&token).await?;
    Ok(
        known.map_or(Presented::Nothing, |principal| Presented::Known {
            principal,
            ambient: true,
        }),
    )
}

/// The namespace named by `X-Tenant-Id`.
pub(super) fn tenant(headers: &HeaderMap) -> Result<TenantId, ApiError> {
    let mut values = headers.get_all("x-tenant-id").iter();
    let Some(value) = values.next() else {
        return Ok(TenantId::default());
    };
    if values.next().is_some() {
        return Err(ApiError::invalid(
            &["X-Tenant-Id"],
            "X-Tenant-Id must be sent once",
        ));
    }
    let text = value.to_str().unwrap_or_default();
    TenantId::parse(text).map_err(|error| ApiError::invalid(&["X-Tenant-Id"], error.to_string()))
}

/// The product named in the path. It stands before the caller among a handler's arguments, because
/// an address that does not exist is 404 for everybody.
#[derive(Debug, Clone, Copy)]
pub struct ProductPath(pub Product);

impl<S: Send + Sync> FromRequestParts<S> for ProductPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        named
            .ok()
            .and_then(|Path(name)| Product::parse(&name))
            .map(Self)
            .ok_or_else(|| {
                ApiError::not_found("there is no such provider; there are jira and confluence")
            })
    }
}

/// The query string, read into `T`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let deserializer =
            serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(deserializer)
            .map(Self)
            .map_err(|error| {
                let field = field_of(&error.path().to_string(), &error.inner().to_string());
                ApiError::invalid(
                    &[&field],
                    format!("the query parameter {field} is missing, malformed or out of range"),
                )
            })
    }
}

/// A JSON body, read into `T`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let message = "the body must be JSON with the content type application/json";
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::Validation,
                message,
            ));
        }
        let bytes =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => too_large(),
                    _ => ApiError::bad_request("the body could not be read"),
                })?;
        parse_json(&bytes).map(Self)
    }
}

/// A JSON body, or nothing at all.
#[derive(Debug)]
pub struct OptionalBody<T>(pub Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let length = request
            .headers()
            .get("content-length")
            .and_then(|value| value.to_str().ok());
        let is_empty = matches!(length, None | Some("0"))
            && !request.headers().contains_key("transfer-encoding");
        if is_empty && !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(Self(None));
        }
        Body::from_request(request, state)
            .await
            .map(|Body(value)| Self(Some(value)))
    }
}

/// 413.
pub(super) fn too_large() -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Code::Validation,
        "the body must not be larger than 1 MiB",
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // First whether it is JSON at all, so that half a body is never told which field it lacks.
    serde_json::from_slice::<IgnoredAny>(bytes)
        .map_err(|_| ApiError::bad_request("the body is not JSON"))?;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = field_of(&error.path().to_string(), &error.inner().to_string());
        ApiError::invalid(
            &[&field],
            format!("{field} is missing or has the wrong type"),
        )
    })
}

/// The field an error is about. The parser's own sentence may quote the value, so only the name
/// is taken from it.
fn field_of(path: &str, sentence: &str) -> String {
    let missing = sentence
        .strip_prefix("missing field `")
        .or_else(|| sentence.strip_prefix("duplicate field `"));
    match missing.and_then(|rest| rest.split('`').next()) {
        Some(field) if path == "." => field.to_owned(),
        Some(field) => format!("{path}.{field}"),
        None if path == "." => String::from("body"),
        None => path.to_owned(),
    }
}

/// Refuses `HEAD`: the request would do what only `GET` may.
#[derive(Debug)]
pub struct GetOnly;

impl<S: Sync> FromRequestParts<S> for GetOnly {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        if parts.method == Method::GET {
            return Ok(Self);
        }
        let error = ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::Validation,
            "this address answers GET only",
        );
        Err(([(ALLOW, "GET")], error).into_response())
    }
}

/// 201 with a `Location`.
pub(super) fn created<T: serde::Serialize>(location: &str, body: T) -> Response {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response
            .headers_mut()
            .insert(axum::http::header::LOCATION, location);
    }
    response
}
