//! Markdown: `CommonMark` 0.31.2 (<https://spec.commonmark.org/0.31.2/>) with the tables, task lists,
//! strikethrough and bare addresses of GFM (<https://github.github.com/gfm/>), and GitHub's notes and alerts.

mod definitions;
mod escape;
mod html;
mod inline;
mod keep;
mod notes;
mod reader;
mod start;
mod tokens;
mod writer;

pub(crate) use reader::read;
pub(crate) use writer::write;
