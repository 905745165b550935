//! What stands in requests and answers: errors, extractors, paging, formats.

mod as_meant;
pub mod body;
pub(crate) mod created;
pub(crate) mod entity_tags;
pub(crate) mod error;
pub(crate) mod extract;
pub(crate) mod format;
pub(crate) mod long_json;
pub(crate) mod paging;
pub(crate) mod search_query;
mod statuses;
