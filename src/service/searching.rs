//! How a search is carried out in either product: what somebody named comes first, and what could be a
//! query or words is tried as both.

use url::Url;

use super::connections::Connections;
use super::error::ServiceError;
use crate::atlassian::query::{Named, Reading, UNREAD};
use crate::model::hit::{Entry, SearchHit};
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::SiteHost;

/// Stands between the id of what was named and found, and the product's cursor, in ours.
const MARK: char = '\n';

/// Stands before the number of things of a list that were looked for.
const LISTED: &str = "~~";

/// Whose search it is, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Searcher<'a> {
    pub(super) connections: &'a Connections,
    pub(super) scope: &'a Scope,
    pub(super) product: Product,
}

/// A page of hits.
type Hits<M> = Page<Entry<SearchHit<M>>>;

/// One page of what `reading` finds, on the site of its address where it has one; `ask` sends a query through a
/// connection, and `read` reads one thing by its id, past the index.
///
/// # Errors
/// Those of `ask`; `Validation` for an address of a site that is not reached.
pub(super) async fn search<M, F, Answer, R, One>(
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
    One: Future<Output = Result<Entry<SearchHit<M>>, ServiceError>>,
{
    let Searcher { connections, .. } = searcher;
    let mut found = Box::pin(found(searcher, reading, page, ask, read)).await?;
    if connections.are_elsewhere() {
        found.items.iter_mut().for_each(leads_there);
    }
    Ok(found)
}

/// The same, with ids that are those of the site where each was found.
async fn found<M, F, Answer, R, One>(
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
    One: Future<Output = Result<Entry<SearchHit<M>>, ServiceError>>,
{
    let Searcher {
        connections,
        scope,
        product,
    } = searcher;
    if let Some(found) = listed_things(searcher, &reading.listed, page, &ask, &read).await? {
        return Ok(found);
    }
    let reading = &reached(searcher, reading).await?;
    let here = connections
        .at_address(scope, product, "q", reading.address.as_ref())
        .await?;
    let beside = here.clone();
    let here = |query, page| ask(here.clone(), query, page);
    let Some(named) = &reading.named else {
        let found = with_second_reading(reading, page.clone(), &here).await;
        return or_read(beside, reading, page, found, &read).await;
    };
    let begun = page.cursor.as_deref().and_then(|at| at.split_once(MARK));
    let (thing, id, cursor) = if let Some((id, cursor)) = begun {
        (None, id.to_owned(), cursor)
    } else {
        let thing = named_thing(searcher, named, &ask, &read).await?;
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

/// One page of the things that a text lists, in its order: what is not there is left out. None where not one of them is, and
/// behind that page: then the text is words.
async fn listed_things<M, F, Answer, R, One>(
    searcher: Searcher<'_>,
    listed: &[Named],
    page: &PageRequest,
    ask: &F,
    read: &R,
) -> Result<Option<Hits<M>>, ServiceError>
where
    F: Fn(Connections, String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Hits<M>, ServiceError>>,
    R: Fn(Connections, String) -> One,
    One: Future<Output = Result<Entry<SearchHit<M>>, ServiceError>>,
{
    let start = match page.cursor.as_deref().map(|at| at.strip_prefix(LISTED)) {
        None => 0,
        Some(Some(start)) => start.parse().unwrap_or(listed.len()),
        Some(None) => return Ok(None),
    };
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut items: Vec<Entry<SearchHit<M>>> = Vec::new();
    let mut end = start;
    for named in listed.iter().skip(start) {
        if items.len() == limit {
            break;
        }
        end += 1;
        let thing = listed_thing(searcher, named, ask, read).await?;
        items.extend(thing.filter(|thing| !items.iter().any(|one| one.value.id == thing.value.id)));
    }
    let next = (end < listed.len()).then(|| format!("{LISTED}{end}"));
    let is_nothing = start == 0 && items.is_empty();
    Ok((!is_nothing).then_some(Page { items, next }))
}

/// One of them; none that is not there or hidden from this account. What else fails is told, an address of a site that is
/// not reached among it.
async fn listed_thing<M, F, Answer, R, One>(
    searcher: Searcher<'_>,
    named: &Named,
    ask: &F,
    read: &R,
) -> Result<Option<Entry<SearchHit<M>>>, ServiceError>
where
    F: Fn(Connections, String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Hits<M>, ServiceError>>,
    R: Fn(Connections, String) -> One,
    One: Future<Output = Result<Entry<SearchHit<M>>, ServiceError>>,
{
    let address = named.address.as_ref();
    let there = searcher
        .connections
        .at_address(searcher.scope, searcher.product, "q", address)
        .await?;
    let is_elsewhere = there.are_elsewhere();
    let found = if let Some(id) = &named.id {
        read(there, id.clone()).await.map(Some)
    } else {
        let one = PageRequest {
            limit: 1,
            cursor: None,
        };
        let found = ask(there, named.query.clone(), one).await;
        found.map(|page| page.items.into_iter().next())
    };
    let mut hit = match found {
        Err(
            ServiceError::NotFound(_)
            | ServiceError::Forbidden { .. }
            | ServiceError::Rejected { .. }
            | ServiceError::Validation { .. },
        ) => None,
        found => found?,
    };
    if is_elsewhere {
        hit.iter_mut().for_each(leads_there);
    }
    Ok(hit)
}

/// The reading, with what finds a mention of the address in place of its words where the address is of no site here: they
/// would find anything with the same number in it.
///
/// # Errors
/// `Validation` for an address of a site here that stands for nothing.
async fn reached(searcher: Searcher<'_>, reading: &Reading) -> Result<Reading, ServiceError> {
    let named = reading.named.as_ref();
    let address = named.and_then(|named| named.address.as_ref());
    let address = address.or(reading.address.as_ref());
    let Some(mention) = &reading.mention else {
        return Ok(reading.clone());
    };
    let there = searcher
        .connections
        .at_address(searcher.scope, searcher.product, "q", address);
    match there.await {
        Ok(_) if reading.is_unread => Err(ServiceError::invalid("q", UNREAD)),
        Ok(_) => Ok(reading.clone()),
        Err(error @ ServiceError::Validation { .. }) if !is_of_cloud(address) => {
            // On the host of a site here, outside of where that site lies, stands another one's.
            if !reading.is_unread
                && let Some(address) = address
                && have_host(searcher, address).await?
            {
                return Err(error);
            }
            Ok(Reading::plain(mention.clone()))
        }
        Err(error) => Err(error),
    }
}

async fn have_host(searcher: Searcher<'_>, address: &Url) -> Result<bool, ServiceError> {
    let Searcher {
        connections,
        scope,
        product,
    } = searcher;
    connections.have_host_of(scope, product, address).await
}

/// What was found; where that is nothing and the reading has an id, what is read by it, past the index.
async fn or_read<M, R, One>(
    connections: Connections,
    reading: &Reading,
    page: &PageRequest,
    mut found: Result<Hits<M>, ServiceError>,
    read: &R,
) -> Result<Hits<M>, ServiceError>
where
    R: Fn(Connections, String) -> One,
    One: Future<Output = Result<Entry<SearchHit<M>>, ServiceError>>,
{
    let is_elsewhere = connections.are_elsewhere();
    if let Some(id) = reading.id.as_ref().filter(|_| is_absent(page, &found)) {
        let one = read(connections, id.clone()).await.map(only);
        found = one.or(found);
    }
    if let (Ok(page), true) = (found.as_mut(), is_elsewhere) {
        page.items.iter_mut().for_each(leads_there);
    }
    found
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
/// names a thing of its own site; that a site is not reached is told, because what its words find here is something
/// else. The index hears of what is new some seconds later; read by its id, it is there at once.
async fn named_thing<M, F, Answer, R, One>(
    searcher: Searcher<'_>,
    named: &Named,
    ask: &F,
    read: &R,
) -> Result<Option<Entry<SearchHit<M>>>, ServiceError>
where
    F: Fn(Connections, String, PageRequest) -> Answer,
    Answer: Future<Output = Result<Hits<M>, ServiceError>>,
    R: Fn(Connections, String) -> One,
    One: Future<Output = Result<Entry<SearchHit<M>>, ServiceError>>,
{
    let Searcher {
        connections,
        scope,
        product,
    } = searcher;
    let address = named.address.as_ref();
    let there = connections.at_address(scope, product, "q", address).await?;
    let is_elsewhere = there.are_elsewhere();
    let one = PageRequest {
        limit: 1,
        cursor: None,
    };
    let indexed = match ask(there.clone(), named.query.clone(), one).await {
        Ok(page) => page.items.into_iter().next(),
        Err(ServiceError::Rejected { .. } | ServiceError::Validation { .. }) => None,
        Err(error) => return Err(error),
    };
    let mut hit = match (indexed, &named.id) {
        // What cannot be read was not found; the words are looked for all the same.
        (None, Some(id)) => read(there, id.clone()).await.ok(),
        (indexed, _) => indexed,
    };
    if is_elsewhere {
        hit.iter_mut().for_each(leads_there);
    }
    Ok(hit)
}

/// On another site a key or number alone would lead to something else here.
fn leads_there<M>(hit: &mut Entry<SearchHit<M>>) {
    hit.value.id.clone_from(&hit.value.url);
}

fn is_of_cloud(address: Option<&Url>) -> bool {
    let host = address.and_then(Url::host_str);
    host.is_some_and(|host| SiteHost::parse(&format!("https://{host}")).is_ok())
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
