//! Reads any text as XML into elements, bounded in depth and forgiving about mistakes.
//!
//! Confluence refuses what is not well-formed, but bodies also come from templates, exports and people.

use std::ops::Range;

use pulldown_cmark::{Event as MarkdownEvent, Parser};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// How deep elements may lie inside each other; deeper tags are skipped and their text is kept. Readers
/// call themselves for every level.
const MAXIMUM_LEVELS: usize = 100;

/// The longest name of an HTML entity (`CounterClockwiseContourIntegral` has 31 letters).
const MAXIMUM_ENTITY: usize = 40;

/// Where something stands in the source, in bytes.
pub(crate) type Span = Range<usize>;

/// A part of an XML document.
#[derive(Debug)]
pub(crate) enum Node {
    /// An element with its content.
    Element(Element),
    /// Text with its references resolved.
    Text(String, Span),
    /// Text of a CDATA section, whose white space counts.
    Literal(String, Span),
}

impl Node {
    /// Where it stands.
    pub(crate) fn span(&self) -> &Span {
        match self {
            Self::Element(element) => &element.span,
            Self::Text(_, span) | Self::Literal(_, span) => span,
        }
    }
}

/// An element of an XML document.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// The name with its prefix, as it was written.
    pub(crate) name: String,
    /// Names with their prefixes, and values with references resolved.
    attributes: Vec<(String, String)>,
    /// What the element holds.
    pub(crate) children: Vec<Node>,
    /// Where it stands with its tags, and what lies between them.
    pub(crate) span: Span,
    pub(crate) inner: Span,
    /// The reference of one that Markdown cannot say.
    pub(crate) reference: Option<String>,
}

impl Element {
    /// An attribute's value, unless it is missing or blank.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        let value = found.map(|(_, value)| value.as_str());
        value.filter(|value| !value.trim().is_empty())
    }

    /// The names of the attributes.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }

    /// The elements directly inside.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(..) | Node::Literal(..) => None,
        })
    }

    /// The first element of a name directly inside.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// All text inside, however deep it lies.
    pub(crate) fn all_text(&self) -> String {
        let texts = self.children.iter().map(|node| match node {
            Node::Element(element) => element.all_text(),
            Node::Text(text, _) | Node::Literal(text, _) => text.clone(),
        });
        texts.collect()
    }

    /// Whether it is written as one tag.
    pub(crate) fn is_empty_tag(&self) -> bool {
        self.inner.start == self.span.end
    }

    fn push_text(&mut self, text: &str, at: Span) {
        if let Some(Node::Text(last, span)) = self.children.last_mut() {
            last.push_str(text);
            span.end = at.end;
        } else {
            self.children.push(Node::Text(text.to_owned(), at));
        }
    }
}

/// Where the comments of a source stand, and what else nobody sees.
pub(crate) fn unseen(source: &str) -> Vec<Span> {
    let mut reader = reader(source);
    let mut found = Vec::new();
    let mut from = 0;
    loop {
        let event = reader.read_event();
        let end = usize::try_from(reader.buffer_position()).unwrap_or(source.len());
        match event {
            Ok(Event::Eof) | Err(_) => return found,
            Ok(Event::Comment(_) | Event::PI(_)) => found.push(from..end),
            Ok(_) => {}
        }
        from = end;
    }
}

/// How long a comment is that a text begins with, or something else that nobody sees.
pub(crate) fn unseen_length(text: &str) -> Option<usize> {
    let ends = [
        ("<!--", "-->"),
        ("<![CDATA[", ""),
        ("<?", "?>"),
        ("<!", ">"),
    ];
    let (begin, end) = ends.iter().find(|(begin, _)| text.starts_with(begin))?;
    let length = text[begin.len()..].find(end).filter(|_| !end.is_empty())?;
    Some(begin.len() + length + end.len())
}

fn reader(source: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(source);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

/// Gives an element without a name around everything that was read.
///
/// Elements that are not closed end with the one around them. From the first place that is no XML
/// at all on, the rest is text.
pub(crate) fn read(source: &str) -> Element {
    let mut reader = reader(source);
    let mut builder = Builder::default();
    let mut understood = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => {
                let end = usize::try_from(reader.buffer_position()).unwrap_or(source.len());
                builder.event(event, understood..end);
                understood = end;
            }
            Err(_) => {
                let rest = source.get(understood..).unwrap_or_default();
                builder.top().push_text(rest, understood..source.len());
                break;
            }
        }
    }
    builder.finish(source.len())
}

#[derive(Default)]
struct Builder {
    root: Element,
    open: Vec<Element>,
    skipped: usize,
}

impl Builder {
    fn top(&mut self) -> &mut Element {
        self.open.last_mut().unwrap_or(&mut self.root)
    }

    fn event(&mut self, event: Event<'_>, at: Span) {
        match event {
            // `a < b` is no tag, whatever XML says.
            Event::Start(start) if !is_name(start.name().0) => {
                self.top().push_text(&format!("<{}>", &*start), at);
            }
            Event::Empty(start) if !is_name(start.name().0) => {
                self.top().push_text(&format!("<{}/>", &*start), at);
            }
            // HTML's empty elements, which people write without the slash that XML wants.
            Event::Start(start) if matches!(start.name().0, "br" | "hr" | "img") => {
                self.top().children.push(Node::Element(element(&start, at)));
            }
            Event::Start(_) if self.open.len() >= MAXIMUM_LEVELS => self.skipped += 1,
            Event::Start(start) => self.open.push(element(&start, at)),
            Event::Empty(start) => self.top().children.push(Node::Element(element(&start, at))),
            Event::End(end) => self.close(end.name().0.trim(), &at),
            Event::Text(text) => self.top().push_text(&text, at),
            Event::CData(text) => {
                let text = text.into_inner().into_owned();
                self.top().children.push(Node::Literal(text, at));
            }
            Event::GeneralRef(reference) => {
                let text = resolve(&reference);
                self.top().push_text(&text, at);
            }
            // What nobody sees is a part of the text that it stands in.
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                self.top().push_text("", at);
            }
            Event::Eof => {}
        }
    }

    fn close(&mut self, name: &str, at: &Span) {
        if self.skipped > 0 {
            self.skipped -= 1;
        } else if let Some(position) = self.open.iter().rposition(|open| open.name == name) {
            // What was never closed ends before the tag that closes what it lies in.
            while self.open.len() > position + 1 {
                self.close_last(&(at.start..at.start));
            }
            self.close_last(at);
        }
    }

    fn close_last(&mut self, at: &Span) {
        if let Some(mut last) = self.open.pop() {
            last.inner.end = at.start;
            last.span.end = at.end;
            self.top().children.push(Node::Element(last));
        }
    }

    fn finish(mut self, end: usize) -> Element {
        while !self.open.is_empty() {
            self.close_last(&(end..end));
        }
        (self.root.span, self.root.inner) = (0..end, 0..end);
        self.root
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn element(start: &BytesStart<'_>, at: Span) -> Element {
    let mut attributes = start.html_attributes();
    let attributes = attributes.with_checks(false).flatten();
    let attributes = attributes.map(|attribute| {
        let value = resolve_all(&attribute.value);
        (attribute.key.0.to_owned(), value)
    });
    Element {
        name: start.name().0.to_owned(),
        attributes: attributes.collect(),
        children: Vec::new(),
        inner: at.end..at.end,
        span: at,
        reference: None,
    }
}

/// Whether a source is well-formed, and no deeper than it is read: then every element ends where it says.
pub(crate) fn is_well_formed(source: &str) -> bool {
    let mut reader = Reader::from_str(source);
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) if is_name(start.name().0) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) => return depth == 0,
            Ok(Event::Start(_)) | Err(_) => return false,
            Ok(_) => {}
        }
        if depth >= MAXIMUM_LEVELS {
            return false;
        }
    }
}

/// The text that a reference stands for, or the reference itself.
pub(crate) fn resolve(reference: &BytesRef<'_>) -> String {
    if reference.is_char_ref() {
        let resolved = reference.resolve_char_ref().ok().flatten();
        return resolved.unwrap_or(char::REPLACEMENT_CHARACTER).to_string();
    }
    named_entity(reference)
}

/// Confluence uses HTML's entities without declaring them; Markdown's reader knows them all.
fn named_entity(name: &str) -> String {
    let reference = format!("&{name};");
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        "nbsp" => "\u{a0}".to_owned(),
        _ if name.len() > MAXIMUM_ENTITY || !name.chars().all(|c| c.is_ascii_alphanumeric()) => {
            reference
        }
        _ => {
            let texts = Parser::new(&reference).filter_map(|event| match event {
                MarkdownEvent::Text(text) => Some(text.into_string()),
                _ => None,
            });
            texts.collect()
        }
    }
}

/// Resolves the references in an attribute's value.
pub(crate) fn resolve_all(value: &str) -> String {
    let mut resolved = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = rest.find('&') {
        resolved.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        if let Some(end) = end.filter(|end| *end > 0 && after[*end..].starts_with(';')) {
            resolved.push_str(&resolve(&BytesRef::new(&after[..end])));
            rest = &after[end + 1..];
        } else {
            resolved.push('&');
            rest = after;
        }
    }
    resolved.push_str(rest);
    resolved
}
