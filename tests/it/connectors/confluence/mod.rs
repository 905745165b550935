//! Confluence through the connector.

mod addresses;
mod comments;
mod creating;
mod fixture;
mod lists;
mod page_changes;
mod pages;
