//! How a search is carried out in either product: what somebody named comes first, and what could be a
//! query or words is tried as both.

use super::connections::Connections;
use super::error::ServiceError;
use crate::atlassian::query::{Named, Reading};
use crate::model::hit::{Fetched, SearchHit};
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;
use crate::model::scope::Scope;

/// Stands between the id of what was named and found, and the product's cursor, in ours.
const MARK: char = '~';

/// Whose search it is, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Searcher<'a> {
    pub(super) connections: &'a Connections,
    pub(super) scope: &'a Scope,
    pub(super) product: Product,
}

/// A page of hits.
type Hits<M> = Page<Fetched<SearchHit<M>>>;

/// One page of what `reading` finds; `ask` sends a query through a connection.
///
/// # Errors
/// Those of `ask`.
pub(super) async fn search<M, F, Answer>(
    searcher: Searcher<'_>,
    reading: &Reading,
    page: &PageRequest,
    ask: F,
) -> Result<Hits<M>, ServiceError>
where
    F: Fn(Connections, String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Hits<M>, ServiceError>>,
{
    let here = |query, page| ask(searcher.connections.clone(), query, page);
    let Some(named) = &reading.named else {
        return with_second_reading(reading, page.clone(), &here).await;
    };
    let begun = page.cursor.as_deref().and_then(|at| at.split_once(MARK));
    let (thing, id, cursor) = if let Some((id, cursor)) = begun {
        (None, id.to_owned(), cursor)
    } else {
        let thing = named_thing(searcher, named, &ask).await?;
        let id = thing.as_ref().map(|hit| hit.value.id.clone());
        (thing, id.unwrap_or_default(), "")
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
        with_second_reading(reading, request, &here).await?
    };
    rest.items.retain(|hit| hit.value.id != id);
    Ok(Page {
        items: thing.into_iter().chain(rest.items).collect(),
        next: rest.next.map(|next| format!("{id}{MARK}{next}")),
    })
}

/// The thing that was named, if it is there: the products refuse a key that they do not know. An address
/// names a thing of its own site, and of a site that is not reached it names nothing.
async fn named_thing<M, F, Answer>(
    searcher: Searcher<'_>,
    named: &Named,
    ask: &F,
) -> Result<Option<Fetched<SearchHit<M>>>, ServiceError>
where
    F: Fn(Connections, String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Hits<M>, ServiceError>>,
{
    let Searcher {
        connections,
        scope,
        product,
    } = searcher;
    let there = match &named.address {
        Some(address) => connections.at_address(scope, product, "q", address).await,
        None => Ok(connections.clone()),
    };
    let one = PageRequest {
        limit: 1,
        cursor: None,
    };
    let hits = match there {
        Ok(there) => ask(there, named.query.clone(), one).await,
        Err(error) => Err(error),
    };
    match hits {
        Ok(page) => Ok(page.items.into_iter().next()),
        Err(ServiceError::Rejected { .. } | ServiceError::Validation { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the query finds; where the product refuses it and it can be words as well, what the words find.
/// When they find nothing either, the refusal says more.
async fn with_second_reading<T, F, Answer>(
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
