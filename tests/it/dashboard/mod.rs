//! The dashboard, its stream, and our other pages.

mod fixture;
pub mod own_pages;
mod page;
mod stream;
mod stream_readers;
