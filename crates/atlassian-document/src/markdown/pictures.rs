//! Pictures that Markdown names by the name of their file, as `![Chart](chart.png)`.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, LinkType, Tag};

use super::reader::{events, source};
use crate::tree::file::File;

/// The names of files that pictures have in the places of addresses, each once.
pub(crate) fn by_name(markdown: &str) -> Vec<String> {
    if !markdown.contains("![") {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    for (_, _, name) in pictures(&source(markdown)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The text with the pictures that lie beside it, by what `file_of` knows of their names.
pub(crate) fn beside(markdown: &str, file_of: impl Fn(&str) -> Option<File>) -> Cow<'_, str> {
    if !markdown.contains("![") {
        return Cow::Borrowed(markdown);
    }
    let text = source(markdown);
    let (mut written, mut from) = (String::new(), 0);
    for (range, title, name) in pictures(&text) {
        let address = file_of(&name).and_then(|file| file.address());
        if let (Some(address), true) = (address, range.start >= from) {
            let words = words_of(&text[range.clone()]);
            let title = title.map_or_else(String::new, |title| format!(" \"{title}\""));
            written.extend([
                &text[from..range.start],
                "![",
                words,
                "](",
                &address,
                &title,
                ")",
            ]);
            from = range.end;
        }
    }
    if from == 0 {
        return Cow::Borrowed(markdown);
    }
    Cow::Owned(written + &text[from..])
}

/// Where pictures stand that have the name of a file in the place of an address, with a title that can be written again.
fn pictures(source: &str) -> Vec<(Range<usize>, Option<String>, String)> {
    let events = events(source).0.into_iter();
    let found = events.filter_map(|(event, range)| match event {
        // What leads elsewhere by a name stays: its address stands in another place, perhaps for others too.
        Event::Start(Tag::Image {
            link_type: LinkType::Inline,
            dest_url,
            title,
            ..
        }) => {
            let title = title.replace(['"', '\\', '\n'], " ");
            let title = Some(title).filter(|title| !title.trim().is_empty());
            Some((range, title, file_name(&dest_url)?))
        }
        _ => None,
    });
    found.collect()
}

/// The name in an address that has no scheme, host or folder.
fn file_name(address: &str) -> Option<String> {
    let name = percent_decode_str(address).decode_utf8().ok()?;
    let name = name.trim().strip_prefix("./").unwrap_or(name.trim());
    let is_name = name.contains('.') && !name.contains(['/', '\\', ':', '?', '#']);
    is_name.then(|| name.to_owned())
}

/// The words of a picture as it is written.
fn words_of(picture: &str) -> &str {
    let inner = picture.strip_prefix("![").unwrap_or_default();
    &inner[..inner.rfind("](").unwrap_or(0)]
}
