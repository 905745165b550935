//! Converts Markdown documents into every format and back, for programs that judge what is written.
//!
//! Each line of the input is a JSON object: `markdown`, and what Markdown cannot say, which is put into the document
//! before it is edited, as `kept`: nodes of ADF, storage format, wiki markup; without them it is not edited. Each line
//! of the output holds what was made of one. Of an `adf`, or of a `source` in a `format`, one word is changed.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};

use atlassian_document::{
    Losses, Lost, adf_to_markdown, edit_adf, edit_storage, edit_wiki, markdown_to_adf,
    markdown_to_storage, markdown_to_wiki, storage_for_data_center, storage_to_markdown,
    wiki_to_markdown,
};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut output = stdout().lock();
    for line in stdin().lock().lines() {
        let input: Value = serde_json::from_str(&line?)?;
        let made = match (input["markdown"].as_str(), input["format"].as_str()) {
            (Some(markdown), _) => converted(markdown, &input["kept"]),
            (None, Some("storage")) => source_changed(&input, storage_to_markdown, edit_storage),
            (None, Some(_)) => source_changed(&input, wiki_to_markdown, edit_wiki),
            (None, None) => with_one_word_changed(&input),
        };
        writeln!(output, "{made}")?;
    }
    Ok(())
}

fn converted(markdown: &str, kept: &Value) -> Value {
    let adf = markdown_to_adf(markdown);
    let storage = markdown_to_storage(markdown);
    let wiki = markdown_to_wiki(markdown);
    let read = [
        adf_to_markdown(&adf),
        storage_to_markdown(&storage),
        wiki_to_markdown(&wiki),
    ];
    json!({
        "adf": {
            "written": adf,
            "read": read[0],
            "again": markdown_to_adf(&read[0]),
            "reread": adf_to_markdown(&markdown_to_adf(&read[0])),
        },
        "storage": { "written": storage, "read": read[1], "again": markdown_to_storage(&read[1]) },
        "wiki": { "written": wiki, "read": read[2], "again": markdown_to_wiki(&read[2]) },
        "dataCenter": storage_for_data_center(&storage),
        "edits": kept.is_object().then(|| all_edits(markdown, [&storage, &wiki], &adf, kept)),
    })
}

/// Edits of a document that did not come from Markdown (`adf`): nothing changed, the one place of the word `from`
/// made `to`, and a paragraph put before and behind everything.
fn with_one_word_changed(input: &Value) -> Value {
    let word = |name: &str| input[name].as_str().unwrap_or_default();
    let shown = adf_to_markdown(&input["adf"]);
    let edit = |text: &str| match edit_adf(&input["adf"], text, Losses::Refused) {
        Ok(edited) => json!({ "written": edited }),
        Err(lost) => json!({ "refused": lost.to_string() }),
    };
    json!({
        "shown": shown,
        "unchanged": edit(&shown),
        "changed": edit(&shown.replacen(word("from"), word("to"), 1)),
        "before": edit(&format!("first word\n\n{shown}")),
        "behind": edit(&format!("{shown}\n\nlast word")),
    })
}

/// The same of a `source` in storage format or wiki markup.
fn source_changed(
    input: &Value,
    read: impl Fn(&str) -> String,
    edit: impl Fn(&str, &str, Losses) -> Result<String, Lost>,
) -> Value {
    let word = |name: &str| input[name].as_str().unwrap_or_default();
    let source = word("source");
    let shown = read(source);
    let edit = |text: &str| match edit(source, text, Losses::Refused) {
        Ok(edited) => json!({ "written": edited }),
        Err(lost) => json!({ "refused": lost.to_string() }),
    };
    json!({
        "shown": shown,
        "unchanged": edit(&shown),
        "changed": edit(&shown.replacen(word("from"), word("to"), 1)),
        "before": edit(&format!("first word\n\n{shown}")),
        "behind": edit(&format!("{shown}\n\nlast word")),
    })
}

/// Edits in all three formats.
fn all_edits(markdown: &str, [storage, wiki]: [&str; 2], adf: &Value, kept: &Value) -> Value {
    let kept_text = |format: &str| kept[format].as_str().unwrap_or_default();
    let page = format!("{storage}{}", kept_text("storage"));
    let text = format!("{wiki}\n\n{}", kept_text("wiki"));
    let nodes = kept["adf"].as_array().map_or(&[][..], Vec::as_slice);
    json!({
        "ADF": edits(markdown, adf, nodes),
        "storage": source_edits(&page, &storage_to_markdown(&page), markdown, edit_storage),
        "wiki": source_edits(&text, &wiki_to_markdown(&text), markdown, edit_wiki),
    })
}

/// Edits of the document with what Markdown cannot say in the middle of it: nothing changed, a word
/// before all of it, its first block moved to its end, and the text that it was made of instead.
fn edits(markdown: &str, adf: &Value, kept: &[Value]) -> Value {
    let mut document = adf.clone();
    if let Some(content) = document["content"].as_array_mut() {
        let middle = content.len().div_ceil(2);
        content.splice(middle..middle, kept.iter().cloned());
    }
    let shown = adf_to_markdown(&document);
    let is_empty = adf["content"].as_array().is_none_or(Vec::is_empty);
    let edit =
        |text: &str, losses: Losses, meant: Option<&str>| match edit_adf(&document, text, losses) {
            Ok(edited) => json!({
                "read": adf_to_markdown(&edited),
                "meant": meant,
                "written": edited,
            }),
            Err(lost) => json!({ "refused": lost.to_string() }),
        };
    let (first, others) = first_block(&shown);
    let (added, moved) = (
        format!("first word\n\n{shown}"),
        format!("{others}\n\n{first}"),
    );
    json!({
        "document": document,
        "made": {
            "unchanged": edit(&shown, Losses::Refused, Some(&shown)),
            "added": edit(&added, Losses::Refused, Some(&added)),
            // Two lists that come to stand beside each other are one. A document that was empty would
            // begin with a frame, of which only half were moved.
            "moved": if is_empty { Value::Null } else { edit(&moved, Losses::Refused, None) },
            "replaced": edit(markdown, Losses::Accepted, Some(&adf_to_markdown(adf))),
        },
    })
}

/// A text cut behind its first block. Of code that holds an empty line no half is moved: what stood between the
/// halves would become code, which is refused.
fn first_block(text: &str) -> (&str, &str) {
    let mut ends = text.match_indices("\n\n").map(|(end, _)| end);
    match ends.find(|end| !ends_in_code(&text[..*end])) {
        Some(end) => (&text[..end], &text[end + 2..]),
        None => (text, ""),
    }
}

/// Whether the last fence of a text is not closed (`CommonMark` 0.31 §4.5).
fn ends_in_code(text: &str) -> bool {
    let mut open = None;
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '>']);
        let rest = line.trim_start_matches('`');
        let ticks = line.len() - rest.len();
        match open {
            None if ticks >= 3 && !rest.contains('`') => open = Some(ticks),
            Some(fence) if ticks >= fence && rest.trim().is_empty() => open = None,
            _ => {}
        }
    }
    open.is_some()
}

/// Edits of a text in storage format or wiki markup: nothing changed, a word before all of it, and other text instead.
fn source_edits(
    source: &str,
    shown: &str,
    other: &str,
    edit: impl Fn(&str, &str, Losses) -> Result<String, Lost>,
) -> Value {
    let edited = |text: &str, losses: Losses| match edit(source, text, losses) {
        Ok(written) => json!({ "written": written }),
        Err(lost) => json!({ "refused": lost.to_string() }),
    };
    json!({
        "document": source,
        "made": {
            "unchanged": edited(shown, Losses::Refused),
            "added": edited(&format!("first word\n\n{shown}"), Losses::Refused),
            "replaced": edited(other, Losses::Accepted),
        },
    })
}
