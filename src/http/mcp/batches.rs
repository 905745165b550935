//! Several messages in one request: the revision 2025-03-26 has them, and says that a server takes them. Later ones do not.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::call::Call;
use super::eras::{BATCHING, Era, VERSION_HEADER};
use super::messages::{Fault, INTERNAL_ERROR, INVALID_REQUEST, Message, read, told};
use crate::http::caller::charge::too_many;
use crate::http::wire::error::ApiError;

/// The most messages of one request, which is answered when the last of them is.
const MOST: usize = 10;

/// Whether a request may bring several. Clients of that revision do not say which they speak.
pub(super) fn are_taken(headers: &HeaderMap) -> bool {
    let version = headers.get(VERSION_HEADER);
    version.is_none_or(|version| BATCHING.iter().any(|known| version == known))
}

impl Call {
    /// Answers them one after the other; those that want no answer get none.
    pub(super) async fn answer_all(&self, batch: Vec<Value>) -> Response {
        if batch.is_empty() || batch.len() > MOST {
            let message = format!("a batch has from 1 to {MOST} messages");
            return Fault::bad(INVALID_REQUEST, message).answer(&Value::Null);
        }
        let mut answers: Vec<Value> = Vec::new();
        for (place, message) in batch.into_iter().enumerate() {
            // The first was counted as the request.
            let counted = if place == 0 { Ok(()) } else { self.counted() };
            answers.extend(Box::pin(self.answer_one(message, counted)).await);
        }
        if answers.is_empty() {
            return StatusCode::ACCEPTED.into_response();
        }
        Json(answers).into_response()
    }

    /// Counts a message as a request of the caller: several in one request cost what they would cost alone.
    fn counted(&self) -> Result<(), ApiError> {
        let taken = self.state.limits.take_of_caller(self.caller.principal());
        taken.map_err(too_many)
    }

    async fn answer_one(&self, message: Value, counted: Result<(), ApiError>) -> Option<Value> {
        let request = match read(message) {
            Ok(Message::Request(request)) => request,
            Ok(Message::NoAnswer) => return None,
            Err(fault) => return Some(fault.told(&Value::Null)),
        };
        let id = request.id.clone();
        if let Err(error) = counted {
            return Some(alone(error).told(&id));
        }
        if request.method == "initialize" {
            let why = "initialize must come alone";
            return Some(Fault::bad(INVALID_REQUEST, why).told(&id));
        }
        match Era::of(&request, &self.headers) {
            Ok(Era::Legacy) => {}
            Ok(Era::Modern { .. }) => {
                let why = "a message of this revision must come alone";
                return Some(Fault::bad(INVALID_REQUEST, why).told(&id));
            }
            Err(fault) => return Some(fault.told(&id)),
        }
        Some(match self.carry_out(request).await {
            Ok(Ok(result)) => json!(told(&id, result)),
            Ok(Err(fault)) => fault.told(&id),
            Err(error) => alone(error).told(&id),
        })
    }
}

/// What would be the status of the answer, were the message alone.
fn alone(error: ApiError) -> Fault {
    let mut data = json!({ "code": error.code.as_str() });
    if let Some(seconds) = error.retry_after {
        data["retry_after"] = Value::from(seconds);
    }
    Fault {
        data: Some(data),
        ..Fault::bad(INTERNAL_ERROR, error.message)
    }
}
