//! Markdown: `CommonMark` 0.31.2 (<https://spec.commonmark.org/0.31.2/>) with the tables, task lists,
//! strikethrough and bare addresses of GFM (<https://github.github.com/gfm/>), and GitHub's notes and alerts.

mod below_numbers;
mod bullets;
mod cjk;
mod closed;
mod definitions;
mod escape;
mod frames;
mod habits;
mod html;
mod html_blocks;
mod inline;
mod intraword;
mod keep;
mod notes;
mod outside;
mod pictures;
mod reader;
mod slips;
mod spelt_addresses;
mod start;
mod tables;
mod targets;
mod tokens;
mod user_names;
mod wiki_lists;
mod wiki_words;
mod writer;

pub(crate) use habits::without_wiki_markup;
pub(crate) use outside::outside_code;
pub(crate) use pictures::{beside as with_files, by_name as pictures_by_name};
pub(crate) use reader::read;
pub(crate) use slips::without_slips;
pub(crate) use user_names::with_user_names;
pub(crate) use writer::write;
