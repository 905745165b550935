//! Confluence on Data Center: REST v1, where pages and comments are all `content`.

mod files;
mod list;
mod read;
mod spaces;
mod write;

/// What is asked for of every page in a list.
const SUMMARY: &str = "version,space,ancestors,history";
/// What is asked for of a single page.
const WHOLE: &str = "body.storage,version,space,ancestors,history,metadata.labels";
/// What is asked for of a comment.
const COMMENT: &str = "body.storage,version,history,ancestors";
/// What is asked for of a comment at words of a page.
const INLINE_COMMENT: &str =
    "body.storage,version,history,ancestors,extensions.inlineProperties,extensions.resolution";
