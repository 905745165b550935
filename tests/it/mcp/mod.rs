//! The Model Context Protocol at `/mcp`: both eras, who may come, what tools answer.

mod callers;
mod calls;
mod elsewhere;
mod eras;
pub(crate) mod every_tool;
mod files;
pub(crate) mod fixture;
mod further;
mod joined;
mod lists;
mod long_answers;
mod lost_answers;
mod messages;
mod pages;
mod places;
mod plans;
mod results;
mod rovo;
mod rust_client;
mod search;
mod told_truly;
mod tree;
mod unsaid;
