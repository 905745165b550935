//! The Model Context Protocol at `/mcp`: both eras, who may come, what tools answer.

mod callers;
mod calls;
mod eras;
pub(crate) mod fixture;
mod further;
mod lists;
mod messages;
mod places;
mod results;
mod rust_client;
mod search;
