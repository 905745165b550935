//! `?format=raw`: Atlassian's own JSON in place of ours.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::model::hit::Fetched;
use crate::model::page::Page;

/// In whose words an answer is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// In ours, as documented here.
    #[default]
    Plain,
    /// In Atlassian's own.
    Raw,
}

/// The parameter alone.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormatQuery {
    /// `raw` gives Atlassian's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    pub format: Format,
}

/// An object in the words that were asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Shown<T> {
    Plain(T),
    Raw(Value),
}

impl Format {
    /// One object.
    pub(crate) fn of<T>(self, fetched: Fetched<T>) -> Shown<T> {
        match self {
            Self::Plain => Shown::Plain(fetched.value),
            Self::Raw => Shown::Raw(fetched.raw),
        }
    }

    /// A list that comes whole.
    pub(crate) fn of_all<T>(self, all: Vec<Fetched<T>>) -> Vec<Shown<T>> {
        all.into_iter().map(|fetched| self.of(fetched)).collect()
    }

    /// A page of a list.
    pub(crate) fn of_page<T>(self, page: Page<Fetched<T>>) -> Page<Shown<T>> {
        page.map(|fetched| self.of(fetched))
    }
}
