//! Builds the tree of a query.

use super::lexer::{Kind, Token, tokens};
use super::reserved::is_reserved;
use super::{Clause, Node, Operand, Operator, Order, Query, Term};

/// How deep brackets and denials may nest.
const DEPTH: usize = 60;
/// Words that are no field and no value unless they are quoted.
const RESERVED: [&str; 8] = ["and", "or", "not", "in", "is", "was", "changed", "order"];
const PREDICATES: [&str; 7] = ["after", "before", "by", "during", "from", "on", "to"];

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    /// Whether the language is Jira's, which reserves many more words.
    is_jql: bool,
}

/// Reads a query in CQL, or says in the vendor's words what is wrong.
pub(crate) fn parse(text: &str) -> Result<Query, String> {
    read(text, false)
}

/// Reads a query in JQL, or says in the vendor's words what is wrong.
pub(crate) fn parse_jql(text: &str) -> Result<Query, String> {
    read(text, true)
}

fn read(text: &str, is_jql: bool) -> Result<Query, String> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        is_jql,
    };
    let filter = if parser.tokens.is_empty() || parser.at_order() {
        None
    } else {
        Some(parser.either()?)
    };
    let order = parser.order()?;
    match parser.peek() {
        None => Ok(Query { filter, order }),
        Some(token) => Err(format!(
            "Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{}'. (line 1, character {})",
            token.shown(),
            token.at
        )),
    }
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn keyword(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token { kind: Kind::Word(text), .. }) if text.eq_ignore_ascii_case(word));
        self.next += usize::from(found);
        found
    }

    fn symbol(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token { kind: Kind::Symbol(symbol), .. }) if *symbol == wanted);
        self.next += usize::from(found);
        found
    }

    fn at_order(&self) -> bool {
        let word = |offset: usize, wanted: &str| matches!(self.tokens.get(self.next + offset), Some(Token { kind: Kind::Word(text), .. }) if text.eq_ignore_ascii_case(wanted));
        word(0, "order") && word(1, "by")
    }

    fn expected(&self, what: &str) -> String {
        match self.peek() {
            Some(token) => format!(
                "Error in the JQL Query: Expecting {what} but got '{}'. (line 1, character {})",
                token.shown(),
                token.at
            ),
            None => {
                format!("Error in the JQL Query: Expecting {what} before the end of the query.")
            }
        }
    }

    fn either(&mut self) -> Result<Node, String> {
        let mut parts = vec![self.both()?];
        while self.keyword("or") || self.symbol("||") {
            parts.push(self.both()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Node::Or(parts)
        })
    }

    fn both(&mut self) -> Result<Node, String> {
        let mut parts = vec![self.single()?];
        while self.keyword("and") || self.symbol("&&") {
            parts.push(self.single()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Node::And(parts)
        })
    }

    fn single(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("Error in the JQL Query: The query is too deeply nested.".to_owned());
        }
        let node = if self.keyword("not") {
            Node::Not(Box::new(self.single()?))
        } else if self.symbol("(") {
            let inner = self.either()?;
            if !self.symbol(")") {
                return Err(self.expected("')'"));
            }
            inner
        } else {
            Node::Clause(self.clause()?)
        };
        self.depth -= 1;
        Ok(node)
    }

    fn clause(&mut self) -> Result<Clause, String> {
        let field = self.field()?;
        let operator = self.operator()?;
        let operand = match operator {
            Operator::In | Operator::NotIn | Operator::WasIn | Operator::WasNotIn => {
                self.list(&field, operator)?
            }
            Operator::Changed => Operand::List(Vec::new()),
            _ => Operand::One(self.term()?),
        };
        if matches!(operator, Operator::Is | Operator::IsNot)
            && operand != Operand::One(Term::Empty)
        {
            return Err(format!(
                "The operator '{}' can only be used with the value 'EMPTY' for the field '{field}'.",
                operator.text()
            ));
        }
        let predicates = if operator.remembers() {
            self.predicates()?
        } else {
            Vec::new()
        };
        Ok(Clause {
            field,
            operator,
            operand,
            predicates,
        })
    }

    /// Refuses a word of JQL's own where a field or a value is expected.
    fn refuse_reserved(&self) -> Result<(), String> {
        match self.peek() {
            Some(Token {
                kind: Kind::Word(word),
                at,
            }) if self.is_jql && is_reserved(word) => Err(format!(
                "Error in the JQL Query: '{word}' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character {at})"
            )),
            _ => Ok(()),
        }
    }

    fn field(&mut self) -> Result<String, String> {
        self.refuse_reserved()?;
        match self.peek() {
            Some(Token {
                kind: Kind::Word(text) | Kind::Quoted(text),
                ..
            }) if !RESERVED.iter().any(|word| text.eq_ignore_ascii_case(word)) => {
                let field = text.clone();
                self.next += 1;
                Ok(field)
            }
            _ => Err(self.expected("a field name")),
        }
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let symbols = [
            ("=", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("~", Operator::Contains),
            ("!~", Operator::ContainsNot),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        for (symbol, operator) in symbols {
            if self.symbol(symbol) {
                return Ok(operator);
            }
        }
        if self.keyword("in") {
            return Ok(Operator::In);
        }
        if self.keyword("is") {
            return Ok(if self.keyword("not") {
                Operator::IsNot
            } else {
                Operator::Is
            });
        }
        if self.keyword("was") {
            return Ok(match (self.keyword("not"), self.keyword("in")) {
                (false, false) => Operator::Was,
                (false, true) => Operator::WasIn,
                (true, false) => Operator::WasNot,
                (true, true) => Operator::WasNotIn,
            });
        }
        if self.keyword("changed") {
            return Ok(Operator::Changed);
        }
        if self.keyword("not") && self.keyword("in") {
            return Ok(Operator::NotIn);
        }
        let shown = self.peek().map_or_else(String::new, Token::shown);
        let at = self.peek().map_or(0, |token| token.at);
        Err(format!(
            "Error in the JQL Query: Expecting operator but got '{shown}'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS', 'IS NOT', 'WAS', 'WAS NOT', 'WAS IN', 'WAS NOT IN' and 'CHANGED'. (line 1, character {at})"
        ))
    }

    /// After `after`, `by`, `from` and so on: a value, or several in brackets.
    fn predicates(&mut self) -> Result<Vec<(String, Operand)>, String> {
        let mut found = Vec::new();
        while let Some(word) = PREDICATES.iter().find(|word| self.keyword(word)) {
            let operand = if self.symbol("(") {
                self.values()?
            } else {
                Operand::One(self.term()?)
            };
            found.push(((*word).to_owned(), operand));
        }
        Ok(found)
    }

    fn list(&mut self, field: &str, operator: Operator) -> Result<Operand, String> {
        if self.symbol("(") {
            return self.values();
        }
        match self.term()? {
            Term::Text(value) => Err(format!(
                "Operator '{}' does not support the non-list value '\"{value}\"' for field '{field}'.",
                operator.text()
            )),
            other => Ok(Operand::List(vec![other])),
        }
    }

    /// The values after a bracket that was opened.
    fn values(&mut self) -> Result<Operand, String> {
        let mut terms = vec![self.term()?];
        while self.symbol(",") {
            terms.push(self.term()?);
        }
        if self.symbol(")") {
            Ok(Operand::List(terms))
        } else {
            Err(self.expected("')' or ','"))
        }
    }

    fn term(&mut self) -> Result<Term, String> {
        let (text, plain) = match self.peek().map(|token| &token.kind) {
            Some(Kind::Word(text)) => (text.clone(), true),
            Some(Kind::Quoted(text)) => (text.clone(), false),
            _ => return Err(self.expected("either a value, list or function")),
        };
        if !(text.eq_ignore_ascii_case("empty") || text.eq_ignore_ascii_case("null")) {
            self.refuse_reserved()?;
        }
        let reserved = RESERVED.iter().any(|word| text.eq_ignore_ascii_case(word));
        if plain && reserved {
            return Err(self.expected("either a value, list or function"));
        }
        self.next += 1;
        if plain && (text.eq_ignore_ascii_case("empty") || text.eq_ignore_ascii_case("null")) {
            return Ok(Term::Empty);
        }
        if plain && self.symbol("(") {
            let mut arguments = Vec::new();
            while let Some(Token {
                kind: Kind::Word(argument) | Kind::Quoted(argument),
                ..
            }) = self.peek()
            {
                arguments.push(argument.clone());
                self.next += 1;
                self.symbol(",");
            }
            return if self.symbol(")") {
                Ok(Term::Function(text, arguments))
            } else {
                Err(self.expected("')'"))
            };
        }
        Ok(Term::Text(text))
    }

    fn order(&mut self) -> Result<Vec<Order>, String> {
        let mut order = Vec::new();
        if !self.at_order() {
            return Ok(order);
        }
        self.next += 2;
        loop {
            let field = self.field()?;
            let descending = self.keyword("desc");
            let explicit = descending || self.keyword("asc");
            order.push(Order {
                field,
                descending,
                explicit,
            });
            if !self.symbol(",") {
                return Ok(order);
            }
        }
    }
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;
