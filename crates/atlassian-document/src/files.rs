//! Files that lie beside a text, as pictures in it.

use std::borrow::Cow;

use crate::{markdown, tree};

/// The names of files that pictures in a text in Markdown have in the places of addresses. Alone they lead nowhere;
/// [`with_files`] says what lies beside the text.
///
/// ```
/// use atlassian_document::pictures_by_name;
///
/// assert_eq!(pictures_by_name("![a](chart.png) ![b](my%20plan.svg) `![](x.png)` ![](https://a.example/c.png)"), ["chart.png", "my plan.svg"]);
/// ```
pub fn pictures_by_name(markdown: &str) -> Vec<String> {
    markdown::pictures_by_name(markdown)
}

/// A text in Markdown for which some files lie beside: a picture with the name of one is written as that file. `files` are
/// their names, with what Jira Cloud's documents know them by, where the text becomes such a document.
///
/// ```
/// use atlassian_document::{markdown_to_storage, with_files};
///
/// let text = with_files("![Chart](chart.png) ![](other.png)", &[(String::from("chart.png"), None)]);
/// let storage = markdown_to_storage(&text);
///
/// assert_eq!(
///     storage,
///     "<p><ac:image ac:alt=\"Chart\"><ri:attachment ri:filename=\"chart.png\"/></ac:image> (other.png)</p>"
/// );
/// ```
pub fn with_files<'text>(
    markdown: &'text str,
    files: &[(String, Option<String>)],
) -> Cow<'text, str> {
    markdown::with_files(markdown, |wanted| {
        let exactly = files.iter().find(|(name, _)| name == wanted);
        let folded = || {
            files
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        let (name, media) = exactly.or_else(folded)?;
        Some(tree::file::File {
            name: name.clone(),
            media: media.clone(),
        })
    })
}
