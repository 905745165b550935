//! Reads what a person typed as CQL or words, and builds the query that a search sends.

use super::query::{
    Filters, Lexed, Meaning, Named, QueryError, QueryLanguage, QueryMode, Reading, compose,
    one_line, plain_words, quoted,
};
use crate::model::issue_reference::IssueReference;
use crate::model::page_reference::{PageName, PageReference};
use crate::model::pasted::{pasted_address, query_in_address};

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
    match (mode, named) {
        (QueryMode::Text, _) => Ok(Reading::plain(narrowing.for_words(&q)?)),
        // An id alone is no CQL, so it can only mean this.
        (QueryMode::Language, Some(named)) => Ok(Reading {
            id: narrowing.id_of(&named.name),
            address: named.address,
            ..Reading::plain(narrowing.named(&named.name))
        }),
        (QueryMode::Language, None) => Ok(Reading::plain(narrowing.query(&q)?)),
        (QueryMode::Auto, Some(named)) => {
            // Of an address, what names the page may be mentioned in others.
            let query = narrowing.for_words(match &named.name {
                PageName::Id(id) => id.as_str(),
                PageName::Titled { title, .. } => title,
                PageName::Home { space_key } => space_key,
            })?;
            let named = Named {
                query: narrowing.named(&named.name),
                id: narrowing.id_of(&named.name),
                address: named.address,
            };
            Ok(Reading {
                named: Some(named),
                ..Reading::plain(query)
            })
        }
        (QueryMode::Auto, None) => narrowing.guessed(&q),
    }
}

impl Narrowing {
    fn read(filters: &Filters) -> Result<Self, QueryError> {
        let kind = filters.clause("type", "type")?;
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
            None => CQL.meaning(&Lexed::new(q)),
        };
        match (meaning, self.query(q)) {
            (Meaning::Query, query) => Ok(Reading::plain(query?)),
            (Meaning::Either, Ok(query)) => Ok(Reading {
                words: self.for_words(q).ok(),
                ..Reading::plain(query)
            }),
            _ => Ok(Reading::plain(self.for_words(q)?)),
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

    /// What is named is found whatever its type is.
    fn named(&self, named: &PageName) -> String {
        let clause = match named {
            PageName::Id(id) => format!("id = {}", id.as_str()),
            PageName::Titled { space_key, title } => {
                format!(
                    "space = {} AND title = {}",
                    quoted(space_key),
                    quoted(title)
                )
            }
            PageName::Home { space_key } => format!("space = {}", quoted(space_key)),
        };
        compose(&clause, &self.filters, None)
    }

    fn query(&self, q: &str) -> Result<String, QueryError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn build(q: &str, mode: Option<&str>, filters: Option<&str>) -> Result<String, QueryError> {
        read(q, mode, filters).map(|reading| reading.query)
    }

    #[test]
    fn words_are_looked_for_in_pages_and_blog_posts() {
        assert_eq!(
            build("release notes", None, None).unwrap(),
            r#"(text ~ "release notes") AND type in (page, blogpost)"#
        );
        assert_eq!(
            build("release", None, Some(r#"{"space":"ENG","type":"comment"}"#)).unwrap(),
            r#"(text ~ "release") AND space in ("ENG") AND type in ("comment")"#
        );
        assert_eq!(
            build("", None, None).unwrap(),
            "type in (page, blogpost) ORDER BY lastmodified DESC"
        );
    }

    #[test]
    fn cql_is_passed_on_as_it_is() {
        let cql = "type = page and space = ENG order by created desc";
        assert_eq!(
            build(cql, None, None).unwrap(),
            "type = page and space = ENG ORDER BY created desc"
        );
        assert_eq!(
            build("order by created", Some("cql"), None).unwrap(),
            "type in (page, blogpost) ORDER BY created"
        );
    }

    #[test]
    fn a_query_cannot_climb_over_the_wall() {
        let filters = Some(r#"{"space":"ENG"}"#);
        for hostile in [
            "space = A) or (space = B",
            "text ~ \"x\\\" or (space = B",
            "title = \"a",
        ] {
            assert_eq!(build(hostile, Some("cql"), filters).unwrap_err().field, "q");
        }
    }

    #[test]
    fn cql_is_told_from_words() {
        for cql in [
            "space in favouriteSpaces()",
            "id in recentlyViewedContent(10, 0) and type = page",
            "creator = currentUser() order by lastmodified desc",
            "not (label in (a, \"b c\") or title ~ x)",
            "created >= now(\"-4w\")",
            "space.type = global",
        ] {
            assert_eq!(CQL.meaning(&Lexed::new(cql)), Meaning::Query, "{cql}");
        }
        // CQL knows no states.
        for words in [
            "title is empty",
            "status was done",
            "space changed",
            "what is in (brackets)",
        ] {
            assert_eq!(CQL.meaning(&Lexed::new(words)), Meaning::Words, "{words}");
        }
    }

    #[test]
    fn what_names_a_page_finds_it_first_and_then_the_words() {
        for (text, named, words) in [
            ("98400", "id = 98400", "98400"),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400/Release+notes",
                "id = 98400",
                "98400",
            ),
            (
                "https://wiki.corp.example/display/ENG/Release+notes",
                r#"space = "ENG" AND title = "Release notes""#,
                "Release notes",
            ),
        ] {
            let reading = read(text, None, None).unwrap();
            assert_eq!(reading.named.unwrap().query, named, "{text}");
            assert_eq!(
                reading.query,
                format!("(text ~ \"{words}\") AND {READABLE}")
            );
        }
        assert_eq!(build("98400", Some("cql"), None).unwrap(), "id = 98400");
        let filtered = read("98400", None, Some(r#"{"space":"ENG"}"#)).unwrap();
        assert_eq!(
            filtered.named.unwrap().query,
            r#"(id = 98400) AND space in ("ENG")"#
        );
    }
}
