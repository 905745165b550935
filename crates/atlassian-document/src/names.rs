//! The people whom texts mention by account alone, and texts with names for them.

use crate::{markdown, tree, wiki};

/// The accounts that a text in Markdown mentions, each once.
///
/// ```
/// let text = "ask [~accountid:5b10] or @[Mia](accountid:6c20), not `[~accountid:7d30]`";
///
/// assert_eq!(atlassian_document::people_in_markdown(text), ["5b10", "6c20"]);
/// ```
pub fn people_in_markdown(text: &str) -> Vec<String> {
    if !text.contains("accountid:") {
        return Vec::new();
    }
    let mentioned = tree::people::mentioned(&markdown::read(text));
    let mut accounts: Vec<String> = mentioned.into_keys().collect();
    accounts.sort_unstable();
    accounts
}

/// The people whom a text in wiki markup mentions by user name or key alone, each once.
///
/// ```
/// use atlassian_document::{people_in_wiki, wiki_to_markdown_with_names};
///
/// assert_eq!(people_in_wiki("ask [~mia]"), ["mia"]);
/// let markdown = wiki_to_markdown_with_names("ask [~mia]", |_| Some(String::from("Mia Krystof")));
/// assert_eq!(markdown, "ask @[Mia Krystof](accountid:mia)");
/// ```
pub fn people_in_wiki(text: &str) -> Vec<String> {
    if !text.contains('~') {
        return Vec::new();
    }
    tree::people::nameless(&wiki::read(text))
}

/// Reads wiki markup as [`wiki_to_markdown`](crate::wiki_to_markdown) does, with a name for each person who
/// is mentioned without one, where `name_of` knows it. Names change nothing in an edit.
pub fn wiki_to_markdown_with_names(text: &str, name_of: impl Fn(&str) -> Option<String>) -> String {
    markdown::write(&tree::people::named(wiki::read(text), &name_of))
}
