//! What stands at the start of a document, of a quotation or of code and is no text of it: front matter, the kind of an
//! alert, language and title.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::tree::panel::Panel;
use crate::tree::{Block, Inline};

/// The most lines that are searched for the end of front matter.
const MAXIMUM_LINES: usize = 500;

/// Settings that begin the files of site generators and note takers, and hardly a text of anybody.
const CERTAIN: [&str; 12] = [
    "aliases",
    "author",
    "authors",
    "categories",
    "date",
    "draft",
    "keywords",
    "layout",
    "permalink",
    "slug",
    "tags",
    "title",
];

/// The document behind its front matter: settings in YAML between two lines of three dashes, which
/// site generators and note takers put before everything else.
///
/// A document may also begin with a rule, and people quote mails and manifests so. So all lines between the dashes must be
/// settings, and one of them one that only files have. The mark that some editors put before everything (U+FEFF) is no
/// text, and would hide a heading or a list.
pub(super) fn without_front_matter(markdown: &str) -> &str {
    let text = markdown.strip_prefix('\u{feff}').unwrap_or(markdown);
    let mut lines = text.split_inclusive('\n');
    let dashes = |line: &str| line.trim_end() == "---";
    let Some(first) = lines.next().filter(|line| dashes(line)) else {
        return text;
    };
    let (mut length, mut is_certain) = (first.len(), false);
    for (index, line) in lines.enumerate().take(MAXIMUM_LINES) {
        length += line.len();
        if index > 0 && (dashes(line) || line.trim_end() == "...") {
            return if is_certain { &text[length..] } else { text };
        }
        // What belongs to the setting above is indented, or an entry of a list.
        let goes_on =
            index > 0 && (line.starts_with([' ', '\t', '-', '#']) || line.trim().is_empty());
        if !goes_on && !is_setting(line) {
            return text;
        }
        is_certain |= CERTAIN.iter().any(|name| {
            let value = line.strip_prefix(name);
            value.is_some_and(|value| value.starts_with(':'))
        });
    }
    text
}

/// `name: value`, with or without the value.
fn is_setting(line: &str) -> bool {
    let Some((name, value)) = line.split_once(':') else {
        return false;
    };
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let named = !name.is_empty() && name.chars().all(in_name);
    named && value.starts_with(char::is_whitespace)
}

/// The kind of alert that a quotation is: GitHub's `> [!NOTE]` on its first line.
pub(super) fn alert(source: &str) -> Option<Panel> {
    let line = source.lines().next().unwrap_or_default();
    let line = line.trim_start().strip_prefix('>')?.trim_start();
    let name = line.strip_prefix("[!")?.split_once(']')?.0;
    Panel::named(name)
}

/// Alerts whose line says a title, as note takers write it (`> [!tip]- Try this`), with the title as a paragraph of its own;
/// nothing where there is none.
pub(super) fn titled(source: &str, events: &[(Event<'_>, Range<usize>)]) -> Option<String> {
    if !source.contains("[!") {
        return None;
    }
    let (mut written, mut from) = (String::new(), 0);
    for (event, range) in events {
        let is_quotation = matches!(event, Event::Start(Tag::BlockQuote(_)));
        if !is_quotation || range.start < from || alert(&source[range.start..]).is_none() {
            continue;
        }
        let line = source[range.start..].lines().next().unwrap_or_default();
        let end = line.find(']').map_or(line.len(), |end| end + 1);
        let title = line[end..].trim_start_matches(['+', '-']).trim();
        let before = source[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let prefix = &source[before..range.start];
        let is_plain = prefix.chars().all(|sign| matches!(sign, '>' | ' '));
        if title.is_empty() || !is_plain {
            continue;
        }
        let is_marked = title.contains(['*', '_', '`', '[', '<']);
        let marks = if is_marked { "" } else { "**" };
        let said = format!("\n{prefix}> {marks}{title}{marks}\n{prefix}>");
        written.extend([&source[from..range.start + end], &said]);
        from = range.start + line.len();
    }
    (from > 0).then(|| written + &source[from..])
}

/// The language and the title of code, as the line says them that begins it: `java title="A.java"`.
pub(super) fn code_info(info: &str) -> (&str, &str) {
    let sign = "title=\"";
    let stands = |at: &usize| info[..*at].trim_end().len() < *at || *at == 0;
    let found = info.match_indices(sign).map(|(at, _)| at).find(stands);
    let Some(at) = found else {
        return (info, "");
    };
    let title = info[at + sign.len()..].split('"').next();
    (&info[..at], title.unwrap_or_default())
}

/// The content of an alert without the line that says its kind.
pub(super) fn without_marker(mut blocks: Vec<Block>) -> Vec<Block> {
    if let Some(Block::Paragraph(content)) = blocks.first_mut()
        && let Some(Inline::Text { text, .. }) = content.first_mut()
        && let Some((_, rest)) = text.split_once(']')
    {
        *text = rest.to_owned();
        let content = std::mem::take(content);
        blocks.splice(..1, Block::paragraph(content));
    }
    blocks
}
