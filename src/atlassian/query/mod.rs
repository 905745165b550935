//! What JQL and CQL have in common: telling a query from words, quoting texts, and adding filters that
//! the query cannot escape from.

mod filters;
mod grammar;
mod lexer;
mod personal_spaces;
mod reserved;
mod times;
mod words;

use url::Url;

pub(super) use filters::Filters;
pub(super) use grammar::{Meaning, QueryLanguage};
pub(super) use lexer::Lexed;
pub(super) use personal_spaces::with_quoted_spaces;
pub(super) use reserved::with_quotes;
pub(super) use times::{Dates, has_zones, in_zone};
pub(super) use words::plain_words;

/// A query or filter that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct QueryError {
    /// The parameter it is about: `q`, `mode` or `filters`.
    pub field: &'static str,
    /// One plain sentence.
    pub message: String,
}

impl QueryError {
    pub(super) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// How `q` is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum QueryMode {
    /// As a query if it looks like one, else as words.
    #[default]
    Auto,
    /// As a query in the product's language.
    Language,
    /// As words to find.
    Text,
}

impl QueryMode {
    /// Reads `auto`, `text` or the name of the product's `language`; absent is `auto`.
    pub(super) fn parse(mode: Option<&str>, language: &str) -> Result<Self, QueryError> {
        match mode {
            None | Some("auto") => Ok(Self::Auto),
            Some("text") => Ok(Self::Text),
            Some(name) if name == language => Ok(Self::Language),
            Some(_) => Err(QueryError::new(
                "mode",
                format!("mode must be auto, {language} or text"),
            )),
        }
    }
}

/// What a text is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The query to send.
    pub(crate) query: String,
    /// The query to send when the product refuses the first: the same text as words. Only where the text
    /// could be either.
    pub(crate) words: Option<String>,
    /// The one thing that the text names, if it names one: to be found before all others.
    pub(crate) named: Option<Named>,
    /// Finds the texts that mention the address which names the one thing, for where it is of no site here.
    pub(crate) mention: Option<String>,
    /// The things that the text lists and says nothing else of: to be found in its order.
    pub(crate) listed: Vec<Named>,
    /// Whether the text is an address that stands for nothing which could be found: the query finds what mentions it,
    /// which is what is meant where the address is of no site here.
    pub(crate) is_unread: bool,
    /// The address that the query was made of: it is meant for the site of that address alone.
    pub(crate) address: Option<Url>,
    /// The key or id that is all the query asks for, to read it by where the index has not heard of it; none where
    /// filters wall the search in.
    pub(crate) id: Option<String>,
}

/// One thing that somebody typed or pasted the name of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Finds it and nothing else.
    pub(crate) query: String,
    /// Its key or id, to read it by where the index has not heard of it; none where filters wall the search in.
    pub(crate) id: Option<String>,
    /// Its address, when one was pasted.
    pub(crate) address: Option<Url>,
}

impl Reading {
    /// A text that can be one thing only.
    pub(crate) fn plain(query: String) -> Self {
        Self {
            query,
            words: None,
            named: None,
            mention: None,
            listed: Vec::new(),
            is_unread: false,
            address: None,
            id: None,
        }
    }
}

/// What is told of an address of a site here that stands for nothing which could be found.
pub(crate) const UNREAD: &str = "q is an address that stands for nothing which could be searched for: it names no issue, page, project, space, filter or search; with mode=text what mentions it is looked for";

/// The most things that one text may list.
const MOST_LISTED: usize = 50;

/// What names things in a text that lists them: each part between blanks, commas and line ends, without bullets, numbers
/// of lines, and `and` between the last two. None in a text that is too short for a list.
///
/// # Errors
/// When there are too many.
pub(super) fn list_of<T>(
    text: &str,
    names: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, QueryError> {
    let is_bullet = |part: &&str| {
        let number = part.strip_suffix(['.', ')']).unwrap_or_default();
        matches!(*part, "and" | "or" | "&" | "+" | "-" | "*" | "•" | "–")
            || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let parts = text.split(|sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | '|'));
    let parts = parts.filter(|part| !part.is_empty() && !is_bullet(part));
    let listed: Option<Vec<T>> = parts.map(names).collect();
    match listed {
        Some(listed) if listed.len() > MOST_LISTED => Err(QueryError::new(
            "q",
            format!(
                "q lists {} things; at most {MOST_LISTED} are found at once",
                listed.len()
            ),
        )),
        Some(listed) if listed.len() > 1 => Ok(Some(listed)),
        _ => Ok(None),
    }
}

/// The address of things that all lie on one site; none where they are named without one.
///
/// # Errors
/// When they lie on several sites, which one query cannot ask.
pub(super) fn one_site<'a>(
    addresses: impl IntoIterator<Item = Option<&'a Url>>,
) -> Result<Option<Url>, QueryError> {
    let mut first: Option<Option<&Url>> = None;
    for address in addresses {
        let place = |address: &Url| (address.host_str().map(str::to_owned), address.port());
        match first {
            None => first = Some(address),
            Some(known) if known.map(place) == address.map(place) => {}
            Some(_) => {
                let why = "q lists things of several sites, which one query cannot ask; name those of one site at a time";
                return Err(QueryError::new("q", why));
            }
        }
    }
    Ok(first.flatten().cloned())
}

/// A text as a string literal of JQL or CQL.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            _ if character.is_control() => literal.push(' '),
            _ => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

/// The text with every control character made a blank, so that none can hide a token.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}

/// The whole query: the caller's condition in brackets where something is added to it.
pub(super) fn compose(clause: &str, added: &[String], order: Option<&str>) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !clause.is_empty() {
        parts.push(if added.is_empty() {
            clause.to_owned()
        } else {
            format!("({clause})")
        });
    }
    parts.extend(added.iter().cloned());
    let mut query = parts.join(" AND ");
    if let Some(order) = order {
        query.push_str(" ORDER BY ");
        query.push_str(order);
    }
    query
}
