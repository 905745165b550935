//! The dashboard, its stream, and our other pages.

pub(crate) mod fixture;
pub mod own_pages;
mod page;
mod stream;
mod stream_readers;
