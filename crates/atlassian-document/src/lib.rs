//! Markdown to and from Jira's ADF, Jira's wiki markup and Confluence's storage format: pure, total
//! functions.
//!
//! Every conversion goes through one small `tree`: a reader per format builds it in its normal
//! form, a writer per format spells it out. What the tree cannot hold (panels, media, mentions,
//! macros) is kept as readable text.

mod adf_inline;
mod adf_reader;
mod adf_writer;
mod collector;
mod flatten;
mod link;
mod markdown_escape;
mod markdown_inline;
mod markdown_reader;
mod markdown_writer;
mod nesting;
mod normal;
mod storage_macros;
mod storage_reader;
mod storage_writer;
mod storage_xml;
mod tree;
mod wiki_inline;
mod wiki_link;
mod wiki_macros;
mod wiki_reader;
mod wiki_text;
mod wiki_tokens;
mod wiki_writer;

#[cfg(test)]
mod tests;

/// How many lists and quotes may lie inside each other before deeper content is flattened.
///
/// A list level costs four levels of JSON, and common JSON readers stop at 128.
const MAXIMUM_DEPTH: usize = 24;

/// Gives a whole ADF `doc` node for Markdown (`CommonMark` with GFM tables, task lists and
/// strikethrough). The result always follows the ADF grammar; raw HTML stays plain text.
pub fn markdown_to_adf(markdown: &str) -> serde_json::Value {
    adf_writer::write(&markdown_reader::read(markdown))
}

/// Gives readable Markdown for any JSON value that claims to be ADF.
///
/// A string is read as serialised ADF if it is JSON, and as plain text otherwise. Unknown nodes
/// give their content, unknown marks are left out.
pub fn adf_to_markdown(document: &serde_json::Value) -> String {
    markdown_writer::write(&adf_reader::read(document))
}

/// Gives a well-formed XHTML fragment in Confluence's storage format for Markdown.
pub fn markdown_to_storage(markdown: &str) -> String {
    storage_writer::write(&markdown_reader::read(markdown))
}

/// Gives readable Markdown for any text that claims to be Confluence's storage format.
///
/// Unknown elements give their content; from the first place that is no XML on, the rest is text.
pub fn storage_to_markdown(storage: &str) -> String {
    markdown_writer::write(&storage_reader::read(storage))
}

/// Gives Jira's wiki markup for Markdown, as Data Center takes it.
pub fn markdown_to_wiki(markdown: &str) -> String {
    wiki_writer::write(&markdown_reader::read(markdown))
}

/// Gives readable Markdown for any text that claims to be Jira's wiki markup.
///
/// Marks without a Markdown form stay as they are; colours and anchors are left out; a block that
/// never ends is text.
pub fn wiki_to_markdown(wiki: &str) -> String {
    markdown_writer::write(&wiki_reader::read_blocks(wiki))
}
