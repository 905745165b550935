//! What JQL and CQL have in common: telling a query from words, quoting texts, and adding filters that
//! the query cannot escape from.

mod filters;
mod grammar;
mod lexer;
mod words;

use url::Url;

pub(super) use filters::Filters;
pub(super) use grammar::{Meaning, QueryLanguage};
pub(super) use lexer::Lexed;
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
    pub(super) fn plain(query: String) -> Self {
        Self {
            query,
            words: None,
            named: None,
            address: None,
            id: None,
        }
    }
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
