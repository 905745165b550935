//! Calls to Atlassian: what is sent, how much is read, how long they take.

pub mod answers;
mod company_proxy;
mod time;
