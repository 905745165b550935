//! The intermediate tree between the formats, and the constructors that keep it in normal form.

use std::sync::Arc;

use super::link::Link;
use super::normal;

/// The widest table that is kept; further cells of a row are joined to its last one.
const MAXIMUM_COLUMNS: usize = 100;

/// The highest number in an ordered list (`CommonMark`: nine digits).
const MAXIMUM_START: u64 = 999_999_999;

/// The content of one table cell.
pub(super) type Cell = Vec<Inline>;

/// A part of a document that stands on its own lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
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
    Table {
        header: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
    },
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Item {
    /// Whether the task is done, or `None` if the entry is no task.
    pub(super) checked: Option<bool>,
    /// What the entry holds.
    pub(super) blocks: Vec<Block>,
}

/// A part of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inline {
    /// Text on one line, never empty.
    Text { text: String, style: Style },
    /// Literal text on one line, never empty.
    Code { text: String, style: Style },
    /// A line break.
    Break,
}

/// How a piece of text is marked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Style {
    /// Strong emphasis.
    pub(super) strong: bool,
    /// Emphasis.
    pub(super) emphasis: bool,
    /// Struck out.
    pub(super) strike: bool,
    /// Where the text leads to.
    pub(super) link: Option<Arc<Link>>,
}

impl Inline {
    /// Text with a style; not yet in normal form.
    pub(super) fn text(text: impl Into<String>, style: &Style) -> Self {
        let text = text.into();
        let style = style.clone();
        Self::Text { text, style }
    }

    /// Text without any mark.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::text(text, &Style::default())
    }

    /// The style of a piece of text; a line break has none.
    pub(super) fn style(&self) -> Option<&Style> {
        match self {
            Self::Text { style, .. } | Self::Code { style, .. } => Some(style),
            Self::Break => None,
        }
    }
}

impl Block {
    /// A paragraph, or nothing if it would show nothing.
    pub(super) fn paragraph(content: Vec<Inline>) -> Option<Self> {
        let content = normal::inlines(content);
        (!content.is_empty()).then_some(Self::Paragraph(content))
    }

    /// A heading, or nothing if it would show nothing; levels outside 1 to 6 are clamped.
    pub(super) fn heading(level: u64, content: Vec<Inline>) -> Option<Self> {
        let content = normal::one_line(content);
        let level = u8::try_from(level.clamp(1, 6)).unwrap_or(6);
        (!content.is_empty()).then_some(Self::Heading { level, content })
    }

    /// A list, or nothing if it has no items.
    pub(super) fn list(start: Option<u64>, items: Vec<Item>) -> Option<Self> {
        let last = MAXIMUM_START.saturating_sub(items.len() as u64);
        let start = start.map(|number| number.min(last));
        (!items.is_empty()).then_some(Self::List { start, items })
    }

    /// A code block; a line feed at the end of its text is an empty last line.
    pub(super) fn code(language: &str, text: &str) -> Self {
        let text = normal::code_text(text);
        let language = normal::language(language);
        Self::Code { language, text }
    }

    /// A quotation, or nothing if it has no content.
    pub(super) fn quote(blocks: Vec<Self>) -> Option<Self> {
        (!blocks.is_empty()).then_some(Self::Quote(blocks))
    }

    /// A table with rows brought to one width, or nothing if there is nothing in it.
    pub(super) fn table(header: Vec<Cell>, rows: Vec<Vec<Cell>>) -> Option<Self> {
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
