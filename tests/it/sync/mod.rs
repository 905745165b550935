//! Syncs: whole lists of Atlassian's in the stored rows.

mod circle;
mod completed;
mod data_center;
pub mod fixture;
mod hiccups;
mod interrupted;
mod process;
mod sites;
mod unread;
