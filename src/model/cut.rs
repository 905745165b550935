//! Texts that were cut because they were too long for their reader: they must not come back as the whole.

use serde_json::Value;

/// The address in the mark; a text that holds it is not whole.
const ADDRESS: &str = "(keep:cut)";

/// What stands where a text was cut.
pub(crate) const MARK: &str = "… [cut off here](keep:cut)";

/// Why a text that was cut is not written.
pub(crate) const WHY: &str = "was cut off where it was read, and the rest would be deleted; read the whole text, or leave the field out";

/// Whether a text was cut.
pub(crate) fn is_cut(text: &str) -> bool {
    text.contains(ADDRESS)
}

/// Whether a text in a value was cut.
pub(crate) fn holds_cut(value: &Value) -> bool {
    match value {
        Value::String(text) => is_cut(text),
        Value::Array(entries) => entries.iter().any(holds_cut),
        Value::Object(fields) => fields.values().any(holds_cut),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
