//! Confluence's storage format: XHTML with elements of its own (`ac:`, `ri:`).
//!
//! Described at <https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html>.

mod data_center;
mod edit;
mod elements;
mod keep;
mod macros;
mod passages;
mod reader;
mod stretches;
mod writer;
pub(crate) mod xml;

pub(crate) use data_center::for_data_center;
pub(crate) use edit::edit;
pub(crate) use passages::passages;
pub(crate) use reader::read;
pub(crate) use writer::write;
