//! Files attached to issues and pages.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Serialize;
use utoipa::ToSchema;

use super::fields::InvalidFields;
use super::media_type;
use super::person::AtlassianUser;
use super::time::Timestamp;

/// The longest name of a file.
const LONGEST_NAME: usize = 255;

/// A file attached to an issue or a page.
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
    /// Its media type.
    pub media_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What is said about it; Confluence shows that.
    pub remark: Option<String>,
}

/// Which files are wanted; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileFilter {
    /// Only that of this name.
    pub filename: Option<String>,
    /// Only those of this media type.
    pub media_type: Option<String>,
}

impl FileDraft {
    /// Reads a name and the content in base 64 (RFC 4648 §4 and §5), also without the signs at its end and
    /// in a `data:` address (RFC 2397). The name tells the media type; where it does not, what was sent does.
    ///
    /// # Errors
    /// When the name is a path or no name, or the content is empty or no base 64.
    pub(crate) fn read(
        name: &str,
        base64: &str,
        media_type: Option<&str>,
    ) -> Result<Self, InvalidFields> {
        let name = name.trim();
        if let Some(why) = fault_in(name) {
            return Err(InvalidFields::one("filename", why));
        }
        let bytes = ANY_BASE64.decode(digits(base64)).unwrap_or_default();
        if bytes.is_empty() {
            let why = "must be the content of the file in base 64";
            return Err(InvalidFields::one("content_base64", why));
        }
        let by_name = media_type::of_name(name);
        let sent = media_type.or_else(|| kind_in_address(base64));
        let media_type = match sent.and_then(media_type::parse) {
            Some(sent) if by_name == media_type::UNKNOWN => sent,
            _ => by_name.to_owned(),
        };
        Ok(Self {
            name: name.to_owned(),
            media_type,
            bytes,
            remark: None,
        })
    }
}

/// Why a text is no name of a file.
fn fault_in(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("must be the name of the file")
    } else if name.contains(['/', '\\']) || matches!(name, "." | "..") {
        Some("must be the name of the file alone, without the path before it")
    } else if name.contains('"') {
        Some("must not hold a quotation mark (\"); leave it out, or write ' in its place")
    } else if name.chars().any(char::is_control) {
        Some("must not hold control characters, such as a line break")
    } else if name.chars().count() > LONGEST_NAME {
        Some("must be 255 characters at most")
    } else {
        None
    }
}

/// The media type in a `data:` address.
fn kind_in_address(text: &str) -> Option<&str> {
    let (kind, _) = text.trim().split_once(";base64,")?;
    kind.strip_prefix("data:")
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
            let file = FileDraft::read("a.bin", sent, None).unwrap();
            assert_eq!(file.bytes, [0xfb, 0xff], "{sent}");
        }
    }

    #[test]
    fn a_file_has_a_name_and_a_content() {
        let draft = FileDraft::read(" note.txt ", "SGVs\nbG8=", None).unwrap();
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
                FileDraft::read(name, "SGk=", None).unwrap_err().fields,
                ["filename"]
            );
        }
        for content in ["", "SGkx1", "not base 64!"] {
            let error = FileDraft::read("x", content, None).unwrap_err();
            assert_eq!(error.fields, ["content_base64"]);
        }
    }

    #[test]
    fn a_name_tells_the_media_type_and_else_what_was_sent_does() {
        for (name, content, sent, kind) in [
            ("a.png", "SGk=", None, "image/png"),
            ("a.png", "SGk=", Some("text/html"), "image/png"),
            ("a.png", "SGk=", Some("nonsense"), "image/png"),
            ("a", "SGk=", Some("image/gif"), "image/gif"),
            ("a", "data:image/gif;base64,SGk=", None, "image/gif"),
            ("a", "SGk=", Some("nonsense"), "application/octet-stream"),
            ("a", "SGk=", None, "application/octet-stream"),
        ] {
            let file = FileDraft::read(name, content, sent).unwrap();
            assert_eq!(file.media_type, kind, "{name} {sent:?}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong_with_the_name() {
        for (name, word) in [
            ("a\"b.txt", "quotation mark"),
            ("a/b", "path"),
            ("a\nb", "control"),
        ] {
            let error = FileDraft::read(name, "SGk=", None).unwrap_err();
            assert!(error.message.contains(word), "{}", error.message);
        }
    }
}
