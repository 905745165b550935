//! Lists without paging of their own: page after page, up to a bound.

use super::error::ServiceError;
use crate::model::page::{Page, PageRequest};

/// The first entries of a list, at most `most`, fetched in pages of at most `at_once`.
pub(super) async fn whole_list<T>(
    most: usize,
    at_once: u32,
    fetch: impl AsyncFn(PageRequest) -> Result<Page<T>, ServiceError>,
) -> Result<Vec<T>, ServiceError> {
    let mut items = Vec::new();
    let mut cursor = None;
    while items.len() < most {
        let left = u32::try_from(most - items.len()).unwrap_or(u32::MAX);
        let limit = left.min(at_once);
        let asked = cursor.clone();
        let page = fetch(PageRequest { limit, cursor }).await?;
        items.extend(page.items);
        // A cursor that leads to itself is the end.
        if page.next.is_none() || page.next == asked {
            break;
        }
        cursor = page.next;
    }
    items.truncate(most);
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn numbers(page: PageRequest) -> Result<Page<u32>, ServiceError> {
        let start: u32 = page.cursor.map_or(0, |text| text.parse().unwrap());
        let end = (start + page.limit.min(3)).min(10);
        Ok(Page {
            items: (start..end).collect(),
            next: (end < 10).then(|| end.to_string()),
        })
    }

    #[tokio::test]
    async fn a_list_comes_whole_up_to_the_bound_however_short_its_pages_are() {
        assert_eq!(
            whole_list(100, 5, numbers).await.unwrap(),
            (0..10).collect::<Vec<_>>()
        );
        assert_eq!(whole_list(4, 5, numbers).await.unwrap(), [0, 1, 2, 3]);
        assert_eq!(whole_list(0, 5, numbers).await.unwrap(), [0; 0]);
    }

    #[tokio::test]
    async fn a_cursor_that_leads_to_itself_is_the_end() {
        let list = whole_list(100, 5, async |_| {
            Ok(Page {
                items: vec![1],
                next: Some(String::from("x")),
            })
        });
        assert_eq!(list.await.unwrap(), [1, 1]);
    }
}
