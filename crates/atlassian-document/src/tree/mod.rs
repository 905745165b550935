//! The tree between the formats, and the constructors that keep it in normal form.
//!
//! It holds what Markdown can say and nothing else. Whatever a reader finds beyond that becomes text
//! here, at the reading end, so that no writer ever has to know another format.

pub(crate) mod collector;
pub(crate) mod flatten;
pub(crate) mod keep;
pub(crate) mod link;
pub(crate) mod nesting;
pub(crate) mod normal;

use std::sync::Arc;

use keep::Keep;
use link::Link;

/// How many lists and quotes may lie inside each other before deeper content is flattened.
///
/// A list level costs four levels of JSON in ADF (list, `content`, item, `content`), and common JSON
/// readers, serde's among them, stop at 128.
pub(crate) const MAXIMUM_DEPTH: usize = 24;

/// The widest table that is kept; further cells of a row are joined to its last one.
///
/// Every row is filled up to the widest, so one long row would multiply the size of the whole table.
const MAXIMUM_COLUMNS: usize = 100;

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
    /// Literal text.
    Code {
        language: Option<String>,
        text: String,
    },
    /// A quotation, never empty.
    Quote(Vec<Block>),
    /// A thematic break.
    Rule,
    /// A table whose rows are all as long as its header; a header of empty cells means "none".
    ///
    /// GFM (section 4.10) has exactly one header row and only running text in cells, so header columns,
    /// merged cells, alignment and blocks in cells have no place here.
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
}

/// How a piece of text is marked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Style {
    /// Strong emphasis.
    pub(crate) strong: bool,
    /// Emphasis.
    pub(crate) emphasis: bool,
    /// Struck out.
    pub(crate) strike: bool,
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
            Self::Text { style, .. } | Self::Code { style, .. } => Some(style),
            Self::Break | Self::Keep(_) => None,
        }
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
        let text = normal::code_text(text);
        let language = normal::language(language);
        Self::Code { language, text }
    }

    /// A quotation, or nothing if it has no content.
    pub(crate) fn quote(blocks: Vec<Self>) -> Option<Self> {
        (!blocks.is_empty()).then_some(Self::Quote(blocks))
    }

    /// A table with rows brought to one width, or nothing if there is nothing in it.
    pub(crate) fn table(header: Vec<Cell>, rows: Vec<Vec<Cell>>) -> Option<Self> {
        let mut rows: Vec<Vec<Cell>> = rows.into_iter().map(fit_columns).collect();
        let mut header = fit_columns(header);
        let width = rows.iter().map(Vec::len).chain([header.len()]).max()?;
        header.resize(width, Cell::new());
        for row in &mut rows {
            row.resize(width, Cell::new());
        }
        let empty = rows.is_empty() && header.iter().all(Vec::is_empty);
        (width > 0 && !empty).then_some(Self::Table { header, rows })
    }
}

fn fit_columns(mut row: Vec<Cell>) -> Vec<Cell> {
    if row.len() > MAXIMUM_COLUMNS {
        for cell in row.split_off(MAXIMUM_COLUMNS) {
            if let Some(last) = row.last_mut() {
                last.push(Inline::plain(" "));
                last.extend(cell);
            }
        }
    }
    row.into_iter().map(normal::inlines).collect()
}
