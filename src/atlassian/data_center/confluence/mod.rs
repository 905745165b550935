//! Confluence on Data Center: REST v1, where pages and comments are all `content`.

mod list;
mod read;
mod spaces;
mod write;

/// What is asked for of every page in a list.
const SUMMARY: &str = "version,space,ancestors,history";
/// What is asked for of a single page.
const WHOLE: &str = "body.storage,version,space,ancestors,history,metadata.labels";
/// What is asked for of a comment.
const COMMENT: &str = "body.storage,version,history";
