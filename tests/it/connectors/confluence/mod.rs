//! Confluence through the connector.

mod comments;
mod lists;
mod pages;
