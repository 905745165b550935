//! One page of a list, as services and connectors pass it on.

/// What part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageRequest {
    /// The largest number of entries wanted.
    pub limit: u32,
    /// Where the page before ended; in the words of the system that is asked.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where this page ended; none on the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page that is the last one.
    pub(crate) fn last(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// The same page with every entry changed by `change`.
    pub(crate) fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
    }
}
