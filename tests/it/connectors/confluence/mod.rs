//! Confluence through the connector.

mod addresses;
mod comments;
mod creating;
pub mod fixture;
mod kinds;
mod lists;
mod lossless;
mod page_changes;
mod pages;
mod people;
mod races;
mod search_meaning;
