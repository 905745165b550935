//! Confluence through the owner's connection. One file per noun.

pub(crate) mod comments;
pub(crate) mod pages;
pub(crate) mod search;
pub(crate) mod spaces;
