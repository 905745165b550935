//! Calls to Atlassian: what is sent, how much is read, how long they take.

mod answers;
mod causes;
mod company_proxy;
mod fixture;
mod gates;
mod points;
mod requests;
mod time;
mod waiting;
