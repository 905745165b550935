//! Filters of a search that name projects or spaces by their addresses: the site in them is the one that is searched.

use serde_json::{Map, Value};

use super::connections::Connections;
use super::error::ServiceError;
use super::searching::Searcher;
use crate::model::place_reference::PlaceKind;

/// The connections on the site where what `filters` names by addresses lies, and the filters with keys in their place.
/// `name` is the filter that names projects or spaces.
///
/// # Errors
/// `Validation` about `filters` for the address of something else, of a site that is not reached, and of several sites.
pub(super) async fn filtered(
    searcher: Searcher<'_>,
    filters: Option<&str>,
    (name, kind): (&str, PlaceKind),
) -> Result<(Connections, Option<String>), ServiceError> {
    let Searcher {
        connections,
        scope,
        product,
    } = searcher;
    let unchanged = || (connections.clone(), filters.map(str::to_owned));
    let read = filters.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    let Some(mut given) = read else {
        return Ok(unchanged());
    };
    let mut addresses = Vec::new();
    let entries = match given.get_mut(name) {
        Some(Value::Array(entries)) => entries.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for entry in entries {
        let named = entry.as_str().map(|text| kind.in_text(text)).transpose();
        let named = named.map_err(|error| {
            ServiceError::invalid("filters", format!("the filter {name} {}", error.0))
        })?;
        if let Some(named) = named.flatten() {
            *entry = Value::from(named.key);
            addresses.extend(named.address);
        }
    }
    if addresses.is_empty() {
        return Ok(unchanged());
    }
    let there = connections.at_addresses(scope, product, "filters", &addresses);
    Ok((there.await?, Some(Value::Object(given).to_string())))
}
