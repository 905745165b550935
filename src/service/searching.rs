//! How a search is carried out in either product: what somebody named comes first, and what could be a
//! query or words is tried as both.

use url::Url;

use super::error::ServiceError;
use crate::atlassian::query::{Named, Reading};
use crate::model::hit::{Fetched, SearchHit};
use crate::model::page::{Page, PageRequest};

/// Stands between the id of what was named and found, and the product's cursor, in ours.
const MARK: char = '~';

/// One page of what `reading` finds; `ask` sends a query.
///
/// # Errors
/// Those of `ask`.
pub(super) async fn found<M, F, Answer>(
    reading: &Reading,
    page: &PageRequest,
    ask: F,
) -> Result<Page<Fetched<SearchHit<M>>>, ServiceError>
where
    F: Fn(String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<Fetched<SearchHit<M>>>, ServiceError>>,
{
    let Some(named) = &reading.named else {
        return as_meant(reading, page.clone(), &ask).await;
    };
    let begun = page.cursor.as_deref().and_then(|at| at.split_once(MARK));
    let (thing, id, cursor) = match begun {
        Some((id, cursor)) => (None, id.to_owned(), cursor),
        None => {
            let thing = the_one(named, &ask).await?;
            let id = thing.as_ref().map(|hit| hit.value.id.clone());
            (thing, id.unwrap_or_default(), "")
        }
    };
    let room = page.limit - u32::from(thing.is_some());
    let mut rest = if room == 0 {
        Page {
            items: Vec::new(),
            next: Some(String::new()),
        }
    } else {
        let request = PageRequest {
            limit: room,
            cursor: (!cursor.is_empty()).then(|| cursor.to_owned()),
        };
        as_meant(reading, request, &ask).await?
    };
    rest.items.retain(|hit| hit.value.id != id);
    Ok(Page {
        items: thing.into_iter().chain(rest.items).collect(),
        next: rest.next.map(|next| format!("{id}{MARK}{next}")),
    })
}

/// The thing that was named, if it is there: the products refuse a key that they do not know. An address
/// of another site names nothing here.
async fn the_one<M, F, Answer>(
    named: &Named,
    ask: &F,
) -> Result<Option<Fetched<SearchHit<M>>>, ServiceError>
where
    F: Fn(String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<Fetched<SearchHit<M>>>, ServiceError>>,
{
    let one = PageRequest {
        limit: 1,
        cursor: None,
    };
    let hit = match ask(named.query.clone(), one).await {
        Ok(page) => page.items.into_iter().next(),
        Err(ServiceError::Rejected { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(hit.filter(|hit| {
        named.host.is_none() || named.host.as_deref() == host_of(&hit.value.url).as_deref()
    }))
}

fn host_of(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

/// What the query finds; where the product refuses it and it can be words as well, what the words find.
/// When they find nothing either, the refusal says more.
async fn as_meant<T, F, Answer>(
    reading: &Reading,
    page: PageRequest,
    ask: &F,
) -> Result<Page<T>, ServiceError>
where
    F: Fn(String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Page<T>, ServiceError>>,
{
    let refusal = match (
        ask(reading.query.clone(), page.clone()).await,
        &reading.words,
    ) {
        (Err(error @ ServiceError::Rejected { .. }), Some(words)) => (error, words),
        (answer, _) => return answer,
    };
    let (error, words) = refusal;
    let found = ask(words.clone(), page).await?;
    if found.items.is_empty() && found.next.is_none() {
        return Err(error);
    }
    Ok(found)
}
