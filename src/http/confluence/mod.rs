//! Confluence through the owner's connection, one file for each noun.

pub(crate) mod comments;
pub(crate) mod pages;
pub(crate) mod search;
pub(crate) mod spaces;
