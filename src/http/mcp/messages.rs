//! JSON-RPC 2.0 as the Model Context Protocol uses it: one message in a request, one in an answer.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::http::edge::outermost::SkipEnvelope;
use crate::http::wire::error::{ApiError, Code};

/// The body is not JSON.
pub(super) const PARSE_ERROR: i32 = -32700;
/// It is JSON, and no message that may come here.
pub(super) const INVALID_REQUEST: i32 = -32600;
/// No such method.
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
/// The parameters are not those of the method.
pub(super) const INVALID_PARAMS: i32 = -32602;
/// The request could not be carried out.
pub(super) const INTERNAL_ERROR: i32 = -32603;
/// The headers say something else than the body.
pub(super) const HEADER_MISMATCH: i32 = -32020;
/// The version is none of ours.
pub(super) const UNSUPPORTED_VERSION: i32 = -32022;

/// A message of a client.
#[derive(Debug)]
pub(super) enum Message {
    /// It wants an answer.
    Request(Request),
    /// It wants none: a notification, or the answer to a question that an earlier revision allowed.
    NoAnswer,
}

/// A request.
#[derive(Debug)]
pub(super) struct Request {
    /// What the answer must repeat: a text or an integer.
    pub(super) id: Value,
    /// What is to be done.
    pub(super) method: String,
    /// With what.
    pub(super) params: Map<String, Value>,
}

impl Request {
    /// What stands in `_meta` under this name.
    pub(super) fn meta(&self, name: &str) -> Option<&Value> {
        self.params.get("_meta")?.get(name)
    }
}

/// A failure of the protocol, as opposed to one of a tool.
#[derive(Debug)]
pub(super) struct Fault {
    /// The status of the answer.
    pub(super) status: StatusCode,
    /// The code, which the protocol gives a meaning.
    pub(super) code: i32,
    /// One sentence.
    pub(super) message: String,
    /// More for programs.
    pub(super) data: Option<Value>,
}

impl Fault {
    /// A failure that no client recovers from by reading on: 400.
    pub(super) fn bad(code: i32, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
            data: None,
        }
    }

    /// What the request with this id is told; null where it could not be read.
    pub(super) fn told(&self, id: &Value) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(data) = &self.data {
            error["data"] = data.clone();
        }
        json!({ "jsonrpc": "2.0", "id": id, "error": error })
    }

    /// The same as an answer of HTTP.
    pub(super) fn answer(self, id: &Value) -> Response {
        let mut response = (self.status, Json(self.told(id))).into_response();
        let extensions = response.extensions_mut();
        extensions.insert(SkipEnvelope);
        // For the line of the request in the log, which must not repeat what a client wrote.
        extensions.insert(ApiError::new(
            self.status,
            Code::Validation,
            "a message that the Model Context Protocol does not allow here",
        ));
        response
    }
}

/// Reads a body.
///
/// # Errors
/// When it is no message.
pub(super) fn read(body: Value) -> Result<Message, Fault> {
    let invalid = |message: &str| Fault::bad(INVALID_REQUEST, message);
    let Value::Object(mut message) = body else {
        return Err(invalid(
            "send one JSON-RPC message in each request; batches are of the revision 2025-03-26 alone",
        ));
    };
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(invalid("jsonrpc must be \"2.0\""));
    }
    let Some(method) = message.remove("method") else {
        let is_answer = message.contains_key("result") || message.contains_key("error");
        return if is_answer {
            Ok(Message::NoAnswer)
        } else {
            Err(invalid("method is missing"))
        };
    };
    let Value::String(method) = method else {
        return Err(invalid("method must be a text"));
    };
    let Some(id) = message.remove("id") else {
        return Ok(Message::NoAnswer);
    };
    if !(id.is_string() || id.is_i64() || id.is_u64()) {
        return Err(invalid("id must be a text or an integer"));
    }
    match message.remove("params") {
        None => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params),
        Some(_) => Err(invalid("params must be an object")),
    }
    .map(|params| Message::Request(Request { id, method, params }))
}

/// The result of a request that went well.
#[derive(Debug, Default, Serialize)]
pub(super) struct Done {
    /// Those of a list, whose members have an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tools: Option<Vec<Box<RawValue>>>,
    /// All else.
    #[serde(flatten)]
    pub(super) members: Map<String, Value>,
}

impl From<Value> for Done {
    fn from(result: Value) -> Self {
        let members = match result {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        Self {
            tools: None,
            members,
        }
    }
}

/// What a request is told that went well.
#[derive(Debug, Serialize)]
pub(super) struct Told<'a> {
    jsonrpc: &'static str,
    id: &'a Value,
    result: Done,
}

/// What the request with this id is told that went well.
pub(super) fn told(id: &Value, result: Done) -> Told<'_> {
    Told {
        jsonrpc: "2.0",
        id,
        result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_single_message_is_refused() {
        for body in [
            json!([]),
            json!([{"jsonrpc": "2.0", "id": 1, "method": "ping"}]),
            json!("ping"),
            json!({"id": 1, "method": "ping"}),
            json!({"jsonrpc": "2.0", "id": null, "method": "ping"}),
            json!({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}),
            json!({"jsonrpc": "2.0", "id": 1, "method": 7}),
            json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}),
            json!({"jsonrpc": "2.0", "id": 1}),
        ] {
            let fault = read(body.clone()).unwrap_err();
            assert_eq!(
                (fault.status, fault.code),
                (StatusCode::BAD_REQUEST, INVALID_REQUEST),
                "{body}"
            );
        }
    }

    #[test]
    fn notifications_and_answers_want_no_answer() {
        for body in [
            json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
            json!({"jsonrpc": "2.0", "id": 1, "result": {}}),
        ] {
            assert!(matches!(read(body), Ok(Message::NoAnswer)));
        }
    }
}
