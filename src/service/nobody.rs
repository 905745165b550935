//! Mentions of people whom nobody knows: they are refused, because they tell nobody.

use super::error::ServiceError;

/// Refuses the text in `field` where it mentions these people.
///
/// # Errors
/// `Validation` that names them, where there are any.
pub(super) fn expect_none(field: &str, nobodies: &[String]) -> Result<(), ServiceError> {
    if nobodies.is_empty() {
        return Ok(());
    }
    let named = nobodies.join(", ");
    let why = format!(
        "{field} mentions {named}, whom this site does not know, so that nobody would be told; people have user names here"
    );
    Err(ServiceError::invalid(field, why))
}
