//! Texts that were cut because they were too long for their reader: they must not come back as the whole.

use atlassian_document::placeholders_in;
use serde_json::Value;

/// Where the mark leads; a text that holds it as a link is not whole.
const ADDRESS: &str = "keep:cut";

/// What stands where a text was cut.
pub(crate) const MARK: &str = "… [cut off here](keep:cut)";

/// Why a text that was cut is not written.
pub(crate) const WHY: &str = "was cut off where it was read, and the rest would be deleted; read the whole text, or leave the field out";

/// Whether a text was cut. A text about the mark shows it as code, or escapes it.
pub(crate) fn is_cut(text: &str) -> bool {
    text.contains(ADDRESS) && placeholders_in(text).iter().any(|found| found == ADDRESS)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_mark_as_a_link_tells_that_a_text_was_cut() {
        assert!(is_cut(&format!("text {MARK}")));
        assert!(is_cut("[x] text [here](keep:cut)"));
        for whole in [
            "The mark is `[cut off here](keep:cut)`.",
            "```\n… [cut off here](keep:cut)\n```",
            "\\[cut off here](keep:cut)",
            "the address (keep:cut)",
        ] {
            assert!(!is_cut(whole), "{whole}");
        }
    }
}
