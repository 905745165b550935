//! Cuts a page in storage format into its blocks, and tells what of each Markdown cannot say.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::reader::content;
use super::xml;
use crate::edit::lost::Lost;
use crate::edit::segments::{Segment, Segments};

/// Elements around whole pages and their columns: what lies in them is cut, and they stay.
const AROUND: &[&str] = &[
    "ac:layout",
    "ac:layout-section",
    "ac:layout-cell",
    "div",
    "section",
];

/// Elements that are blocks, whatever stands beside them.
const BLOCKS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "ac:task-list",
    "table",
    "blockquote",
    "pre",
    "hr",
    "header",
    "footer",
    "article",
    "dl",
    "ac:adf-extension",
];

/// Elements that Markdown says, or whose loss shows nowhere.
const SAID: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "colgroup",
    "col",
    "blockquote",
    "pre",
    "hr",
    "br",
    "strong",
    "b",
    "em",
    "i",
    "del",
    "s",
    "strike",
    "code",
    "u",
    "sub",
    "sup",
    "a",
    "ac:task-list",
    "ac:task",
    "ac:task-id",
    "ac:task-uuid",
    "ac:task-status",
    "ac:task-body",
    "ac:parameter",
    "ac:rich-text-body",
    "ac:plain-text-body",
    "ri:user",
    "ri:url",
    "ac:link-body",
    "ac:plain-text-link-body",
];

/// A page that is not written as Confluence writes pages.
pub(super) fn unclosed() -> Lost {
    Lost::Hidden(String::from("a page whose source cannot be followed"))
}

/// The segments of a page; none where it is not well-formed, or built otherwise than it reads.
pub(super) fn segments(source: &str) -> Option<Segments<'_>> {
    let mut cutter = Cutter::default();
    let mut reader = Reader::from_str(source);
    loop {
        let from = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let to = usize::try_from(reader.buffer_position()).ok()?;
        if matches!(event, Event::Eof) {
            break;
        }
        cutter.event(&event, from, to, source)?;
    }
    cutter.end_run();
    if cutter.depth > 0 || cutter.around > 0 {
        return None;
    }
    let mut list = Vec::new();
    let mut end = 0;
    for (from, to) in cutter.found {
        let shown = content(&xml::read(&source[from..to]));
        // What shows nothing goes with the glue.
        if !shown.is_empty() {
            list.push(Segment {
                glue: &source[end..from],
                source: &source[from..to],
                unsayable: unsayable(&source[from..to]),
                shown,
            });
            end = to;
        }
    }
    let all: Vec<_> = list
        .iter()
        .flat_map(|segment| segment.shown.iter().cloned())
        .collect();
    let tail = &source[end..];
    (all == content(&xml::read(source))).then_some(Segments { list, tail })
}

#[derive(Default)]
struct Cutter {
    /// Where segments begin and end.
    found: Vec<(usize, usize)>,
    /// Running text between blocks: where it begins and where what is seen of it ends.
    run: Option<(usize, usize)>,
    /// Open elements of the segment, and where it began.
    depth: usize,
    start: usize,
    is_block: bool,
    /// Open elements around segments.
    around: usize,
}

impl Cutter {
    fn event(&mut self, event: &Event<'_>, from: usize, to: usize, source: &str) -> Option<()> {
        match event {
            Event::Start(_) if self.depth > 0 => self.depth += 1,
            Event::End(_) if self.depth > 0 => {
                self.depth -= 1;
                if self.depth == 0 {
                    self.element(self.start, to, source);
                }
            }
            _ if self.depth > 0 => {}
            Event::Start(start) if AROUND.contains(&start.name().0) => {
                self.end_run();
                self.around += 1;
            }
            Event::Start(start) => {
                self.is_block = BLOCKS.contains(&start.name().0);
                (self.depth, self.start) = (1, from);
            }
            Event::Empty(start) if AROUND.contains(&start.name().0) => self.end_run(),
            Event::Empty(start) => {
                self.is_block = BLOCKS.contains(&start.name().0);
                self.element(from, to, source);
            }
            Event::End(_) => {
                self.end_run();
                self.around = self.around.checked_sub(1)?;
            }
            Event::Text(text) if text.trim().is_empty() => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => self.extend(from, to),
            _ => {}
        }
        Some(())
    }

    /// A whole element between blocks: a block, or a piece of running text.
    fn element(&mut self, from: usize, to: usize, source: &str) {
        let body = ["<ac:rich-text-body", "<ac:plain-text-body"];
        let own = &source[from..to];
        let is_macro = own.starts_with("<ac:structured-macro") || own.starts_with("<ac:macro");
        if self.is_block || is_macro && body.iter().any(|body| own.contains(body)) {
            self.end_run();
            self.found.push((from, to));
        } else {
            self.extend(from, to);
        }
    }

    fn extend(&mut self, from: usize, to: usize) {
        let begin = self.run.map_or(from, |(begin, _)| begin);
        self.run = Some((begin, to));
    }

    fn end_run(&mut self) {
        self.found.extend(self.run.take());
    }
}

/// The first thing in a source that Markdown cannot say, in words.
fn unsayable(source: &str) -> Option<String> {
    let mut reader = Reader::from_str(source);
    loop {
        let from = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                if let Some(what) = of_element(&start, &source[from..]) {
                    return Some(what);
                }
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn of_element(start: &BytesStart<'_>, rest: &str) -> Option<String> {
    let attribute = |wanted: &str| {
        let mut attributes = start.html_attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|one| one.key.0 == wanted);
        found.map(|found| found.value.into_owned())
    };
    let inside = |end: &str| rest.find(end).map_or(rest, |end| &rest[..end]);
    let name = start.name().0;
    match name {
        "td" | "th"
            if attribute("colspan")
                .or_else(|| attribute("rowspan"))
                .is_some_and(|span| span != "1") =>
        {
            Some(String::from("the merged cells of a table"))
        }
        _ if attribute("style").is_some() && name != "col" && name != "table" => {
            Some(String::from("a colour or another style of a text"))
        }
        known if SAID.contains(&known) => None,
        "ac:structured-macro" | "ac:macro" => {
            let kind = attribute("ac:name").unwrap_or_default();
            let titled = rest.contains("ac:name=\"title\"");
            let said = match kind.as_str() {
                "code" | "expand" => true,
                "info" | "note" | "tip" | "warning" => !titled,
                _ => false,
            };
            (!said).then(|| format!("the macro `{kind}`"))
        }
        "ac:link" => {
            let said = inside("</ac:link>").contains("<ri:user");
            (!said).then(|| String::from("a link to a page or a file"))
        }
        "ac:image" => {
            let inside = inside("</ac:image>");
            let own = ["ac:alt", "ac:title"];
            let mut attributes = start.html_attributes();
            let plain = attributes
                .with_checks(false)
                .flatten()
                .all(|one| own.contains(&one.key.0));
            let said = plain && inside.contains("<ri:url") && !inside.contains("<ac:caption");
            (!said).then(|| String::from("a picture"))
        }
        "ac:inline-comment-marker" => Some(String::from("an inline comment")),
        "time" => Some(String::from("a date")),
        "ac:emoticon" => Some(String::from("an emoticon")),
        other => Some(format!("the element `{other}`")),
    }
}
