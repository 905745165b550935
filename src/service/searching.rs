//! How a search is carried out in either product: what somebody named comes first, and what could be a
//! query or words is tried as both.

use url::Url;

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

impl Searcher<'_> {
    /// The connections at the site of an address.
    async fn at(self, address: &Url) -> Result<Connections, ServiceError> {
        let (scope, product) = (self.scope, self.product);
        let connections = self.connections;
        connections.at_address(scope, product, "q", address).await
    }
}

/// A page of hits.
type Hits<M> = Page<Fetched<SearchHit<M>>>;

/// One page of what `reading` finds, on the site of its address where it has one; `ask` sends a query through a
/// connection, and `read` reads one thing by its id, past the index.
///
/// # Errors
/// Those of `ask`; `Validation` for an address of a site that is not reached.
pub(super) async fn found<M, F, Answer, R, One>(
    searcher: Searcher<'_>,
    reading: &Reading,
    page: &PageRequest,
    ask: F,
    read: R,
) -> Result<Hits<M>, ServiceError>
where
    F: Fn(Connections, String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Hits<M>, ServiceError>>,
    R: Fn(Connections, String) -> One,
    One: Future<Output = Result<Fetched<SearchHit<M>>, ServiceError>>,
{
    let here = match &reading.address {
        Some(address) => searcher.at(address).await?,
        None => searcher.connections.clone(),
    };
    let beside = here.clone();
    let here = |query, page| ask(here.clone(), query, page);
    let Some(named) = &reading.named else {
        let found = as_meant(reading, page.clone(), &here).await;
        let id = reading.id.as_ref().filter(|_| is_absent(page, &found));
        let Some(id) = id else {
            return found;
        };
        let one = read(beside, id.clone()).await.map(only);
        return one.or(found);
    };
    let begun = page.cursor.as_deref().and_then(|at| at.split_once(MARK));
    let (thing, id, cursor) = if let Some((id, cursor)) = begun {
        (None, id.to_owned(), cursor)
    } else {
        let thing = the_one(searcher, named, &ask, &read).await?;
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
        as_meant(reading, request, &here).await?
    };
    rest.items.retain(|hit| hit.value.id != id);
    Ok(Page {
        items: thing.into_iter().chain(rest.items).collect(),
        next: rest.next.map(|next| format!("{id}{MARK}{next}")),
    })
}

/// Whether there is not even a first entry.
fn is_absent<T>(asked: &PageRequest, found: &Result<Page<T>, ServiceError>) -> bool {
    match found {
        Ok(page) => page.items.is_empty() && asked.cursor.is_none(),
        Err(error) => matches!(error, ServiceError::Rejected { .. }),
    }
}

fn only<T>(hit: T) -> Page<T> {
    Page {
        items: vec![hit],
        next: None,
    }
}

/// The thing that was named, if it is there: the products refuse a key that they do not know. An address
/// names a thing of its own site, and of a site that is not reached it names nothing. The index hears of what
/// is new some seconds later; read by its id, it is there at once.
async fn the_one<M, F, Answer, R, One>(
    searcher: Searcher<'_>,
    named: &Named,
    ask: &F,
    read: &R,
) -> Result<Option<Fetched<SearchHit<M>>>, ServiceError>
where
    F: Fn(Connections, String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Hits<M>, ServiceError>>,
    R: Fn(Connections, String) -> One,
    One: Future<Output = Result<Fetched<SearchHit<M>>, ServiceError>>,
{
    let there = match &named.address {
        Some(address) => searcher.at(address).await,
        None => Ok(searcher.connections.clone()),
    };
    let one = PageRequest {
        limit: 1,
        cursor: None,
    };
    let there = match there {
        Ok(there) => there,
        Err(ServiceError::Rejected { .. } | ServiceError::Validation { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let indexed = match ask(there.clone(), named.query.clone(), one).await {
        Ok(page) => page.items.into_iter().next(),
        Err(ServiceError::Rejected { .. } | ServiceError::Validation { .. }) => None,
        Err(error) => return Err(error),
    };
    match (indexed, &named.id) {
        // What cannot be read was not found; the words are looked for all the same.
        (None, Some(id)) => Ok(read(there, id.clone()).await.ok()),
        (indexed, _) => Ok(indexed),
    }
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
