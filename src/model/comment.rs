//! Comments, on issues and on pages.

use serde::Serialize;
use utoipa::ToSchema;

use super::issue::Person;
use super::time::Timestamp;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Comment {
    /// Its id.
    #[schema(example = "10000")]
    pub id: String,
    /// Who wrote it.
    pub author: Option<Person>,
    /// The text in Markdown.
    #[schema(example = "Put out with **foam**.")]
    pub body: String,
    /// When it was written.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-30T12:00:00Z")]
    pub created: Option<Timestamp>,
    /// When it was changed last.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    pub updated: Option<Timestamp>,
}
