//! Lists of what belongs to a page or a blog post: which of them an id is, only asking tells.

use crate::atlassian::cursor::{of_kind, with_kind};
use crate::atlassian::error::AtlassianError;
use crate::model::content::ContentKind;
use crate::model::page::{Page, PageRequest};

/// One part of a list, asked for as that of a page, and of a blog post where there is no such page. The cursor says what it
/// was, so that the rest is asked for once.
pub(super) async fn of_page_or_post<T, F, Answer>(
    page: &PageRequest,
    ask: F,
) -> Result<Page<T>, AtlassianError>
where
    F: Fn(ContentKind, PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<T>, AtlassianError>>,
{
    let (known, cursor) = of_kind(page.cursor.as_deref());
    let request = PageRequest {
        limit: page.limit,
        cursor,
    };
    let known = known.and_then(ContentKind::of_plural);
    let first = known.unwrap_or(ContentKind::Page);
    let (kind, found) = match ask(first, request.clone()).await {
        Err(AtlassianError::NotFound(_)) if known.is_none() => {
            let kind = ContentKind::BlogPost;
            (kind, ask(kind, request).await?)
        }
        outcome => (first, outcome?),
    };
    Ok(Page {
        next: found.next.map(|cursor| with_kind(kind.plural(), cursor)),
        ..found
    })
}
