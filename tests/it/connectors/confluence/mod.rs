//! Confluence through the connector.

mod addresses;
mod comments;
mod creating;
mod fixture;
mod lists;
mod lossless;
mod page_changes;
mod pages;
mod people;
mod search_meaning;
