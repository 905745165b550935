//! The Model Context Protocol at `/mcp`: both eras, who may come, what tools answer.

mod callers;
mod calls;
mod eras;
pub(crate) mod every_tool;
pub(crate) mod fixture;
mod further;
mod lists;
mod messages;
mod pages;
mod plans;
mod results;
mod rovo;
mod search;
