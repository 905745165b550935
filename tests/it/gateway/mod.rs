//! The gateway: other people's clients, with a key of ours, at addresses like those of `api.atlassian.com`.

mod account;
mod addresses;
mod answers;
mod broken;
mod coverage;
mod data_center;
mod files;
mod fixture;
mod human_pages;
mod logins;
mod narrowed;
mod outcomes;
mod places;
mod points;
mod reading;
mod refusals;
mod sockets;
mod story;
mod uploads;
