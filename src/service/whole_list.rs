//! Lists without paging of their own: page after page, up to a bound.

use crate::model::page::{Page, PageRequest};

/// A list that is being fetched.
pub(super) struct WholeList<T> {
    items: Vec<T>,
    most: usize,
    at_once: u32,
    cursor: Option<String>,
    ended: bool,
}

impl<T> WholeList<T> {
    /// At most `most` entries, in pages of at most `at_once`.
    pub(super) fn new(most: u32, at_once: u32) -> Self {
        Self {
            items: Vec::new(),
            most: usize::try_from(most).unwrap_or(usize::MAX),
            at_once,
            cursor: None,
            ended: false,
        }
    }

    /// The page to fetch next; none when the list is whole.
    pub(super) fn wanted(&self) -> Option<PageRequest> {
        let left = self.most.saturating_sub(self.items.len());
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        (left > 0 && !self.ended).then(|| PageRequest {
            limit: left.min(self.at_once),
            cursor: self.cursor.clone(),
        })
    }

    /// Adds the page that was wanted.
    pub(super) fn add(&mut self, page: Page<T>) {
        self.items.extend(page.items);
        // A cursor that leads to itself is the end.
        self.ended = page.next.is_none() || page.next == self.cursor;
        self.cursor = page.next;
    }

    /// What was fetched.
    pub(super) fn into_items(mut self) -> Vec<T> {
        self.items.truncate(self.most);
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers up to ten, three at once.
    fn numbers(most: u32) -> Vec<u32> {
        let mut list = WholeList::new(most, 5);
        while let Some(page) = list.wanted() {
            assert!(page.limit <= 5);
            let start = page.cursor.map_or(0, |text| text.parse().unwrap());
            let end = (start + page.limit.min(3)).min(10);
            list.add(Page {
                items: (start..end).collect(),
                next: (end < 10).then(|| end.to_string()),
            });
        }
        list.into_items()
    }

    #[test]
    fn a_list_comes_whole_up_to_the_bound_however_short_its_pages_are() {
        assert_eq!(numbers(100), (0..10).collect::<Vec<_>>());
        assert_eq!(numbers(4), [0, 1, 2, 3]);
        assert_eq!(numbers(0), [0; 0]);
    }

    #[test]
    fn a_cursor_that_leads_to_itself_is_the_end() {
        let mut list = WholeList::new(100, 5);
        while list.wanted().is_some() {
            list.add(Page {
                items: vec![1],
                next: Some(String::from("x")),
            });
        }
        assert_eq!(list.into_items(), [1, 1]);
    }
}
