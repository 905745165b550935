//! Arguments that are addresses of projects, spaces, boards, sprints and issues: the site in them is the one that is asked.

use serde_json::Value;
use url::Url;

use super::ToolContext;
use super::arguments::names;
use crate::model::place_reference::PlaceKind;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// The arguments that name one such thing, or several, and what they are turned into.
const PLACES: [(&str, PlaceKind); 10] = [
    ("project_key", PlaceKind::Project),
    ("projects_filter", PlaceKind::Project),
    ("board_id", PlaceKind::Board),
    ("sprint_id", PlaceKind::Sprint),
    ("issue_key", PlaceKind::Issue),
    ("space_key", PlaceKind::Space),
    ("spaces_filter", PlaceKind::Space),
    ("keys", PlaceKind::Space),
    ("name_filter", PlaceKind::Words),
    ("board_name", PlaceKind::Words),
];

impl ToolContext {
    /// The same services on the site that the arguments name; in these, keys stand in the place of addresses. Issues keep
    /// theirs: the services tell more of them.
    ///
    /// # Errors
    /// `Validation` for the address of something else, of a site that is not reached, and of several sites.
    pub(super) async fn led_to(
        &self,
        scope: &Scope,
        product: Option<Product>,
        arguments: &mut Value,
    ) -> Result<Self, ServiceError> {
        let (Some(product), Some(given)) = (product, arguments.as_object_mut()) else {
            return Ok(self.clone());
        };
        let mut addresses: Vec<Url> = Vec::new();
        let mut first = None;
        for (argument, kind) in PLACES {
            let Some(value) = given.get_mut(argument) else {
                continue;
            };
            let found = match (kind, &*value) {
                (PlaceKind::Issue, Value::String(text)) => issue_in(text),
                _ => in_argument(argument, kind, value)?,
            };
            if !found.is_empty() {
                first = first.or(Some(argument));
            }
            addresses.extend(found);
        }
        let Some(argument) = first else {
            return Ok(self.clone());
        };
        let Self { issues, pages } = self.clone();
        Ok(match product {
            Product::Jira => Self {
                issues: issues.at_addresses(scope, argument, &addresses).await?,
                pages,
            },
            Product::Confluence => Self {
                issues,
                pages: pages.at_addresses(scope, argument, &addresses).await?,
            },
        })
    }
}

/// The address of an issue; what else a text says of one is for the tool to tell.
fn issue_in(text: &str) -> Vec<Url> {
    let named = PlaceKind::Issue.in_text(text).ok().flatten();
    named.and_then(|named| named.address).into_iter().collect()
}

/// The addresses in an argument, in whose place the keys are put that they stand for.
fn in_argument(
    argument: &str,
    kind: PlaceKind,
    value: &mut Value,
) -> Result<Vec<Url>, ServiceError> {
    let listed: Vec<String> = match &*value {
        Value::String(text) if argument.ends_with("_filter") || argument == "keys" => names(text),
        Value::String(text) => vec![text.clone()],
        Value::Array(entries) => {
            let texts = entries.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        _ => return Ok(Vec::new()),
    };
    let mut addresses = Vec::new();
    let mut keys = Vec::new();
    for text in listed {
        let named = kind
            .in_text(&text)
            .map_err(|error| ServiceError::invalid(argument, format!("{argument} {}", error.0)))?;
        match named {
            Some(named) => {
                addresses.extend(named.address);
                keys.push(named.key);
            }
            None => keys.push(text),
        }
    }
    if !addresses.is_empty() {
        *value = match keys.as_slice() {
            [one] if value.is_string() => Value::from(one.as_str()),
            _ => Value::from(keys),
        };
    }
    Ok(addresses)
}
