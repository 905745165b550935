//! Reads Markdown (`CommonMark` with GFM's tables, task lists, strikethrough, notes and alerts) into the tree.
//!
//! Math, definition lists and smart punctuation stay off: Atlassian's formats have no place for them,
//! and text that happens to hold a `$` must come back as it was.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::cjk::befriended;
use super::closed::closed;
use super::definitions::{Unused, undefined};
use super::frames::{Container, Frame};
use super::html::Tags;
use super::html_blocks::Ends;
use super::keep::{Keeping, Step};
use super::notes::Notes;
use super::start::{alert, code_info, titled, without_front_matter};
use super::tables::widened;
use super::targets::Target;
use crate::effort::look;
use crate::tree::collector::Collector;
use crate::tree::flatten::into_inlines;
use crate::tree::{Block, Cell, Inline, Style};

/// Reads a whole document. Of raw HTML what says the same as Markdown is understood; the rest is text.
pub(crate) fn read(markdown: &str) -> Vec<Block> {
    let amendments: [Amendment; 5] = [undefined, befriended, closed, widened, titled];
    read_amended(&source(markdown), &amendments)
}

/// Writes a text otherwise where `CommonMark` would not read it as it is meant.
type Amendment = fn(&str, &[(Event<'_>, Range<usize>)]) -> Option<String>;

/// Reads a text behind these amendments; most texts need none, and are looked at once.
fn read_amended(markdown: &str, amendments: &[Amendment]) -> Vec<Block> {
    let (found, parser) = events(markdown);
    for (index, amendment) in amendments.iter().enumerate() {
        if let Some(amended) = amendment(markdown, &found) {
            return read_amended(&amended, &amendments[index + 1..]);
        }
    }
    built(markdown, found, &parser)
}

/// What of a text is read.
pub(super) fn source(markdown: &str) -> Cow<'_, str> {
    let markdown = without_front_matter(markdown);
    // GFM (section 5.3): a task box is one only before white space, and the parser does not count the
    // end of the text as that.
    if markdown.ends_with('\n') {
        Cow::Borrowed(markdown)
    } else {
        Cow::Owned(format!("{markdown}\n"))
    }
}

/// What the events of a text tell.
fn built(
    markdown: &str,
    events: Vec<(Event<'_>, Range<usize>)>,
    parser: &OffsetIter<'_>,
) -> Vec<Block> {
    let mut reader = Reader {
        ends: Ends::of(markdown),
        ..Reader::default()
    };
    let mut unused = Unused::of(markdown, &events, parser.reference_definitions());
    for (event, range) in events {
        unused.read_before(&event, &range, &mut reader.collector);
        reader.event(event, &range, markdown);
    }
    unused.read_before_place(usize::MAX, &mut reader.collector);
    reader.finish()
}

/// The events of a text, and the parser, which knows the definitions.
pub(super) fn events(markdown: &str) -> (Vec<(Event<'_>, Range<usize>)>, OffsetIter<'_>) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES;
    let mut parser = Parser::new_ext(markdown, options).into_offset_iter();
    let events = parser.by_ref().collect();
    (events, parser)
}

#[derive(Default)]
pub(super) struct Reader {
    /// Open containers, each with what was gathered before it began.
    pub(super) frames: Vec<(Frame, Collector)>,
    pub(super) containers: Vec<Container>,
    pub(super) collector: Collector,
    pub(super) tags: Tags,
    strong: usize,
    emphasis: usize,
    strike: usize,
    pub(super) targets: Vec<Target>,
    /// Where the last text ended in the source.
    text_end: usize,
    code: Option<(String, String)>,
    keeping: Keeping,
    pub(super) html: Option<String>,
    header: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    pub(super) notes: Notes,
    /// What stood before the cell of a table that is open.
    before_cell: Option<Collector>,
    /// Where the tags of HTML's blocks end, and the range in which one that begins now has to.
    pub(super) ends: Ends,
    pub(super) within: Range<usize>,
    /// Whether a heading is open, in which no block can begin.
    pub(super) in_heading: bool,
    /// Literal text between tags: its language, and what was gathered of it.
    pub(super) literal: Option<(String, String)>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>, source: &str) {
        look();
        match self.keeping.event(&event) {
            Step::Outside => self.other_event(event, range, source),
            Step::Inside => {}
            Step::Done(inline) => self.collector.inline(inline),
        }
    }

    fn other_event(&mut self, event: Event<'_>, range: &Range<usize>, source: &str) {
        match event {
            Event::Start(tag) => self.start(tag, range, source),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.html.is_some() => self.raw_html(&text),
            Event::Text(text) => self.source_text(&text, range),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let style = self.style();
                let text = text.into_string();
                self.collector.inline(Inline::Code { text, style });
            }
            Event::Html(html) => self.raw_html(&html),
            Event::InlineHtml(html) => self.inline_html(&html, range.start),
            Event::FootnoteReference(label) => {
                let number = self.notes.number(&label);
                self.collector.inline(Inline::Note(number));
            }
            // A line end inside a paragraph may be shown as a space (`CommonMark`, section 6.8), and has to
            // be: ADF holds no line feed in text, and Jira shows one as a line break.
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.collector.inline(Inline::Break),
            Event::Rule => self.collector.block([Block::Rule]),
            Event::TaskListMarker(done) => {
                if let Some((Frame::Item { checked }, _)) = self.frames.last_mut() {
                    *checked = Some(done);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>, source: &str) {
        match tag {
            Tag::BlockQuote(_) => self.open(Frame::Quote(alert(&source[range.start..])), None),
            Tag::List(start) => {
                let items = Vec::new();
                self.open(Frame::List { start, items }, None);
            }
            Tag::Item => {
                self.open(Frame::Item { checked: None }, None);
                self.within = range.clone();
            }
            Tag::FootnoteDefinition(label) => {
                let label = label.into_string();
                self.open(Frame::Note { label }, None);
            }
            Tag::CodeBlock(CodeBlockKind::Indented) if self.goes_on(&source[range.clone()]) => {
                self.begin_html(range.start..source.len());
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                self.target(address, &title, link_type == LinkType::Autolink);
            }
            Tag::Image {
                dest_url, title, ..
            } => self.target(dest_url.into_string(), &title, false),
            Tag::TableCell => {
                self.flush();
                self.within = range.clone();
                self.containers.push(Container::default());
                self.before_cell = Some(std::mem::take(&mut self.collector));
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock | Tag::Table(_) => {
                self.flush();
                self.in_heading = matches!(tag, Tag::Heading { .. });
                self.within = match tag {
                    Tag::HtmlBlock => range.start..source.len(),
                    _ => range.clone(),
                };
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::CodeBlock if self.html.is_some() => self.end_html(),
            TagEnd::Heading(level) => self.heading(level as u64),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.close();
            }
            TagEnd::CodeBlock => {
                let (language, text) = self.code.take().unwrap_or_default();
                let text = text.strip_suffix('\n').unwrap_or(&text);
                let (language, title) = code_info(&language);
                self.collector
                    .block([Block::titled_code(language, title, text)]);
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strikethrough => self.strike = self.strike.saturating_sub(1),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(),
            TagEnd::TableCell => {
                self.close();
                let before = self.before_cell.take().unwrap_or_default();
                let blocks = std::mem::replace(&mut self.collector, before).finish();
                self.row.push(into_inlines(&blocks));
            }
            TagEnd::TableHead => self.header = std::mem::take(&mut self.row),
            TagEnd::TableRow => self.rows.push(std::mem::take(&mut self.row)),
            TagEnd::Table => {
                let header = std::mem::take(&mut self.header);
                let table = Block::table(header, std::mem::take(&mut self.rows));
                self.collector.block(table);
            }
            _ => {}
        }
    }

    /// The running text gathered so far becomes a heading.
    pub(super) fn heading(&mut self, level: u64) {
        self.tags.clear();
        self.in_heading = false;
        let content = self.collector.take_inlines();
        self.collector.block(Block::heading(level, content));
    }

    /// Ends the open paragraph.
    pub(super) fn flush(&mut self) {
        self.tags.clear();
        self.collector.flush();
    }

    pub(super) fn is_in_link(&self) -> bool {
        !self.targets.is_empty()
    }

    pub(super) fn style(&self) -> Style {
        Style {
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            strike: self.strike > 0,
            ..Style::default()
        }
    }

    /// Text as it stands in the source. What follows directly is joined, so that `[~accountid:…]` is
    /// seen, of which the parser makes several pieces; behind a backslash nothing follows directly.
    fn source_text(&mut self, text: &str, range: &Range<usize>) {
        let follows = range.start == self.text_end;
        self.text_end = range.end;
        let style = self.style();
        match self.collector.last() {
            Some(Inline::Text {
                text: last,
                style: of_last,
            }) if follows && self.code.is_none() && *of_last == style => last.push_str(text),
            _ => self.text(text),
        }
        if text.ends_with(']') && self.code.is_none() {
            self.read_mention();
        }
    }

    /// Jira's own way to name a person, which people know from wiki markup.
    fn read_mention(&mut self) {
        let Some(Inline::Text { text, .. }) = self.collector.last() else {
            return;
        };
        let near = text.len().saturating_sub(LONGEST_MENTION);
        let near = (near..text.len()).find(|at| text.is_char_boundary(*at));
        let sign = "[~accountid:";
        let start = near.and_then(|near| Some(near + text[near..].rfind(sign)?));
        let Some(start) = start else { return };
        let account = &text[start + sign.len()..text.len() - 1];
        if let Some(person) = Inline::mention(account, "") {
            text.truncate(start);
            self.collector.inline(person);
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if !text.is_empty() {
            let inline = Inline::text(text, &self.style());
            self.collector.inline(inline);
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while !self.containers.is_empty() {
            self.close();
        }
        let mut blocks = self.collector.finish();
        blocks.extend(self.notes.finish());
        blocks
    }
}

/// The longest `[~accountid:…]`.
const LONGEST_MENTION: usize = 160;
