//! Cuts a query into tokens, and makes sure that it can stand in brackets by itself.

use std::iter::Peekable;
use std::str::CharIndices;

use super::QueryError;

/// What a query consists of, as far as we must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    /// What stands between the quotes, as it was written.
    Quoted(&'a str),
    Operator(&'a str),
    Open,
    Close,
    Comma,
}

/// A query cut into tokens; each comes with the place where it starts.
#[derive(Debug)]
pub(in crate::atlassian) struct Lexed<'a> {
    text: &'a str,
    tokens: Vec<(usize, Token<'a>)>,
    problem: Option<&'static str>,
}

/// The parts of a query that stands on its own.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::atlassian) struct QueryParts<'a> {
    /// The condition; may be empty.
    pub(in crate::atlassian) clause: &'a str,
    /// What follows `ORDER BY`.
    pub(in crate::atlassian) order: Option<&'a str>,
}

impl<'a> Lexed<'a> {
    /// Cuts `text` into tokens and notes what makes it unfit to stand between other clauses.
    pub(in crate::atlassian) fn new(text: &'a str) -> Self {
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
                    let end = lexed.quoted(character, &mut characters);
                    Token::Quoted(&text[start + 1..end])
                }
                '(' => Token::Open,
                ')' => Token::Close,
                ',' => Token::Comma,
                '=' | '~' | '<' | '>' => operator(text, start, &mut characters),
                '!' if matches!(characters.peek(), Some((_, '=' | '~'))) => {
                    operator(text, start, &mut characters)
                }
                _ => Token::Word(lexed.word(start, &mut characters)),
            };
            lexed.tokens.push((start, token));
        }
        lexed
    }

    /// Skips a quoted text and gives the place of its end. What is glued to a quote is read differently by different readers, so
    /// it makes the query unfit.
    fn quoted(&mut self, quote: char, characters: &mut Peekable<CharIndices<'a>>) -> usize {
        let end = loop {
            match characters.next() {
                None => {
                    self.problem = Some("a quote is not closed");
                    return self.text.len();
                }
                Some((_, '\\')) => {
                    characters.next();
                }
                Some((at, character)) if character == quote => break at,
                Some(_) => {}
            }
        };
        if let Some((_, next)) = characters.peek()
            && !(next.is_whitespace()
                || matches!(next, '(' | ')' | ',' | '=' | '!' | '~' | '<' | '>'))
        {
            self.problem = Some("something is glued to a quoted text");
        }
        end
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

    /// The tokens, each with the place where it starts.
    pub(super) fn tokens(&self) -> &[(usize, Token<'a>)] {
        &self.tokens
    }

    /// Whether it cannot be told what is a token of it.
    pub(super) fn is_malformed(&self) -> bool {
        self.problem.is_some()
    }

    fn is_word(&self, index: usize, wanted: &str) -> bool {
        matches!(self.tokens.get(index), Some((_, Token::Word(word))) if word.eq_ignore_ascii_case(wanted))
    }

    fn orders_at(&self, index: usize) -> bool {
        self.is_word(index, "order") && self.is_word(index + 1, "by")
    }

    /// Cuts the query before its `ORDER BY`, once it is sure that the condition alone is balanced:
    /// put in brackets, it cannot reach beyond them.
    pub(in crate::atlassian) fn parts(&self) -> Result<QueryParts<'a>, QueryError> {
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
            .all(|(_, token)| matches!(token, Token::Word(_) | Token::Quoted(_) | Token::Comma));
        let (first, _) = *rest.first()?;
        only_names.then(|| QueryParts {
            clause: self.text[..start].trim(),
            order: Some(self.text[first..].trim()),
        })
    }
}

/// A comparison: one sign, or `!=`, `!~`, `<=`, `>=`.
fn operator<'a>(
    text: &'a str,
    start: usize,
    characters: &mut Peekable<CharIndices<'a>>,
) -> Token<'a> {
    let first = text.as_bytes().get(start).copied();
    let doubled = match characters.peek() {
        Some((_, '=')) => matches!(first, Some(b'!' | b'<' | b'>')),
        Some((_, '~')) => first == Some(b'!'),
        _ => false,
    };
    if doubled {
        characters.next();
    }
    Token::Operator(&text[start..start + 1 + usize::from(doubled)])
}
