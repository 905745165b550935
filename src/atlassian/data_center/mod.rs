//! The other dialect: Jira's REST API v2 and Confluence's v1, as Data Center speaks them.

mod confluence;
mod identity;
mod jira;
mod space_keys;
mod whole_lists;

pub(super) use space_keys::SpaceKeys;
