//! The frame around answers that the earlier systems had.

use axum::Json;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An answer in the frame of the earlier systems.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Framed {
    /// Always `success`.
    #[schema(example = "success")]
    pub(crate) status: &'static str,
    /// A short title.
    pub(crate) message: &'static str,
    /// The answer itself.
    pub(crate) data: Value,
}

impl Framed {
    pub(crate) fn new(message: &'static str, data: Value) -> Json<Self> {
        Json(Self {
            status: "success",
            message,
            data,
        })
    }
}
