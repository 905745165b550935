//! Documents in Atlassian's own form (ADF), also where they come as a text.

use serde_json::Value;

/// Whether a value is a whole document in Atlassian's form.
pub(crate) fn is_document(value: &Value) -> bool {
    value.get("type").and_then(Value::as_str) == Some("doc")
        && value.get("version").is_some_and(Value::is_number)
}

/// The document that a text consists of. Nobody writes one as Markdown, and many programs send every
/// value as a text.
pub(crate) fn document_in(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    serde_json::from_str(text).ok().filter(is_document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_document_is_one() {
        assert!(document_in(" {\"type\":\"doc\",\"version\":1,\"content\":[]}\n").is_some());
        for text in [
            "",
            "{}",
            "{\"type\":\"doc\"}",
            "{\"type\":\"paragraph\",\"version\":1}",
            "See {\"type\":\"doc\",\"version\":1}",
            "{\"type\":\"doc\",\"version\":1} and more",
        ] {
            assert!(document_in(text).is_none(), "{text}");
        }
    }
}
