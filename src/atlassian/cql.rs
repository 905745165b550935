//! Reads what a person typed as CQL or words, and builds the query that a search sends.

use url::Url;

use super::query::{
    Filters, Lexed, Meaning, Named, QueryError, QueryLanguage, QueryMode, Reading, UNREAD, compose,
    list_of, one_line, one_site, plain_words, quoted, with_quoted_spaces,
};
use crate::model::issue_reference::IssueReference;
use crate::model::page_reference::{PageName, PageReference, space_in};
use crate::model::pasted::{has_scheme, pasted_address, query_in_address};

/// What a search for words looks through, unless the caller filters by type.
const READABLE: &str = "type in (page, blogpost)";

/// CQL's fields and functions that Atlassian documents
/// (<https://developer.atlassian.com/cloud/confluence/cql-fields/> and `…/cql-functions/`).
const CQL: QueryLanguage = QueryLanguage {
    fields: &[
        "ancestor",
        "container",
        "content",
        "contributor",
        "created",
        "creator",
        "favorite",
        "favourite",
        "id",
        "label",
        "lastmodified",
        "macro",
        "mediatype",
        "mention",
        "parent",
        "sitesearch",
        "space",
        "space.category",
        "space.key",
        "space.title",
        "space.type",
        "status",
        "text",
        "title",
        "type",
        "user",
        "user.accountid",
        "user.fullname",
        "watcher",
    ],
    prefixes: &["content.property[", "space.property["],
    functions: &[
        "currentcontent",
        "currentspace",
        "currentuser",
        "endofday",
        "endofmonth",
        "endofweek",
        "endofyear",
        "favoritespaces",
        "favouritespaces",
        "membersof",
        "now",
        "recentlyviewedcontent",
        "recentlyviewedspaces",
        "startofday",
        "startofmonth",
        "startofweek",
        "startofyear",
    ],
    asks_for_states: false,
};

/// The clauses that narrow a search.
struct Narrowing {
    /// What the caller filters by.
    filters: Vec<String>,
    /// The same, and the types that can be read where the caller names none.
    readable: Vec<String>,
}

/// What `q` is taken for in `mode` (`auto`, `cql` or `text`), narrowed by `filters` (a JSON object with
/// `space` and `type`).
///
/// # Errors
/// When a parameter is malformed, or the query could not stand in brackets by itself.
pub(crate) fn read(
    q: &str,
    mode: Option<&str>,
    filters: Option<&str>,
) -> Result<Reading, QueryError> {
    let mode = QueryMode::parse(mode, "cql")?;
    let narrowing = Narrowing::read(&Filters::parse(filters, &["space", "type"])?)?;
    let q = one_line(q);
    if q.trim().is_empty() {
        let query = compose("", &narrowing.readable, Some("lastmodified DESC"));
        return Ok(Reading::plain(query));
    }
    // Which page is a space's home, no query can ask.
    let named = PageReference::parse(q.trim())
        .ok()
        .filter(|named| !matches!(named.name, PageName::Home { .. }));
    if named.is_none()
        && mode != QueryMode::Text
        && let Some((address, query)) = query_in_address(&q, "cql")
    {
        return Ok(Reading {
            address: Some(address),
            ..Reading::plain(narrowing.query(&one_line(&query))?)
        });
    }
    let is_issue = || IssueReference::parse(&q).is_some_and(|named| named.address.is_some());
    if named.is_none() && mode != QueryMode::Text && is_issue() {
        let why = "q is the address of an issue, which a search in Jira finds; with mode=text its words are looked for";
        return Err(QueryError::new("q", why));
    }
    if named.is_none()
        && mode != QueryMode::Text
        && let Some(address) =
            pasted_address(&q).filter(|_| has_scheme(q.trim_start_matches(['<', '[', '('])))
    {
        return narrowing.of_address(&q, mode, address);
    }
    let listed = match mode {
        QueryMode::Text => None,
        _ => list_of(&q, PageReference::of_list)?,
    };
    if let Some(listed) = listed {
        return narrowing.of_list(&q, mode, &listed);
    }
    match (mode, named) {
        (QueryMode::Text, _) => Ok(Reading::plain(narrowing.for_words(&q)?)),
        // An id alone is no CQL, so it can only mean this.
        (QueryMode::Language, Some(named)) => Ok(Reading {
            id: narrowing.id_of(&named.name),
            address: named.address,
            ..Reading::plain(narrowing.named(&named.name))
        }),
        (QueryMode::Language, None) => Ok(Reading::plain(narrowing.query(&q)?)),
        (QueryMode::Auto, Some(named)) => narrowing.of_named(&q, &named),
        (QueryMode::Auto, None) => narrowing.guessed(&q),
    }
}

impl Narrowing {
    fn read(filters: &Filters) -> Result<Self, QueryError> {
        let kinds = filters.values("type")?;
        let kinds: Vec<String> = kinds.iter().map(|kind| quoted(kind_called(kind))).collect();
        let kind = (!kinds.is_empty()).then(|| format!("type in ({})", kinds.join(", ")));
        let readable = kind.is_none().then(|| String::from(READABLE));
        let filters: Vec<String> = filters
            .clause("space", "space")?
            .into_iter()
            .chain(kind)
            .collect();
        Ok(Self {
            readable: readable
                .into_iter()
                .chain(filters.iter().cloned())
                .collect(),
            filters,
        })
    }

    fn guessed(&self, q: &str) -> Result<Reading, QueryError> {
        let meaning = match pasted_address(q) {
            // The signs in an address are none of a query's.
            Some(_) => Meaning::Words,
            None => CQL.meaning(&Lexed::new(&with_quoted_spaces(q))),
        };
        match (meaning, self.query(q)) {
            (Meaning::Query, query) => Ok(Reading::plain(query?)),
            (Meaning::Either, Ok(query)) => Ok(Reading {
                words: self.for_words(q).ok(),
                ..Reading::plain(query)
            }),
            _ => match PageReference::within(q) {
                Some(named) => self.of_named(q, &named),
                None => Ok(Reading::plain(self.for_words(q)?)),
            },
        }
    }

    fn for_words(&self, q: &str) -> Result<String, QueryError> {
        let clause = format!("text ~ {}", quoted(&plain_words(q)?));
        Ok(compose(&clause, &self.readable, None))
    }

    /// What it can be read by where no filter stands before it.
    fn id_of(&self, named: &PageName) -> Option<String> {
        match named {
            PageName::Id(id) if self.filters.is_empty() => Some(id.as_str().to_owned()),
            _ => None,
        }
    }

    /// What the name of one page is taken for: the page, and then its words.
    fn of_named(&self, q: &str, named: &PageReference) -> Result<Reading, QueryError> {
        // Of an address, what names the page may be mentioned in others.
        let query = self.for_words(match &named.name {
            PageName::Id(id) => id.as_str(),
            PageName::Titled { title, .. } => title,
            PageName::Home { space_key } => space_key,
        })?;
        let is_address = named.address.is_some();
        Ok(Reading {
            named: Some(self.named_by(named)),
            mention: is_address.then(|| self.for_words(q)).transpose()?,
            ..Reading::plain(query)
        })
    }

    /// What the address of no single page is taken for: a space, or what mentions it. The address of a space's home, which
    /// no query can ask for, was read before.
    fn of_address(&self, q: &str, mode: QueryMode, address: Url) -> Result<Reading, QueryError> {
        let space = space_in(&address).or_else(|| match PageReference::parse(q).ok()?.name {
            PageName::Home { space_key } => Some(space_key),
            _ => None,
        });
        if space.is_none() && mode == QueryMode::Language {
            return Err(QueryError::new("q", UNREAD));
        }
        let mention = self.for_words(q)?;
        let query = space.map(|key| format!("space = {}", quoted(&key)));
        let query = query.map(|clause| compose(&clause, &self.readable, None));
        Ok(Reading {
            is_unread: query.is_none(),
            address: Some(address),
            mention: (mode == QueryMode::Auto).then(|| mention.clone()),
            ..Reading::plain(query.unwrap_or(mention))
        })
    }

    /// What a list of pages is taken for: each of them, or in a query all of them.
    fn of_list(
        &self,
        q: &str,
        mode: QueryMode,
        listed: &[PageReference],
    ) -> Result<Reading, QueryError> {
        if mode == QueryMode::Language {
            let pages: Vec<String> = listed
                .iter()
                .map(|one| format!("({})", clause_of(&one.name)))
                .collect();
            return Ok(Reading {
                address: one_site(listed.iter().map(|one| one.address.as_ref()))?,
                ..Reading::plain(compose(&pages.join(" OR "), &self.filters, None))
            });
        }
        Ok(Reading {
            listed: listed.iter().map(|one| self.named_by(one)).collect(),
            ..Reading::plain(self.for_words(q)?)
        })
    }

    /// How one page is found.
    fn named_by(&self, page: &PageReference) -> Named {
        Named {
            query: self.named(&page.name),
            id: self.id_of(&page.name),
            address: page.address.clone(),
        }
    }

    /// What is named is found whatever its type is.
    fn named(&self, named: &PageName) -> String {
        compose(&clause_of(named), &self.filters, None)
    }

    fn query(&self, q: &str) -> Result<String, QueryError> {
        let q = &with_quoted_spaces(q);
        let lexed = Lexed::new(q);
        let parts = lexed.parts()?;
        let added = if parts.clause.is_empty() {
            &self.readable
        } else {
            &self.filters
        };
        Ok(compose(parts.clause, added, parts.order))
    }
}

/// The spaces that `filters` names.
///
/// # Errors
/// When the filters are malformed.
pub(crate) fn spaces_in(filters: Option<&str>) -> Result<Vec<String>, QueryError> {
    Filters::read(filters)?.values("space")
}

/// What Confluence calls a kind of content that people call otherwise.
fn kind_called(kind: &str) -> &str {
    let words = ["blog", "blog post", "blog-post", "post"];
    let is_post = words
        .iter()
        .any(|word| kind.trim().eq_ignore_ascii_case(word));
    if is_post { "blogpost" } else { kind }
}

/// The clause that finds one page.
fn clause_of(named: &PageName) -> String {
    match named {
        PageName::Id(id) => format!("id = {}", id.as_str()),
        PageName::Titled { space_key, title } => {
            format!(
                "space = {} AND title = {}",
                quoted(space_key),
                quoted(title)
            )
        }
        PageName::Home { space_key } => format!("space = {}", quoted(space_key)),
    }
}

#[cfg(test)]
#[path = "cql_tests.rs"]
mod tests;
