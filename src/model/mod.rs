//! The vocabulary every other room speaks: ids, times, secrets, grants, connections. No I/O.

pub mod api_key;
pub mod clock;
pub mod comment;
pub mod connection;
pub mod content;
pub mod fields;
pub mod flow;
pub mod grant;
pub mod hit;
pub mod ids;
pub mod issue;
pub mod issue_draft;
pub mod kept_answer;
pub mod page;
pub mod page_body;
pub mod page_change;
pub mod page_draft;
pub mod page_reference;
pub mod principal;
pub mod product;
pub mod return_url;
pub mod scope;
pub mod secret;
pub mod signature;
pub mod site;
pub mod time;
