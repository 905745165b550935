//! The tree between the formats, and the constructors that keep it in normal form.
//!
//! It holds what Markdown can say and nothing else. Whatever a reader finds beyond that becomes text
//! here, at the reading end, so that no writer ever has to know another format.

pub(crate) mod address;
pub(crate) mod anchors;
pub(crate) mod collector;
pub(crate) mod file;
pub(crate) mod flatten;
pub(crate) mod keep;
pub(crate) mod language;
pub(crate) mod link;
pub(crate) mod nesting;
pub(crate) mod node;
pub(crate) mod normal;
pub(crate) mod notes;
pub(crate) mod panel;
pub(crate) mod people;
pub(crate) mod table;

use std::sync::Arc;

use keep::Keep;
use link::Link;
use panel::Panel;

/// How many lists and quotes may lie inside each other before deeper content is flattened.
///
/// A list level costs four levels of JSON in ADF (list, `content`, item, `content`), and common JSON
/// readers, serde's among them, stop at 128.
pub(crate) const MAXIMUM_DEPTH: usize = 24;

/// The highest number in an ordered list: `CommonMark` (section 5.2) reads nine digits at most, because
/// browsers overflow on more.
const MAXIMUM_START: u64 = 999_999_999;

/// The content of one table cell.
pub(crate) type Cell = Vec<Inline>;

/// A part of a document that stands on its own lines.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Block {
    /// Running text, never empty.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6, never empty and on one line.
    Heading { level: u8, content: Vec<Inline> },
    /// A bullet list, or an ordered one that starts with a number; never empty.
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    /// Literal text, which may have a title above it.
    Code {
        language: Option<String>,
        title: Option<String>,
        text: String,
    },
    /// A quotation, never empty.
    Quote(Vec<Block>),
    /// A coloured frame that says what kind of remark is in it, never empty.
    Panel { kind: Panel, blocks: Vec<Block> },
    /// Content under a title that opens it.
    Details { title: String, blocks: Vec<Block> },
    /// What the notes of a document say, in the order of their numbers; only at its end.
    Notes(Vec<Vec<Block>>),
    /// A thematic break.
    Rule,
    /// A table whose rows are all as long as its header; a header of empty cells means "none".
    ///
    /// GFM (section 4.10) has exactly one header row and only running text in cells, so header columns,
    /// alignment and blocks in cells have no place here, and merged cells are one cell and empty ones.
    Table {
        header: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
    },
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Item {
    /// Whether the task is done, or `None` if the entry is no task.
    pub(crate) checked: Option<bool>,
    /// What the entry holds.
    pub(crate) blocks: Vec<Block>,
}

/// A part of running text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Inline {
    /// Text on one line, never empty.
    Text { text: String, style: Style },
    /// Literal text on one line, never empty.
    Code { text: String, style: Style },
    /// A line break.
    Break,
    /// A node that Markdown cannot say, by a placeholder.
    Keep(Arc<Keep>),
    /// A picture that lies at an address, with words for those who do not see it.
    Image {
        source: Arc<Link>,
        text: String,
        style: Style,
    },
    /// A person, by the account and perhaps the name.
    Mention { account: String, name: String },
    /// The number of a note.
    Note(usize),
}

/// Above or below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Script {
    Sub,
    Super,
}

/// How a piece of text is marked.
#[expect(
    clippy::struct_excessive_bools,
    reason = "marks are independent of each other"
)]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Style {
    /// Strong emphasis.
    pub(crate) strong: bool,
    /// Emphasis.
    pub(crate) emphasis: bool,
    /// Struck out.
    pub(crate) strike: bool,
    /// Underlined.
    pub(crate) underline: bool,
    /// Above or below the line.
    pub(crate) script: Option<Script>,
    /// Where the text leads to.
    pub(crate) link: Option<Arc<Link>>,
}

impl Inline {
    /// Text with a style; not yet in normal form.
    pub(crate) fn text(text: impl Into<String>, style: &Style) -> Self {
        let text = text.into();
        let style = style.clone();
        Self::Text { text, style }
    }

    /// Text without any mark.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::text(text, &Style::default())
    }

    /// The style of a piece of text; a line break and a placeholder have none.
    pub(crate) fn style(&self) -> Option<&Style> {
        match self {
            Self::Text { style, .. } | Self::Code { style, .. } | Self::Image { style, .. } => {
                Some(style)
            }
            Self::Break | Self::Keep(_) | Self::Mention { .. } | Self::Note(_) => None,
        }
    }

    /// The style of a piece of text, to be changed.
    pub(crate) fn style_mut(&mut self) -> Option<&mut Style> {
        match self {
            Self::Text { style, .. } | Self::Code { style, .. } | Self::Image { style, .. } => {
                Some(style)
            }
            Self::Break | Self::Keep(_) | Self::Mention { .. } | Self::Note(_) => None,
        }
    }
}

impl Style {
    /// Whether nothing is marked, whatever the text leads to.
    pub(crate) fn is_unmarked(&self) -> bool {
        let marked = self.strong || self.emphasis || self.strike || self.underline;
        !marked && self.script.is_none()
    }
}

impl Block {
    /// A paragraph, or nothing if it would show nothing.
    pub(crate) fn paragraph(content: Vec<Inline>) -> Option<Self> {
        let content = normal::inlines(content);
        (!content.is_empty()).then_some(Self::Paragraph(content))
    }

    /// A heading, or nothing if it would show nothing; levels outside 1 to 6 are clamped.
    pub(crate) fn heading(level: u64, content: Vec<Inline>) -> Option<Self> {
        let content = normal::one_line(content);
        let level = u8::try_from(level.clamp(1, 6)).unwrap_or(6);
        (!content.is_empty()).then_some(Self::Heading { level, content })
    }

    /// A list, or nothing if it has no items.
    pub(crate) fn list(start: Option<u64>, items: Vec<Item>) -> Option<Self> {
        let last = MAXIMUM_START.saturating_sub(items.len() as u64);
        let start = start.map(|number| number.min(last));
        (!items.is_empty()).then_some(Self::List { start, items })
    }

    /// A code block; a line feed at the end of its text is an empty last line.
    pub(crate) fn code(language: &str, text: &str) -> Self {
        Self::titled_code(language, "", text)
    }

    /// A code block under a title, if that says anything.
    pub(crate) fn titled_code(language: &str, title: &str, text: &str) -> Self {
        Self::Code {
            language: normal::language(language),
            title: normal::code_title(title),
            text: normal::code_text(text),
        }
    }

    /// A quotation, or nothing if it has no content.
    pub(crate) fn quote(blocks: Vec<Self>) -> Option<Self> {
        (!blocks.is_empty()).then_some(Self::Quote(blocks))
    }

    /// A panel, or nothing if it has no content.
    pub(crate) fn panel(kind: Panel, blocks: Vec<Self>) -> Option<Self> {
        (!blocks.is_empty()).then_some(Self::Panel { kind, blocks })
    }

    /// Content under a title, or nothing if there is none of either.
    pub(crate) fn details(title: &str, blocks: Vec<Self>) -> Option<Self> {
        let title: Vec<&str> = title.split_whitespace().collect();
        let title: String = title.join(" ").chars().map(normal::storable).collect();
        let empty = title.is_empty() && blocks.is_empty();
        (!empty).then_some(Self::Details { title, blocks })
    }
}
