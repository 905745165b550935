//! The one way in which reading the settings fails.

use std::fmt;

use super::sources::SetIn;

/// Why the settings cannot be used. Its text is one line: what was set, where, what is wrong, what to do.
/// It never holds a secret's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A variable holds a value that cannot be used.
    Value {
        /// The variable as the operator wrote it: the alias, if that is what was set.
        variable: String,
        /// Where it was set.
        set_in: SetIn,
        /// What it holds; absent for secrets.
        value: Option<String>,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A line of the `.env` file that no reader could make sense of.
    Line {
        /// The line's number, from 1.
        number: usize,
        /// What is wrong and what to do.
        problem: String,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value {
                variable,
                set_in,
                value: Some(value),
                problem,
            } => {
                write!(formatter, "{variable} ({set_in}) is {value}: {problem}")
            }
            Self::Value {
                variable,
                set_in,
                value: None,
                problem,
            } => {
                write!(formatter, "{variable} ({set_in}): {problem}")
            }
            Self::Line { number, problem } => write!(formatter, ".env line {number}: {problem}"),
        }
    }
}

/// A value as an error line may show it: quoted on one line, cut at 80 characters; nothing at all when it
/// holds an `@`, because a password may stand before it.
pub(super) fn quoted(value: &str) -> Option<String> {
    const LONGEST: usize = 80;
    if value.contains('@') {
        return None;
    }
    if value.chars().count() > LONGEST {
        let start: String = value.chars().take(LONGEST).collect();
        return Some(format!("{start:?}…"));
    }
    Some(format!("{value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_line_breaks_is_shown_on_one_line() {
        assert_eq!(quoted("a\nb").as_deref(), Some(r#""a\nb""#));
    }

    #[test]
    fn a_value_that_may_hold_a_password_is_not_shown() {
        assert_eq!(quoted("https://mia:hunter2@example.com"), None);
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(
            quoted(&"x".repeat(500)).map(|text| text.chars().count()),
            Some(83)
        );
    }
}
