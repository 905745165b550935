//! More of a list than Atlassian gives at once, for callers who do not page: one loop for all of them.

use super::error::ServiceError;
use crate::atlassian::CursorTrail;
use crate::model::page::{Page, PageRequest};

/// Empty and short pages are not the end of a list, but there is an end to asking.
const MOST_CALLS: u32 = 20;

/// Asks for pages of `most` entries until another one would be more than `page` wants. One page that
/// wants no more than `most` is asked for as it is.
///
/// # Errors
/// Those of `fetch`: half a list that looks whole would be worse than none.
pub(crate) async fn gathered<T, F, Answer>(
    page: &PageRequest,
    most: u32,
    fetch: F,
) -> Result<Page<T>, ServiceError>
where
    F: Fn(PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<T>, ServiceError>>,
{
    let Some(room) = page.limit.checked_sub(most).filter(|room| *room > 0) else {
        return fetch(page.clone()).await;
    };
    let extent = Extent {
        cursor: page.cursor.clone(),
        at_once: most,
        // Whole pages only: the cursor of one that was cut would lead past what was cut off.
        enough: room + 1,
        is_exact: false,
    };
    extent.gather(fetch).await
}

/// Asks for pages of `at_once` entries from `cursor` on until there are `enough`; the last page is not
/// cut.
///
/// # Errors
/// Those of `fetch`.
pub(super) async fn at_least<T, F, Answer>(
    enough: u32,
    at_once: u32,
    cursor: Option<String>,
    fetch: F,
) -> Result<Page<T>, ServiceError>
where
    F: Fn(PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<T>, ServiceError>>,
{
    let extent = Extent {
        cursor,
        at_once,
        enough,
        is_exact: false,
    };
    extent.gather(fetch).await
}

/// The first `most` entries of a list, in pages of at most `at_once`.
///
/// # Errors
/// Those of `fetch`.
pub(super) async fn first<T, F, Answer>(
    most: u32,
    at_once: u32,
    fetch: F,
) -> Result<Vec<T>, ServiceError>
where
    F: Fn(PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<T>, ServiceError>>,
{
    let extent = Extent {
        cursor: None,
        at_once,
        enough: most,
        is_exact: true,
    };
    Ok(extent.gather(fetch).await?.items)
}

/// What part of a list is wanted, and in which pages.
struct Extent {
    cursor: Option<String>,
    at_once: u32,
    /// With so many entries it is done.
    enough: u32,
    /// Whether more than `enough` would be too many.
    is_exact: bool,
}

impl Extent {
    async fn gather<T, F, Answer>(self, fetch: F) -> Result<Page<T>, ServiceError>
    where
        F: Fn(PageRequest) -> Answer,
        Answer: Future<Output = Result<Page<T>, ServiceError>>,
    {
        let mut trail = CursorTrail::from(self.cursor.as_deref());
        let mut whole = Page {
            items: Vec::new(),
            next: self.cursor,
        };
        for _ in 0..MOST_CALLS {
            let left = self.enough.saturating_sub(count(&whole.items));
            if left == 0 {
                break;
            }
            let limit = if self.is_exact {
                self.at_once.min(left)
            } else {
                self.at_once
            };
            let cursor = whole.next.take();
            let part = fetch(PageRequest { limit, cursor }).await?;
            whole.items.extend(part.items);
            whole.next = part.next.filter(|next| trail.leads_on(next));
            if whole.next.is_none() {
                break;
            }
        }
        if self.is_exact {
            whole.items.truncate(self.enough as usize);
        }
        Ok(whole)
    }
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A list of `total` numbers, of which every call gives at most `given`.
    async fn ask(limit: u32, cursor: Option<&str>, total: u32, given: u32) -> Page<u32> {
        let page = PageRequest {
            limit,
            cursor: cursor.map(str::to_owned),
        };
        gathered(&page, 100, |part| async move {
            assert!(part.limit <= 100);
            let start: u32 = part.cursor.map_or(0, |text| text.parse().unwrap());
            let end = total.min(start + part.limit.min(given));
            Ok(Page {
                items: (start..end).collect(),
                next: (end < total).then(|| end.to_string()),
            })
        })
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn the_whole_list_comes_up_to_what_is_wanted() {
        for (total, given) in [(0, 100), (1, 100), (250, 100), (1000, 100), (990, 30)] {
            let page = ask(1000, None, total, given).await;
            let expected = total.min(given * MOST_CALLS);
            assert_eq!(page.items.len(), expected as usize, "{total} {given}");
        }
        let first = ask(1000, None, 1500, 100).await;
        assert_eq!(
            (first.items.len(), first.next.as_deref()),
            (1000, Some("1000"))
        );
        let rest = ask(1000, first.next.as_deref(), 1500, 100).await;
        assert_eq!((rest.items.len(), rest.next), (500, None));
        assert_eq!(rest.items.first(), Some(&1000));
    }

    #[tokio::test]
    async fn it_is_never_more_than_was_wanted() {
        for given in [100, 99, 37] {
            let page = ask(150, None, 1000, given).await;
            assert!(page.items.len() <= 150, "{}", page.items.len());
            let next: usize = page.next.unwrap().parse().unwrap();
            assert_eq!(next, page.items.len());
        }
        assert_eq!(ask(7, None, 1000, 100).await.items.len(), 7);
    }

    /// The numbers up to ten, three at once.
    async fn numbers(most: u32) -> Vec<u32> {
        first(most, 5, |page| async move {
            assert!(page.limit <= 5);
            let start = page.cursor.map_or(0, |text| text.parse().unwrap());
            let end = (start + page.limit.min(3)).min(10);
            Ok(Page {
                items: (start..end).collect(),
                next: (end < 10).then(|| end.to_string()),
            })
        })
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn a_list_comes_whole_up_to_the_bound_however_short_its_pages_are() {
        assert_eq!(numbers(100).await, (0..10).collect::<Vec<_>>());
        assert_eq!(numbers(4).await, [0, 1, 2, 3]);
        assert_eq!(numbers(0).await, [0; 0]);
    }

    #[tokio::test]
    async fn enough_may_be_a_little_more() {
        let asked = Cell::new(0);
        let page = at_least(5, 3, Some(String::from("10")), |page| {
            asked.set(asked.get() + 1);
            async move {
                assert_eq!(page.limit, 3);
                let start: u32 = page.cursor.unwrap().parse().unwrap();
                Ok(Page {
                    items: (start..start + 3).collect(),
                    next: Some((start + 3).to_string()),
                })
            }
        });
        let page = page.await.unwrap();
        assert_eq!(page.items, [10, 11, 12, 13, 14, 15]);
        assert_eq!((page.next.as_deref(), asked.get()), (Some("16"), 2));
    }

    /// How many calls a server gets that hands out these cursors, over and over.
    async fn calls_of(cursors: &[&str], most: u32) -> (usize, Page<u32>) {
        let asked = Cell::new(0);
        let page = PageRequest {
            limit: most,
            cursor: None,
        };
        let found = gathered(&page, 1, |_| {
            let next = cursors[asked.get() % cursors.len()].to_owned();
            asked.set(asked.get() + 1);
            async move {
                Ok(Page {
                    items: vec![1],
                    next: Some(next),
                })
            }
        });
        let found = found.await.unwrap();
        (asked.get(), found)
    }

    #[tokio::test]
    async fn a_cursor_that_leads_to_itself_is_the_end() {
        let (asked, found) = calls_of(&["x"], 1000).await;
        assert_eq!((asked, found), (2, Page::last(vec![1, 1])));
        let items = first(100, 5, |_| async {
            Ok(Page {
                items: vec![1],
                next: Some(String::from("x")),
            })
        });
        assert_eq!(items.await.unwrap(), [1, 1]);
    }

    #[tokio::test]
    async fn cursors_that_lead_in_a_circle_are_the_end() {
        let (asked, found) = calls_of(&["x", "y"], 1000).await;
        assert_eq!((asked, found), (3, Page::last(vec![1, 1, 1])));
    }

    #[tokio::test]
    async fn empty_pages_without_end_come_to_an_end() {
        let asked = Cell::new(0_u32);
        let found = first(100, 5, |_| {
            asked.set(asked.get() + 1);
            let next = asked.get().to_string();
            async move {
                Ok(Page::<u32> {
                    items: vec![],
                    next: Some(next),
                })
            }
        });
        assert_eq!(found.await.unwrap(), [0; 0]);
        assert_eq!(asked.get(), MOST_CALLS);
    }
}
