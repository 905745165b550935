//! The dashboard, its stream, and our other pages.

pub mod own_pages;
mod page;
mod stream;
