//! Where a setting's value comes from: the environment, then the `.env` file, then the table's default.

use std::collections::BTreeMap;
use std::fmt;

use super::dotenv;
use super::error::{SettingsError, quoted};
use super::variables::{VARIABLES, Variable};

/// The place in which a setting was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetIn {
    /// The process's environment.
    Environment,
    /// The `.env` file.
    DotEnv,
    /// Nowhere: the default counts.
    Default,
}

impl fmt::Display for SetIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Environment => "environment",
            Self::DotEnv => ".env",
            Self::Default => "default",
        })
    }
}

/// One setting and where it came from, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingSource {
    /// The setting's first name.
    pub name: &'static str,
    /// The name that was set: the first or an alias.
    pub set_by: Option<&'static str>,
    /// Where it was set.
    pub from: SetIn,
    /// Its value or default, `[set]` for a set secret, absent when unset.
    pub shown: Option<String>,
}

/// The environment and the `.env` file of one start.
pub(super) struct Sources<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    dotenv: BTreeMap<String, String>,
}

impl<'a> Sources<'a> {
    /// Takes the environment as a closure and the text of the `.env` file, if there is one.
    pub(super) fn new(
        environment: &'a dyn Fn(&str) -> Option<String>,
        dotenv: Option<&str>,
    ) -> Result<Self, SettingsError> {
        let dotenv = dotenv.map(dotenv::parse).transpose()?.unwrap_or_default();
        Ok(Self {
            environment,
            dotenv,
        })
    }

    /// What the operator set: any name in the environment beats every name in `.env`. Empty is unset.
    pub(super) fn given(&self, variable: Variable) -> Option<Found> {
        let in_environment =
            |name: &str| (self.environment)(name).map(|value| unquoted(&value).to_owned());
        let in_dotenv = |name: &str| self.dotenv.get(name).cloned();
        first_set(variable, SetIn::Environment, in_environment)
            .or_else(|| first_set(variable, SetIn::DotEnv, in_dotenv))
    }

    /// What was set, else the default.
    pub(super) fn value_or_default(&self, variable: Variable) -> Found {
        self.given(variable).unwrap_or_else(|| Found {
            name: variable.name,
            value: variable.default.unwrap_or_default().to_owned(),
            from: SetIn::Default,
            secret: variable.secret,
        })
    }

    /// The parsed value of a setting that has a default.
    pub(super) fn read<T>(
        &self,
        variable: Variable,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, SettingsError> {
        self.value_or_default(variable).parse(parse)
    }

    /// The parsed value of a setting that may be unset.
    pub(super) fn read_given<T>(
        &self,
        variable: Variable,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, SettingsError> {
        self.given(variable)
            .map(|found| found.parse(parse))
            .transpose()
    }

    /// Every name that the `.env` file sets.
    pub(super) fn names_in_file(&self) -> impl Iterator<Item = String> {
        self.dotenv.keys().cloned()
    }

    /// Every variable of the table with its source.
    pub(super) fn list(&self) -> Vec<SettingSource> {
        VARIABLES
            .iter()
            .map(|&variable| self.describe(variable))
            .collect()
    }

    fn describe(&self, variable: Variable) -> SettingSource {
        let given = self.given(variable);
        let shown = match &given {
            Some(_) if variable.secret => Some("[set]".to_owned()),
            Some(found) => Some(without_password(&found.value)),
            None => variable.default.map(str::to_owned),
        };
        SettingSource {
            name: variable.name,
            set_by: given.as_ref().map(|found| found.name),
            from: given.as_ref().map_or(SetIn::Default, |found| found.from),
            shown,
        }
    }
}

fn first_set(
    variable: Variable,
    from: SetIn,
    lookup: impl Fn(&str) -> Option<String>,
) -> Option<Found> {
    variable.names().find_map(|name| {
        let value = lookup(name)?.trim().to_owned();
        (!value.is_empty()).then_some(Found {
            name,
            value,
            from,
            secret: variable.secret,
        })
    })
}

/// Takes one pair of quotes off: `docker run --env-file` hands a line on as it stands, quotes and all
/// (<https://docs.docker.com/reference/cli/docker/container/run/#env>).
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

/// Drops user and password from anything that looks like a URL.
fn without_password(value: &str) -> String {
    match (value.split_once("://"), value.rsplit_once('@')) {
        (Some((scheme, rest)), Some((_, host))) if rest.contains('@') => {
            format!("{scheme}://[set]@{host}")
        }
        _ => value.to_owned(),
    }
}

/// A value, the name that was set, and the place.
pub(super) struct Found {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) from: SetIn,
    secret: bool,
}

impl Found {
    /// Parses the value; the parser says what is wrong and what to do, without repeating the value.
    pub(super) fn parse<T>(
        &self,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, SettingsError> {
        parse(&self.value).map_err(|problem| self.refuse(problem))
    }

    /// The error that names this variable.
    pub(super) fn refuse(&self, problem: impl Into<String>) -> SettingsError {
        SettingsError::Value {
            variable: self.name.to_owned(),
            set_in: self.from,
            value: if self.secret {
                None
            } else {
                quoted(&self.value)
            },
            problem: problem.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::variables::{PORT, STATE_SIGNING_SECRET};
    use super::*;

    fn sources<'a>(environment: &'a dyn Fn(&str) -> Option<String>, dotenv: &str) -> Sources<'a> {
        Sources::new(environment, Some(dotenv)).unwrap()
    }

    fn port(environment: &[(&str, &str)], dotenv: &str) -> (String, &'static str, SetIn) {
        let lookup = |name: &str| {
            environment
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let found = sources(&lookup, dotenv).value_or_default(PORT);
        (found.value, found.name, found.from)
    }

    #[test]
    fn the_first_name_wins_over_its_aliases() {
        assert_eq!(
            port(&[("API_PORT", "1"), ("PORT", "2"), ("APP_PORT", "3")], ""),
            ("2".into(), "PORT", SetIn::Environment)
        );
    }

    #[test]
    fn an_alias_in_the_environment_beats_the_first_name_in_the_file() {
        assert_eq!(
            port(&[("API_PORT", "1")], "PORT=2"),
            ("1".into(), "API_PORT", SetIn::Environment)
        );
    }

    #[test]
    fn one_pair_of_quotes_in_the_environment_is_taken_off() {
        for (given, meant) in [
            ("\"80\"", "80"),
            (" '80' ", "80"),
            ("80\"", "80\""),
            ("\"", "\""),
            ("'\"80\"'", "\"80\""),
        ] {
            let meant = (meant.into(), "PORT", SetIn::Environment);
            assert_eq!(port(&[("PORT", given)], ""), meant, "{given}");
        }
        assert_eq!(port(&[("PORT", "''")], "PORT=5").2, SetIn::DotEnv);
    }

    #[test]
    fn empty_is_unset() {
        assert_eq!(
            port(&[("PORT", "  ")], "PORT=\nAPP_PORT=5"),
            ("5".into(), "APP_PORT", SetIn::DotEnv)
        );
        assert_eq!(port(&[], ""), ("3001".into(), "PORT", SetIn::Default));
    }

    #[test]
    fn a_secret_is_listed_without_its_value() {
        let nothing = |_: &str| None;
        let described =
            sources(&nothing, "SECRET_KEY=hunter2hunter2hunter2").describe(STATE_SIGNING_SECRET);
        assert_eq!(
            described,
            SettingSource {
                name: "STATE_SIGNING_SECRET",
                set_by: Some("SECRET_KEY"),
                from: SetIn::DotEnv,
                shown: Some("[set]".into()),
            }
        );
    }

    #[test]
    fn a_password_in_a_url_is_not_listed() {
        assert_eq!(
            without_password("http://mia:p@ss@host/x"),
            "http://[set]@host/x"
        );
        assert_eq!(without_password("mia@example.com"), "mia@example.com");
    }
}
