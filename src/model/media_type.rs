//! Media types of files, by the ends of their names: who sends a file often knows no better than its name.

/// What a file is of which nothing is known.
pub(crate) const UNKNOWN: &str = "application/octet-stream";

/// Ends of names, and what such files are.
const BY_END: &[(&str, &str)] = &[
    ("7z", "application/x-7z-compressed"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("rtf", "application/rtf"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("zip", "application/zip"),
];

/// What a file of this name is; [`UNKNOWN`] where the name does not tell.
pub(crate) fn of_name(name: &str) -> &'static str {
    let end = name
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase());
    let known = BY_END
        .iter()
        .find(|(known, _)| Some(*known) == end.as_deref());
    known.map_or(UNKNOWN, |(_, kind)| kind)
}

/// The media type in `text` without its parameters, if it is one (RFC 9110, section 8.3.1).
pub(crate) fn parse(text: &str) -> Option<String> {
    let kind = text.split(';').next().unwrap_or_default().trim();
    let (first, second) = kind.split_once('/')?;
    let is_token = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
        !part.is_empty() && part.bytes().all(allowed)
    };
    (is_token(first) && is_token(second)).then(|| kind.to_ascii_lowercase())
}

/// Whether a program that shows a file of this type would run what is in it, or have it style a page.
pub(crate) fn is_active(kind: &str) -> bool {
    [
        "html",
        "xml",
        "script",
        "css",
        "wasm",
        "multipart",
        "x-shockwave",
    ]
    .iter()
    .any(|word| kind.contains(word))
}

/// The pictures that models look at, and how such files begin; `*` stands for any byte.
const PICTURES: [(&str, &[u8]); 5] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF87a"),
    ("image/gif", b"GIF89a"),
    ("image/webp", b"RIFF****WEBP"),
];

/// Which of these a file is, by its first bytes: its name and its sender may be wrong.
pub(crate) fn of_picture(bytes: &[u8]) -> Option<&'static str> {
    let begins = |beginning: &[u8]| {
        bytes.len() >= beginning.len()
            && bytes
                .iter()
                .zip(beginning)
                .all(|(byte, wanted)| byte == wanted || *wanted == b'*')
    };
    let mut pictures = PICTURES.iter();
    let found = pictures.find(|(_, beginning)| begins(beginning));
    found.map(|(kind, _)| *kind)
}

/// Whether this is the type of one of these.
pub(crate) fn is_picture(kind: &str) -> bool {
    PICTURES.iter().any(|(picture, _)| *picture == kind)
}

/// Whether a file of this type is a text to read.
pub(crate) fn is_text(kind: &str) -> bool {
    kind.starts_with("text/")
        || ["json", "xml", "yaml", "javascript"]
            .iter()
            .any(|word| kind.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_a_file_is() {
        for (name, kind) in [
            ("shot.PNG", "image/png"),
            ("notes.tar.gz", "application/gzip"),
            ("a.jpeg", "image/jpeg"),
            ("README", UNKNOWN),
            (".png", "image/png"),
            ("x.", UNKNOWN),
        ] {
            assert_eq!(of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn a_media_type_has_two_parts() {
        assert_eq!(parse("Image/PNG; q=1").as_deref(), Some("image/png"));
        for text in ["", "png", "image/", "/png", "image/p ng", "a/b\r\nx: y"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_browser_would_run_is_active() {
        for kind in [
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/javascript",
        ] {
            assert!(is_active(kind), "{kind}");
        }
        for kind in ["image/png", "text/plain", "application/pdf", UNKNOWN] {
            assert!(!is_active(kind), "{kind}");
        }
    }
}
