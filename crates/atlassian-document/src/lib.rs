//! Markdown to and from Atlassian's formats: ADF, Confluence storage format, Jira wiki markup.
//!
#![doc = include_str!("../README.md")]
#![warn(clippy::missing_errors_doc)]

// Every conversion goes through `tree`: each format has a reader that builds the tree in its normal
// form and a writer that spells it out. Four readers and four writers, not twelve converters; and
// "what Markdown can say" is written down once, as the type of the tree.
mod adf;
mod edit;
mod effort;
mod files;
mod markdown;
mod names;
mod storage;
mod texts;
mod tree;
mod wiki;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

pub use edit::Losses;
pub use edit::lost::Lost;
pub use files::{pictures_by_name, with_files};
pub use names::{people_in_markdown, people_in_wiki, wiki_to_markdown_with_names};
pub use texts::{outside_code, passages_in_storage, placeholder_in, placeholders_in, remark};

/// Writes Markdown as a whole ADF `doc` node, for Jira Cloud's REST v3 or Confluence's
/// `atlas_doc_format` (which takes it serialised to a string).
///
/// The result always follows ADF's grammar, because Jira and Confluence refuse a whole document for
/// one node in the wrong place. Identifiers of tasks are counted, so the same text gives the same
/// document. Raw HTML is never passed on.
///
/// ```
/// use serde_json::json;
///
/// let document = atlassian_document::markdown_to_adf("Fixed in **1.2**");
///
/// assert_eq!(document, json!({
///     "type": "doc",
///     "version": 1,
///     "content": [{ "type": "paragraph", "content": [
///         { "type": "text", "text": "Fixed in " },
///         { "type": "text", "text": "1.2", "marks": [{ "type": "strong" }] },
///     ]}],
/// }));
/// ```
pub fn markdown_to_adf(markdown: &str) -> Value {
    adf::write(&meant(markdown))
}

/// Markdown without a document that its placeholders could stand for.
fn words(markdown: &str) -> Vec<tree::Block> {
    tree::keep::as_words(markdown::read(markdown), &|_| true)
}

/// The same, with what is meant by wiki markup that was written out of habit, and by other slips.
fn meant(markdown: &str) -> Vec<tree::Block> {
    let markdown = markdown::without_wiki_markup(markdown);
    words(&markdown::without_slips(&markdown))
}

/// A text in Markdown with the people whom it names by user names in brackets, as they are named on Data Center:
/// `[~mia]` becomes `[~accountid:mia]`, outside of code and of links. What is written as wiki markup is read so
/// anyway.
///
/// ```
/// use atlassian_document::people_by_user_name;
///
/// assert_eq!(people_by_user_name("ask [~mia], not `[~lea]`").trim_end(), "ask [~accountid:mia], not `[~lea]`");
/// ```
pub fn people_by_user_name(markdown: &str) -> Cow<'_, str> {
    markdown::with_user_names(markdown)
}

/// Changes an ADF document to what its Markdown was edited to.
///
/// What the edit leaves alone stays as it is, to the last attribute. A placeholder brings back the node
/// that it stands for, wherever it was moved.
///
/// # Errors
/// [`Lost`] where the edit would destroy what Markdown cannot say, or has a placeholder that stands for
/// nothing. [`Losses::Accepted`] has no errors.
///
/// ```
/// use atlassian_document::{Losses, adf_to_markdown, edit_adf};
/// use serde_json::json;
///
/// let mention = json!({ "type": "mention", "attrs": { "id": "5b10", "text": "@Mia" } });
/// let document = |question: &str| json!({ "type": "doc", "version": 1, "content": [
///     { "type": "paragraph", "attrs": { "localId": "p1" }, "content": [
///         { "type": "text", "text": question }, mention,
///     ]},
/// ]});
///
/// let markdown = adf_to_markdown(&document("Ask "));
/// let edited = edit_adf(&document("Ask "), &markdown.replace("Ask", "Tell"), Losses::Refused);
///
/// assert_eq!(edited, Ok(document("Tell ")));
/// ```
pub fn edit_adf(current: &Value, edited: &str, losses: Losses) -> Result<Value, Lost> {
    adf::edit(current, edited, losses)
}

/// Changes a page in storage format to what its Markdown was edited to.
///
/// What the edit leaves alone stays as it is, byte for byte. A placeholder brings back the element that it
/// stands for, wherever it was moved.
///
/// # Errors
/// [`Lost`] where the edit would destroy what Markdown cannot say, or has a placeholder that stands for
/// nothing. [`Losses::Accepted`] has no errors.
///
/// ```
/// use atlassian_document::{Losses, edit_storage, storage_to_markdown};
///
/// let page = "<p>one</p><ac:structured-macro ac:name=\"toc\" /><p>two</p>";
/// let edited = storage_to_markdown(page).replace("two", "three");
///
/// assert_eq!(
///     edit_storage(page, &edited, Losses::Refused).unwrap(),
///     "<p>one</p><ac:structured-macro ac:name=\"toc\" /><p>three</p>"
/// );
/// ```
pub fn edit_storage(current: &str, edited: &str, losses: Losses) -> Result<String, Lost> {
    storage::edit(current, edited, losses)
}

/// Changes a text in wiki markup to what its Markdown was edited to.
///
/// What the edit leaves alone stays as it is, byte for byte. A placeholder brings back the source that it
/// stands for, wherever it was moved.
///
/// # Errors
/// [`Lost`] where the edit would destroy what Markdown cannot say, or has a placeholder that stands for
/// nothing. [`Losses::Accepted`] has no errors.
///
/// ```
/// use atlassian_document::{Losses, edit_wiki, wiki_to_markdown};
///
/// let text = "one\n\n!shot.png|thumbnail!\n\ntwo";
/// let edited = wiki_to_markdown(text).replace("two", "three");
///
/// assert_eq!(
///     edit_wiki(text, &edited, Losses::Refused).unwrap(),
///     "one\n\n!shot.png|thumbnail!\n\nthree"
/// );
/// ```
pub fn edit_wiki(current: &str, edited: &str, losses: Losses) -> Result<String, Lost> {
    wiki::edit(current, &markdown::with_user_names(edited), losses)
}

/// Brings two changes of one text in Markdown together: `edited`, which was made from `before`, and `now`,
/// which somebody else has made of it meanwhile.
///
/// Where only one changed something, that change stands, and what was added stays, whoever added it. Where
/// both changed the same words, `edited` stands. The name of a person is no change.
///
/// ```
/// let merged = atlassian_document::merge_edits("one\n\ntwo", "one\n\ntwo\n\nthree", "1\n\ntwo");
///
/// assert_eq!(merged, "1\n\ntwo\n\nthree");
/// ```
pub fn merge_edits(before: &str, now: &str, edited: &str) -> String {
    edit::merge::merged(before, now, edited)
}

/// Reads any JSON value that claims to be ADF as Markdown.
///
/// It never fails: an unknown node gives its content, an unknown mark is left out. An array is read as
/// a list of nodes. A string is read as serialised ADF if it holds a JSON object (that is how
/// Confluence sends `atlas_doc_format`), and as plain text otherwise.
///
/// ```
/// use atlassian_document::adf_to_markdown;
/// use serde_json::json;
///
/// let comment = json!({ "type": "doc", "version": 1, "content": [
///     { "type": "paragraph", "content": [
///         { "type": "mention", "attrs": { "id": "5b10", "text": "@Mia" } },
///         { "type": "text", "text": " see " },
///         { "type": "inlineCard", "attrs": { "url": "https://example.com/EX-1" } },
///     ]},
/// ]});
///
/// assert_eq!(adf_to_markdown(&comment), "@[Mia](accountid:5b10) see <https://example.com/EX-1>");
/// assert_eq!(adf_to_markdown(&json!(comment.to_string())), adf_to_markdown(&comment));
/// assert_eq!(adf_to_markdown(&json!("2 * 3 * 4")), "2 \\* 3 \\* 4");
/// ```
pub fn adf_to_markdown(document: &Value) -> String {
    markdown::write(&adf::read(document))
}

/// Writes Markdown as a fragment of Confluence's storage format.
///
/// The result is well-formed XML, which Confluence insists on; code becomes Confluence's `code` macro
/// and a list of tasks its task list. Raw HTML is never passed on.
///
/// ```
/// let storage = atlassian_document::markdown_to_storage("Tom & Jerry\n\n- [x] done");
///
/// assert_eq!(
///     storage,
///     "<p>Tom &amp; Jerry</p><ac:task-list><ac:task><ac:task-id>1</ac:task-id>\
///      <ac:task-status>complete</ac:task-status><ac:task-body>done</ac:task-body></ac:task></ac:task-list>"
/// );
/// ```
pub fn markdown_to_storage(markdown: &str) -> String {
    storage::write(&tree::anchors::spelt(meant(markdown), &[]))
}

/// Puts a page that was written here, or edited, into the words of Confluence Data Center: languages that
/// its code macro knows, user names (or keys) instead of accounts, and headings by its names. What Confluence stored stays.
///
/// ```
/// use atlassian_document::{markdown_to_storage, storage_for_data_center};
///
/// let storage = markdown_to_storage("hi @[Mia](accountid:mia)");
///
/// assert_eq!(
///     storage_for_data_center(&storage),
///     "<p>hi <ac:link><ri:user ri:username=\"mia\"/></ac:link></p>"
/// );
/// ```
pub fn storage_for_data_center(storage: &str) -> String {
    storage::for_data_center(storage, "")
}

/// Puts a page that was edited into the words of Confluence Data Center, as [`storage_for_data_center`] does.
/// In `before`, the page as it is stored there, code has languages that stay; those that came since are put into
/// names that Data Center knows.
///
/// ```
/// use atlassian_document::{Losses, edit_storage, edited_storage_for_data_center};
///
/// let code = |language: &str| format!(
///     "<ac:structured-macro ac:name=\"code\" ac:macro-id=\"1\"><ac:parameter ac:name=\"language\">{language}\
///      </ac:parameter><ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>"
/// );
/// let edited = edit_storage(&code("py"), "```typescript\nx\n```", Losses::Refused).unwrap();
///
/// assert_eq!(edited, code("typescript"));
/// assert_eq!(edited_storage_for_data_center(&edited, &code("py")), code("js"));
/// ```
pub fn edited_storage_for_data_center(storage: &str, before: &str) -> String {
    storage::for_data_center(storage, before)
}

/// Reads any text that claims to be Confluence's storage format as Markdown.
///
/// It never fails: an unknown element gives its content, and from the first place on that is no XML
/// the rest is text.
///
/// ```
/// use atlassian_document::storage_to_markdown;
///
/// let page = "<h1>Notes&nbsp;&hellip;</h1><ac:structured-macro ac:name=\"info\">\
///             <ac:rich-text-body><p>Read <em>this</em>.</p></ac:rich-text-body></ac:structured-macro>";
///
/// assert_eq!(storage_to_markdown(page), "# Notes\u{a0}…\n\n> [!INFO]\n> Read _this_.");
/// assert_eq!(storage_to_markdown("<p>a <b>b</p> 1 < 2"), "a **b**\n\n1 < 2");
/// ```
pub fn storage_to_markdown(storage: &str) -> String {
    markdown::write(&storage::read(storage))
}

/// The accounts that a page in storage format mentions without a name, each once.
///
/// Storage format holds accounts; what they are called is known to Confluence alone.
///
/// ```
/// use atlassian_document::{people_in_storage, storage_to_markdown_with_names};
///
/// let page = "<p>ask <ac:link><ri:user ri:account-id=\"5b10\" /></ac:link></p>";
///
/// assert_eq!(people_in_storage(page), ["5b10"]);
/// let markdown = storage_to_markdown_with_names(page, |_| Some(String::from("Mia")));
/// assert_eq!(markdown, "ask @[Mia](accountid:5b10)");
/// ```
pub fn people_in_storage(storage: &str) -> Vec<String> {
    tree::people::nameless(&storage::read(storage))
}

/// Reads storage format as [`storage_to_markdown`] does, with a name for each account that is
/// mentioned without one, where `name_of` knows it. Names change nothing in an edit.
pub fn storage_to_markdown_with_names(
    storage: &str,
    name_of: impl Fn(&str) -> Option<String>,
) -> String {
    markdown::write(&tree::people::named(storage::read(storage), &name_of))
}

/// Writes Markdown as Jira's wiki markup, which Jira Data Center and Server take.
///
/// Text that would be markup is escaped, so that `[x]`, `{code}` and `:)` stay what they are. `[~mia]` is a person there.
///
/// ```
/// let wiki = atlassian_document::markdown_to_wiki("# Plan\n\nsee [here](https://example.com) :)");
///
/// assert_eq!(wiki, "h1. Plan\n\nsee [here|https://example.com] \\:)");
/// ```
pub fn markdown_to_wiki(markdown: &str) -> String {
    wiki::write(&meant(&markdown::with_user_names(markdown)))
}

/// Writes an ADF document as Jira's wiki markup. What looks like wiki markup in its text is text.
///
/// ```
/// use serde_json::json;
///
/// let text = json!({ "type": "text", "text": "h2. no heading" });
/// let document = json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [text] }] });
///
/// assert_eq!(atlassian_document::adf_to_wiki(&document), "h2&#46; no heading");
/// ```
pub fn adf_to_wiki(document: &Value) -> String {
    wiki::write(&words(&adf_to_markdown(document)))
}

/// Reads any text that claims to be Jira's wiki markup as Markdown.
///
/// It never fails: macros, files and pictures are placeholders, colours are left out, and a block that
/// never ends is text.
///
/// ```
/// use atlassian_document::wiki_to_markdown;
///
/// let description = "h2. Steps\n# open {{app.log}}\n# look for *ERROR*\n\n{color:red}soon{color}";
///
/// assert_eq!(
///     wiki_to_markdown(description),
///     "## Steps\n\n1. open `app.log`\n2. look for **ERROR**\n\nsoon"
/// );
/// assert_eq!(wiki_to_markdown("{code}\nnever closed"), "{code}\\\nnever closed");
/// ```
pub fn wiki_to_markdown(wiki: &str) -> String {
    markdown::write(&wiki::read(wiki))
}

/// An edited text, with the characters put back that its writer was not shown.
///
/// `shown` is the Markdown that the document gives, and `visible` takes out of a text what nobody sees, such
/// as soft hyphens and marks of direction. Whoever got the text without them and writes it back changed
/// nothing there: words that are the same without them are those of `shown`, with every character between
/// them. Hand the result to [`edit_adf`], [`edit_storage`] or [`edit_wiki`].
///
/// ```
/// use std::borrow::Cow;
///
/// let shown = "soft\u{ad}hyphen\n\nsecond";
/// fn visible(text: &str) -> Cow<'_, str> {
///     Cow::Owned(text.replace('\u{ad}', ""))
/// }
///
/// let edited = atlassian_document::with_unseen(shown, "softhyphen\n\nthird", visible);
///
/// assert_eq!(edited, "soft\u{ad}hyphen\n\nthird");
/// ```
pub fn with_unseen<'edited>(
    shown: &str,
    edited: &'edited str,
    visible: impl for<'text> Fn(&'text str) -> Cow<'text, str>,
) -> Cow<'edited, str> {
    edit::unseen::restored(shown, edited, visible)
}
