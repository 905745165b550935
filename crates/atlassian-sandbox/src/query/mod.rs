//! The grammar that JQL and CQL have in common: clauses, `and`, `or`, `not`, brackets, `order by`.

mod lexer;
mod parser;
mod reserved;

pub(crate) use parser::{parse, parse_jql};

/// A parsed query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) filter: Option<Node>,
    pub(crate) order: Vec<Order>,
}

/// One sort field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) field: String,
    pub(crate) descending: bool,
    /// Whether a direction was written at all.
    pub(crate) explicit: bool,
}

/// A part of the condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Clause(Clause),
}

/// `field operator operand`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) field: String,
    pub(crate) operator: Operator,
    pub(crate) operand: Operand,
    /// What narrows `was` and `changed` down: `after`, `by` and so on, in small letters.
    pub(crate) predicates: Vec<(String, Operand)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Contains,
    ContainsNot,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    In,
    NotIn,
    Is,
    IsNot,
    Was,
    WasNot,
    WasIn,
    WasNotIn,
    Changed,
}

impl Operator {
    /// As it is written.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Contains => "~",
            Self::ContainsNot => "!~",
            Self::Less => "<",
            Self::Greater => ">",
            Self::LessOrEqual => "<=",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Was => "was",
            Self::WasNot => "was not",
            Self::WasIn => "was in",
            Self::WasNotIn => "was not in",
            Self::Changed => "changed",
        }
    }

    /// Whether the clause is the denial of its positive form.
    pub(crate) fn denies(self) -> bool {
        matches!(
            self,
            Self::NotEqual
                | Self::ContainsNot
                | Self::NotIn
                | Self::IsNot
                | Self::WasNot
                | Self::WasNotIn
        )
    }

    /// Whether it asks for the past.
    pub(crate) fn remembers(self) -> bool {
        matches!(
            self,
            Self::Was | Self::WasNot | Self::WasIn | Self::WasNotIn | Self::Changed
        )
    }

    pub(crate) fn orders(self) -> bool {
        matches!(
            self,
            Self::Less | Self::Greater | Self::LessOrEqual | Self::GreaterOrEqual
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    One(Term),
    List(Vec<Term>),
}

impl Operand {
    pub(crate) fn terms(&self) -> &[Term] {
        match self {
            Self::One(term) => std::slice::from_ref(term),
            Self::List(terms) => terms,
        }
    }
}

/// A value: a word or quoted text, a function, or `EMPTY`/`NULL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    Text(String),
    Function(String, Vec<String>),
    Empty,
}

/// Whether `haystack` holds every word of a `~` search; `"…"` inside is a phrase, `word*` a beginning.
pub(crate) fn text_matches(haystack: &str, wanted: &str) -> bool {
    let words = words_of(haystack);
    let is_closed = wanted.matches('"').count().is_multiple_of(2);
    let mut asked = false;
    for (place, part) in wanted.split('"').enumerate() {
        if is_closed && place % 2 == 1 {
            let phrase = words_of(part);
            asked = true;
            let stands = |part: &[String]| part == phrase;
            if phrase.is_empty() || !words.windows(phrase.len()).any(stands) {
                return false;
            }
            continue;
        }
        let searched = part.split_whitespace();
        for word in searched.filter(|word| word.chars().any(char::is_alphanumeric)) {
            asked = true;
            if !word_matches(&words, word) {
                return false;
            }
        }
    }
    asked
}

fn word_matches(words: &[String], searched: &str) -> bool {
    let stems = words_of(searched);
    let begins = searched.ends_with('*');
    let last = stems.len().saturating_sub(1);
    stems.iter().enumerate().all(|(index, stem)| {
        words.iter().any(|word| {
            word == stem || (begins && index == last && word.starts_with(stem.as_str()))
        })
    })
}

/// Lower-case words without their plural `s`, as a search index would keep them.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let word = word.to_lowercase();
            match word.strip_suffix('s') {
                Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
                _ => word,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_search_knows_words_phrases_and_beginnings_but_not_parts_of_words() {
        let text = "Login page shows blank screens after a session timeout";
        assert!(text_matches(text, "blank screen"));
        assert!(text_matches(text, "timeout login"));
        assert!(text_matches(text, "\"session timeout\""));
        assert!(!text_matches(text, "\"timeout session\""));
        assert!(text_matches(text, "sess*"));
        assert!(!text_matches(text, "sess"));
        assert!(!text_matches(text, "  "));
    }
}
