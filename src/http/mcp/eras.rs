//! The two eras of the protocol: every request says for itself which it speaks.
//!
//! Modern requests (2026-07-28) carry version and capabilities in `_meta`, and mirror what intermediaries look at in
//! headers. Legacy clients begin with `initialize`; since no revision asks a server for sessions, they are served without.

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::messages::{
    Fault, HEADER_MISMATCH, INVALID_PARAMS, METHOD_NOT_FOUND, Request, UNSUPPORTED_VERSION,
};

/// The version of the modern era.
pub(super) const MODERN: &str = "2026-07-28";
/// Those of the legacy era, the newest first.
pub(super) const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/// Those that know several messages in one request.
pub(super) const BATCHING: [&str; 2] = ["2025-03-26", "2024-11-05"];
pub(super) const VERSION_HEADER: &str = "mcp-protocol-version";
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// How a request is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Era {
    /// By the revision that needs no handshake.
    Modern {
        /// Whether the client can ask its person to open an address.
        opens_addresses: bool,
    },
    /// By the revisions that begin with one.
    Legacy,
}

impl Era {
    /// Which one a request speaks, once its headers are seen to say the same as its body.
    ///
    /// # Errors
    /// For versions that are not served, and headers that are missing or say something else.
    pub(super) fn of(request: &Request, headers: &HeaderMap) -> Result<Self, Fault> {
        let in_header = header(headers, VERSION_HEADER)?;
        let in_body = request.meta(VERSION);
        let Some(in_body) = in_body else {
            return Self::without_version(request, in_header.as_deref());
        };
        let Some(version) = in_body.as_str() else {
            return Err(Fault::bad(
                INVALID_PARAMS,
                format!("_meta {VERSION} must be a text"),
            ));
        };
        must_equal("MCP-Protocol-Version", in_header.as_deref(), version)?;
        if LEGACY.contains(&version) {
            return Ok(Self::Legacy);
        }
        if version != MODERN {
            return Err(unsupported(version));
        }
        let Some(capabilities) = request.meta(CAPABILITIES).filter(|value| value.is_object())
        else {
            return Err(Fault::bad(
                INVALID_PARAMS,
                format!("_meta {CAPABILITIES} is missing"),
            ));
        };
        check_mirrors(request, headers)?;
        Ok(Self::Modern {
            opens_addresses: capabilities.pointer("/elicitation/url").is_some(),
        })
    }

    fn without_version(request: &Request, in_header: Option<&str>) -> Result<Self, Fault> {
        match in_header {
            // The handshake settles the version; what its header says is not.
            _ if request.method == "initialize" => Ok(Self::Legacy),
            None => Ok(Self::Legacy),
            Some(version) if LEGACY.contains(&version) => Ok(Self::Legacy),
            Some(MODERN) => Err(Fault::bad(
                INVALID_PARAMS,
                format!("_meta {VERSION} is missing"),
            )),
            Some(version) => Err(unsupported(version)),
        }
    }

    /// The failure for a method that this era does not have.
    pub(super) fn no_such_method(self, method: &str) -> Fault {
        Fault {
            status: match self {
                Self::Modern { .. } => StatusCode::NOT_FOUND,
                Self::Legacy => StatusCode::OK,
            },
            code: METHOD_NOT_FOUND,
            message: format!("there is no method {method} here"),
            data: None,
        }
    }
}

/// The version in which a handshake goes on: the client's, or the newest that it may know. The first official kits with this
/// transport know the oldest alone.
pub(super) fn agreed(asked: Option<&str>) -> &'static str {
    let known = LEGACY.iter().find(|known| Some(**known) == asked);
    known.unwrap_or(&LEGACY[0])
}

fn unsupported(version: &str) -> Fault {
    let mut supported = vec![MODERN];
    supported.extend(&LEGACY);
    Fault {
        data: Some(json!({ "supported": supported, "requested": version })),
        ..Fault::bad(UNSUPPORTED_VERSION, "this protocol version is not served")
    }
}

/// The headers that mirror the body: an intermediary must not act on something else than we do.
fn check_mirrors(request: &Request, headers: &HeaderMap) -> Result<(), Fault> {
    let method = header(headers, "mcp-method")?;
    must_equal("Mcp-Method", method.as_deref(), &request.method)?;
    let name = match request.method.as_str() {
        "tools/call" | "prompts/get" => request.params.get("name"),
        "resources/read" => request.params.get("uri"),
        _ => return Ok(()),
    };
    let mirrored = header(headers, "mcp-name")?.map(decoded).transpose()?;
    let name = name.and_then(Value::as_str).unwrap_or_default();
    must_equal("Mcp-Name", mirrored.as_deref(), name)
}

fn must_equal(name: &str, header: Option<&str>, body: &str) -> Result<(), Fault> {
    match header {
        Some(value) if value == body => Ok(()),
        Some(_) => Err(mismatch(format!("the header {name} differs from the body"))),
        None => Err(mismatch(format!("the header {name} is missing"))),
    }
}

fn mismatch(message: String) -> Fault {
    Fault::bad(HEADER_MISMATCH, message)
}

fn header(headers: &HeaderMap, name: &str) -> Result<Option<String>, Fault> {
    let mut values = headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(mismatch(format!("the header {name} was sent twice")));
    }
    first
        .map(|value: &HeaderValue| {
            let text = value.to_str().map(|text| text.trim().to_owned());
            text.map_err(|_| {
                mismatch(format!(
                    "the header {name} has characters that no header has"
                ))
            })
        })
        .transpose()
}

/// A name that no header could hold is sent in base64.
fn decoded(value: String) -> Result<String, Fault> {
    let encoded = value
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="));
    let Some(encoded) = encoded else {
        return Ok(value);
    };
    let bytes = STANDARD.decode(encoded).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| mismatch(String::from("the header Mcp-Name is no base64 of a text")))
}
