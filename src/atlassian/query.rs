//! What JQL and CQL have in common: reading a person's query, quoting texts, and adding filters that
//! the query cannot escape from.

use std::iter::Peekable;
use std::str::CharIndices;

use serde_json::Value;

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

/// What a query consists of, as far as we must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Quoted,
    Operator,
    Open,
    Close,
    Comma,
}

/// A query cut into tokens; each comes with the place where it starts.
#[derive(Debug)]
pub(super) struct Lexed<'a> {
    text: &'a str,
    tokens: Vec<(usize, Token<'a>)>,
    problem: Option<&'static str>,
}

/// The parts of a query that stands on its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QueryParts<'a> {
    /// The condition; may be empty.
    pub(super) clause: &'a str,
    /// What follows `ORDER BY`.
    pub(super) order: Option<&'a str>,
}

impl<'a> Lexed<'a> {
    /// Cuts `text` into tokens and notes what makes it unfit to stand between other clauses.
    pub(super) fn new(text: &'a str) -> Self {
        let mut lexed = Self {
            text,
            tokens: Vec::new(),
            problem: None,
        };
        let mut characters = text.char_indices().peekable();
        while let Some((start, character)) = characters.next() {
            let token = match character {
                _ if character.is_whitespace() => continue,
                '"' | '\'' => {
                    lexed.quoted(character, &mut characters);
                    Token::Quoted
                }
                '(' => Token::Open,
                ')' => Token::Close,
                ',' => Token::Comma,
                '=' | '~' | '<' | '>' => Token::Operator,
                '!' if matches!(characters.peek(), Some((_, '=' | '~'))) => Token::Operator,
                _ => Token::Word(lexed.word(start, &mut characters)),
            };
            lexed.tokens.push((start, token));
        }
        lexed
    }

    /// Skips a quoted text. What is glued to a quote is read differently by different readers, so
    /// it makes the query unfit.
    fn quoted(&mut self, quote: char, characters: &mut Peekable<CharIndices<'a>>) {
        loop {
            match characters.next() {
                None => {
                    self.problem = Some("a quote is not closed");
                    return;
                }
                Some((_, '\\')) => {
                    characters.next();
                }
                Some((_, character)) if character == quote => break,
                Some(_) => {}
            }
        }
        if let Some((_, next)) = characters.peek()
            && !(next.is_whitespace()
                || matches!(next, '(' | ')' | ',' | '=' | '!' | '~' | '<' | '>'))
        {
            self.problem = Some("something is glued to a quoted text");
        }
    }

    fn word(&mut self, start: usize, characters: &mut Peekable<CharIndices<'a>>) -> &'a str {
        if self.text[start..].starts_with('\\') {
            self.problem = Some("a backslash stands outside of quotes");
        }
        while let Some((at, next)) = characters.peek().copied() {
            match next {
                '(' | ')' | ',' | '=' | '!' | '~' | '<' | '>' => return &self.text[start..at],
                _ if next.is_whitespace() => return &self.text[start..at],
                '\\' => self.problem = Some("a backslash stands outside of quotes"),
                '"' | '\'' => self.problem = Some("a quote stands inside a word"),
                _ => {}
            }
            characters.next();
        }
        &self.text[start..]
    }

    /// Whether this looks like a query rather than words: a comparison, `in (`, `is [not] empty`
    /// or `null`, or `order by`, outside of quotes.
    pub(super) fn looks_like_a_query(&self) -> bool {
        let is = |index: usize, wanted: &str| self.is_word(index, wanted);
        (0..self.tokens.len()).any(|index| match self.tokens[index].1 {
            Token::Operator => true,
            Token::Word(_) if is(index, "in") => {
                matches!(self.tokens.get(index + 1), Some((_, Token::Open)))
            }
            Token::Word(_) if is(index, "is") => {
                let value = if is(index + 1, "not") {
                    index + 2
                } else {
                    index + 1
                };
                is(value, "empty") || is(value, "null")
            }
            Token::Word(_) => self.orders_at(index),
            _ => false,
        })
    }

    fn is_word(&self, index: usize, wanted: &str) -> bool {
        matches!(self.tokens.get(index), Some((_, Token::Word(word))) if word.eq_ignore_ascii_case(wanted))
    }

    fn orders_at(&self, index: usize) -> bool {
        self.is_word(index, "order") && self.is_word(index + 1, "by")
    }

    /// Cuts the query before its `ORDER BY`, once it is sure that the condition alone is balanced:
    /// put in brackets, it cannot reach beyond them.
    pub(super) fn parts(&self) -> Result<QueryParts<'a>, QueryError> {
        let refuse = |why: &str| QueryError::new("q", format!("the query is malformed: {why}"));
        if let Some(problem) = self.problem {
            return Err(refuse(problem));
        }
        let mut depth = 0_usize;
        for (index, (start, token)) in self.tokens.iter().enumerate() {
            match token {
                Token::Open => depth += 1,
                Token::Close => {
                    depth = depth
                        .checked_sub(1)
                        .ok_or_else(|| refuse("a bracket closes that was not opened"))?;
                }
                Token::Word(_) if depth == 0 && self.orders_at(index) => {
                    return self
                        .ordered(index, *start)
                        .ok_or_else(|| refuse("after ORDER BY there may only be names of fields"));
                }
                _ => {}
            }
        }
        if depth > 0 {
            return Err(refuse("a bracket is not closed"));
        }
        Ok(QueryParts {
            clause: self.text.trim(),
            order: None,
        })
    }

    fn ordered(&self, index: usize, start: usize) -> Option<QueryParts<'a>> {
        let rest = self.tokens.get(index + 2..)?;
        let only_names = rest
            .iter()
            .all(|(_, token)| matches!(token, Token::Word(_) | Token::Quoted | Token::Comma));
        let (first, _) = *rest.first()?;
        only_names.then(|| QueryParts {
            clause: self.text[..start].trim(),
            order: Some(self.text[first..].trim()),
        })
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

/// The words of a text that is to be found with `~`. The operator reads Lucene's query syntax
/// inside the string, so everything with a meaning there is left out.
///
/// # Errors
/// When no word is left.
pub(super) fn words(text: &str) -> Result<String, QueryError> {
    let plain: String = text
        .chars()
        .map(|character| match character {
            '_' | '.' | '@' | '\'' | '#' => character,
            _ if character.is_ascii_punctuation() || character.is_control() => ' ',
            _ => character,
        })
        .collect();
    let words: Vec<String> = plain
        .split_whitespace()
        .filter(|word| word.contains(|character: char| !character.is_ascii_punctuation()))
        .map(|word| match word {
            "AND" | "OR" | "NOT" | "TO" => word.to_ascii_lowercase(),
            _ => word.to_owned(),
        })
        .collect();
    if words.is_empty() {
        return Err(QueryError::new(
            "q",
            "q holds no word that could be searched for",
        ));
    }
    Ok(words.join(" "))
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

/// What the caller filters by.
#[derive(Debug)]
pub(super) struct Filters(serde_json::Map<String, Value>);

impl Filters {
    /// Reads the JSON object of the parameter `filters`; absent or blank is no filter.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, QueryError> {
        match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Ok(Self(serde_json::Map::new())),
            Some(text) => serde_json::from_str(text).map(Self).map_err(|_| {
                QueryError::new(
                    "filters",
                    "filters must be a JSON object, such as {\"project\":\"EX\"}",
                )
            }),
        }
    }

    /// The values of one filter: a text, a number, or a list of them. Empty when it is not given.
    pub(super) fn values(&self, name: &str) -> Result<Vec<String>, QueryError> {
        let text = |value: &Value| match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let refuse = || {
            QueryError::new(
                "filters",
                format!("the filter {name} must be a text or a list of texts"),
            )
        };
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(values)) if values.len() <= 100 => values
                .iter()
                .map(|value| text(value).ok_or_else(refuse))
                .collect(),
            Some(value) => Ok(vec![text(value).ok_or_else(refuse)?]),
        }
    }

    /// `field in ("a", "b")` for one filter; none when it is not given.
    pub(super) fn clause(&self, name: &str, field: &str) -> Result<Option<String>, QueryError> {
        let literals: Vec<String> = self
            .values(name)?
            .iter()
            .map(|value| quoted(value))
            .collect();
        Ok((!literals.is_empty()).then(|| format!("{field} in ({})", literals.join(", "))))
    }
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
