//! The routes of the earlier chatbot server for Jira, in its shapes: Jira's own objects from the
//! services that the connector stands on too.

pub(crate) mod panel;
pub(crate) mod reading;
pub(crate) mod writing;

/// The most entries of a list that has no paging of its own.
const MOST_ENTRIES: u32 = 1000;
