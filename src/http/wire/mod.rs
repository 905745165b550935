//! The words of the wire: errors, extractors, paging, formats.

pub mod error;
pub mod extract;
pub(crate) mod format;
pub mod paging;
pub(crate) mod search_query;
