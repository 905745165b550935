//! `check`: each classic mistake is named, with the field to change; and it changes nothing.

mod connections;
mod fixture;
mod mistakes;
mod oauth_app;
mod report;
