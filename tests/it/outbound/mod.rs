//! Calls to Atlassian: what is sent, how much is read, how long they take.

mod answers;
mod company_proxy;
mod fixture;
mod requests;
mod time;
