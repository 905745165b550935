//! What a caller filters by, as clauses.

use serde_json::Value;

use super::{QueryError, quoted};
use crate::model::person::is_nobody;

/// What the caller filters by.
#[derive(Debug)]
pub(in crate::atlassian) struct Filters(serde_json::Map<String, Value>);

impl Filters {
    /// Reads the JSON object of the parameter `filters`; absent or blank is no filter. A filter that is not `known` would find
    /// what it was meant to leave out, and is refused.
    ///
    /// # Errors
    /// When it is no JSON object, or names an unknown filter.
    pub(in crate::atlassian) fn parse(
        text: Option<&str>,
        known: &[&str],
    ) -> Result<Self, QueryError> {
        let filters = Self::read(text)?;
        let unknown = filters
            .0
            .keys()
            .find(|name| !known.contains(&name.as_str()));
        unknown.map_or(Ok(()), |name| {
            let why = format!(
                "there is no filter {name:?}; known are {}",
                known.join(", ")
            );
            Err(QueryError::new("filters", why))
        })?;
        Ok(filters)
    }

    /// Reads them, known ones or not.
    ///
    /// # Errors
    /// When they are no JSON object.
    pub(in crate::atlassian) fn read(text: Option<&str>) -> Result<Self, QueryError> {
        match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Ok(Self(serde_json::Map::new())),
            Some(text) => serde_json::from_str(text).map(Self).map_err(|_| {
                QueryError::new(
                    "filters",
                    "filters must be a JSON object, such as {\"project\":\"EX\"}",
                )
            }),
        }
    }

    /// Whether a filter asks for what has no such value, or for nobody in one of the words for it.
    pub(in crate::atlassian) fn asks_for_none(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| {
            let is_word = |text: &str| !text.trim().is_empty() && is_nobody(text);
            value.is_null() || value.as_str().is_some_and(is_word)
        })
    }

    /// The values of one filter: a text, a number, or a list of them. Empty when it is not given.
    pub(in crate::atlassian) fn values(&self, name: &str) -> Result<Vec<String>, QueryError> {
        let text = |value: &Value| match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let refuse = || {
            QueryError::new(
                "filters",
                format!("the filter {name} must be a text or a list of texts"),
            )
        };
        let holds_nul = |value: &Value| value.as_str().is_some_and(|text| text.contains('\0'));
        let given = self.0.get(name);
        if given.is_some_and(|value| match value {
            Value::Array(values) => values.iter().any(holds_nul),
            value => holds_nul(value),
        }) {
            let why = format!("the filter {name} holds a NUL character");
            return Err(QueryError::new("filters", why));
        }
        match given {
            None => Ok(Vec::new()),
            // To leave it out would find everything.
            Some(Value::Null) => Err(refuse()),
            Some(Value::Array(values)) if values.len() <= 100 => values
                .iter()
                .map(|value| text(value).ok_or_else(refuse))
                .collect(),
            Some(value) => Ok(vec![text(value).ok_or_else(refuse)?]),
        }
    }

    /// `field in ("a", "b")` for one filter; none when it is not given.
    pub(in crate::atlassian) fn clause(
        &self,
        name: &str,
        field: &str,
    ) -> Result<Option<String>, QueryError> {
        let literals: Vec<String> = self
            .values(name)?
            .iter()
            .map(|value| quoted(value))
            .collect();
        Ok((!literals.is_empty()).then(|| format!("{field} in ({})", literals.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_holds_no_nul() {
        for text in ["{\"project\":\"A\\u0000\"}", "{\"project\":[\"A\\u0000\"]}"] {
            let filters = Filters::parse(Some(text), &["project"]).unwrap();
            let refused = filters.clause("project", "project").unwrap_err();
            assert_eq!(refused.field, "filters");
        }
    }
}
