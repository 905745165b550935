//! Containers of a document while they are read, whether Markdown opened them or a tag of HTML.

use super::reader::Reader;
use super::start::without_marker;
use crate::tree::collector::Collector;
use crate::tree::flatten::into_inlines;
use crate::tree::panel::Panel;
use crate::tree::table::{Spanning, spread};
use crate::tree::{Block, Item, MAXIMUM_DEPTH};

/// How many open containers are looked through for the one that a tag ends.
const MAXIMUM_OPEN: usize = 200;

/// A container that is still open; its content is what the collector gathered since.
pub(super) enum Frame {
    Quote(Option<Panel>),
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Item {
        checked: Option<bool>,
    },
    Details {
        title: String,
    },
    Note {
        label: String,
    },
    Table {
        rows: Vec<Row>,
    },
    Row(Row),
    Cell {
        is_header: bool,
        columns: Option<u64>,
        rows: Option<u64>,
    },
}

/// A row of a table in HTML: whether its cells are headers, and what they are.
#[derive(Default)]
pub(super) struct Row(Vec<(bool, Spanning)>);

/// A container of the source.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Container {
    /// Whether it has a frame.
    fits: bool,
    /// The tag that opened it, if one did; then it may end with the container around it.
    tag: Option<&'static str>,
}

impl Reader {
    /// Opens a container, unless it would lie too deep: then its content goes to the one around it.
    pub(super) fn open(&mut self, frame: Frame, tag: Option<&'static str>) {
        self.flush();
        let around = self.frames.last().map(|(frame, _)| frame);
        let fits = match frame {
            Frame::Item { .. } => matches!(around, Some(Frame::List { .. })),
            Frame::Row(_) => matches!(around, Some(Frame::Table { .. })),
            Frame::Cell { .. } => matches!(around, Some(Frame::Row(_))),
            _ => {
                let is_part = |(frame, _): &&(Frame, Collector)| {
                    matches!(
                        frame,
                        Frame::Item { .. } | Frame::Row(_) | Frame::Cell { .. }
                    )
                };
                let parts = self.frames.iter().filter(is_part).count();
                self.frames.len() - parts < MAXIMUM_DEPTH
            }
        };
        self.containers.push(Container { fits, tag });
        if fits {
            let before = std::mem::take(&mut self.collector);
            self.frames.push((frame, before));
        }
    }

    /// Ends the container of the source, and what tags opened inside it.
    pub(super) fn close(&mut self) {
        while self
            .containers
            .last()
            .is_some_and(|last| last.tag.is_some())
        {
            self.close_last();
        }
        self.close_last();
    }

    /// Ends the last container that one of these tags opened; gives whether there is one.
    pub(super) fn close_html(&mut self, tags: &[&str]) -> bool {
        let Some(place) = self.html(tags) else {
            return false;
        };
        while self.containers.len() > place {
            self.close_last();
        }
        true
    }

    /// Ends what lies inside the last container that one of these tags opened; gives whether there is one.
    pub(super) fn close_to(&mut self, tags: &[&str]) -> bool {
        let Some(place) = self.html(tags) else {
            return false;
        };
        while self.containers.len() > place + 1 {
            self.close_last();
        }
        true
    }

    /// The place of the last container that one of these tags opened, if nothing of Markdown lies inside.
    fn html(&self, tags: &[&str]) -> Option<usize> {
        let mut containers = self.containers.iter().enumerate().rev().take(MAXIMUM_OPEN);
        containers
            .find(|(_, container)| container.tag.is_none_or(|tag| tags.contains(&tag)))
            .and_then(|(place, container)| container.tag.map(|_| place))
    }

    /// The tag that opened the last container.
    pub(super) fn innermost_tag(&self) -> Option<&'static str> {
        self.containers.last().and_then(|last| last.tag)
    }

    fn close_last(&mut self) {
        self.flush();
        if !self.containers.pop().is_some_and(|last| last.fits) {
            return;
        }
        let Some((frame, before)) = self.frames.pop() else {
            return;
        };
        let blocks = std::mem::replace(&mut self.collector, before).finish();
        match frame {
            Frame::Quote(None) => self.collector.block(Block::quote(blocks)),
            Frame::Quote(Some(kind)) => {
                let blocks = without_marker(blocks);
                self.collector.block(Block::panel(kind, blocks));
            }
            Frame::List { start, items } => {
                self.collector.block(blocks);
                self.collector.block(Block::list(start, items));
            }
            Frame::Item { checked } => {
                if let Some((Frame::List { items, .. }, _)) = self.frames.last_mut() {
                    items.push(Item { checked, blocks });
                }
            }
            Frame::Details { title } => self.collector.block(Block::details(&title, blocks)),
            Frame::Note { label } => self.notes.define(&label, blocks),
            Frame::Table { rows } => {
                // What stands between the cells is shown before the table, as browsers do.
                self.collector.block(blocks);
                self.collector.block(table(rows));
            }
            Frame::Row(row) => {
                self.collector.block(blocks);
                if let Some((Frame::Table { rows }, _)) = self.frames.last_mut() {
                    rows.push(row);
                }
            }
            Frame::Cell {
                is_header,
                columns,
                rows,
            } => {
                if let Some((Frame::Row(row), _)) = self.frames.last_mut() {
                    let cell = Spanning::new(into_inlines(&blocks), columns, rows);
                    row.0.push((is_header, cell));
                }
            }
        }
    }
}

/// A table; a first row of nothing but headers is its header.
fn table(rows: Vec<Row>) -> Option<Block> {
    let first = rows.first();
    let is_header =
        first.is_some_and(|row| !row.0.is_empty() && row.0.iter().all(|(is_header, _)| *is_header));
    let cells = |row: Row| row.0.into_iter().map(|(_, cell)| cell).collect();
    let mut rows = spread(rows.into_iter().map(cells).collect());
    let header = if is_header {
        rows.remove(0)
    } else {
        Vec::new()
    };
    Block::table(header, rows)
}
