//! More of a list than Atlassian gives at once, for callers who do not page.

use super::error::ServiceError;
use crate::model::page::{Page, PageRequest};

/// Empty pages are not the end of a list, but there is an end to asking.
const MOST_CALLS: u32 = 20;

/// Asks for pages of `most` entries until another one would be more than `page` wants. One page that
/// wants no more than `most` is asked for as it is.
///
/// # Errors
/// Those of `fetch`: half a list that looks whole would be worse than none.
pub async fn gathered<T, F, Answer>(
    page: &PageRequest,
    most: u32,
    fetch: F,
) -> Result<Page<T>, ServiceError>
where
    F: Fn(PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<T>, ServiceError>>,
{
    if page.limit <= most {
        return fetch(page.clone()).await;
    }
    let room = (page.limit - most) as usize;
    let mut whole = Page {
        items: Vec::new(),
        next: page.cursor.clone(),
    };
    for _ in 0..MOST_CALLS {
        let part = fetch(PageRequest {
            limit: most,
            cursor: whole.next.take(),
        })
        .await?;
        whole.items.extend(part.items);
        whole.next = part.next;
        if whole.next.is_none() || whole.items.len() > room {
            break;
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
