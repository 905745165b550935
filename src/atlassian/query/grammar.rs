//! The grammar that JQL and CQL have in common, as far as it tells a query from words: whether a text
//! begins with a clause, and whether it is one all through.

use super::lexer::{Lexed, Token};

/// Deeper brackets are nobody's query.
const DEEPEST: usize = 50;
/// Words that can be neither a field nor a value.
const RESERVED: [&str; 7] = ["and", "or", "not", "in", "is", "was", "changed"];
/// What narrows `was` and `changed` down.
const PREDICATES: [&str; 7] = ["after", "before", "by", "during", "from", "on", "to"];

/// What a query language knows.
#[derive(Debug)]
pub(in crate::atlassian) struct QueryLanguage {
    /// Names of fields, in small letters.
    pub(in crate::atlassian) fields: &'static [&'static str],
    /// Beginnings of names of fields, such as `cf[`.
    pub(in crate::atlassian) prefixes: &'static [&'static str],
    /// Names of functions, in small letters.
    pub(in crate::atlassian) functions: &'static [&'static str],
    /// Whether it has `is [not] empty`, `was` and `changed`.
    pub(in crate::atlassian) asks_for_states: bool,
}

/// What a text can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::atlassian) enum Meaning {
    /// A query, perhaps with a mistake that the product will tell.
    Query,
    /// A query if the product knows the names in it, else words.
    Either,
    /// Words.
    Words,
}

/// A clause that was read.
#[derive(Debug, Clone, Copy)]
struct Clause {
    /// The token after it.
    end: usize,
    /// Whether nothing but a query begins like this.
    is_sure: bool,
}

impl QueryLanguage {
    /// Tells a query from words.
    pub(in crate::atlassian) fn meaning(&self, lexed: &Lexed<'_>) -> Meaning {
        let text = Text {
            language: self,
            tokens: lexed.tokens(),
        };
        let is_whole = text.query();
        if text.orders_at(0) {
            return match (is_whole, text.knows_field(2)) {
                (true, true) => Meaning::Query,
                (true, false) => Meaning::Either,
                _ => Meaning::Words,
            };
        }
        let start = text.after_openers(0);
        let Some(clause) = text.clause(start) else {
            return if text.begins_comparison(start) {
                Meaning::Query
            } else {
                Meaning::Words
            };
        };
        match clause.is_sure {
            true if is_whole || text.begins_comparison(start) => Meaning::Query,
            _ if is_whole || text.joins_at(clause.end) => Meaning::Either,
            _ => Meaning::Words,
        }
    }

    fn knows(&self, field: &str) -> bool {
        let field = field.to_lowercase();
        self.fields.contains(&field.as_str())
            || self.prefixes.iter().any(|start| field.starts_with(start))
    }
}

/// The tokens of a text, and the language they may be in.
struct Text<'d, 't, 'a> {
    language: &'d QueryLanguage,
    tokens: &'t [(usize, Token<'a>)],
}

impl Text<'_, '_, '_> {
    fn at(&self, index: usize) -> Option<Token<'_>> {
        self.tokens.get(index).map(|(_, token)| *token)
    }

    fn is(&self, index: usize, wanted: &str) -> bool {
        matches!(self.at(index), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted))
    }

    fn is_any(&self, index: usize, wanted: &[&str]) -> bool {
        wanted.iter().any(|word| self.is(index, word))
    }

    fn orders_at(&self, index: usize) -> bool {
        self.is(index, "order") && self.is(index + 1, "by")
    }

    fn joins_at(&self, index: usize) -> bool {
        self.is_any(index, &["and", "or", "&&", "||", "&", "|"]) || self.orders_at(index)
    }

    fn denies_at(&self, index: usize) -> bool {
        self.is_any(index, &["not", "!"])
    }

    /// The first token after every `NOT` and `(`.
    fn after_openers(&self, mut index: usize) -> usize {
        while self.denies_at(index) || self.at(index) == Some(Token::Open) {
            index += 1;
        }
        index
    }

    /// The text of a field's name, if one stands here.
    fn field(&self, index: usize) -> Option<&str> {
        match self.at(index)? {
            Token::Word(word) if !self.is_any(index, &RESERVED) => {
                let name = word.strip_prefix('!').unwrap_or(word);
                let starts = |first: char| first.is_alphabetic() || first == '_';
                name.starts_with(starts).then_some(name)
            }
            Token::Quoted(text) => Some(text),
            _ => None,
        }
    }

    fn knows_field(&self, index: usize) -> bool {
        self.field(index)
            .is_some_and(|name| self.language.knows(name))
    }

    /// Whether a field that is known is compared here, however it goes on: the product tells best what
    /// is missing.
    fn begins_comparison(&self, index: usize) -> bool {
        let operator = index + 1;
        let list = operator + 1 + usize::from(self.denies_at(operator));
        self.knows_field(index)
            && (matches!(self.at(operator), Some(Token::Operator(_)))
                || (self.is(list - 1, "in") && self.at(list) == Some(Token::Open)))
    }

    /// Whether the whole text is a query.
    fn query(&self) -> bool {
        let end = if self.orders_at(0) {
            Some(0)
        } else {
            self.condition(0, 0)
        };
        end.is_some_and(|end| self.order(end) == Some(self.tokens.len()))
    }

    /// The end of `ORDER BY field [asc|desc], …`, which may be missing.
    fn order(&self, index: usize) -> Option<usize> {
        if !self.orders_at(index) {
            return Some(index);
        }
        let mut next = index + 2;
        loop {
            self.field(next)?;
            next += 1;
            next += usize::from(self.is_any(next, &["asc", "desc"]));
            if self.at(next) != Some(Token::Comma) {
                return Some(next);
            }
            next += 1;
        }
    }

    /// The end of clauses joined by AND and OR.
    fn condition(&self, mut index: usize, depth: usize) -> Option<usize> {
        loop {
            while self.denies_at(index) {
                index += 1;
            }
            index = match self.at(index)? {
                Token::Open if depth < DEEPEST => {
                    let inner = self.condition(index + 1, depth + 1)?;
                    (self.at(inner) == Some(Token::Close)).then_some(inner + 1)?
                }
                _ => self.clause(index)?.end,
            };
            if !self.joins_at(index) || self.orders_at(index) {
                return Some(index);
            }
            index += 1;
        }
    }

    fn clause(&self, index: usize) -> Option<Clause> {
        self.field(index)?;
        let is_known = self.knows_field(index);
        let operator = index + 1;
        if matches!(self.at(operator), Some(Token::Operator(_))) {
            let end = self.operand(operator + 1)?;
            return Some(Clause {
                end,
                is_sure: is_known,
            });
        }
        let not = usize::from(self.denies_at(operator));
        if self.is(operator + not, "in") {
            return self.membership(operator + not + 1, is_known);
        }
        if !self.language.asks_for_states {
            return None;
        }
        let end = self.state(operator, is_known)?;
        Some(Clause {
            end,
            is_sure: false,
        })
    }

    /// What follows `in`: a list or a function.
    fn membership(&self, index: usize, is_known: bool) -> Option<Clause> {
        let calls = matches!(self.at(index), Some(Token::Word(name))
            if self.language.functions.contains(&name.to_lowercase().as_str()));
        let end = self.operand(index)?;
        (self.at(end - 1) == Some(Token::Close)).then_some(Clause {
            end,
            is_sure: is_known || calls,
        })
    }

    /// The end of `is [not] empty`, of `was [not] [in] …` and of `changed …`. People say "was" and
    /// "changed" of everything, so these need a field that is known.
    fn state(&self, index: usize, is_known: bool) -> Option<usize> {
        let not = usize::from(self.denies_at(index + 1));
        if self.is(index, "is") {
            let value = index + 1 + not;
            return self.is_any(value, &["empty", "null"]).then_some(value + 1);
        }
        if !is_known {
            return None;
        }
        if self.is(index, "changed") {
            return self.predicates(index + 1);
        }
        let list = index + 1 + not;
        let value = list + usize::from(self.is(list, "in"));
        self.is(index, "was")
            .then(|| self.operand(value))
            .flatten()
            .and_then(|end| self.predicates(end))
    }

    fn predicates(&self, mut index: usize) -> Option<usize> {
        while self.is_any(index, &PREDICATES) {
            index = self.operand(index + 1)?;
        }
        Some(index)
    }

    /// The end of a value, a function or a list.
    fn operand(&self, index: usize) -> Option<usize> {
        match self.at(index)? {
            Token::Word(_) if self.is_any(index, &RESERVED) => None,
            Token::Word(_) | Token::Quoted(_) => {
                if self.at(index + 1) == Some(Token::Open) {
                    self.list(index + 1, true)
                } else {
                    Some(index + 1)
                }
            }
            Token::Open => self.list(index, false),
            _ => None,
        }
    }

    /// The end of values in brackets, of which there may be none for a function only.
    fn list(&self, open: usize, may_be_empty: bool) -> Option<usize> {
        let mut next = open + 1;
        if may_be_empty && self.at(next) == Some(Token::Close) {
            return Some(next + 1);
        }
        loop {
            // A list in a list is no value; a function in one is.
            if self.at(next) == Some(Token::Open) {
                return None;
            }
            let is_call = self.at(next + 1) == Some(Token::Open);
            next = if is_call {
                self.call_in_list(next + 1)?
            } else {
                self.operand(next)?
            };
            match self.at(next)? {
                Token::Comma => next += 1,
                Token::Close => return Some(next + 1),
                _ => return None,
            }
        }
    }

    /// The end of a function's arguments inside of a list: plain values.
    fn call_in_list(&self, open: usize) -> Option<usize> {
        let plain = |token: Option<Token<'_>>| {
            matches!(
                token,
                Some(Token::Word(_) | Token::Quoted(_) | Token::Comma)
            )
        };
        let mut next = open + 1;
        while plain(self.at(next)) {
            next += 1;
        }
        (self.at(next) == Some(Token::Close)).then_some(next + 1)
    }
}
