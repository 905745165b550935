//! Titles of code blocks: shown, written, and kept in edits.

use crate::{
    Losses, edit_storage, edit_wiki, markdown_to_adf, markdown_to_storage, markdown_to_wiki,
    storage_to_markdown, wiki_to_markdown,
};

fn page(title: &str, text: &str) -> String {
    format!(
        "<ac:structured-macro ac:name=\"code\" ac:macro-id=\"1\"><ac:parameter ac:name=\"language\">java</ac:parameter>\
         {title}<ac:parameter ac:name=\"linenumbers\">true</ac:parameter>\
         <ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body></ac:structured-macro>"
    )
}

fn title(text: &str) -> String {
    format!("<ac:parameter ac:name=\"title\">{text}</ac:parameter>")
}

#[test]
fn a_title_is_shown_and_written() {
    for (markdown, storage, wiki) in [
        (
            "```java title=\"A.java\"\nx\n```",
            "<ac:parameter ac:name=\"language\">java</ac:parameter><ac:parameter ac:name=\"title\">A.java</ac:parameter>",
            "{code:java|title=A.java}\nx\n{code}",
        ),
        (
            "```title=\"a \\\\ \\& <b> it's\"\nx\n```",
            "<ac:parameter ac:name=\"title\">a \\ &amp; &lt;b&gt; it's</ac:parameter>",
            "{code:title=a \\ & <b> it's}\nx\n{code}",
        ),
    ] {
        let written = markdown_to_storage(markdown);
        assert!(written.contains(storage), "{written}");
        assert_eq!(storage_to_markdown(&written), markdown);
        let written = markdown_to_wiki(markdown);
        assert_eq!(written, wiki);
        assert_eq!(wiki_to_markdown(&written), markdown);
    }
    // ADF has no place for it.
    assert_eq!(
        markdown_to_adf("```java title=\"A.java\"\nx\n```"),
        markdown_to_adf("```java\nx\n```")
    );
}

#[test]
fn a_title_of_a_page_stays_and_changes_alone() {
    let current = page(&title("\"A\" &amp; `b`"), "x");
    let shown = storage_to_markdown(&current);
    assert_eq!(shown, "```java title=\"'A' \\& 'b'\"\nx\n```");
    let edit = |edited: String| edit_storage(&current, &edited, Losses::Refused);
    assert_eq!(
        edit(shown.replace("\nx\n", "\ny\n")),
        Ok(page(&title("\"A\" &amp; `b`"), "y"))
    );
    assert_eq!(
        edit(shown.replace("'A' \\& 'b'", "C")),
        Ok(page(&title("C"), "x"))
    );
    assert_eq!(edit("```java\nx\n```".to_owned()), Ok(page("", "x")));
    let other = edit("```python title=\"C\"\nx\n```".to_owned());
    assert_eq!(other, Ok(page(&title("C"), "x").replace("java", "python")));
}

#[test]
fn a_title_of_wiki_markup_stays_and_changes_alone() {
    for (from, edited, to) in [
        (
            "{code:title=A.java|borderStyle=solid}\nx\n{code}",
            "```title=\"A.java\"\ny\n```",
            "{code:title=A.java|borderStyle=solid}\ny\n{code}",
        ),
        (
            "{code:java|title=A.java|borderStyle=solid}\nx\n{code}",
            "```java title=\"B\"\nx\n```",
            "{code:java|title=B|borderStyle=solid}\nx\n{code}",
        ),
        (
            "{code:java|title=A.java}\nx\n{code}",
            "```java\nx\n```",
            "{code:java}\nx\n{code}",
        ),
        (
            "{code}\nx\n{code}",
            "```title=\"B\"\nx\n```",
            "{code:title=B}\nx\n{code}",
        ),
        (
            "{code:title=A}\nx\n{code}",
            "```java title=\"B\"\nx\n```",
            "{code:java|title=B}\nx\n{code}",
        ),
    ] {
        assert_eq!(
            edit_wiki(from, edited, Losses::Refused).as_deref(),
            Ok(to),
            "{from}"
        );
    }
}
