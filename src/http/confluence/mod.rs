//! Confluence through the owner's connection. One file per noun.

pub(super) mod comments;
pub(super) mod pages;
pub(super) mod search;
pub(super) mod spaces;
