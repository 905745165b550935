//! Reads Markdown (`CommonMark` with GFM tables, task lists and strikethrough) into the tree.
//!
//! Footnotes, math, definition lists and smart punctuation stay off: Atlassian's formats have no place
//! for them, and text that happens to hold a `$` must come back as it was.

use std::borrow::Cow;
use std::sync::Arc;

use super::keep::{Keeping, Step};
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::tree::MAXIMUM_DEPTH;
use crate::tree::collector::Collector;
use crate::tree::link::Link;
use crate::tree::{Block, Cell, Inline, Item, Style};

/// Reads a whole document. Raw HTML is text, except `<br>`, which is a line break.
pub(crate) fn read(markdown: &str) -> Vec<Block> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    // GFM (section 5.3): a task box is one only before white space, and the parser does not count the
    // end of the text as that.
    let markdown = if markdown.ends_with('\n') {
        Cow::Borrowed(markdown)
    } else {
        Cow::Owned(format!("{markdown}\n"))
    };
    let mut reader = Reader::default();
    for event in Parser::new_ext(&markdown, options) {
        reader.event(event);
    }
    reader.finish()
}

/// A container that is still open; its content is what the collector gathered since.
enum Frame {
    Quote,
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Item {
        checked: Option<bool>,
    },
}

#[derive(Default)]
struct Reader {
    /// Open containers, each with what was gathered before it began.
    frames: Vec<(Frame, Collector)>,
    /// For every open container of the source whether it has a frame.
    containers: Vec<bool>,
    collector: Collector,
    strong: usize,
    emphasis: usize,
    strike: usize,
    links: Vec<Option<Arc<Link>>>,
    /// For every open image where its own text begins, and its address.
    images: Vec<(String, bool)>,
    code: Option<(String, String)>,
    keeping: Keeping,
    header: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match self.keeping.event(&event) {
            Step::Outside => self.other_event(event),
            Step::Inside => {}
            Step::Done(inline) => {
                self.saw_text();
                self.collector.inline(inline);
            }
        }
    }

    fn other_event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.saw_text();
                let style = self.style();
                let text = text.into_string();
                self.collector.inline(Inline::Code { text, style });
            }
            Event::Html(html) => self.html(&html),
            Event::InlineHtml(html) => {
                // The only way to say "new line" in a cell (GFM, section 4.10), so it is understood everywhere.
                let tag: String = html.chars().filter(|c| !c.is_whitespace()).collect();
                if tag.eq_ignore_ascii_case("<br>") || tag.eq_ignore_ascii_case("<br/>") {
                    self.collector.inline(Inline::Break);
                } else {
                    self.html(&html);
                }
            }
            Event::FootnoteReference(label) => self.text(&format!("[^{label}]")),
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

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => self.open(Frame::Quote),
            Tag::List(start) => self.open(Frame::List {
                start,
                items: Vec::new(),
            }),
            Tag::Item => self.open(Frame::Item { checked: None }),
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
                let href = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                self.links.push(Link::new(&href, &title));
            }
            // A picture becomes a link: Jira and Confluence show pictures that were uploaded to them, by
            // identifiers that Markdown does not have.
            Tag::Image {
                dest_url, title, ..
            } => {
                self.links.push(Link::new(&dest_url, &title));
                self.images.push((dest_url.into_string(), false));
            }
            Tag::TableCell => {
                self.collector.take_inlines();
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock | Tag::Table(_) => {
                self.collector.flush();
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.collector.flush(),
            TagEnd::Heading(level) => {
                let content = self.collector.take_inlines();
                let heading = Block::heading(level as u64, content);
                self.collector.block(heading);
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => self.close(),
            TagEnd::CodeBlock => {
                let (language, text) = self.code.take().unwrap_or_default();
                let text = text.strip_suffix('\n').unwrap_or(&text);
                self.collector.block([Block::code(&language, text)]);
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strikethrough => self.strike = self.strike.saturating_sub(1),
            TagEnd::Link => {
                self.links.pop();
            }
            TagEnd::Image => {
                // Without a description the address is all there is to show.
                if let Some((address, false)) = self.images.pop() {
                    self.text(&address);
                }
                self.links.pop();
            }
            TagEnd::TableCell => self.row.push(self.collector.take_inlines()),
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

    /// Opens a container, unless it would lie too deep: then its content goes to the one around it.
    fn open(&mut self, frame: Frame) {
        self.collector.flush();
        let fits = if matches!(frame, Frame::Item { .. }) {
            matches!(self.frames.last(), Some((Frame::List { .. }, _)))
        } else {
            let items = |(frame, _): &&(Frame, Collector)| matches!(frame, Frame::Item { .. });
            self.frames.len() - self.frames.iter().filter(items).count() < MAXIMUM_DEPTH
        };
        self.containers.push(fits);
        if fits {
            let before = std::mem::take(&mut self.collector);
            self.frames.push((frame, before));
        }
    }

    fn close(&mut self) {
        self.collector.flush();
        if self.containers.pop() != Some(true) {
            return;
        }
        let Some((frame, before)) = self.frames.pop() else {
            return;
        };
        let blocks = std::mem::replace(&mut self.collector, before).finish();
        match frame {
            Frame::Quote => self.collector.block(Block::quote(blocks)),
            Frame::List { start, items } => self.collector.block(Block::list(start, items)),
            Frame::Item { checked } => {
                if let Some((Frame::List { items, .. }, _)) = self.frames.last_mut() {
                    items.push(Item { checked, blocks });
                }
            }
        }
    }

    fn style(&self) -> Style {
        Style {
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            strike: self.strike > 0,
            // A picture inside a link leads where the link does.
            link: self.links.iter().flatten().next().cloned(),
        }
    }

    /// Every open image has a text now.
    fn saw_text(&mut self) {
        for (_, has_text) in self.images.iter_mut().rev() {
            if *has_text {
                break;
            }
            *has_text = true;
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if !text.is_empty() {
            self.saw_text();
            let inline = Inline::text(text, &self.style());
            self.collector.inline(inline);
        }
    }

    /// Raw HTML, shown as it was written: passing it on would let a text put anything on a page.
    fn html(&mut self, html: &str) {
        for (index, line) in html.split('\n').enumerate() {
            if index > 0 {
                self.collector.inline(Inline::Break);
            }
            self.text(line);
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while !self.containers.is_empty() {
            self.close();
        }
        self.collector.finish()
    }
}
