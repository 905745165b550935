//! An answer as it is kept to be given again: what a caller sees of it, without the means of one transport.

use serde::{Deserialize, Serialize};

/// The first answer to a request that carried an idempotency key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The status.
    pub status: u16,
    /// The media type of the body, if there is one.
    pub content_type: Option<String>,
    /// Where the new object is.
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

impl std::fmt::Debug for KeptAnswer {
    /// The body belongs to its owner and stays out of logs.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("KeptAnswer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
