//! Files attached to issues.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Serialize;
use utoipa::ToSchema;

use super::fields::InvalidFields;
use super::person::AtlassianUser;
use super::time::Timestamp;

/// The longest name of a file.
const LONGEST_NAME: usize = 255;

/// A file attached to an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Attachment {
    /// Its id.
    #[schema(example = "10000")]
    pub id: String,
    /// Its name.
    #[schema(example = "printer.png")]
    pub filename: String,
    /// Its length in bytes.
    #[schema(example = 52314)]
    pub size: Option<u64>,
    /// Its media type.
    #[schema(example = "image/png")]
    pub media_type: Option<String>,
    /// Who attached it.
    pub author: Option<AtlassianUser>,
    /// When it was attached.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    pub created: Option<Timestamp>,
}

/// A file that is to be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileDraft {
    /// Its name, without a path.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl FileDraft {
    /// Reads a name and the content in base 64 (RFC 4648 §4 and §5), also without the signs at its end and
    /// in a `data:` address (RFC 2397).
    ///
    /// # Errors
    /// When the name is a path or no name, or the content is empty or no base 64.
    pub(crate) fn read(name: &str, base64: &str) -> Result<Self, InvalidFields> {
        let name = name.trim();
        let is_name = !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && !name.contains(['/', '\\', '"'])
            && !name.chars().any(char::is_control)
            && !matches!(name, "." | "..");
        if !is_name {
            let why = "must be the name of a file, without a path";
            return Err(InvalidFields::one("filename", why));
        }
        let bytes = ANY_BASE64.decode(digits(base64)).unwrap_or_default();
        if bytes.is_empty() {
            let why = "must be the content of the file in base 64";
            return Err(InvalidFields::one("content_base64", why));
        }
        Ok(Self {
            name: name.to_owned(),
            bytes,
        })
    }
}

/// The signs at the end carry nothing, so they may be missing.
const ANY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The digits of the standard alphabet, out of what people and browsers send.
fn digits(base64: &str) -> String {
    let text = base64.trim();
    let content = match text.split_once(";base64,") {
        Some((kind, content)) if kind.starts_with("data:") => content,
        _ => text,
    };
    content
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .map(|digit| match digit {
            '-' => '+',
            '_' => '/',
            digit => digit,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_every_form_that_is_sent() {
        for sent in [
            "+/8=",
            "-_8",
            "-_8=",
            "+/8",
            "data:text/plain;base64,+/8=",
            " +/\n8= ",
        ] {
            let file = FileDraft::read("a.bin", sent).unwrap();
            assert_eq!(file.bytes, [0xfb, 0xff], "{sent}");
        }
    }

    #[test]
    fn a_file_has_a_name_and_a_content() {
        let draft = FileDraft::read(" note.txt ", "SGVs\nbG8=").unwrap();
        assert_eq!(
            (draft.name.as_str(), draft.bytes.as_slice()),
            ("note.txt", &b"Hello"[..])
        );
        for name in [
            "",
            " ",
            "../x",
            "a/b",
            "a\\b",
            "a\"b",
            "a\nb",
            "..",
            &"x".repeat(256),
        ] {
            assert_eq!(
                FileDraft::read(name, "SGk=").unwrap_err().fields,
                ["filename"]
            );
        }
        for content in ["", "SGkx1", "not base 64!"] {
            let error = FileDraft::read("x", content).unwrap_err();
            assert_eq!(error.fields, ["content_base64"]);
        }
    }
}
