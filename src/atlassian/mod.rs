//! atlassian

pub mod document;
