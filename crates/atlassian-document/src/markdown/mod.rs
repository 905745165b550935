//! Markdown: `CommonMark` 0.31.2 (<https://spec.commonmark.org/0.31.2/>) with the tables, task lists
//! and strikethrough of GFM (<https://github.github.com/gfm/>).

mod escape;
mod inline;
mod keep;
mod reader;
mod writer;

pub(crate) use reader::read;
pub(crate) use writer::write;
