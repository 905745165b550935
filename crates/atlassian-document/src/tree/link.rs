//! Links that are safe to write: allowed schemes only, in one canonical spelling.
//!
//! What is written here is shown by Jira and Confluence to other people. They filter schemes
//! themselves; a library cannot know that every reader of its output does.

use std::sync::Arc;

use super::normal::storable;

/// Schemes that may be written as links: none of them runs a script or reads a file.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "ftp"];

/// Longer addresses stay plain text: every marked run repeats its address in ADF, so that a long one
/// around many short runs would multiply the document.
pub(crate) const MAXIMUM_LENGTH: usize = 2048;

/// Where a text leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    /// The address, without white space, quotes, angle brackets, pipes and backslashes.
    pub(crate) href: String,
    /// A title on one line, if there is one.
    pub(crate) title: Option<String>,
}

impl Link {
    /// Gives a link, or nothing if the address is empty, too long, relative, or of another scheme.
    pub(crate) fn new(href: &str, title: &str) -> Option<Arc<Self>> {
        let mut href = canonical(href);
        // As people write it; nobody means a file of that name.
        if href
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("www."))
        {
            href.insert_str(0, "http://");
        }
        if href.is_empty() || href.len() > MAXIMUM_LENGTH {
            return None;
        }
        let allowed = match scheme(&href) {
            Some(scheme) => SCHEMES
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known)),
            // Atlassian's own check of ADF (`isSafeUrl` in npm's `@atlaskit/adf-schema`) knows these two
            // without a scheme and refuses any other address, and the whole document with it.
            None => href.starts_with(['/', '#']),
        };
        let title = title.split(|c: char| c.is_whitespace() || c.is_control());
        let title = title.filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let title = title.join(" ").chars().map(storable).collect();
        let title = Some(title).filter(|title: &String| !title.is_empty());
        allowed.then(|| Arc::new(Self { href, title }))
    }

    /// The address of a link that is none because it is relative to the file it was written in.
    pub(crate) fn relative(href: &str) -> Option<String> {
        let href = canonical(href);
        let fits = !href.is_empty() && href.len() <= MAXIMUM_LENGTH && scheme(&href).is_none();
        fits.then_some(href)
    }

    /// Whether the address starts with a scheme, as an autolink must.
    pub(crate) fn is_absolute(&self) -> bool {
        scheme(&self.href).is_some()
    }
}

/// Brings an address to one spelling.
///
/// Browsers remove tabs and line feeds before they parse an address (WHATWG URL, section 4.4), so that
/// `java\tscript:` is a script to them: such characters are gone before the scheme is judged. What
/// would end an address in one of the formats (white space, quotes, angle brackets, pipes) is
/// percent-encoded, so that every format can hold every link.
fn canonical(href: &str) -> String {
    let mut canonical = String::with_capacity(href.len());
    let visible: String = href
        .chars()
        .filter(|c| !c.is_control())
        .map(storable)
        .collect();
    for c in visible.trim().chars() {
        if c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '|') {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).as_bytes();
            canonical.extend(percent_encoding::percent_encode(
                bytes,
                percent_encoding::NON_ALPHANUMERIC,
            ));
        } else {
            canonical.push(c);
        }
    }
    canonical
}

/// What stands before the first colon, if no path, query or fragment began earlier (RFC 3986).
fn scheme(href: &str) -> Option<&str> {
    let end = href.find([':', '/', '?', '#'])?;
    href[end..].starts_with(':').then(|| &href[..end])
}
