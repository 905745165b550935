//! Several messages in one request: the revision 2025-03-26 has them, and says that a server takes them. Later ones do not.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::call::Call;
use super::eras::{BATCHING, Era, VERSION_HEADER};
use super::messages::{Fault, INTERNAL_ERROR, INVALID_REQUEST, Message, read, told};

/// The most messages of one request: limits count requests.
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
        let mut answers = Vec::new();
        for message in batch {
            answers.extend(Box::pin(self.answer_one(message)).await);
        }
        if answers.is_empty() {
            return StatusCode::ACCEPTED.into_response();
        }
        Json(answers).into_response()
    }

    async fn answer_one(&self, message: Value) -> Option<Value> {
        let request = match read(message) {
            Ok(Message::Request(request)) => request,
            Ok(Message::NoAnswer) => return None,
            Err(fault) => return Some(fault.told(&Value::Null)),
        };
        let id = request.id.clone();
        if request.method == "initialize" {
            let alone = "initialize must come alone";
            return Some(Fault::bad(INVALID_REQUEST, alone).told(&id));
        }
        match Era::of(&request, &self.headers) {
            Ok(Era::Legacy) => {}
            Ok(Era::Modern { .. }) => {
                let alone = "a message of this revision must come alone";
                return Some(Fault::bad(INVALID_REQUEST, alone).told(&id));
            }
            Err(fault) => return Some(fault.told(&id)),
        }
        Some(match self.carry_out(request).await {
            Ok(Ok(result)) => told(&id, &result),
            Ok(Err(fault)) => fault.told(&id),
            // Alone it would be the status of the answer.
            Err(error) => Fault::bad(INTERNAL_ERROR, error.message).told(&id),
        })
    }
}
