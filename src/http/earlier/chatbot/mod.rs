//! The chatbot server's routes for Jira, which return Jira's own objects.

pub(crate) mod panel;
pub(crate) mod reading;
pub(crate) mod writing;

/// The most entries of a list that has no paging of its own.
const MOST_ENTRIES: u32 = 1000;
