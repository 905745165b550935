//! What a connection is for: Jira, Confluence and the tools for agents.

mod attached_pictures;
mod confluence;
mod done_writes;
mod epics;
pub mod jira;
mod keys;
mod lists_and_links;
mod named_by_address;
mod not_for_this_account;
mod nothing_found;
mod own_documents;
mod places_elsewhere;
mod preconditions;
mod times_in_queries;
pub mod tools;
mod unanswered_writes;
mod unknown_names;
mod unread_texts;
mod whole_objects;
