//! The vocabulary every other room speaks: ids, times, secrets, grants, connections. No I/O.

pub mod clock;
pub mod connection;
pub mod flow;
pub mod grant;
pub mod ids;
pub mod page;
pub mod principal;
pub mod product;
pub mod return_url;
pub mod scope;
pub mod secret;
pub mod signature;
pub mod site;
pub mod time;
