//! `?format=raw`: Atlassian's own JSON instead of ours.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::model::hit::Fetched;
use crate::model::page::Page;

/// The format of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Ours, as documented here.
    #[default]
    Plain,
    /// Atlassian's own.
    Raw,
}

/// The parameter alone.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormatQuery {
    /// `raw` returns Atlassian's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    pub format: Format,
}

/// An object in the format that was asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum PlainOrRaw<T, R = Value> {
    Plain(T),
    Raw(R),
}

impl Format {
    /// One object.
    pub(crate) fn apply<T, R>(self, fetched: Fetched<T, R>) -> PlainOrRaw<T, R> {
        match self {
            Self::Plain => PlainOrRaw::Plain(fetched.value),
            Self::Raw => PlainOrRaw::Raw(fetched.raw),
        }
    }

    /// A list that comes whole.
    pub(crate) fn apply_to_all<T, R>(self, all: Vec<Fetched<T, R>>) -> Vec<PlainOrRaw<T, R>> {
        all.into_iter().map(|fetched| self.apply(fetched)).collect()
    }

    /// A page of a list.
    pub(crate) fn apply_to_page<T, R>(self, page: Page<Fetched<T, R>>) -> Page<PlainOrRaw<T, R>> {
        page.map(|fetched| self.apply(fetched))
    }
}
