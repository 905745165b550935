//! Writes the tree in Confluence's storage format: XHTML with `ac:` elements for code and tasks.
//!
//! Confluence answers 400 to anything that is not well-formed XML, so empty elements are closed and
//! every character of text is escaped. Only XML's own entities are used.

use std::collections::HashSet;
use std::fmt::Write as _;

use percent_encoding::percent_decode_str;

use crate::tree::file::File;
use crate::tree::flatten::{is_simple_task, task_box};
use crate::tree::keep::{Keep, mark};
use crate::tree::language::{self, Target};
use crate::tree::link::Link;
use crate::tree::nesting::{Mark, Sink, nest};
use crate::tree::panel::Panel;
use crate::tree::{Block, Cell, Inline, Item, notes};

/// Gives a well-formed XHTML fragment; the same tree gives the same text.
pub(crate) fn write(blocks: &[Block]) -> String {
    let mut writer = Writer::default();
    writer.blocks(&notes::lower(blocks));
    writer.written
}

/// Writes blocks and parts of some.
#[derive(Default)]
pub(crate) struct Writer {
    written: String,
    /// The highest number of a task so far.
    tasks: u64,
    /// People whom a page names in its own way: a mark is left where one of them is to stand.
    people: HashSet<String>,
}

/// What a mark for a person begins with, before the account. No reference does.
pub(crate) const PERSON: &str = "@";

impl Writer {
    /// A writer for a page that has tasks up to this number.
    pub(crate) fn counting_from(tasks: u64) -> Self {
        Self {
            tasks,
            ..Self::default()
        }
    }

    /// Leaves marks for these people.
    pub(crate) fn know<'a>(&mut self, accounts: impl Iterator<Item = &'a str>) {
        self.people.extend(accounts.map(str::to_owned));
    }

    /// A block on its own.
    pub(crate) fn one_block(&mut self, block: &Block) -> String {
        self.block(block);
        std::mem::take(&mut self.written)
    }

    /// An entry of a list, or a task of a list of tasks.
    pub(crate) fn one_entry(&mut self, item: &Item, is_task: bool) -> String {
        if is_task {
            self.task(item);
        } else {
            self.element("li", |writer| writer.list_item(item));
        }
        std::mem::take(&mut self.written)
    }

    /// Running text on its own.
    pub(crate) fn one_text(&mut self, content: &[Inline]) -> String {
        self.inlines(content);
        std::mem::take(&mut self.written)
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => self.element("p", |writer| writer.inlines(content)),
            Block::Heading { level, content } => {
                self.element(&format!("h{level}"), |writer| writer.inlines(content));
            }
            Block::List { start: None, items } if items.iter().all(is_simple_task) => {
                self.element("ac:task-list", |writer| {
                    for item in items {
                        writer.task(item);
                    }
                });
            }
            // Entries that are no simple tasks become bullets that begin with `[ ]` or `[x]`.
            Block::List { start, items } => self.list(*start, items),
            Block::Code {
                language,
                title,
                text,
            } => self.code_block(language.as_deref(), title.as_deref(), text),
            Block::Quote(blocks) => self.element("blockquote", |writer| writer.blocks(blocks)),
            Block::Panel { kind, blocks } => self.framed(macro_name(*kind), None, blocks),
            Block::Details { title, blocks } => self.framed("expand", Some(title), blocks),
            Block::Notes(blocks) => self.blocks(&blocks.concat()),
            Block::Rule => self.raw("<hr/>"),
            Block::Table { header, rows } => self.element("table", |writer| {
                writer.element("tbody", |writer| writer.rows(header, rows));
            }),
        }
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.raw(&format!("<{name}>"));
        content(self);
        self.raw(&format!("</{name}>"));
    }

    /// A macro around blocks.
    fn framed(&mut self, name: &str, title: Option<&str>, blocks: &[Block]) {
        self.raw(&format!("<ac:structured-macro ac:name=\"{name}\">"));
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            self.raw("<ac:parameter ac:name=\"title\">");
            self.escaped(title);
            self.raw("</ac:parameter>");
        }
        self.element("ac:rich-text-body", |writer| writer.blocks(blocks));
        self.raw("</ac:structured-macro>");
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) {
        match start {
            None => self.raw("<ul>"),
            Some(1) => self.raw("<ol>"),
            Some(number) => self.raw(&format!("<ol start=\"{number}\">")),
        }
        for item in items {
            self.element("li", |writer| writer.list_item(item));
        }
        self.raw(if start.is_some() { "</ol>" } else { "</ul>" });
    }

    fn list_item(&mut self, item: &Item) {
        let Some(checked) = item.checked else {
            self.blocks(&item.blocks);
            return;
        };
        let task = task_box(checked);
        if let Some((Block::Paragraph(content), others)) = item.blocks.split_first() {
            self.element("p", |writer| {
                writer.raw(&format!("{task} "));
                writer.inlines(content);
            });
            self.blocks(others);
        } else {
            self.element("p", |writer| writer.raw(task));
            self.blocks(&item.blocks);
        }
    }

    /// A task. The body takes running text without a paragraph around it, as Confluence writes it.
    fn task(&mut self, item: &Item) {
        self.tasks += 1;
        let identifier = self.tasks;
        let done = item.checked == Some(true);
        let status = if done { "complete" } else { "incomplete" };
        self.element("ac:task", |writer| {
            writer.element("ac:task-id", |writer| writer.raw(&identifier.to_string()));
            writer.element("ac:task-status", |writer| writer.raw(status));
            writer.element("ac:task-body", |writer| {
                let paragraphs = item
                    .blocks
                    .iter()
                    .filter(|block| matches!(block, Block::Paragraph(_)));
                let is_alone = paragraphs.count() == 1;
                for block in &item.blocks {
                    match block {
                        Block::Paragraph(content) if is_alone => writer.inlines(content),
                        other => writer.block(other),
                    }
                }
            });
        });
    }

    fn rows(&mut self, header: &[Cell], rows: &[Vec<Cell>]) {
        if !header.iter().all(Vec::is_empty) {
            self.row("th", header);
        }
        for cells in rows {
            self.row("td", cells);
        }
    }

    fn row(&mut self, name: &str, cells: &[Cell]) {
        self.element("tr", |writer| {
            for cell in cells {
                writer.element(name, |writer| writer.inlines(cell));
            }
        });
    }

    /// The code macro: `<pre>` would lose the language and has no frame on the page.
    fn code_block(&mut self, language: Option<&str>, title: Option<&str>, text: &str) {
        self.raw("<ac:structured-macro ac:name=\"code\">");
        let language = language.and_then(|name| language::known(name, Target::Storage));
        if let Some(language) = language {
            self.raw("<ac:parameter ac:name=\"language\">");
            self.escaped(&language);
            self.raw("</ac:parameter>");
        }
        if let Some(title) = title {
            self.raw("<ac:parameter ac:name=\"title\">");
            self.escaped(title);
            self.raw("</ac:parameter>");
        }
        self.element("ac:plain-text-body", |writer| writer.raw(&literal(text)));
        self.raw("</ac:structured-macro>");
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        nest(inlines, self);
    }

    fn raw(&mut self, markup: &str) {
        self.written.push_str(markup);
    }

    fn escaped(&mut self, text: &str) {
        self.raw(&escaped(text));
    }
}

impl<'tree> Sink<'tree> for Writer {
    fn open(&mut self, mark: Mark<'tree>, _: &'tree [Inline]) {
        if let Mark::Link(link) = mark
            && let Some(anchor) = anchor_of(link)
        {
            self.raw(&anchor_open(&anchor));
        } else if let Mark::Link(link) = mark {
            self.raw("<a href=\"");
            self.escaped(&link.href);
            if let Some(title) = &link.title {
                self.raw("\" title=\"");
                self.escaped(title);
            }
            self.raw("\">");
        } else {
            let _ = write!(self.written, "<{}>", mark.element());
        }
    }

    fn close(&mut self, mark: Mark<'tree>, _: &'tree [Inline]) {
        match mark {
            Mark::Link(link) if anchor_of(link).is_some() => self.raw(ANCHOR_CLOSE),
            mark => {
                let _ = write!(self.written, "</{}>", mark.element());
            }
        }
    }

    fn text(&mut self, text: &'tree str) {
        self.escaped(text);
    }

    fn code(&mut self, text: &'tree str) {
        self.element("code", |writer| writer.escaped(text));
    }

    fn keep(&mut self, keep: &'tree Keep) {
        self.raw(&mark(&keep.reference));
    }

    fn line_break(&mut self) {
        self.raw("<br/>");
    }

    fn image(&mut self, source: &'tree Link, text: &'tree str) {
        self.raw("<ac:image");
        for (name, value) in [("alt", Some(text)), ("title", source.title.as_deref())] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                self.raw(&format!(" ac:{name}=\""));
                self.escaped(value);
                self.raw("\"");
            }
        }
        if let Some(file) = File::at(source) {
            self.raw("><ri:attachment ri:filename=\"");
            self.escaped(&file.name);
        } else {
            self.raw("><ri:url ri:value=\"");
            self.escaped(&source.href);
        }
        self.raw("\"/></ac:image>");
    }

    /// The name is Confluence's to show: it follows the account when the person is renamed.
    fn mention(&mut self, account: &'tree str, _: &'tree str) {
        if self.people.contains(account) {
            self.raw(&mark(&format!("{PERSON}{account}")));
            return;
        }
        self.raw("<ac:link><ri:user ri:account-id=\"");
        self.escaped(account);
        self.raw("\"/></ac:link>");
    }
}

/// How a link to a place of the page ends.
pub(crate) const ANCHOR_CLOSE: &str = "</ac:link-body></ac:link>";

/// How a link to a place of the page begins: Confluence makes a web address of `<a href="#…">`.
pub(crate) fn anchor_open(anchor: &str) -> String {
    let anchor = escaped(anchor);
    format!("<ac:link ac:anchor=\"{anchor}\"><ac:link-body>")
}

/// The place of the page that a link leads to.
pub(crate) fn anchor_of(link: &Link) -> Option<String> {
    let name = link
        .href
        .strip_prefix('#')
        .filter(|name| !name.is_empty() && link.title.is_none())?;
    let decoded = percent_decode_str(name).decode_utf8_lossy();
    let same = Link::new(&format!("#{decoded}"), "").is_some_and(|same| same.href == link.href);
    Some(if same {
        decoded.into_owned()
    } else {
        name.to_owned()
    })
}

/// Text with everything escaped that would be markup.
pub(crate) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            other => written.push(other),
        }
    }
    written
}

/// Literal text. The end mark of a CDATA section cannot stand inside it (XML 1.0, section 2.7).
pub(crate) fn literal(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// Confluence has four macros of this kind, which it shows in the colours of ADF's kinds.
pub(crate) fn macro_name(kind: Panel) -> &'static str {
    match kind {
        Panel::Info => "info",
        Panel::Note => "note",
        Panel::Tip | Panel::Success => "tip",
        Panel::Warning | Panel::Error => "warning",
    }
}
